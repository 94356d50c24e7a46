import { CORRECTIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** Strategy 4, Connect with Families, demand by demand. */
export const STRATEGY_4: SeedTable = {
  bullets: [
    { part: 'Before', bullet: 'Take stock of what is known and of the resources there are', elements: ['take-stock', 'agency-referral'] },
    { part: 'Before', bullet: 'Consult a staff member who knows the family, on the best way to connect', elements: ['prior-staff'] },
    {
      part: 'Before',
      bullet: 'Ask the prior school of a new student, of juvenile justice or foster care above all, what worked',
      elements: ['prior-school', 'paths.decision-maker'],
    },
    {
      part: 'Research',
      bullet: 'Threatening messages and impersonal letters are not effective',
      elements: ['letter-1', 'letter-2', 'letter-3', 'personal-contact'],
    },
    {
      part: 'Research',
      bullet: 'Highly personalized, building upon hopes and dreams',
      elements: ['hopes-and-barriers'],
    },
    {
      part: '1',
      bullet: 'Personal calls home with concern, support and a positive comment',
      elements: ['absenceList', 'personal-call', 'next-attempt'],
    },
    {
      part: '2',
      bullet: 'Meet student and parents at home or at a comfortable place in the community',
      elements: ['home-or-community-meeting', 'hopes-and-barriers'],
    },
    { part: '2', bullet: 'Which is not a substitute for home visits', elements: ['home-visit'] },
    {
      part: '3',
      bullet: 'Leverage meetings that are planned already',
      elements: ['planned-meetings', 'planned-meetings-listed', 'joined-meeting'],
    },
    { part: '3', bullet: 'Efforts to support student and family are coordinated and aligned', elements: ['coordinated-support'] },
    {
      part: '4',
      bullet: 'The Education Decision Maker is the primary point of contact; find other means to connect',
      elements: ['paths.decision-maker', 'decision-maker-reached', 'contact-correction'],
    },
    { part: '4', bullet: 'Reach the caregivers who live with the student too', elements: ['caregiver-reached'] },
    {
      part: '5',
      bullet: 'Create or strengthen a success plan with the student’s and family’s own commitments',
      elements: ['success-plan', 'plan-strengthened', 'rollover'],
    },
  ],
  beside: [
    // The statute.
    'truancy-report',
    'referral-notice',
    'sarb-referral',
    ...CORRECTIONS,
    // What a student's situation asks for.
    'homeless-liaison',
    'health-track',
    'attendance-review-team',
    'adult-rights',
  ],
};
