export { bandOf } from './bands.ts';
export { decide, SYSTEM, type Decision } from './decide.ts';
export { emptyCase, evolve, fold } from './fold.ts';
export { possible, type Possible } from './possible.ts';
export { readiness, type Readiness, type RequirementAnswer } from './readiness.ts';
export { conferenceEfforts, isHabitual, reportDue, standingReports } from './truancy.ts';
export { nextDeadline } from './deadline.ts';
export { titleOf } from './wording.ts';
