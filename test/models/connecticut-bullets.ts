import { CORRECTIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** Connecticut's page on chronic absence and the statutes behind it, demand by demand. */
export const CONNECTICUT: SeedTable = {
  bullets: [
    {
      part: 'Overview',
      bullet: 'Notice absences as soon as they begin to add up',
      elements: ['absenceList', 'firstMonths', 'early-notice', 'next-attempt'],
    },
    { part: 'Overview', bullet: 'Preventive action against barriers, before much is lost', elements: ['early-notice', 'success-plan'] },
    {
      part: 'Overview',
      bullet: 'Whether school is offered in person or remotely',
      elements: ['days.fullDay', 'remote-engagement'],
    },
    {
      part: 'Overview',
      bullet: 'Track and monitor by school, grade and student population',
      elements: ['data-by-group', 'group-data-looked-at'],
    },
    {
      part: 'Overview',
      bullet: 'Respond as soon as possible when learning models do not work as planned',
      elements: ['home-visit', 'interventions-adjusted'],
    },
    { part: 'Overview', bullet: 'Bright spots, to be taken to scale', elements: ['bright-spots', 'bright-spots-used'] },
    {
      part: 'Overview',
      bullet: 'Work together with students, families and community providers',
      elements: ['success-plan', 'community-referral'],
    },
    { part: 'Resources', bullet: 'Track and report attendance in the state’s system', elements: ['state-report', 'attendance-reported'] },
    {
      part: 'Resources',
      bullet: 'Professional support: social and emotional learning, remote engagement',
      elements: ['staff-learning', 'staff-learned'],
    },
    { part: 'Resources', bullet: 'Virtual mentoring', elements: ['mentor'] },
    {
      part: '10-198a',
      bullet: 'A truant has four unexcused absences in a month or ten in a school year',
      elements: ['truancy-report'],
    },
    {
      part: '10-198a',
      bullet: 'Meet the parent within ten school days, and evaluate the reasons',
      elements: ['meeting-letter', 'truancy-meeting'],
    },
    { part: '10-198a', bullet: 'Coordinate services with community agencies', elements: ['community-referral'] },
    { part: '10-198a', bullet: 'Means of contacting the parent during the school day', elements: ['contact-correction'] },
    {
      part: '10-198c',
      bullet: 'An attendance review team reviews truants and chronically absent children, and meets at least monthly',
      elements: ['teams.attendance_review_team', 'team-meeting', 'team-meets', 'team-referral', 'team-review'],
    },
    { part: '10-198d', bullet: 'Monitor whether interventions need adjusting', elements: ['interventions-adjusted'] },
  ],
  beside: [
    // The gate before the review.
    'family-reached',
    ...CORRECTIONS,
    // What a student's situation asks for.
    'foster-informed',
    'homeless-liaison',
    'health-track',
    'iep-or-504-review',
    'adult-rights',
  ],
};
