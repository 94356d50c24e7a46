import { isHabitual } from '../../cases/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { climb, refer } from './climb.ts';
import { runs } from '../world/runs.ts';
import { mutants } from './mutants.ts';
import { days, PaperCase, refusal, shippedLadder } from './paper-case.ts';

/**
 * What the LAUSD ladder must do, written down a second time and independently of the policy: for each gate, the requirement that is
 * missing when its work is left out. Breaking any gate of the policy makes one of these checks fail.
 */
const MISSED: Record<string, { truant: string[]; absentee: string[] }> = {
  'personal-call': both('personal-call'),
  'school:mass-notification-check': both('mass-notification'),
  'school:number-verification': both('contact-numbers'),
  'agency-referral-1': both('agency-referral-1'),
  'teacher-call': both('teacher-call'),
  'email-or-letter': both('email-or-letter'),
  'psa-consult': both('psa-consult'),
  'absence-review': both('absence-review'),
  'not-evaluation-list': { truant: ['not-evaluation-list', 'letter-1', 'letter-2', 'letter-3'], absentee: [] },
  'letter-1': { truant: ['letter-1', 'letter-2', 'letter-3'], absentee: [] },
  'agency-referral-2': both('agency-referral-2'),
  'home-visit-consult': both('home-visit-consult'),
  'case-management-plan': both('case-management-plan'),
  'letter-2': { truant: ['letter-2', 'letter-3'], absentee: [] },
  'parent-conference': {
    truant: ['conference-effort', 'parent-conference', 'contract', 'letter-3'],
    absentee: ['parent-conference', 'contract'],
  },
  contract: both('contract'),
  'agency-referral-3': both('agency-referral-3'),
  'pattern-review': both('pattern-review'),
  monitoring: both('monitoring'),
  'psa-follow-up': both('psa-follow-up'),
  sst: both('sst', 'panel-decision'),
  cost: both('cost', 'panel-decision'),
  act: both('act', 'panel-decision'),
  sart: both('sart', 'panel-decision'),
  'attorney-consult': both('attorney-consult'),
  'school:staff-meeting': both('staff-meeting-held'),
  'school:parent-assembly': both('parent-assembly-held'),
  'letter-3': { truant: ['letter-3'], absentee: [] },
  'agency-referral-4': both('agency-referral-4'),
  'resource-panel': both('panel-decision'),
  notice: both('notice-of-referral'),
  reports: { truant: ['truancy-reports', 'conference-effort', 'not-evaluation-list', 'letter-1', 'letter-2', 'letter-3'], absentee: [] },
};

function both(...requirements: string[]): { truant: string[]; absentee: string[] } {
  return { truant: requirements, absentee: requirements };
}

/** On how many absences each support task opens, and on how many standing reports each letter. */
const OPENS_AT: Record<string, number> = {
  'mass-notification': 1,
  'contact-numbers': 1,
  'agency-referral-1': 1,
  'teacher-call': 8,
  'email-or-letter': 8,
  'psa-consult': 8,
  'absence-review': 8,
  'agency-referral-2': 8,
  'home-visit-consult': 16,
  'case-management-plan': 16,
  'parent-conference': 16,
  contract: 16,
  'agency-referral-3': 16,
  'pattern-review': 25,
  monitoring: 25,
  'psa-follow-up': 25,
  sst: 25,
  cost: 25,
  act: 25,
  sart: 25,
  'attorney-consult': 25,
  'staff-meeting-held': 25,
  'parent-assembly-held': 25,
  'agency-referral-4': 25,
  'resource-panel': 25,
  'referral-notice': 25,
  'sarb-referral': 25,
};

/** Everything that the ladder fails to do as it should; empty for the shipped one. */
function faults(ladder: Ladder): string[] {
  const found: string[] = [];
  const expect = (what: string, actual: unknown, wanted: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted))
      found.push(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
  };
  found.push(
    ...openingFaults(ladder),
    ...truancyFaults(ladder),
    ...roleFaults(ladder),
    ...statuteFaults(ladder),
    ...conferenceFaults(ladder),
    ...pathFaults(ladder),
    ...correctionFaults(ladder),
    ...yearFaults(ladder),
  );
  // The long climbs only where the short checks find nothing.
  if (found.length) return found;
  for (const ground of ['habitual_truant', 'chronic_absentee'] as const) {
    const whole = climb(new PaperCase(ladder), { ground });
    expect(`${ground} complete`, whole.missing(ground), []);
    expect(`${ground} referred`, refusal(refer(whole, ground))?.type ?? 'accepted', 'accepted');
    for (const [left, missed] of Object.entries(MISSED)) {
      const paper = climb(new PaperCase(ladder), { ground, without: [left] });
      const wanted = ground === 'habitual_truant' ? missed.truant : missed.absentee;
      expect(`${ground} without ${left}`, paper.missing(ground).toSorted(), [...wanted].sort());
      expect(
        `${ground} without ${left} referred`,
        refusal(refer(paper, ground))?.type ?? 'accepted',
        wanted.length ? 'requirements-missing' : 'accepted',
      );
    }
  }
  return found;
}

function openingFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  const paper = new PaperCase(ladder);
  for (let absences = 1; absences <= 26; absences += 1) {
    paper.hears({ absences });
    for (const [task, at] of Object.entries(OPENS_AT)) {
      const open = paper.state.tasks.some((t) => t.task === task);
      if (open !== absences >= at) found.push(`${task} at ${absences} absences: ${open ? 'open' : 'not open'}`);
    }
  }
  for (const task of ['truancy-report', 'letter-1', 'letter-2', 'letter-3', 'not-evaluation-list', 'next-attempt', 'contact-correction']) {
    if (paper.state.tasks.some((t) => t.task === task)) found.push(`${task} opened on absences alone`);
  }
  const call = (outcome: 'no_answer' | 'wrong_number'): void =>
    void paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome, contact: 'mother' } });
  call('no_answer');
  if (!paper.open().includes('next-attempt')) found.push('no answer schedules no next attempt');
  if (paper.open().includes('contact-correction')) found.push('no answer asks for a correction');
  call('wrong_number');
  if (!paper.open().includes('contact-correction')) found.push('a wrong number asks for no correction');
  return found;
}

function truancyFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  const paper = new PaperCase(ladder);
  paper.pass(30);
  const check = (what: string, wanted: string[]): void => {
    const open = paper.state.tasks
      .map((t) => t.task)
      .filter((t) =>
        ['truancy-report', 'letter-1', 'letter-2', 'letter-3', 'not-evaluation-list', 'parent-conference', 'contract'].includes(t),
      );
    if (JSON.stringify([...new Set(open)].sort()) !== JSON.stringify([...wanted].sort())) found.push(`${what}: ${open.join()}`);
  };
  const file = (events: string[]): void =>
    void paper.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day });
  paper.hears({ absences: 2, truancy: days(2) });
  check('two events', []);
  paper.hears({ absences: 3, truancy: days(3) });
  check('three events', ['truancy-report']);
  file(days(3));
  check('report 1', ['truancy-report', 'letter-1', 'not-evaluation-list']);
  if (paper.task('truancy-report')?.round !== 1) found.push('report 2 is due without a new event');
  paper.hears({ absences: 4, truancy: days(4) });
  if (paper.task('truancy-report')?.round !== 2) found.push('report 2 is not due on the next event');
  file(days(4).slice(3));
  check('report 2', ['truancy-report', 'letter-1', 'not-evaluation-list', 'parent-conference', 'contract']);
  paper.hears({ absences: 5, truancy: days(5) });
  file(days(5).slice(4));
  check('report 3 without a conference effort', ['truancy-report', 'letter-1', 'not-evaluation-list', 'parent-conference', 'contract']);
  paper
    .pass(1)
    .does(
      'case_manager',
      { kind: 'conference', details: { outcome: 'no_show', invited: ['parent', 'pupil'], present: [], channel: 'in_person' } },
      'parent-conference',
    );
  check('habitual', ['truancy-report', 'letter-1', 'not-evaluation-list', 'parent-conference', 'contract']);
  if (refusal(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }))?.type !== 'needs-other-tasks')
    found.push('letter 1 before the evaluation list');
  return found;
}

const CONFERENCE = {
  kind: 'conference',
  details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent'], channel: 'phone' },
} as const;

/** The conference effort by date: after report 1 it counts, and habitual status still waits for report 3. */
function conferenceFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  const paper = new PaperCase(ladder);
  paper.pass(30).hears({ absences: 4, truancy: days(4) });
  const file = (events: string[]): void =>
    void paper.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day });
  file(days(3));
  paper
    .pass(1)
    .does('case_manager', { kind: 'conference', details: { ...CONFERENCE.details, invited: ['parent', 'pupil'], present: ['parent'] } });
  if (paper.missing('habitual_truant').includes('conference-effort')) found.push('a conference after report 1 does not count');
  file(days(4).slice(3));
  if (isHabitual(paper.state, ladder)) found.push('habitual on two reports');
  return found;
}

/** Nobody else may: the referral, the panel, the teacher's call, the letters' approval, a justification. */
function roleFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  const refused = (what: string, type: string | undefined): void => {
    if (type !== 'role-not-allowed') found.push(`${what} by the wrong role: ${type ?? 'accepted'}`);
  };
  const paper = climb(new PaperCase(ladder), { ground: 'habitual_truant', without: ['letter-1', 'letter-2', 'letter-3'] });
  for (const role of ['principal', 'case_manager', 'administrator'] as const)
    refused('referral', refusal(refer(paper, 'habitual_truant', role))?.type);
  for (const letter of ['letter-1', 'letter-2', 'letter-3'])
    refused(letter, refusal(paper.command('clerk', { kind: 'approve_letter', letter, round: 1 }))?.type);
  refused('letter-3', refusal(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-3', round: 1 }))?.type);
  for (const role of ['clerk', 'teacher', 'case_manager'] as const)
    refused(
      'justification',
      refusal(paper.command(role, { kind: 'justify_requirement', requirement: 'letter-1', ground: 'habitual_truant' }))?.type,
    );
  const early = new PaperCase(ladder);
  early.hears({ absences: 25 });
  const notice = early.does(
    'attendance_supervisor',
    { kind: 'notice_of_referral', details: { ground: 'habitual_truant', to: ['pupil', 'parent'], channel: 'mail' } },
    'referral-notice',
  );
  if (refusal(notice)?.type !== 'needs-other-tasks') found.push('the notice of referral before the panel');
  if (refusal(early.command('principal', { kind: 'justify_requirement', requirement: 'letter-1', ground: 'habitual_truant' })))
    found.push('the principal may not justify');
  return found;
}

function statuteFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  const ages = [5, 6, 17, 18].map((age) => {
    const paper = climb(new PaperCase(ladder), { ground: 'chronic_absentee' });
    paper.hears({ age });
    return paper.missing('chronic_absentee').includes('age');
  });
  if (JSON.stringify(ages) !== '[true,false,false,true]') found.push(`ages: ${JSON.stringify(ages)}`);
  const paper = climb(new PaperCase(ladder), { ground: 'chronic_absentee' });
  paper.hears({ daysEnrolled: 261 });
  if (!paper.missing('chronic_absentee').includes('chronic-rate')) found.push('26 of 261 days counts as chronic');
  for (const requirement of ['age', 'truancy-reports', 'conference-effort', 'notice-of-referral']) {
    const type = refusal(paper.command('principal', { kind: 'justify_requirement', requirement, ground: 'habitual_truant' }))?.type;
    if (type !== 'requirement-not-justifiable') found.push(`${requirement} justified: ${type ?? 'accepted'}`);
  }
  if (
    refusal(paper.command('principal', { kind: 'justify_requirement', requirement: 'chronic-rate', ground: 'chronic_absentee' }))?.type !==
    'requirement-not-justifiable'
  )
    found.push('chronic-rate justified');
  const truant = climb(new PaperCase(ladder), { ground: 'habitual_truant' });
  truant.hears({ daysEnrolled: 1_000 });
  if (truant.missing('habitual_truant').length) found.push('a habitual truant is asked for a chronic rate');
  // Evidence after report 2 alone counts, too.
  const late = new PaperCase(ladder);
  late.pass(30).hears({ absences: 4, truancy: days(4) });
  const file = (events: string[]): void =>
    void late.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: late.day });
  file(days(3));
  late.command('case_manager', { kind: 'withdraw_report', ordinal: 1 });
  file(days(4));
  late
    .pass(1)
    .does('case_manager', { kind: 'conference', details: { ...CONFERENCE.details, invited: ['parent', 'pupil'], present: ['parent'] } });
  if (late.missing('habitual_truant').includes('conference-effort')) found.push('a conference after report 2 does not count');
  // Filing dates need not follow the numbers: an effort after report 2 and before report 1, by date, is one after a report that counts.
  const crossed = new PaperCase(ladder);
  crossed.pass(30).hears({ absences: 4, truancy: days(4) });
  const between = crossed.day;
  crossed.pass(1);
  crossed.command('case_manager', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: crossed.day });
  crossed.command('case_manager', { kind: 'file_report', events: days(4).slice(3), filedWith: 'attendance_supervisor', on: days(5)[4]! });
  crossed.does(
    'case_manager',
    { kind: 'conference', details: { ...CONFERENCE.details, invited: ['parent', 'pupil'], present: ['parent'] } },
    undefined,
    between,
  );
  if (crossed.missing('habitual_truant').includes('conference-effort')) found.push('a conference after report 2 by date does not count');
  return found;
}

/** What each situation of a student changes: what opens, whether letter 1 opens, waits or goes, and what a complete record lacks. */
const SITUATIONS: Record<string, { opens: string; letter: 'waits' | 'goes' | 'none'; lacks: string[] }> = {
  none: { opens: '', letter: 'goes', lacks: [] },
  foster: { opens: 'foster-informed', letter: 'waits', lacks: ['foster-informed'] },
  homeless: { opens: 'homeless-liaison', letter: 'waits', lacks: ['homeless-liaison'] },
  medical: { opens: 'health-track', letter: 'none', lacks: ['health-track'] },
  iep: { opens: 'attendance-review-team', letter: 'goes', lacks: ['attendance-review-team'] },
  section_504: { opens: 'attendance-review-team', letter: 'goes', lacks: ['attendance-review-team'] },
  independent_study: { opens: 'notice-by-hand', letter: 'waits', lacks: [] },
  continuation: { opens: 'notice-by-hand', letter: 'waits', lacks: [] },
  adult: { opens: 'adult-rights', letter: 'none', lacks: ['age', 'path:adult'] },
};
const OF_SITUATION = [...new Set(Object.values(SITUATIONS).map((s) => s.opens))];

function pathFaults(ladder: Ladder): string[] {
  const found: string[] = [];
  for (const [situation, wanted] of Object.entries(SITUATIONS)) {
    const standing =
      situation === 'adult' ? { age: 18 } : { flags: ladder.paths?.flatMap((p) => p.flags ?? []).filter((f) => f === situation) ?? [] };
    const paper = new PaperCase(ladder);
    paper.pass(20).hears({ absences: 15, truancy: days(3), ...standing });
    paper.command('case_manager', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day });
    const early = paper.open().filter((t) => OF_SITUATION.includes(t));
    const late = situation === 'iep' || situation === 'section_504';
    if (early.join() !== (late ? '' : wanted.opens)) found.push(`${situation} opens ${early.join()}`);
    if (paper.open().includes('not-evaluation-list') === (wanted.opens === 'notice-by-hand')) found.push(`${situation}: evaluation list`);
    paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list');
    const type = refusal(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }))?.type;
    const letter = type === undefined ? 'goes' : type === 'needs-other-tasks' ? 'waits' : 'none';
    if (letter !== wanted.letter) found.push(`${situation}: letter 1 ${letter}`);
    if (late) {
      paper.hears({ absences: 16 });
      if (!paper.open().includes(wanted.opens)) found.push(`${situation} opens nothing in the third band`);
    }
    const whole = climb(new PaperCase(ladder), { ground: 'chronic_absentee' });
    whole.hears(standing);
    if (whole.missing('chronic_absentee').join() !== wanted.lacks.join())
      found.push(`${situation} lacks ${whole.missing('chronic_absentee').join()}`);
    for (const requirement of wanted.lacks.filter((r) => r === 'attendance-review-team')) {
      const justified = whole.command('principal', { kind: 'justify_requirement', requirement, ground: 'chronic_absentee' });
      if (refusal(justified)?.type !== 'requirement-not-justifiable') found.push(`${requirement} justified`);
    }
  }
  return found;
}

/** What fell away is asked about, and letters keep their distance. */
function correctionFaults(ladder: Ladder): string[] {
  const paper = climb(new PaperCase(ladder), { ground: 'habitual_truant' });
  refer(paper, 'habitual_truant');
  paper.hears({ truancy: days(5).slice(1) });
  const found = ['report-review', 'correction-note', 'referral-review'].flatMap((task) =>
    paper.open().includes(task) ? [] : [`${task} is not asked`],
  );
  const spaced = new PaperCase(ladder);
  spaced.pass(20).hears({ absences: 5, truancy: days(5) });
  for (const events of [days(3), days(4).slice(3), days(5).slice(4)])
    spaced.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: spaced.day });
  spaced.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list');
  spaced
    .pass(1)
    .does('case_manager', { kind: 'conference', details: { ...CONFERENCE.details, invited: ['parent', 'pupil'], present: ['parent'] } });
  for (const [letter, next] of [
    ['letter-1', 'letter-2'],
    ['letter-2', 'letter-3'],
  ] as const) {
    spaced.command('principal', { kind: 'approve_letter', letter, round: 1 });
    spaced.does('clerk', { kind: 'letter_mailed', details: { letter, channel: 'mail', contact: 'mother' } }, letter);
    spaced.pass(4).ticks();
    if (spaced.task(next)) found.push(`${next} within five school days of ${letter}`);
    spaced.pass(2).ticks();
    if (!spaced.task(next)) found.push(`${next} does not open six school days after ${letter}`);
  }
  return found;
}

/** What the next school year keeps. */
function yearFaults(ladder: Ladder): string[] {
  const paper = climb(new PaperCase(ladder), { ground: 'chronic_absentee' });
  paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome: 'wrong_number', contact: 'mother' } });
  paper.day = '2021-12-01';
  paper.hears({ schoolYear: '2022-2023', absences: 0, excused: 0, truancy: [] });
  const kept = paper.state.tasks.filter((t) => t.year === '2022-2023' && t.openedOn < '2021-12-01').map((t) => t.task);
  return kept.sort().join() === 'case-management-plan,contact-correction,contract' ? [] : [`kept into the next year: ${kept.join()}`];
}

test('the shipped ladder has no fault', () => {
  expect(faults(shippedLadder())).toEqual([]);
});

/** One gate in so many is broken each time, and every one of them by `npm run test:long`. */
const EVERY = runs(3, 1);

test('breaking any one gate of the policy is noticed', () => {
  const survivors = mutants(shippedLadder()).filter(({ ladder }, n) => n % EVERY === 0 && faults(ladder).length === 0);
  expect(survivors.map((m) => m.name)).toEqual([]);
}, 300_000);
