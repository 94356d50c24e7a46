export { attendanceCase } from './attendance-case.ts';
export { advanceDistrict, importDelivery, turnDay } from './district-day.ts';
