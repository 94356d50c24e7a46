export { attendanceCase } from './attendance-case.ts';
export { advanceDistrict, dryRunDelivery, importDelivery, turnDay } from './district-day.ts';
