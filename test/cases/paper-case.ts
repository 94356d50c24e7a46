import { decide, emptyCase, evolve, fold, pack, readiness, type Decision, type Readiness } from '../../cases/index.ts';
import type { Action, Day } from '../../cases/actions.ts';
import type { CaseEvent, Draft, Due, Standing } from '../../cases/events.ts';
import type { Command, Message, Refusal } from '../../cases/messages.ts';
import { unpack } from '../../cases/carried.ts';
import { mergedInto } from '../../cases/merged.ts';
import type { CarriedLadder } from '../../cases/carried-ladder.ts';
import type { CaseState, TaskState } from '../../cases/state.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { Ground, Role } from '../../policy/vocabulary.ts';
import { compile, readPolicy, shippedPolicyText, withoutWording } from '../../policy/index.ts';

let shipped: Ladder | null = null;

/** The shipped ladder as cases carry it; read once, and changed by nobody. */
export function shippedLadder(): Ladder {
  shipped ??= readShipped();
  return shipped;
}

function readShipped(): Ladder {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return withoutWording(compile(read.document));
}

/** The shipped ladder with a rule of recovery and a word of praise. */
export function recoveringLadder(): Ladder {
  const read = readPolicy(recoveringPolicyText());
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return withoutWording(compile(read.document));
}

/** The shipped policy with a rule of recovery and a word of praise, as a district adds them to its document. */
export function recoveringPolicyText(): string {
  return shippedPolicyText('lausd')
    .replace(
      'rollover:\n',
      `recovery:
  clause: 'improved attendance is recognised'
  from: basic
  schoolDays: 20
  attendance: 0.95
  monitor: 20
  open: pause
  keep: [truancy-report, letter-1, report-review, correction-note, referral-review, contact-correction]
rollover:
`,
    )
    .replace(
      '  - task: report-review\n',
      `  - task: praise
    kind: task
    step: situation
    title: Tell student and family that the attendance has recovered
    clause: 'improved attendance is recognised'
    opens: [{ on: recovered }]
    owner: case_manager
    also: [teacher, principal, clerk]
    due: 5
    evidence: { action: recognition }
  - task: report-review
`,
    );
}

const FIRST_DAY = '2021-08-23';

/** Days from a day, on a calendar on which every weekday is a school day. */
export function schoolDaysAfter(from: Day, count: number): Day {
  const day = new Date(`${from}T00:00:00Z`);
  for (let left = count; left > 0;) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() % 6 !== 0) left -= 1;
  }
  return day.toISOString().slice(0, 10);
}

/**
 * A case on paper: the rules alone, without engine or database. Due dates are resolved on a plain calendar, as the record does on the
 * school's.
 */
export class PaperCase {
  state: CaseState = emptyCase('case-1');
  events: CaseEvent[] = [];
  day: Day = FIRST_DAY;
  standing: Standing = {
    version: 0,
    student: 'student-1',
    asOf: FIRST_DAY,
    schoolYear: '2021-2022',
    school: 'school-1',
    age: 14,
    absences: 0,
    excused: 0,
    unexcused: 0,
    unverified: 0,
    daysEnrolled: 100,
    truancy: [],
    pending: [],
    schoolRecords: [],
  };
  #commands = 0;

  constructor(public ladder: Ladder = shippedLadder()) {}

  pass(schoolDays: number): this {
    this.day = schoolDaysAfter(this.day, schoolDays);
    return this;
  }

  /** Attendance changes, and the case is told. */
  hears(change: Partial<Omit<Standing, 'version'>>): Decision {
    this.standing = { ...this.standing, asOf: this.day, ...change, version: this.standing.version + 1 };
    return this.send({ kind: 'standing', id: `standing:${this.standing.version}`, time: this.time(), standing: this.standing });
  }

  ticks(): Decision {
    return this.send({ kind: 'tick', id: `tick:${this.day}`, time: this.time(), standing: null });
  }

  command(role: Role, command: Command, more: { text?: boolean; id?: string; ifSeq?: number; ladder?: CarriedLadder } = {}): Decision {
    this.#commands += 1;
    const message: Message = {
      kind: 'command',
      id: more.id ?? `command-${this.#commands}`,
      time: this.time(),
      standing: this.standing.version ? this.standing : null,
      actor: { id: `${role}-1`, role, place: 'school-1' },
      command,
      textDigest: more.text === false ? null : 'digest',
      ifSeq: more.ifSeq ?? null,
      ...(more.ladder ? { ladder: more.ladder } : {}),
    };
    return this.send(message);
  }

  /** Somebody moves the case to another version of the policy, with a reason. */
  migrates(role: Role, to: Ladder, more: { text?: boolean; id?: string } = {}): Decision {
    return this.command(role, { kind: 'migrate_policy', to: to.policy }, { ...more, ladder: pack(to) });
  }

  /** Documents an action of today for an open task, or for none. */
  does(role: Role, action: Action, task?: string, on: Day = this.day): Decision {
    const open = task === undefined ? null : { task, round: this.state.tasks.filter((t) => t.task === task).at(-1)?.round ?? 1 };
    return this.command(role, { kind: 'document_action', on, time: '09:30', task: open, action });
  }

  /** Insists that it was accepted. */
  must(decision: Decision): this {
    if (decision.kind === 'refused')
      throw new Error(`refused: ${decision.refusal.type}: ${decision.refusal.detail} ${JSON.stringify(decision.refusal.missing ?? '')}`);
    return this;
  }

  task(task: string): TaskState | undefined {
    return this.state.tasks.filter((t) => t.task === task).at(-1);
  }

  open(): string[] {
    return this.state.tasks.filter((t) => t.status === 'open').map((t) => t.task);
  }

  ready(ground: Ground): Readiness {
    return readiness(this.state, this.ladder, ground, this.day);
  }

  missing(ground: Ground): string[] {
    return this.ready(ground)
      .requirements.filter((r) => r.status === 'missing')
      .map((r) => r.requirement);
  }

  /** Sends a message as the case's shell does: waits that have ended meanwhile end first, each at its own instant. */
  send(message: Message): Decision {
    for (;;) {
      // A record that counts as another student's sleeps, and its waits with it.
      const over = mergedInto(this.state)
        ? []
        : this.state.waits.filter((w) => !w.ended && w.until.at !== null && w.until.at <= message.time.at);
      const next = over.toSorted((a, b) => (a.until.at ?? '').localeCompare(b.until.at ?? ''))[0];
      if (!next) return this.#judge(message);
      const { at, on } = next.until;
      this.#judge({ kind: 'tick', id: `tick:${at}`, time: { at: at ?? '', day: on ?? this.day, offset: 0 }, standing: null });
    }
  }

  #judge(message: Message): Decision {
    const decision = decide(this.state, this.ladder, message);
    if (decision.kind === 'events') {
      for (const draft of decision.events) {
        const event = {
          ...dated(draft),
          seq: this.state.seq + 1,
          schema: 1,
          at: message.time.at,
          day: message.time.day,
          actor: 'actor' in message ? message.actor : { id: 'rollbook', role: 'system', place: 'district' },
          cause: message.id,
        } as CaseEvent;
        this.events.push(event);
        this.state = evolve(this.state, event);
      }
      if (message.kind === 'command' && message.ladder && this.state.policy?.digest === message.ladder.policy.digest)
        this.ladder = unpack(message.ladder);
    }
    return decision;
  }

  refolded(): CaseState {
    return fold('case-1', this.events);
  }

  time(): Message['time'] {
    return { at: `${this.day}T17:00:00.000Z`, day: this.day, offset: 0 };
  }
}

function dated(draft: Draft): Draft {
  if (draft.type === 'wait_began') return { ...draft, body: { ...draft.body, until: resolved(draft.body.until) } };
  if (!('due' in draft.body) || draft.body.due === null) return draft;
  return { ...draft, body: { ...draft.body, due: resolved(draft.body.due) } } as Draft;
}

function resolved({ schoolDays, from }: Due): Due {
  const on = schoolDaysAfter(from, schoolDays);
  return { schoolDays, from, on, at: `${on}T23:59:59.999Z` };
}

/** The refusal of a decision, or null. */
export function refusal(decision: Decision): Refusal | null {
  return decision.kind === 'refused' ? decision.refusal : null;
}

/** So many days in a row, as truancy events or absences. */
export function days(count: number, from: Day = '2021-08-24'): Day[] {
  return Array.from({ length: count }, (_, n) => (n === 0 ? from : schoolDaysAfter(from, n)));
}
