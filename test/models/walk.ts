import type { Action } from '../../cases/actions.ts';
import type { Standing } from '../../cases/events.ts';
import { bandPosition } from '../../cases/bands.ts';
import type { Command, Message } from '../../cases/messages.ts';
import { finished } from '../../cases/evidence.ts';
import { groundsOf, type Decision } from '../../cases/index.ts';
import { needsOf } from '../../cases/paths.ts';
import { fallenReports, reportDue, soundReports } from '../../cases/truancy.ts';
import type { TaskState } from '../../cases/state.ts';
import type { Evidence, Ladder, TaskRule } from '../../policy/ladder.ts';
import type { Ground, Role, StudentFlag } from '../../policy/vocabulary.ts';
import { days, PaperCase, refusal, schoolDaysAfter } from '../cases/paper-case.ts';
import { doer, fitting, stranger, unfit } from './probes.ts';

/** Everybody is enrolled since this day. */
const SINCE = '2021-08-23';
const CONTACTS = ['mother', 'father', 'grandmother', 'neighbor'];
const TIMES = ['08:10', '12:40', '18:20'];
const MOST_RECORDS = 12;
const MOST_ROUNDS = 24;

/** A message that a walk gave to a student's case, and what the rules made of it. */
export interface Told {
  student: string;
  message: Message;
  decision: Decision;
}

/** An element that was taken: opened on this student's case, refused as often as it was tried without its evidence, and completed. */
export interface Taken {
  student: string;
  round: number;
  refusals: string[];
}

interface Situation {
  name: string;
  ground: Ground;
  flags?: StudentFlag[];
  age?: number;
  /** Which tasks people do on this case; absent: all. */
  only?: (rule: TaskRule) => boolean;
}

class Pupil extends PaperCase {
  constructor(
    ladder: Ladder,
    readonly situation: Situation,
    private readonly tell: (told: Told) => void,
  ) {
    super(ladder);
  }

  override send(message: Message): Decision {
    const decision = super.send(message);
    this.tell({ student: this.situation.name, message, decision });
    return decision;
  }
}

/**
 * A walk through a whole ladder by the rules alone, as many students at once as it takes: one climbs as a truant and one as a
 * chronic absentee, on each path somebody is led along it, what the truant's referral rests on falls away in the end, and one recovers. On
 * each element the first who comes to it is refused without its evidence.
 */
export class Walk {
  readonly told: Told[] = [];
  readonly taken = new Map<string, Taken>();
  /** Requirements that a refused referral named as missing. */
  readonly missed = new Set<string>();
  readonly pupils: Pupil[];

  constructor(
    readonly ladder: Ladder,
    /** `probe`: whether each element is tried without its evidence first. `whom`: only these students; absent: all. */
    private readonly options: { probe: boolean; whom?: string[] } = { probe: true },
  ) {
    this.pupils = situationsOf(ladder)
      .filter(({ name }) => options.whom?.includes(name) ?? true)
      .map((situation) => new Pupil(ladder, situation, (told) => void this.told.push(told)));
  }

  pupil(name: string): Pupil {
    const found = this.pupils.find(({ situation }) => situation.name === name);
    if (!found) throw new Error(`nobody in this walk is called ${name}`);
    return found;
  }

  /** Takes the whole walk. */
  go(): this {
    this.begin();
    for (let round = 0; round < MOST_ROUNDS && !this.isAtTheTop(); round++) {
      for (const pupil of this.pupils) pupil.pass(6).ticks();
      for (const pupil of this.pupils) this.escalate(pupil, round);
      for (let more = true; more;) {
        more = this.pupils.map((pupil) => this.work(pupil)).some(Boolean);
        for (const pupil of this.pupils) pupil.pass(1);
      }
      for (const pupil of this.pupils) this.gatherEvidence(pupil);
    }
    for (const pupil of this.pupils) {
      if (pupil.situation.name === 'truant') this.fall(pupil);
      if (pupil.situation.name === 'recovering') this.recover(pupil);
    }
    return this;
  }

  private begin(): void {
    const { firstReportEvents } = this.ladder.statute;
    for (const pupil of this.pupils) {
      pupil.pass(firstReportEvents + 3);
      const { flags, age, ground } = pupil.situation;
      const truancy = ground !== 'chronic_absentee' ? days(firstReportEvents) : [];
      pupil.hears({
        ...counted(truancy, firstReportEvents),
        daysEnrolled: enrolled(pupil),
        ...(flags ? { flags } : {}),
        ...(age ? { age } : {}),
      });
      if (this.options.probe) this.refer(pupil);
    }
    const caller = this.ladder.tasks.find((rule) => 'action' in rule.evidence && rule.evidence.action === 'contact');
    const truant = this.pupils.find(({ situation }) => situation.name === 'truant');
    if (!caller || !truant) return;
    for (const outcome of ['no_answer', 'wrong_number'] as const) {
      const action: Action = { kind: 'contact', details: { channel: 'phone', outcome, contact: CONTACTS[0]! } };
      truant.must(truant.does(doer(caller), action));
    }
  }

  /** The next band, and another event that has to be reported. */
  private escalate(pupil: Pupil, round: number): void {
    const { ground } = pupil.situation;
    const { statute, bands } = this.ladder;
    const inAll = enrolled(pupil);
    const target = absencesFor(this.ladder, Math.min(round, bands.length - 1), inAll);
    const reported = soundReports(pupil.state, this.ladder).length;
    const before = pupil.standing.truancy.length;
    const events = ground === 'chronic_absentee' ? 0 : reported ? before + (statute.furtherReportEvents ?? 0) : Math.max(before, 1);
    const truancy = days(events);
    pupil.hears({ ...counted(truancy, Math.max(target, pupil.standing.absences, events)), daysEnrolled: inAll });
  }

  /** Does what can be done on a case now. @returns whether anything was */
  private work(pupil: Pupil): boolean {
    let worked = false;
    for (const rule of this.ladder.tasks) {
      const task = pupil.state.tasks.find((one) => one.task === rule.task && one.status === 'open');
      if (!task || pupil.situation.only?.(rule) === false) continue;
      if (rule.recurs !== undefined && finished(pupil.state, this.ladder, rule.task)) continue;
      if (needsOf(pupil.state, this.ladder, rule).some((need) => !finished(pupil.state, this.ladder, need))) continue;
      worked = this.take(pupil, rule, task) || worked;
    }
    return worked;
  }

  /** Takes one task: refused without its evidence, by the wrong person, and then done. @returns false where it cannot be done yet */
  private take(pupil: Pupil, rule: TaskRule, task: TaskState): boolean {
    const { evidence } = rule;
    if ('referral' in evidence && !pupil.ready(pupil.situation.ground).ready) return false;
    if ('report' in evidence && !reportDue(pupil.state, this.ladder).due) return false;
    if ('letter' in evidence && fallenReports(pupil.state, this.ladder).length > 0) return false;
    const first = this.options.probe && !this.taken.has(rule.task);
    const refusals = first ? this.refused(pupil, rule, task) : [];
    this.complete(pupil, rule, task);
    const now = pupil.state.tasks.find((one) => one.task === task.task && one.round === task.round);
    if (now?.status !== 'done' || now.evidence.length === 0) throw new Error(`${rule.task} was documented and is ${now?.status}`);
    if (!this.taken.has(rule.task)) this.taken.set(rule.task, { student: pupil.situation.name, round: task.round, refusals });
    return true;
  }

  private complete(pupil: Pupil, rule: TaskRule, task: TaskState): void {
    const { evidence } = rule;
    const role = doer(rule);
    if ('report' in evidence) {
      const { events } = reportDue(pupil.state, this.ladder);
      pupil.must(pupil.command(role, { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: pupil.day }));
    } else if ('withdrawal' in evidence) {
      pupil.must(pupil.command(role, { kind: 'withdraw_report', ordinal: Number(task.ref) }));
    } else if ('letter' in evidence) {
      const { letter } = evidence;
      pupil.must(pupil.command(rule.approver?.[0] ?? role, { kind: 'approve_letter', letter, round: task.round }));
      pupil.must(this.document(pupil, role, task, mailing(letter)));
    } else if ('schoolRecord' in evidence) {
      // Done once for the school: every case hears of it.
      const schoolRecords = [
        ...pupil.standing.schoolRecords,
        { task: evidence.schoolRecord, record: `record-${evidence.schoolRecord}`, on: pupil.day },
      ];
      for (const one of this.pupils) one.hears({ schoolRecords });
    } else if ('referral' in evidence) {
      pupil.must(this.refer(pupil));
    } else {
      for (let n = 0; n < MOST_RECORDS && isOpen(pupil, task); n++) {
        if (n > 0 && evidence.distinct?.days) pupil.pass(1);
        pupil.must(this.document(pupil, role, task, fitting(evidence, this.given(pupil, task, n), n), n));
      }
    }
  }

  /** What is tried first and must not be taken. @returns the types of the refusals */
  private refused(pupil: Pupil, rule: TaskRule, task: TaskState): string[] {
    const { evidence } = rule;
    const role = doer(rule);
    const outsider = stranger([rule.owner, ...(rule.also ?? [])]);
    const other: Evidence = { action: 'monitoring' };
    const given = this.given(pupil, task, 0);
    const tries: Decision[] =
      'report' in evidence
        ? [
            this.file(pupil, role, []),
            this.file(pupil, outsider, reportDue(pupil.state, this.ladder).events),
            this.document(pupil, role, task, fitting(other, given)),
          ]
        : 'withdrawal' in evidence
          ? [
              pupil.command(role, { kind: 'withdraw_report', ordinal: 99 }),
              pupil.command(role, { kind: 'withdraw_report', ordinal: Number(task.ref) }, { text: false }),
            ]
          : 'letter' in evidence
            ? [
                this.document(pupil, role, task, mailing(evidence.letter)),
                pupil.command(stranger(rule.approver ?? []), { kind: 'approve_letter', letter: evidence.letter, round: task.round }),
              ]
            : 'schoolRecord' in evidence
              ? [this.document(pupil, role, task, fitting(other, given))]
              : 'referral' in evidence
                ? [pupil.command(outsider, { kind: 'refer', to: evidence.referral, ground: pupil.situation.ground })]
                : [
                    this.document(pupil, role, task, unfit(evidence, given)),
                    this.document(pupil, outsider, task, fitting(evidence, given)),
                  ];
    const types = tries.map((decision) => refusal(decision)?.type ?? 'taken');
    if (types.includes('taken') || !isOpen(pupil, task))
      throw new Error(`${rule.task} was taken without its evidence: ${types.join(', ')}`);
    return types;
  }

  private file(pupil: Pupil, role: Role, events: string[]): Decision {
    return pupil.command(role, { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: pupil.day });
  }

  private document(pupil: Pupil, role: Role, { task, round }: TaskState, action: Action, nth = 0): Decision {
    const time = TIMES[nth % TIMES.length]!;
    return pupil.command(role, { kind: 'document_action', on: pupil.day, time, task: { task, round }, action });
  }

  private given(pupil: Pupil, task: TaskState, nth: number) {
    const { ground } = pupil.situation;
    const contact = CONTACTS[nth % CONTACTS.length]!;
    return { day: pupil.day, ref: task.ref ?? '', contact, ground, truancy: pupil.standing.truancy };
  }

  /** Asks for the referral; what is missing is noted. */
  private refer(pupil: Pupil): Decision {
    const rule = this.ladder.tasks.find(({ evidence }) => 'referral' in evidence);
    if (!rule || !('referral' in rule.evidence)) throw new Error('this ladder has no last rung');
    const command: Command = { kind: 'refer', to: rule.evidence.referral, ground: pupil.situation.ground };
    const decision = pupil.command(rule.owner, command);
    for (const { requirement } of refusal(decision)?.missing ?? []) this.missed.add(requirement);
    return decision;
  }

  /** What a referral asks beside finished tasks is documented without one. */
  private gatherEvidence(pupil: Pupil): void {
    if (pupil.situation.only) return;
    for (const { requirement, test } of this.ladder.referral) {
      if (!test || !('evidence' in test)) continue;
      const rule = this.ladder.tasks.find((one) => 'action' in one.evidence && one.evidence.action === test.evidence.action);
      for (let n = 0; rule && n < MOST_RECORDS && pupil.missing(pupil.situation.ground).includes(requirement); n++) {
        const given = { day: pupil.day, ref: '', contact: CONTACTS[n % CONTACTS.length]!, ground: pupil.situation.ground, truancy: [] };
        const role = test.evidence.by?.[0] ?? rule.owner;
        const action = fitting(test.evidence, given, n);
        pupil.must(pupil.command(role, { kind: 'document_action', on: pupil.day, time: TIMES[n % TIMES.length]!, task: null, action }));
      }
    }
  }

  /** Whether those who climb the whole ladder have been referred, and all have come to the last band. */
  private isAtTheTop(): boolean {
    const last = this.ladder.bands.length - 1;
    return this.pupils.every(
      ({ situation, state, standing }) =>
        bandPosition(this.ladder, standing) === last && (situation.only !== undefined || state.referrals.length > 0),
    );
  }

  /** The first events turn out to have been excused: reports, letters and the referral rest on what no longer stands. */
  private fall(pupil: Pupil): void {
    pupil.pass(2).hears({ ...counted(pupil.standing.truancy.slice(2), pupil.standing.absences) });
    while (this.work(pupil)) pupil.pass(1);
  }

  private recover(pupil: Pupil): void {
    pupil.pass(1).hears({ recoveredOn: pupil.day });
    pupil.pass((this.ladder.recovery?.monitor ?? 0) + 1).ticks();
    while (this.work(pupil)) pupil.pass(1);
  }
}

function situationsOf(ladder: Ladder): Situation[] {
  const truant = groundsOf(ladder).find((ground) => ground !== 'chronic_absentee') ?? 'habitual_truant';
  const isLed = (path: string, rule: TaskRule): boolean =>
    rule.opens.some((one) => one.on === 'path' && one.path === path) || 'report' in rule.evidence;
  return [
    { name: 'truant', ground: truant },
    { name: 'chronic', ground: 'chronic_absentee' },
    ...(ladder.paths ?? []).map(({ path, flags, age }): Situation => ({
      name: path,
      ground: truant,
      ...(flags ? { flags: flags.slice(0, 1) } : {}),
      ...(age === undefined ? {} : { age }),
      only: (rule) => isLed(path, rule),
    })),
    ...(ladder.recovery
      ? [
          {
            name: 'recovering',
            ground: 'chronic_absentee' as const,
            only: (rule: TaskRule) => rule.opens.some(({ on }) => on === 'recovered'),
          },
        ]
      : []),
  ];
}

/** The fewest absences that reach a band in so many days; all the days where they do not reach it yet. */
function absencesFor(ladder: Ladder, band: number, daysEnrolled: number): number {
  let absences = 1;
  while (absences < daysEnrolled && bandPosition(ladder, { absences, daysEnrolled }) < band) absences++;
  return absences;
}

/** School days of a student up to today. */
function enrolled({ day }: PaperCase): number {
  let count = 1;
  while (schoolDaysAfter(SINCE, count) <= day) count++;
  return count;
}

function counted(truancy: string[], absences: number): Pick<Standing, 'truancy' | 'absences' | 'excused' | 'unexcused'> {
  const all = Math.max(absences, truancy.length);
  return { truancy, absences: all, unexcused: truancy.length, excused: all - truancy.length };
}

function isOpen(pupil: PaperCase, { task, round }: TaskState): boolean {
  return pupil.state.tasks.some((one) => one.task === task && one.round === round && one.status === 'open');
}

function mailing(letter: string): Action {
  return { kind: 'letter_mailed', details: { letter, channel: 'mail', contact: CONTACTS[0]! } };
}
