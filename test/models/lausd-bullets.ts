import { CORRECTIONS } from './beside.ts';
import type { SeedTable } from './seed-table.ts';

/** The LAUSD attendance intervention protocol, bullet by bullet, and the elements of the policy that carry each. */
export const LAUSD: SeedTable = {
  bullets: [
    { part: '1-7', bullet: 'Personal phone calls when students are absent; ten days to clear', elements: ['absenceList'] },
    { part: '1-7', bullet: 'Document reasons for absence and expected date of return', elements: ['absenceList'] },
    { part: '1-7', bullet: 'Mass notification twice a day', elements: ['mass-notification-check', 'mass-notification'] },
    {
      part: '1-7',
      bullet: 'Verify contact numbers, update disconnected or wrong ones',
      elements: ['number-verification', 'contact-numbers', 'contact-correction'],
    },
    {
      part: '1-7',
      bullet: 'Day-time numbers, cell phones, e-mail addresses',
      elements: ['number-verification', 'contact-correction'],
    },
    { part: '1-7', bullet: 'Refer the family to agencies', elements: ['agency-referral-1'] },
    { part: '8-15', bullet: 'Classroom teacher calls home', elements: ['teacher-call'] },
    { part: '8-15', bullet: 'E-mail and letter about unverified or unexcused absences', elements: ['email-or-letter'] },
    { part: '8-15', bullet: 'Consult the PSA counselor, when available', elements: ['psa-consult'] },
    { part: '8-15', bullet: 'A staff member reviews and clears absences', elements: ['absence-review'] },
    { part: '8-15', bullet: 'Evaluation list for the Notification of Truancy', elements: ['not-evaluation-list'] },
    { part: '8-15', bullet: 'Notification of Truancy letters', elements: ['letter-1'] },
    { part: '8-15', bullet: 'Refer the family to agencies (8-15)', elements: ['agency-referral-2'] },
    { part: '16-24', bullet: 'Consult about home visitation and case management', elements: ['home-visit-consult'] },
    { part: '16-24', bullet: 'Strategies of case management', elements: ['case-management-plan'] },
    { part: '16-24', bullet: 'Mail Truancy Letter #2', elements: ['letter-2'] },
    {
      part: '16-24',
      bullet: 'Parent conference, intervention plan or contract',
      elements: ['parent-conference', 'contract'],
    },
    { part: '16-24', bullet: 'Refer the family to agencies (16-24)', elements: ['agency-referral-3'] },
    { part: '25+', bullet: 'Review prior absences for patterns', elements: ['pattern-review'] },
    { part: '25+', bullet: 'Monitor students with excessive absences', elements: ['monitoring'] },
    { part: '25+', bullet: 'Follow up with the PSA counselor or case manager', elements: ['psa-follow-up'] },
    { part: '25+', bullet: 'Refer to SST, COST, ACT and SART', elements: ['sst', 'cost', 'act', 'sart'] },
    { part: '25+', bullet: 'Consult District or City Attorney program staff', elements: ['attorney-consult'] },
    {
      part: '25+',
      bullet: 'Informational meeting with school staff',
      elements: ['staff-meeting', 'staff-meeting-held'],
    },
    { part: '25+', bullet: 'Assemblies for parents', elements: ['parent-assembly', 'parent-assembly-held'] },
    { part: '25+', bullet: 'Mail Habitual Truancy Re-classification Letter #3', elements: ['letter-3'] },
    { part: '25+', bullet: 'Refer the family to agencies (25+)', elements: ['agency-referral-4'] },
    { part: '25+', bullet: 'Bring the case to the District Resource Panel', elements: ['resource-panel'] },
    {
      part: '25+',
      bullet: 'Refer the student to SARB, with documentation of all interventions',
      elements: ['sarb-referral'],
    },
  ],
  beside: [
    // The statute.
    'truancy-report',
    'referral-notice',
    // An attempt is not a contact.
    'next-attempt',
    ...CORRECTIONS,
    // What a student's situation asks for.
    'foster-informed',
    'homeless-liaison',
    'health-track',
    'attendance-review-team',
    'notice-by-hand',
    'adult-rights',
  ],
};
