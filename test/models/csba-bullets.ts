import { ATTEMPTS, CORRECTIONS, SITUATIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** The model policy of the California School Boards Association, demand by demand, and the elements of the policy that carry each. */
export const CSBA: SeedTable = {
  bullets: [
    {
      part: 'AR 5113',
      bullet: 'Absences are verified; student, parent, verifying employee, dates and reason are recorded',
      elements: ['absenceList'],
    },
    { part: 'AR 5113', bullet: 'A pattern of illness may call for verification by a physician', elements: ['illness-review'] },
    { part: 'AR 5113', bullet: 'A home visit by the verifying employee', elements: ['home-visit'] },
    { part: 'BP 5113.1', bullet: 'Attendance data are reviewed for patterns', elements: ['attendance-data-review', 'data-reviewed'] },
    {
      part: 'BP 5113.1',
      bullet: 'The board is told each year of chronic absence, truancy, interventions and the outcomes of referrals',
      elements: ['reports.board'],
    },
    { part: 'BP 5113.1', bullet: 'Early and personal outreach', elements: ['early-call'] },
    {
      part: 'BP 5113.1',
      bullet: 'Health care, transportation, counseling, academic support, safety, child welfare',
      elements: ['support-services'],
    },
    {
      part: 'AR 5113.1',
      bullet: 'Chronic absentees: the attendance supervisor finds the reasons and tells of the consequences',
      elements: ['absentee-talk'],
    },
    { part: 'AR 5113.1', bullet: 'Chronic absentees: a plan developed jointly', elements: ['absentee-plan', 'rollover'] },
    { part: 'AR 5113.1', bullet: 'Student success team or school attendance team', elements: ['success-team'] },
    { part: 'AR 5113.1', bullet: 'Truants are reported, and again with each further event', elements: ['truancy-report'] },
    { part: 'AR 5113.1', bullet: 'The parent is notified by the most cost-effective method', elements: ['letter-1'] },
    { part: 'AR 5113.1', bullet: 'First report: root causes and a joint plan', elements: ['joint-plan'] },
    {
      part: 'AR 5113.1',
      bullet: 'Second report: written warning by a peace officer, or a study program',
      elements: ['letter-2', 'peace-officer', 'study-program'],
    },
    {
      part: 'AR 5113.1',
      bullet: 'Habitual truant: three reports, and a conscientious effort to hold a conference',
      elements: ['parent-conference', 'letter-3'],
    },
    {
      part: 'AR 5113.12',
      bullet: 'The referral gives sufficient information and describes the interventions',
      elements: ['referral-notice', 'sarb-referral'],
    },
    { part: 'EC 48273', bullet: 'The county superintendent is told of the number and types of referrals', elements: ['reports.county'] },
  ],
  beside: [...ATTEMPTS, ...CORRECTIONS, ...SITUATIONS],
};
