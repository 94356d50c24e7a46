import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { Temporal } from 'temporal-polyfill';
import { CannotTake } from '../attendance/cannot-take.ts';
import { dryRun, failDryRun } from '../attendance/dry-run.ts';
import { importDelivery } from '../attendance/import.ts';
import { FileRefused } from '../attendance/read/refusal.ts';
import { settleMerges } from '../attendance/roster/settle.ts';
import { turn, type TurnSummary } from '../attendance/turn.ts';
import { DeliveryCancelled } from '../attendance/watch.ts';
import type { Day } from '../cases/actions.ts';
import { failDelivery, type FileCounts } from '../store/attendance-delivery.ts';
import { districtTime } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import { whileBeating } from './beating.ts';
import { sampleDays } from './sample-day.ts';

/** An advance counts either calendar days or instructional days of the district (a day on which any school teaches). */
export type AdvanceInput = { days: number } | { schoolDays: number };

/** The days an advance will pass, and why it will stop short of what was asked, if it will. */
interface AdvancePlan {
  dates: Day[];
  short: string | null;
}

/** What one passed day brought. */
export interface DaySummary extends TurnSummary {
  /** Deadlines of cases that passed with the clock's move to this day. */
  deadlinesPassed: number;
}

/** What the district's workflows ask of the world. Never rename one: running workflows call them by name. */
export interface DistrictActivities {
  /** @returns the rows of its account; null when it was cancelled */
  importDelivery(deliveryId: string): Promise<FileCounts | null>;
  failDelivery(input: { deliveryId: string; problem: string }): Promise<void>;
  /** Tries a delivery out. @returns the rows of its account; null when nobody asks any more */
  dryRunDelivery(deliveryId: string): Promise<FileCounts | null>;
  failDryRun(input: { deliveryId: string; problem: string }): Promise<void>;
  /** Merges and parts student records, as people have asked. @returns the merges that were settled */
  settleMerges(): Promise<string[]>;
  /** Turns the district up to a day; null means the clock's today. */
  turnDay(day: Day | null): Promise<TurnSummary[]>;
  planAdvance(input: AdvanceInput): Promise<AdvancePlan>;
  /** Moves the clock to the evening of a day, delivers the day's rows as the nightly file would, and turns the day. */
  passDay(date: Day): Promise<TurnSummary>;
  /** Waits until every message has taken effect and no passed deadline is left. @returns deadlines that passed on the clock's day */
  waitUntilQuiet(date: Day): Promise<number>;
}

export interface DistrictDependencies {
  /** Connected as `rollbook_worker`. */
  db: Database;
  /** The folder with one folder for each shipped sample district. */
  samplesDir: string;
  /** How long cases may take to settle after a day has been passed, in milliseconds; five minutes if absent. */
  patienceMs?: number;
}

const POLL_MS = 50;
const PATIENCE_MS = 300_000;

export function createDistrictActivities({ db, samplesDir, patienceMs = PATIENCE_MS }: DistrictDependencies): DistrictActivities {
  const days = sampleDays({ db, samplesDir });

  return {
    importDelivery: (deliveryId) => whileBeating((signal) => rowsOf(async () => (await importDelivery(db, deliveryId, { signal })).counts)),

    failDelivery: ({ deliveryId, problem }) => failDelivery(db, deliveryId, problem),

    dryRunDelivery: (deliveryId) => whileBeating((signal) => rowsOf(() => dryRun(db, deliveryId, { signal }))),

    failDryRun: ({ deliveryId, problem }) => failDryRun(db, deliveryId, problem),

    settleMerges: () => whileBeating(() => settleMerges(db)),

    turnDay: (day) => whileBeating(async () => turn(db, day ?? (await districtTime(db)).day)),

    async planAdvance(input) {
      const district = await db('district').first<{ live: boolean } | undefined>('live');
      if (!district || district.live) {
        throw ApplicationFailure.nonRetryable('only a sample district can be advanced; a live district lives in wall time', 'LiveDistrict');
      }
      const { day } = await districtTime(db);
      // A day that an interrupted advance moved the clock to, and did not turn, is passed first.
      const { last } = await db('district_turn').max<{ last: Day | null }>('date AS last').first<{ last: Day | null }>();
      const from = nextDay(last !== null && last < day ? last : day);
      const calendar = await db('calendar_day')
        .where('date', '>=', from)
        .groupBy('date')
        .orderBy('date')
        .select<{ date: Day; taught: boolean }[]>('date', db.raw('bool_or(instructional) AS taught'));
      return plan(from, calendar, input);
    },

    passDay: (date) => whileBeating(() => days.pass(date)),

    async waitUntilQuiet(date) {
      const until = Date.now() + patienceMs;
      for (;;) {
        const { at } = await districtTime(db);
        const { rows } = await db.raw<{
          rows: { messages: number; deadlines: number }[];
        }>(
          `SELECT (SELECT count(*) FROM outbox) AS messages,
             (SELECT count(*) FROM attendance_case WHERE next_deadline <= ? AND needs_attention IS NULL) AS deadlines`,
          [at],
        );
        const { messages, deadlines } = rows[0]!;
        if (messages === 0 && deadlines === 0) break;
        if (Date.now() > until) {
          throw ApplicationFailure.nonRetryable(
            `after ${patienceMs / 1000} seconds ${messages} messages and ${deadlines} deadlines of ${date} have not taken effect: is a worker running?`,
            'NotQuiet',
          );
        }
        Context.current().heartbeat({ date, messages, deadlines });
        await pause(POLL_MS, undefined, {
          signal: Context.current().cancellationSignal,
        });
      }
      // Deadlines lie at the end of a day: those of yesterday have passed since yesterday evening.
      const { n } = await db('case_event')
        .where({ type: 'deadline_passed' })
        .whereRaw(`at > CAST(? AS timestamptz) - interval '1 day'`, [(await districtTime(db)).at])
        .count<{ n: number }[]>('* AS n')
        .first<{ n: number }>();
      return n;
    },
  };
}

const nextDay = (day: Day): Day => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** Walks the calendar from a day on until enough days, or school days, are passed or the calendar ends. */
function plan(from: Day, calendar: { date: Day; taught: boolean }[], input: AdvanceInput): AdvancePlan {
  const end = calendar.at(-1)?.date;
  if (end === undefined)
    return {
      dates: [],
      short: `The calendar ends before ${from}; there is no day to advance to.`,
    };
  const taught = new Set(calendar.filter((day) => day.taught).map((day) => day.date));
  const wanted = 'days' in input ? input.days : input.schoolDays;
  const dates: Day[] = [];
  let counted = 0;
  for (let date = from; counted < wanted && date <= end; date = nextDay(date)) {
    dates.push(date);
    if ('days' in input || taught.has(date)) counted += 1;
  }
  const unit = 'days' in input ? 'days' : 'school days';
  return {
    dates,
    short: counted < wanted ? `The calendar ends on ${end}: ${counted} of ${wanted} ${unit} can be passed.` : null,
  };
}

/** The rows of an account, without the names of files. Null when somebody cancelled; what trying again cannot mend is not tried again. */
async function rowsOf(work: () => Promise<FileCounts | null>): Promise<FileCounts | null> {
  try {
    const counts = await work();
    if (counts === null) return null;
    const { read, accepted, rejected, ignored } = counts;
    return { read, accepted, rejected, ignored };
  } catch (error) {
    if (error instanceof DeliveryCancelled) return null;
    if (error instanceof CannotTake || error instanceof FileRefused) throw ApplicationFailure.nonRetryable(error.message, error.name);
    throw error;
  }
}
