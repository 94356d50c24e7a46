import fc from 'fast-check';
import { bandOf, emptyCase, possible, readiness, reportDue } from '../../cases/index.ts';
import { crossingOf } from '../../cases/beginnings.ts';
import type { CaseEvent, Draft, Hold, Standing } from '../../cases/events.ts';
import { ruleOf } from '../../cases/evidence.ts';
import type { Command } from '../../cases/messages.ts';
import { isFact } from '../../cases/openings.ts';
import type { CaseState } from '../../cases/state.ts';
import { fallenReports, isHabitual, mayReport, soundReports, unservedEvents } from '../../cases/truancy.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { STUDENT_FLAGS, type Role } from '../../policy/vocabulary.ts';
import { commandFor, type Found } from './diligent.ts';
import { days, PaperCase } from './paper-case.ts';

/**
 * One student's case, lived through twice: the same days and the same people, and attendance that is told in another order. In one of them
 * a correction came before anybody had acted on what it corrects; in the other long after.
 */
interface Lives {
  one: PaperCase;
  other: PaperCase;
}

/** What can be told of the attendance on a day, beside the day itself. */
export type Told = Partial<Omit<Standing, 'version' | 'asOf'>>;

/** Records that may be found to be of the same student, each with the report that stands there. */
const MERGED: NonNullable<Standing['joined']> = [1, 2].map((n) => ({
  merge: `merge-${n}`,
  student: `student-${n + 1}`,
  case: `case-${n + 1}`,
  reports: [{ year: '2021-2022', ordinal: n, on: '2021-10-01', events: days(12).slice(8 + n, 9 + n) }],
}));
const hold: Hold[] = [{ why: 'day_not_submitted', since: '2021-09-06' }];

/** How the student stands, whatever day it is. */
const fact = fc
  .record({
    absences: fc.nat(40),
    events: fc.nat(9),
    gone: fc.nat(511),
    occasions: fc.nat(4),
    flags: fc.subarray([...STUDENT_FLAGS], { maxLength: 2 }),
    age: fc.constantFrom(14, 14, 14, 17, 18),
    recovered: fc.constantFrom(null, null, '2021-11-01'),
    joined: fc.constantFrom(0, 0, 0, 1, 2),
  })
  .map(({ absences, events, gone, occasions, flags, age, recovered, joined }): Told => {
    const truancy = days(events).filter((_, n) => ((gone >> n) & 1) === 0);
    return {
      absences: Math.max(absences, truancy.length),
      unexcused: truancy.length,
      truancy,
      occasions: truancy.slice(0, occasions),
      flags,
      age,
      recoveredOn: recovered,
      joined: MERGED.slice(0, joined),
    };
  });
/** What stands in the way of a standing for a while: a day that nobody submitted, a departure that turns out to be none, a merge that does. */
const passing = fc.constantFrom<Told>(
  ...Array.from({ length: 7 }, () => ({})),
  { holds: hold },
  { holds: [{ why: 'school_not_released', since: '2021-08-23' }] },
  { departed: { on: '2021-11-01', reason: null } },
  { mergedInto: { merge: 'merge-3', student: 'student-4', case: 'case-4' } },
);
const SETTLED: Told = { holds: [], departed: null, mergedInto: null };

/** What people do, as far as both cases take it. */
export type Deed =
  | { kind: 'work'; offer: number; choice: number }
  /** A report that is due is filed. */
  | { kind: 'file' }
  | { kind: 'call'; outcome: 'reached' | 'no_answer' | 'wrong_number' }
  | { kind: 'supersede'; n: number }
  | { kind: 'withdraw'; ordinal: number }
  | { kind: 'refer'; ground: 'habitual_truant' | 'chronic_absentee' };
export const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('work' as const), offer: fc.nat(40), choice: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('call' as const), outcome: fc.constantFrom('reached', 'no_answer', 'wrong_number') }),
  },
  fc.record({ kind: fc.constant('supersede' as const), n: fc.nat(30) }),
  fc.record({ kind: fc.constant('withdraw' as const), ordinal: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('refer' as const), ground: fc.constantFrom('habitual_truant', 'chronic_absentee') }),
);

/** One step: days pass, attendance is told to both cases, alike or not, and people do something. */
interface Step {
  pass: number;
  told: Told | null;
  /** What the other case is told: the same, nothing as yet, or something else. */
  otherwise: 'same' | 'nothing' | Told;
  assembly: boolean;
  deeds: Deed[];
}
const told = fc.tuple(fact, passing).map(([one, also]): Told => ({ ...SETTLED, ...one, ...also }));
const step: fc.Arbitrary<Step> = fc.record({
  pass: fc.nat(8),
  told: fc.option(told, { freq: 3 }),
  otherwise: fc.oneof(
    { weight: 4, arbitrary: fc.constant('same' as const) },
    { weight: 1, arbitrary: fc.constant('nothing' as const) },
    { weight: 2, arbitrary: told },
  ),
  assembly: fc.nat(9).map((n) => n === 0),
  deeds: fc.array(deed, { maxLength: 4 }),
});

export interface TwoOrders {
  steps: Step[];
  end: Told;
}
/** Two orders of one history: they end in the same attendance truth. */
export const twoOrders: fc.Arbitrary<TwoOrders> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  end: fact.map((one): Told => ({ ...SETTLED, ...one })),
});

/** Whether a standing begins a case: not while it is held, as in `attendance/crossings.ts`. */
function begins(ladder: Ladder, standing: Standing): boolean {
  if (standing.holds?.length || standing.mergedInto) return false;
  return crossingOf(notBegun(standing), ladder, standing) !== null;
}

/** A case that has not begun, of a student of whom this is known. */
const notBegun = (standing: Standing): CaseState => ({ ...emptyCase('case-1'), standing, schoolYear: standing.schoolYear });

/** A standing becomes another: the case is told, if it has begun or this begins it. */
function tells(paper: PaperCase, told: Told): void {
  const standing = { ...paper.standing, ...told, asOf: paper.day };
  if (paper.state.student !== null || begins(paper.ladder, standing)) paper.hears(told);
  else paper.standing = { ...standing, version: paper.standing.version + 1 };
}

/**
 * Lives through both orders: what somebody does is done in both cases or in neither.
 * @param deaf what of the end the other case is not told, to see that it is missed
 */
export function lives(ladder: Ladder, { steps, end }: TwoOrders, deaf: (keyof Told)[] = []): Lives {
  const both: Lives = { one: new PaperCase(ladder), other: new PaperCase(ladder) };
  let acts = 0;
  for (const { pass, told, otherwise, assembly, deeds } of steps) {
    for (const paper of [both.one, both.other]) {
      paper.pass(pass);
      const records = paper.standing.schoolRecords;
      const held =
        assembly && !records.length
          ? ladder.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : []))
          : [];
      const told = held.map((task) => ({ task, record: `record-${task}`, on: paper.day }));
      paper.standing = { ...paper.standing, schoolRecords: [...records, ...told] };
    }
    if (told) tells(both.one, told);
    const others = otherwise === 'same' ? told : otherwise === 'nothing' ? null : otherwise;
    if (others) tells(both.other, others);
    for (const one of deeds) act(both, one, `act-${(acts += 1)}`);
  }
  const untold = Object.fromEntries(deaf.map((fact) => [fact, both.other.standing[fact]])) as Told;
  tells(both.one, end);
  tells(both.other, { ...end, ...untold });
  return both;
}

/** Lets all that waits come to its end. */
export function settle({ one, other }: Lives): void {
  for (let weeks = 0; weeks < 12; weeks += 1) for (const paper of [one, other]) paper.pass(10).ticks();
}

/** Does something in both cases, or in neither: only what both accept and write down alike is the same act. */
function act(both: Lives, deed: Deed, id: string): void {
  const [before, otherBefore] = [remember(both.one), remember(both.other)];
  const shared = sharedDeed(both.one, both.other, deed);
  if (shared === null) return;
  const [done, doneThere] = [both.one, both.other].map((paper) => {
    const decision = paper.command(shared.role, shared.command(paper.state), { id });
    return decision.kind === 'events' ? actsOf(paper.events.filter(({ cause }) => cause === id)) : null;
  });
  if (done && done === doneThere) return;
  restore(both.one, before);
  restore(both.other, otherBefore);
}

/** Something that one person can do in two cases: what is sent differs in nothing but in the round of its task. */
export interface SharedDeed {
  role: Role;
  command: (state: CaseState) => Command;
}

/** What a deed is, in two cases as they are; null where it cannot be done in both. */
export function sharedDeed(one: Found, other: Found, deed: Deed): SharedDeed | null {
  switch (deed.kind) {
    case 'call': {
      const action = { kind: 'contact' as const, details: { channel: 'phone' as const, outcome: deed.outcome, contact: 'mother' } };
      return { role: 'clerk', command: () => ({ kind: 'document_action', on: one.day, time: '09:30', task: null, action }) };
    }
    case 'supersede': {
      const action = one.state.actions[deed.n % Math.max(1, one.state.actions.length)];
      return action ? { role: 'principal', command: () => ({ kind: 'supersede_action', action: action.id }) } : null;
    }
    case 'withdraw':
      return { role: 'clerk', command: () => ({ kind: 'withdraw_report', ordinal: deed.ordinal }) };
    case 'refer':
      return { role: 'attendance_supervisor', command: () => ({ kind: 'refer', to: 'sarb', ground: deed.ground }) };
    case 'file':
      return sharedWork(one, other, { offer: 0, choice: 0 }, 'file_report');
    case 'work':
      return sharedWork(one, other, deed);
  }
}

/** One of the things that can be done in both cases. */
function sharedWork(
  one: Found,
  other: Found,
  { offer: nth, choice }: { offer: number; choice: number },
  only?: Command['kind'],
): SharedDeed | null {
  const there = possible(other.state, other.ladder);
  const offers = possible(one.state, one.ladder).filter(
    ({ command, task }) =>
      task && (only ?? command) === command && there.some((theirs) => theirs.command === command && theirs.task?.task === task.task),
  );
  const offer = offers[nth % Math.max(1, offers.length)];
  const command = offer && commandFor(one, offer, (values) => values[choice % values.length]!);
  if (!command || !offer.task) return null;
  if (command.kind === 'file_report') {
    const open = unservedEvents(one.state).filter((day) => unservedEvents(other.state).includes(day));
    command.events = open.slice(0, open.findIndex((_, n) => mayReport(one.state, one.ladder, open.slice(0, n + 1))) + 1);
  }
  const { task } = offer.task;
  const inRound = (state: CaseState): Command => {
    const round = state.tasks.find((t) => t.task === task && t.status === 'open')?.round ?? 0;
    if (command.kind === 'document_action') return { ...command, task: { task, round } };
    return 'round' in command ? { ...command, round } : command;
  };
  const rule = ruleOf(one.ladder, task);
  const by = rule && 'action' in rule.evidence ? rule.evidence.by : undefined;
  return { role: offer.roles.find((role) => by?.includes(role)) ?? offer.roles[choice % offer.roles.length] ?? 'clerk', command: inRound };
}

/** What was written down of what somebody did, without the numbers of rounds, and without what followed from it by itself. */
export function actsOf(written: readonly Draft[]): string {
  return JSON.stringify(
    written.flatMap((event): unknown[] => {
      if (event.type === 'action_documented') return [{ ...event.body, task: event.body.task?.task }];
      if (event.type === 'task_unavailable') return [event.type, event.body.task];
      if (event.type === 'report_filed') return [{ ...event.body, standing: 0 }];
      if (event.type === 'letter_approved') return [{ ...event.body, round: 0 }];
      const whole = event.type === 'action_superseded' || event.type === 'report_withdrawn' || event.type === 'referred';
      return whole ? [event.type, event.body] : [];
    }),
  );
}

interface Memory {
  state: CaseState;
  events: CaseEvent[];
}
const remember = ({ state, events }: PaperCase): Memory => ({ state, events: [...events] });
const restore = (paper: PaperCase, { state, events }: Memory): void => void Object.assign(paper, { state, events });

/**
 * Requirements that tell of the way to them. A school's record that was cited while a task asked for it stays cited, though the task would
 * not be asked for any more; and of what recurs the latest round counts, which a recovery has put aside if it had begun, and else has not.
 */
function tellsOfTheWay(ladder: Ladder, requirement: string): boolean {
  const rule = ruleOf(ladder, requirement);
  return rule !== undefined && ('schoolRecord' in rule.evidence || rule.recurs !== undefined);
}

/** Which of several calls opened a task is a matter of when it was asked for first. */
function followsACall(ladder: Ladder, task: string): boolean {
  return ruleOf(ladder, task)?.opens.some((opening) => !isFact(opening)) === true;
}

/** Praise is asked for each recovery that the case was told of: where a correction moved its day through a relapse, once more. */
function isPraise(ladder: Ladder, task: string): boolean {
  return ruleOf(ladder, task)?.opens.some(({ on }) => on === 'recovered') === true;
}

/** What has to agree, whatever the order: the band, what the truancy track stands on, and what is asked of people. */
function agreement({ state, ladder, day }: Found): Record<string, unknown> {
  return {
    band: bandOf(ladder, state.standing)?.band ?? null,
    unserved: unservedEvents(state),
    report: reportDue(state, ladder),
    sound: soundReports(state, ladder).map(({ ordinal, events, lost }) => ({ ordinal, events, lost: lost.toSorted() })),
    fallen: fallenReports(state, ladder).map(({ ordinal }) => ordinal),
    letters: state.letters.map(({ document, lost }) => ({ document, lost: lost.toSorted() })),
    habitual: isHabitual(state, ladder),
    open: state.tasks
      .filter(({ status, task }) => status === 'open' && !isPraise(ladder, task))
      .map(({ task, ref = '' }) => (followsACall(ladder, task) ? task : `${task} ${ref}`))
      .sort(),
    readiness: (['habitual_truant', 'chronic_absentee'] as const).map((ground) =>
      readiness(state, ladder, ground, day)
        .requirements.filter(({ requirement }) => !tellsOfTheWay(ladder, requirement))
        .map(({ requirement, status }) => `${requirement} ${status}`),
    ),
  };
}

/** The case on paper, or, where it has not begun, what is known of the student. */
export function found(paper: PaperCase): Found {
  const { ladder, day } = paper;
  return { ladder, day, state: paper.state.student === null ? notBegun(paper.standing) : paper.state };
}

/**
 * What has to agree between two cases. A case that a crossing began and whose crossing was taken back stays on record, where none begins
 * that never crossed: what a referral of it would lack is then no question.
 */
export function compared(one: Found, other: Found): [Record<string, unknown>, Record<string, unknown>] {
  const both: [Record<string, unknown>, Record<string, unknown>] = [agreement(one), agreement(other)];
  if (one.state.student === null || other.state.student === null) for (const each of both) delete each['readiness'];
  return both;
}
