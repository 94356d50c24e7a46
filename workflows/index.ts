export { attendanceCase } from './attendance-case.ts';
export { advanceDistrict, dryRunDelivery, importDelivery, settleMerges, turnDay } from './district-day.ts';
export { rehearsePolicy } from './rehearsal.ts';
export { dryRunFeed, pullDueFeeds, pullFeed } from './feeds.ts';
