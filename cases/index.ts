export { bandOf } from './bands.ts';
export { decide, SYSTEM, type Decision } from './decide.ts';
export { emptyCase, evolve, fold } from './fold.ts';
export { possible } from './possible.ts';
export { readiness, type Readiness } from './readiness.ts';
export { isHabitual, reportDue, standingReports } from './truancy.ts';
export { nextDeadline } from './deadline.ts';
