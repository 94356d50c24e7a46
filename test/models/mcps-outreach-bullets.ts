import { ATTEMPTS, CORRECTIONS, SITUATIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** The MCPS Attendance Outreach and Support Protocol, bullet by bullet, and the elements of the policy that carry each. */
export const MCPS_OUTREACH: SeedTable = {
  bullets: [
    {
      part: 'Team',
      bullet: 'Student Well-Being Teams review attendance and engagement data regularly',
      elements: ['attendance-data-review', 'data-reviewed'],
    },
    {
      part: 'Team',
      bullet: 'They meet regularly, led or co-led by the pupil personnel worker',
      elements: ['well-being-team-meeting', 'team-meets', 'well-being-team'],
    },
    {
      part: 'Team',
      bullet: 'Away from notifications and warnings, towards outreach, problem solving and support',
      elements: ['letter-1', 'letter-2', 'letter-3'],
    },
    { part: 'Team', bullet: 'Unique circumstances of the student or family', elements: ['well-being-team'] },
    { part: 'Team', bullet: 'Previously implemented outreach and support', elements: ['well-being-team', 'team-again'] },
    { part: 'Team', bullet: 'Attendance trends', elements: ['well-being-team', 'team-again'] },
    { part: 'Outreach', bullet: 'Which staff members are responsible for which outreach', elements: ['outreach-assigned'] },
    {
      part: 'Outreach',
      bullet: 'Multiple documented attempts by phone, text or e-mail at different times of the day',
      elements: ['absenceList', 'parent-attempts', 'outreach-by-different-ways', 'timesOfDay'],
    },
    {
      part: 'Outreach',
      bullet: 'Multiple attempts through contacts of known siblings or emergency contacts',
      elements: ['other-contacts'],
    },
    { part: 'Outreach', bullet: 'Attempts to meet parent and student virtually', elements: ['virtual-meeting'] },
    { part: 'Outreach', bullet: 'When all that is unsuccessful, known friends of the student', elements: ['known-friends'] },
    { part: 'Support', bullet: 'Initial outreach: educate, problem solve informally, provide resources', elements: ['initial-outreach'] },
    { part: 'Support', bullet: 'Resources or support to address the issue', elements: ['support-provided'] },
    {
      part: 'Support',
      bullet: 'More formal problem solving, with parent and student',
      elements: ['problem-solving-meeting'],
    },
    { part: 'Support', bullet: 'Root causes; interventions that address them', elements: ['problem-solving-plan', 'rollover'] },
    { part: 'Support', bullet: 'Plan to monitor the impact', elements: ['problem-solving-plan', 'impact-watched'] },
  ],
  beside: [
    // The statute of the state on which the protocol runs here.
    'truancy-report',
    'referral-notice',
    'sarb-referral',
    ...ATTEMPTS,
    ...CORRECTIONS,
    ...SITUATIONS,
  ],
};
