import type { z } from 'zod';
import type { documentAction } from '../../api/contracts/actions.ts';
import type { Ground, Role } from '../../policy/vocabulary.ts';

type Action = z.input<typeof documentAction>['action'];

/** One step of the climb: which task, who documents it, what is documented, and somebody who may not. */
export interface Step {
  task: string;
  by: Role;
  never: Role;
  action: (mother: string) => Action;
}

const meeting = (team: 'sst' | 'cost' | 'act' | 'sart'): Action => ({
  kind: 'meeting',
  details: { team, outcome: 'held', present: ['parent', 'pupil', 'case_manager'] },
});
const agency = (service: string): Action => ({ kind: 'agency_referral', details: { service, status: 'made' } });

/** Every task of the LAUSD ladder that a person documents, in an order in which they can be done. */
export const STEPS: Step[] = [
  { task: 'agency-referral-1', by: 'case_manager', never: 'clerk', action: () => agency('food') },
  {
    task: 'teacher-call',
    by: 'teacher',
    never: 'clerk',
    action: (mother) => ({ kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: mother, reason: 'transport' } }),
  },
  {
    task: 'email-or-letter',
    by: 'clerk',
    never: 'teacher',
    action: (mother) => ({ kind: 'contact', details: { channel: 'email', outcome: 'sent', contact: mother } }),
  },
  {
    task: 'psa-consult',
    by: 'case_manager',
    never: 'teacher',
    action: () => ({ kind: 'consultation', details: { with: 'psa_counselor', about: 'case' } }),
  },
  {
    task: 'absence-review',
    by: 'clerk',
    never: 'teacher',
    action: () => ({ kind: 'absence_review', details: { cleared: [], upheld: ['2021-08-24'] } }),
  },
  { task: 'agency-referral-2', by: 'case_manager', never: 'clerk', action: () => agency('counseling') },
  {
    task: 'home-visit-consult',
    by: 'case_manager',
    never: 'clerk',
    action: () => ({ kind: 'consultation', details: { with: 'psa_counselor', about: 'home_visit' } }),
  },
  {
    task: 'case-management-plan',
    by: 'case_manager',
    never: 'principal',
    action: () => ({ kind: 'plan', details: { about: 'case_management', review: '2022-01-14' } }),
  },
  {
    task: 'parent-conference',
    by: 'case_manager',
    never: 'clerk',
    action: () => ({
      kind: 'conference',
      details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent', 'pupil'], channel: 'in_person' },
    }),
  },
  {
    task: 'contract',
    by: 'principal',
    never: 'teacher',
    action: () => ({
      kind: 'contract',
      details: { status: 'signed', signers: ['parent', 'pupil'], from: '2021-10-15', until: '2022-05-27' },
    }),
  },
  { task: 'agency-referral-3', by: 'case_manager', never: 'clerk', action: () => agency('transport') },
  {
    task: 'pattern-review',
    by: 'case_manager',
    never: 'teacher',
    action: () => ({ kind: 'pattern_review', details: { patterns: ['first-month'] } }),
  },
  {
    task: 'monitoring',
    by: 'case_manager',
    never: 'attendance_supervisor',
    action: () => ({ kind: 'monitoring', details: { attended: 10, absent: 0 } }),
  },
  { task: 'psa-follow-up', by: 'case_manager', never: 'clerk', action: () => ({ kind: 'follow_up', details: { with: 'psa_counselor' } }) },
  { task: 'sst', by: 'case_manager', never: 'teacher', action: () => meeting('sst') },
  { task: 'cost', by: 'case_manager', never: 'teacher', action: () => meeting('cost') },
  { task: 'act', by: 'case_manager', never: 'teacher', action: () => meeting('act') },
  { task: 'sart', by: 'principal', never: 'clerk', action: () => meeting('sart') },
  {
    task: 'attorney-consult',
    by: 'attendance_supervisor',
    never: 'clerk',
    action: () => ({ kind: 'consultation', details: { with: 'attorney', about: 'case' } }),
  },
  { task: 'agency-referral-4', by: 'case_manager', never: 'clerk', action: () => agency('health') },
  {
    task: 'resource-panel',
    by: 'resource_panel_member',
    never: 'case_manager',
    action: () => ({
      kind: 'meeting',
      details: { team: 'resource_panel', outcome: 'held', present: ['parent', 'case_manager'], decision: 'refer_to_sarb' },
    }),
  },
];

/** The written notice, the last documented action before the referral. */
export const notice = (ground: Ground): Step => ({
  task: 'referral-notice',
  by: 'attendance_supervisor',
  never: 'clerk',
  action: () => ({ kind: 'notice_of_referral', details: { ground, to: ['pupil', 'parent'], channel: 'mail' } }),
});

/** What the school does once for all its students. */
export const SCHOOL_TASKS: [task: string, by: Role][] = [
  ['mass-notification-check', 'clerk'],
  ['number-verification', 'clerk'],
  ['staff-meeting', 'principal'],
  ['parent-assembly', 'principal'],
];
