import type { Action } from '../../cases/actions.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { days, type PaperCase } from './paper-case.ts';

/** What documents each task of the LAUSD ladder, and by whom: one line a task, in the order of the climb. */
export const DOCUMENTED: [task: string, role: Role, action: Action][] = [
  ['agency-referral-1', 'case_manager', { kind: 'agency_referral', details: { service: 'food', status: 'made' } }],
  ['teacher-call', 'teacher', call('reached')],
  ['email-or-letter', 'clerk', { kind: 'contact', details: { channel: 'email', outcome: 'sent', contact: 'mother' } }],
  ['psa-consult', 'case_manager', { kind: 'consultation', details: { with: 'psa_counselor', about: 'case' } }],
  ['absence-review', 'clerk', { kind: 'absence_review', details: { cleared: [], upheld: ['2021-08-24'] } }],
  ['agency-referral-2', 'case_manager', { kind: 'agency_referral', details: { service: 'counseling', status: 'made' } }],
  ['home-visit-consult', 'case_manager', { kind: 'consultation', details: { with: 'psa_counselor', about: 'home_visit' } }],
  ['case-management-plan', 'case_manager', { kind: 'plan', details: { about: 'case_management', review: '2022-05-01' } }],
  [
    'parent-conference',
    'case_manager',
    { kind: 'conference', details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent', 'pupil'], channel: 'in_person' } },
  ],
  [
    'contract',
    'case_manager',
    { kind: 'contract', details: { status: 'signed', signers: ['parent', 'pupil'], from: '2021-10-01', until: '2022-05-27' } },
  ],
  ['agency-referral-3', 'case_manager', { kind: 'agency_referral', details: { service: 'transport', status: 'made' } }],
  ['pattern-review', 'case_manager', { kind: 'pattern_review', details: { patterns: ['mondays'] } }],
  ['monitoring', 'case_manager', { kind: 'monitoring', details: { attended: 3, absent: 2 } }],
  ['psa-follow-up', 'case_manager', { kind: 'follow_up', details: { with: 'psa_counselor' } }],
  ['sst', 'case_manager', meeting('sst')],
  ['cost', 'case_manager', meeting('cost')],
  ['act', 'case_manager', meeting('act')],
  ['sart', 'principal', meeting('sart')],
  ['attorney-consult', 'attendance_supervisor', { kind: 'consultation', details: { with: 'attorney', about: 'case' } }],
  ['agency-referral-4', 'case_manager', { kind: 'agency_referral', details: { service: 'health', status: 'made' } }],
  [
    'resource-panel',
    'resource_panel_member',
    {
      kind: 'meeting',
      details: { team: 'resource_panel', outcome: 'held', present: ['case_manager', 'parent'], decision: 'refer_to_sarb' },
    },
  ],
];

export const LETTERS: ['letter-1' | 'letter-2' | 'letter-3', Role][] = [
  ['letter-1', 'case_manager'],
  ['letter-2', 'case_manager'],
  ['letter-3', 'principal'],
];

export const SCHOOL_RECORDS = ['mass-notification-check', 'number-verification', 'staff-meeting', 'parent-assembly'];

export function call(outcome: 'reached' | 'no_answer' | 'wrong_number'): Action {
  return { kind: 'contact', details: { channel: 'phone', outcome, contact: 'mother' } };
}

function meeting(team: 'sst' | 'cost' | 'act' | 'sart'): Action {
  return { kind: 'meeting', details: { team, outcome: 'held', present: ['parent', 'case_manager'] } };
}

export interface ClimbOptions {
  ground: 'habitual_truant' | 'chronic_absentee';
  /** Leave these out, to see what is missed: task keys, `personal-call`, `notice`, `reports`, `school:<task>`. */
  without?: string[];
}

/** Climbs from the first day to the eve of the referral, doing everything but what is left out. Refusals on the way are tolerated. */
export function climb(paper: PaperCase, { ground, without = [] }: ClimbOptions): PaperCase {
  const skip = new Set(without);
  const truant = ground === 'habitual_truant';
  paper.hears({ absences: 3, excused: truant ? 0 : 3, unexcused: truant ? 3 : 0, truancy: truant ? days(3) : [] });
  for (const outcome of ['no_answer', 'reached', 'reached'] as const) {
    paper.pass(1);
    if (!skip.has('personal-call')) paper.does('clerk', call(outcome));
  }
  const file = (count: number): void => {
    if (!truant || skip.has('reports')) return;
    paper.hears({ truancy: days(count), unexcused: count, absences: Math.max(count, paper.standing.absences) });
    const served = paper.state.reports.flatMap((r) => r.events);
    paper.command('case_manager', {
      kind: 'file_report',
      events: days(count).filter((d) => !served.includes(d)),
      filedWith: 'attendance_supervisor',
      on: paper.day,
    });
  };
  file(3);
  paper.pass(1);
  if (truant && !skip.has('not-evaluation-list'))
    paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list');
  mail(paper, 'letter-1', skip);
  paper.pass(20);
  file(4);
  paper.pass(1).hears({
    absences: 26,
    excused: truant ? 20 : 26,
    schoolRecords: SCHOOL_RECORDS.filter((t) => !skip.has(`school:${t}`)).map((task) => ({
      task,
      record: `record-${task}`,
      on: paper.day,
    })),
  });
  mail(paper, 'letter-2', skip);
  for (const [task, role, action] of DOCUMENTED) if (!skip.has(task)) paper.pass(1).does(role, action, task);
  file(5);
  paper.pass(1);
  mail(paper, 'letter-3', skip);
  if (!skip.has('notice'))
    paper.does('attendance_supervisor', { kind: 'notice_of_referral', details: { ground, to: ['pupil', 'parent'], channel: 'mail' } });
  return paper;
}

function mail(paper: PaperCase, letter: string, skip: Set<string>): void {
  if (skip.has(letter)) return;
  const approver = LETTERS.find(([name]) => name === letter)?.[1] ?? 'principal';
  paper.command(approver, { kind: 'approve_letter', letter, round: 1 });
  paper.does('clerk', { kind: 'letter_mailed', details: { letter, channel: 'mail', contact: 'mother' } }, letter);
}

/** The last step. */
export function refer(
  paper: PaperCase,
  ground: ClimbOptions['ground'],
  role: Role = 'attendance_supervisor',
): ReturnType<PaperCase['command']> {
  return paper.command(role, { kind: 'refer', to: 'sarb', ground });
}
