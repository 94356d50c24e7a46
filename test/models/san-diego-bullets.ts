import { ATTEMPTS, CORRECTIONS, SITUATIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** What San Diego Unified's SARB asks of the schools, demand by demand, and the elements of the policy that carry each. */
export const SAN_DIEGO: SeedTable = {
  bullets: [
    {
      part: 'Letters',
      bullet: 'Letter 1 counts any three of U, Z, or W of 30 minutes; the statute says more than 30',
      elements: ['days.occasion', 'truancy-report', 'letter-1'],
    },
    { part: 'Letters', bullet: 'Letter 2 counts six full days of U or Z alone', elements: ['letter-2'] },
    { part: 'Letters', bullet: 'Letter 3 counts more than six full days', elements: ['letter-3'] },
    { part: 'Letters', bullet: 'Letters are not sent on the same day or back to back', elements: ['letter-2', 'letter-3'] },
    {
      part: 'Letters',
      bullet: 'An intervention must occur between letters, or SARB does not accept the case',
      elements: ['intervention-1', 'letter-2', 'intervention-2', 'letter-3'],
    },
    {
      part: 'Letters',
      bullet: 'Letter 3 tells parents that they are being referred: not before the referral is ready',
      elements: ['letter-3', 'sart', 'sart-contract', 'case-review'],
    },
    { part: 'Counting', bullet: 'Unverified absences (A) are not counted', elements: ['absenceList'] },
    {
      part: 'Before SARB',
      bullet: 'A SART meeting is mandatory before a referral',
      elements: ['sart-calendar', 'sart-dates', 'sart', 'sart-contract'],
    },
    {
      part: 'Before SARB',
      bullet: 'The extent of interventions is weighed',
      elements: ['family-call', 'support-referral', 'intervention-plan', 'intervention-1', 'intervention-2'],
    },
    { part: 'Before SARB', bullet: 'Age and credits are weighed in a high-school case', elements: ['case-review'] },
  ],
  beside: [
    // The statute.
    'parent-conference',
    'referral-notice',
    'sarb-referral',
    ...ATTEMPTS,
    ...CORRECTIONS,
    ...SITUATIONS,
  ],
};
