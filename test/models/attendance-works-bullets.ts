import { CORRECTIONS, SITUATIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** Connecting with Students and Families to Reduce Chronic Absence, demand by demand. */
export const ATTENDANCE_WORKS: SeedTable = {
  bullets: [
    {
      part: 'Tiers',
      bullet: 'Universal and preventive programs that build a culture of attendance',
      elements: ['absenceList', 'welcome-families', 'families-welcomed', 'celebrations', 'attendance-celebrated'],
    },
    {
      part: 'Tiers',
      bullet: 'Early outreach that builds relationships and stems absenteeism early',
      elements: ['early-outreach', 'next-attempt', 'success-plan'],
    },
    {
      part: 'Tiers',
      bullet: 'Intensive intervention for the most high need families',
      elements: ['intensive-plan', 'social-worker', 'monitoring'],
    },
    {
      part: 'Partners',
      bullet: 'Coordinate with community partners; inventory what exists',
      elements: ['partner-inventory', 'partners-known', 'partner-coordination', 'partner-service'],
    },
    {
      part: 'Partners',
      bullet: 'Partners share the work: broader reach, and not on the shoulders of schools alone',
      elements: ['partner-consent', 'partner-asked', 'partner-outreach', 'partner-support'],
    },
    {
      part: 'Partners',
      bullet: 'Start early, before school begins',
      elements: ['paths.last-year', 'paths.last-year-severe', 'summer-contact', 'summer-plan'],
    },
    {
      part: 'Summer',
      bullet: 'Equip staff with the skills, understanding and data',
      elements: ['summer-preparation', 'staff-prepared'],
    },
    { part: 'First month', bullet: 'The first month is a gauge for the coming year', elements: ['firstMonths', 'early-outreach'] },
    {
      part: 'First month',
      bullet: 'Back to School Night and parent teacher conferences',
      elements: ['welcome-families', 'met-at-event'],
    },
    {
      part: 'First month',
      bullet: 'Positive incentives around good and improved attendance',
      elements: ['celebrations', 'attendance-celebrated'],
    },
    { part: 'Ongoing', bullet: 'Parent education, sustained throughout the year', elements: ['welcome-families', 'families-welcomed'] },
    { part: 'Ongoing', bullet: 'Celebrations of good and improved attendance', elements: ['recovery', 'progress-praised'] },
    {
      part: 'Ongoing',
      bullet: 'Regular and ongoing attendance team meetings',
      elements: ['teams.attendance_team', 'team-meeting', 'team-met', 'team-review'],
    },
    { part: 'Ongoing', bullet: 'Quarterly attendance practice reviews', elements: ['practice-review', 'practice-reviewed'] },
    {
      part: 'Key',
      bullet: 'Trusting relationships with families',
      elements: ['parent-conference', 'family-contacts', 'contact-correction'],
    },
    {
      part: 'Key',
      bullet: 'Tailored to the barriers that families face; social workers are best equipped; one coordinated system',
      elements: ['intensive-plan', 'social-worker', 'partner-coordination'],
    },
    { part: 'Key', bullet: 'Training for teachers', elements: ['teacher-training', 'teachers-trained'] },
    { part: 'Key', bullet: 'Teacher home visits, with expectations, hopes and dreams', elements: ['teacher-home-visit'] },
  ],
  beside: [
    // The statute.
    'truancy-report',
    'letter-1',
    'letter-2',
    'letter-3',
    'referral-notice',
    'sarb-referral',
    ...CORRECTIONS,
    ...SITUATIONS,
  ],
};
