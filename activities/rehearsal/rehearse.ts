import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import { countPasts, readCalendars, readPasts, type Whom } from '../../attendance/past/read.ts';
import { rulesOfPolicy } from '../../attendance/rules.ts';
import { schoolYearOf } from '../../attendance/school-year.ts';
import type { Day } from '../../cases/actions.ts';
import { withoutWording } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { endOfDay } from '../../store/calendar.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { AS_REHEARSED, Replay, type Audience, type Stage } from './replay.ts';
import { spanProblem, type Responses } from '../../policy/rehearsal.ts';
import { Tally, type Forecast } from './tally.ts';

/** A policy that is rehearsed: its document, and the ladder compiled from it. */
export interface RehearsedPolicy {
  document: string;
  ladder: Ladder;
}

export interface RehearsalInput {
  /** The draft first; the others, such as the policy in force, are replayed alike and stand beside it. */
  policies: RehearsedPolicy[];
  /** Days of one school year. */
  from: Day;
  to: Day;
  whom: Whom;
  responses: Responses;
  /** One part of the students, where several processes share the work. */
  of?: { part: number; parts: number };
}

export interface RehearsalOptions {
  /** Ends the rehearsal at the next student; nothing has to be undone. */
  signal?: AbortSignal;
  /** Hears after each batch how many of how many students are done. */
  progress?: (done: number, of: number) => void;
  /** Students that are read at a time; memory holds no more of them. */
  batch?: number;
  /** Hears what happens on the cases of each policy, beside the tally. */
  audience?: (policy: number, student: string) => Audience;
}

/** What the case has to do with a contact person that rehearsals have none of. */
const CONTACT = '00000000-0000-4000-8000-000000000001';
const BATCH = 1000;

/**
 * Replays a past span under each of the policies, student by student, from what PostgreSQL has of their attendance. Reads alone: nothing
 * is written, no case is touched, and no record of a case is read.
 * @returns the forecasts, in the order of the policies
 * @throws the signal's reason when it is to end; an error where the span is none
 */
export async function rehearse(db: Database, input: RehearsalInput, options: RehearsalOptions = {}): Promise<Forecast[]> {
  const { from, to } = input;
  const problem = spanProblem(from, to);
  if (problem !== null) throw new Error(problem);
  // One look at the district from beginning to end, and PostgreSQL itself refuses to write in it.
  return db.transaction((trx) => replayAll(trx, input, options), { isolationLevel: 'repeatable read', readOnly: true });
}

async function replayAll(
  db: Transaction,
  { policies, from, to, whom, responses, of }: RehearsalInput,
  options: RehearsalOptions,
): Promise<Forecast[]> {
  const { signal, progress, batch = BATCH, audience } = options;
  const stages = await stagesOf(db, { policies, from, to, responses });
  const tallies = stages.map(({ ladder }) => new Tally(ladder, responses));
  const total = await countPasts(db, to, whom);
  let done = 0;
  const rules = stages[0]!.rules;
  for await (const students of readPasts(db, to, whom, { batch, rules, ...(of ? { of } : {}) })) {
    for (const student of students) {
      signal?.throwIfAborted();
      stages.forEach((stage, policy) => {
        const tally = tallies[policy]!;
        const more = audience?.(policy, student.student);
        const heard: Audience = more ? both(tally, more) : tally;
        tally.end(student.student, new Replay(stage, student, heard).run());
      });
    }
    done += students.length;
    progress?.(done, total);
    // Whoever wants to end the rehearsal gets a word in.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return tallies.map((tally) => tally.forecast());
}

/** What each of the policies is replayed with. */
export async function stagesOf(db: Transaction, { policies, from, responses, to }: Omit<RehearsalInput, 'whom'>): Promise<Stage[]> {
  const [calendars, district] = await Promise.all([
    readCalendars(db, from),
    db('district').first<{ time_zone: string } | undefined>('time_zone'),
  ]);
  if (!district) throw new Error('no district has been set up in this database');
  const ends = new Map<number, string>();
  const endOf = (day: number): string => {
    const known = ends.get(day) ?? endOfDay(dayText(day), district.time_zone);
    ends.set(day, known);
    return known;
  };
  return policies.map(({ document, ladder }) => ({
    ladder: withoutWording(ladder),
    rules: rulesOfPolicy({ id: ladder.policy.id, version: ladder.policy.version, document, ladder }),
    people: { responses, contact: CONTACT },
    schoolTasks: ladder.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : [])),
    calendars,
    schoolYear: schoolYearOf(from).name,
    from: dayNumber(from),
    to: dayNumber(to),
    endOf,
    names: AS_REHEARSED,
  }));
}

function both(one: Audience, other: Audience): Audience {
  return {
    event: (event, state) => {
      one.event(event, state);
      other.event(event, state);
    },
    deed: (...deed) => {
      one.deed(...deed);
      other.deed(...deed);
    },
  };
}
