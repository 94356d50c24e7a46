import { dayNumber, dayText, type DayNumber } from '../../attendance/past/day-numbers.ts';
import type { SchoolDays } from '../../attendance/past/school-days.ts';
import { StudentPast, type PastStanding } from '../../attendance/past/standings.ts';
import type { PastCalendars, PastStudent } from '../../attendance/past/student.ts';
import type { StandingRules } from '../../attendance/rules.ts';
import { deadlineDay, decide, emptyCase, evolve, hasNotImproved, nextDeadline, supportsOf, SYSTEM } from '../../cases/index.ts';
import type { Actor, CaseEvent, Draft, Due, Standing } from '../../cases/events.ts';
import type { DistrictTime, Message } from '../../cases/messages.ts';
import type { Support } from '../../cases/improvement.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { crossing, type Watch } from './crossing.ts';
import { callAbout, nextDay, nextDeed, somebody, type Deed, type People, type Plans } from './people.ts';

/** All that replaying one student's case needs of the world. */
export interface Stage {
  /** The draft, without its wording. */
  ladder: Ladder;
  rules: StandingRules;
  people: People;
  /** The school tasks that the draft's tasks cite. */
  schoolTasks: string[];
  calendars: PastCalendars;
  schoolYear: string;
  from: DayNumber;
  to: DayNumber;
  /** The instant at which a day ends where the district is. */
  endOf: (day: DayNumber) => string;
  /** How what happens is called; `AS_REHEARSED` where nobody reads it afterwards. */
  names: Names;
}

/** How what a replay brings about is called in the events. */
export interface Names {
  /** The id of a command of a student's case: with it goes that of the action, letter or referral that it makes. */
  command(student: string, number: number): string;
  /** The digest of what was said in words with a command. */
  textDigest(command: string): string;
  /** The record of a task that a school does for itself. */
  schoolRecord(school: string, task: string): string;
  actor(role: Role, school: string): Actor;
}

export const AS_REHEARSED: Names = {
  command: (_student, number) => `deed-${number}`,
  textDigest: () => 'rehearsed',
  schoolRecord: (school, task) => `${school} ${task}`,
  actor: somebody,
};

/** Hears of everything that the replay of a case brings, in order. */
export interface Audience {
  event(event: CaseEvent, state: CaseState): void;
  /** Something that somebody did, accepted or not, and that took time; its events were heard before. */
  deed(deed: Deed, accepted: boolean, school: string, day: DayNumber, command: string): void;
}

const EVENING = 'T17:00:00.000Z';
const LATER = 'T18:00:00.000Z';
const LAST = 'T19:00:00.000Z';
const NOTHING_TRIED: ReadonlySet<string> = new Set();
/** A day of a case's life can set off only so much; more is a fault of the rules, and said so. */
const DEEDS_A_DAY = 200;

/**
 * One student's case over a span of a school year, as the rules of `cases/` bring it about: attendance by day, deadlines at their own
 * instants, and people as the table has them. What the shell of a case does is done here alike: a message is judged after the deadlines
 * before it, it brings the newest standing, and due dates are resolved on the school's calendar.
 */
export class Replay {
  state: CaseState;
  readonly #standings: PastStanding[];
  readonly #past: StudentPast;
  readonly #calls: { day: DayNumber; school: string }[];
  #at = -1;
  #watch: Watch = { band: 0, due: false };
  #seq = 0;
  /** Standings that are news since days went by alone. */
  #passed = 0;
  readonly #turns = new Map<string, DayNumber[]>();
  #plans: { calendar: SchoolDays | null; of: Plans } = { calendar: null, of: new Map() };
  #lastTold: { version: number; day: DayNumber; standing: Standing } | null = null;

  constructor(
    readonly stage: Stage,
    readonly student: PastStudent,
    readonly audience: Audience,
  ) {
    this.#past = new StudentPast(student, stage.calendars, stage.rules, stage.to);
    this.#standings = this.#past.standings();
    this.#calls = this.#past.spells
      .map(({ first, school }) => ({ day: first, school }))
      .filter(({ day }) => day >= stage.from)
      .sort((a, b) => a.day - b.day);
    this.state = emptyCase(student.student);
  }

  run(): CaseState {
    const { from, to } = this.stage;
    // What was before the span is known when it begins, and nothing of it was acted upon.
    let entry = this.#standings.findLastIndex((one) => one.day <= from);
    if (entry === -1) entry = 0;
    let call = 0;
    let look: DayNumber | null = null;
    let last = from - 1;
    for (;;) {
      const standing = this.#standings[entry];
      const deadline = nextDeadline(this.state);
      const days = [
        standing === undefined ? Infinity : Math.max(standing.day, from),
        deadline === null ? Infinity : this.#dayOf(deadline) + 1,
        this.#calls[call]?.day ?? Infinity,
        look ?? Infinity,
        this.#turnAfter(last),
      ];
      const day = Math.min(...days);
      if (day > to) break;
      const turns = this.#turnAfter(last) === day;
      last = day;
      this.#passDeadlines(day);
      if (standing !== undefined && Math.max(standing.day, from) === day) {
        this.#hears(entry, day, turns);
        entry += 1;
      } else if (turns) {
        this.#passed += 1;
        this.#tells(day);
      }
      const calendar = this.#calendar();
      let rests = false;
      if (calendar?.isTaught(day)) {
        for (; this.#calls[call]?.day === day; call++) this.#call(day);
        rests = this.#act(day, calendar);
      }
      while ((this.#calls[call]?.day ?? Infinity) <= day) call += 1;
      look = calendar === null || this.state.student === null ? null : this.#nextLook(day, calendar, rests);
    }
    this.#passDeadlines(to + 1);
    return this.state;
  }

  /** The standing became another: the case hears of it if that wakes it. */
  #hears(entry: number, day: DayNumber, turns: boolean): void {
    const now = this.#standings[entry]!;
    const before = entry === 0 || this.#at === -1 ? null : this.#standings[this.#at]!;
    this.#at = entry;
    const woken = crossing(this.stage.rules, this.state, {
      now,
      before,
      truancy: this.#past.truancyOn(day),
      truancyBefore: before === null ? [] : this.#past.truancyOn(day - 1),
      watch: this.#watch,
      fullDaysCrossed: before !== null && this.#crossesFullDays(day),
    });
    this.#watch = woken.watch;
    if (woken.wakes || turns) this.#tells(day);
  }

  #tells(day: DayNumber): void {
    const standing = this.#told(day);
    this.#judge({ kind: 'standing', id: `standing:${standing.version}`, time: this.#time(day, EVENING), standing });
  }

  /**
   * The first day after a day on which the attendance since something was done passes a line of the policy, either way; infinity if none
   * does. A day may pass it alone: the policy waits for so many, and a share falls with them.
   */
  #turnAfter(day: DayNumber): number {
    const next = supportsOf(this.state, this.stage.ladder).map((line) => {
      const key = JSON.stringify(line);
      const known = this.#turns.get(key);
      const turns = known ?? this.#turnsOf(line);
      if (!known) this.#turns.set(key, turns);
      return turns.find((one) => one > day) ?? Infinity;
    });
    return Math.min(...next, Infinity);
  }

  #turnsOf(line: Support): DayNumber[] {
    const done = dayNumber(line.on);
    const turns: DayNumber[] = [];
    let before = false;
    for (let day = done + 1; day <= this.stage.to; day++) {
      const now = hasNotImproved(line, this.#past.sinceOn(day, done));
      if (now !== before) turns.push(day);
      before = now;
    }
    return turns;
  }

  #crossesFullDays(day: DayNumber): boolean {
    const lines = this.stage.ladder.tasks.flatMap(({ fullDays = 0 }) => (fullDays ? [fullDays] : []));
    if (lines.length === 0) return false;
    const fullDaysOn = (on: DayNumber): number => this.#past.truancyOn(on).length - this.#past.occasionsOn(on).length;
    const [now, then] = [fullDaysOn(day), fullDaysOn(day - 1)];
    return lines.some((line) => now >= line !== then >= line);
  }

  /** Tells the case, at the end of the span, how the student stands as the district has it. */
  tell(standing: Standing): void {
    if (this.state.student === null) return;
    this.#judge({ kind: 'standing', id: `standing:${standing.version}`, time: this.#time(this.stage.to, LAST), standing });
  }

  #call(day: DayNumber): void {
    const deed = callAbout(this.stage.people, this.student.student, day);
    if (deed !== null) this.#does(deed, day);
  }

  /** @returns whether nothing was refused, so that the case rests until something happens to it */
  #act(day: DayNumber, calendar: SchoolDays): boolean {
    if (this.state.student === null) return true;
    const tried = new Set<string>();
    const { people, ladder } = this.stage;
    let refused = false;
    for (let done = 0; ; done++) {
      if (done > DEEDS_A_DAY) throw new Error(`the case of ${this.student.student} does not come to rest on ${dayText(day)}`);
      const deed = nextDeed(people, ladder, this.#found(day, calendar), tried);
      if (deed === null) return !refused;
      tried.add(deed.key);
      refused = !this.#does(deed, day) || refused;
    }
  }

  #does(deed: Deed, day: DayNumber): boolean {
    const standing = this.#at === -1 ? null : this.#told(day);
    const school = this.state.school ?? standing?.school ?? '';
    const id = this.stage.names.command(this.student.student, this.#seq + 1);
    const accepted = this.#judge({
      kind: 'command',
      id,
      time: this.#time(day, LATER),
      standing,
      actor: this.stage.names.actor(deed.role, school),
      command: deed.command,
      textDigest: this.stage.names.textDigest(id),
      ifSeq: null,
    });
    this.audience.deed(deed, accepted, school, day, id);
    return accepted;
  }

  /**
   * The day on which somebody has to look at the case again, if nothing else happens to it: what was refused, or could not be done since
   * school was out, is tried on the next school day.
   */
  #nextLook(day: DayNumber, calendar: SchoolDays, rests: boolean): DayNumber | null {
    const next = rests ? null : calendar.after(day, 1);
    const { people, ladder } = this.stage;
    if (next !== null && nextDeed(people, ladder, this.#found(next, calendar), NOTHING_TRIED) !== null) return next;
    return nextDay(people, ladder, this.#found(day, calendar));
  }

  /** The case as people find it on a day. */
  #found(day: DayNumber, calendar: SchoolDays): Parameters<typeof nextDeed>[2] {
    if (this.#plans.calendar !== calendar) this.#plans = { calendar, of: new Map() };
    return { student: this.student.student, state: this.state, day, calendar, plans: this.#plans.of };
  }

  /** Takes note of every deadline before the evening of a day, each at its own instant, as the case's shell does. */
  #passDeadlines(day: DayNumber): void {
    for (let deadline = nextDeadline(this.state); deadline !== null; deadline = nextDeadline(this.state)) {
      const on = this.#dayOf(deadline);
      if (on >= day) return;
      // A deadline that lies before the case's own time passes with it.
      const standing = this.#at !== -1 && this.#standings[this.#at]!.day <= on ? this.#told(on) : null;
      this.#judge({ kind: 'tick', id: `tick:${deadline}`, time: { at: deadline, day: dayText(on), offset: 0 }, standing });
      if (nextDeadline(this.state) === deadline) throw new Error(`the case of ${this.student.student} does not take note of ${deadline}`);
    }
  }

  /** Judges a message. @returns whether it was accepted */
  #judge(message: Message): boolean {
    const decision = decide(this.state, this.stage.ladder, message);
    if (decision.kind === 'refused') return false;
    const late = this.state.at !== null && this.state.at > message.time.at;
    const at = late && this.state.at !== null ? this.state.at : message.time.at;
    const day = late && this.state.day !== null ? this.state.day : message.time.day;
    const actor = message.kind === 'command' ? message.actor : SYSTEM;
    for (const draft of decision.events) {
      const school = draft.type === 'case_opened' ? draft.body.school : (this.state.school ?? '');
      const { type, body } = this.#dated(draft, school);
      const event = { type, body, seq: ++this.#seq, schema: 1, at, day, actor, cause: message.id } as CaseEvent;
      this.state = evolve(this.state, event);
      this.audience.event(event, this.state);
    }
    return true;
  }

  /** The due date in school days that a draft names, on the school's own calendar (house rule 9). */
  #dated(draft: Draft, school: string): Draft {
    if (draft.type === 'wait_began') return { ...draft, body: { ...draft.body, until: this.#resolved(draft.body.until, school) } };
    if (!('due' in draft.body) || draft.body.due === null) return draft;
    return { ...draft, body: { ...draft.body, due: this.#resolved(draft.body.due, school) } } as Draft;
  }

  #resolved({ schoolDays, from }: Due, school: string): Due {
    const on = this.#past.calendarAt(school, dayNumber(from)).after(dayNumber(from), schoolDays);
    return { schoolDays, from, on: on === null ? null : dayText(on), at: on === null ? null : this.stage.endOf(on) };
  }

  #dayOf(deadline: string): DayNumber {
    return dayNumber(deadlineDay(this.state, deadline) ?? deadline.slice(0, 10));
  }

  #calendar(): SchoolDays | null {
    const school = this.state.school ?? this.#standings[this.#at]?.school;
    return school === undefined ? null : this.stage.calendars.school(school);
  }

  #time(day: DayNumber, hour: string): DistrictTime {
    return { at: `${dayText(day)}${hour}`, day: dayText(day), offset: 0 };
  }

  /** The standing as the case is told it on a day. What the case knows already it is not told anew. */
  #told(day: DayNumber): Standing {
    const known = this.state.standing;
    const now = this.#standings[this.#at]!;
    if (known !== null && known.version === now.version + this.#passed) return known;
    if (this.#lastTold?.version !== now.version + this.#passed || this.#lastTold.day !== day)
      this.#lastTold = { version: now.version + this.#passed, day, standing: this.#standingOn(day, now) };
    return this.#lastTold.standing;
  }

  #standingOn(day: DayNumber, now: PastStanding): Standing {
    const done = supportsOf(this.state, this.stage.ladder).map(({ after, on }) => ({
      after,
      on,
      ...this.#past.sinceOn(day, dayNumber(on)),
    }));
    const { onSchoolDay } = this.stage.people.responses.schoolTasks;
    const recorded = onSchoolDay === null ? null : this.stage.calendars.school(now.school).after(this.stage.from - 1, onSchoolDay);
    return {
      version: now.version + this.#passed,
      student: this.student.student,
      asOf: dayText(day),
      schoolYear: this.stage.schoolYear,
      school: now.school,
      age: now.age,
      absences: now.absences,
      excused: now.excused,
      unexcused: now.unexcused,
      unverified: now.unverified,
      daysEnrolled: this.#past.daysEnrolledOn(day),
      truancy: this.#past.truancyOn(day),
      pending: this.#past.pendingOn(day),
      occasions: this.#past.occasionsOn(day),
      holds: [],
      flags: now.flags,
      recoveredOn: now.recoveredOn,
      ...(now.madeUp > 0 ? { madeUp: now.madeUp } : {}),
      ...(done.length > 0 ? { sinceDone: done } : {}),
      departed: now.departed,
      schoolRecords:
        recorded === null || recorded > day
          ? []
          : this.stage.schoolTasks.map((task) => ({
              task,
              record: this.stage.names.schoolRecord(now.school, task),
              on: dayText(recorded),
            })),
    };
  }
}
