import { Temporal } from 'temporal-polyfill';
import type { Database, Transaction } from '../store/database.ts';
import { putApprovedInForce } from '../store/policy-store.ts';
import { writeStaffMessages } from '../store/staff-messages.ts';
import { remindOfTasks } from '../store/task-reminders.ts';
import { noticeMissing, remind } from './completeness.ts';
import { noteNoShows } from './roster/departures.ts';
import { settle } from './roster/settle.ts';
import { attendanceRules, type AttendanceRules, type StandingRules } from './rules.ts';
import { schoolYearOf, type Day } from './school-year.ts';
import { recompute } from './standing.ts';
import { beginTouched } from './touched.ts';
import { takeTurns } from './turns.ts';
import { countLastYear } from './yearly-rates.ts';

/** What the turn of one day did; kept in `district_turn`. */
export interface TurnSummary {
  date: Day;
  /** Spells that began on the day. */
  newSpells: number;
  /** Spells with unexcused days whose clearing window ended with the day before. */
  windowsEnded: number;
  /** Rows of the deliveries taken on the day. */
  rows: { read: number; accepted: number; rejected: number; ignored: number };
  /** Cases that were woken on the day, by its deliveries and by the turn itself. */
  crossings: number;
  /** School days and sections that are missing since today, and reminders that were written: of what is missing, and of tasks. */
  missing: number;
  reminded: number;
}

/**
 * Turns the district's day: does all that follows from the calendar rather than from a row (house rule 15): windows that end,
 * birthdays, denominators; and what of the policy was approved for the day comes into force. It runs though no file came. Days that were missed are turned first, in order, each in a transaction of
 * its own; a day that was turned already is left alone, so that a repeat changes nothing.
 * @param options.rules the policy in force if absent
 * @returns the turns that were made now, oldest first; of a repeat, none
 */
export async function turn(db: Database, day: Day, options: { rules?: StandingRules } = {}): Promise<TurnSummary[]> {
  const made: TurnSummary[] = [];
  for (;;) {
    const summary = await db.transaction(async (trx) => {
      await takeTurns(trx);
      const { last } = await trx('district_turn').max<{ last: Day | null }>('date AS last').first<{ last: Day | null }>();
      const next = last === null ? day : Temporal.PlainDate.from(last).add({ days: 1 }).toString();
      if (next > day) return null;
      const changed = await putApprovedInForce(trx, next);
      const summary = await turnOne(trx, next, await attendanceRules(trx, options.rules), changed);
      // Of days that are made up people are told once, when there is no further one.
      if (next === day) await writeStaffMessages(trx, day);
      return summary;
    });
    if (!summary) return made;
    made.push(summary);
  }
}

async function turnOne(trx: Transaction, date: Day, rules: AttendanceRules, policyChanged: boolean): Promise<TurnSummary> {
  await settle(trx, date, rules);
  await beginTouched(trx);
  const noticed = await noticeMissing(trx, date, rules.submissions);
  const reminded = (await remind(trx, date, rules.submissions)) + (await remindOfTasks(trx, date));
  // Who is held or freed comes first: nothing of today may escalate on what is missing.
  const held = await recompute(trx, { day: date, students: 'touched', rules: rules.standing });
  // Another policy draws other lines: everybody is counted anew by them.
  const { crossings } = await recompute(trx, { day: date, students: policyChanged ? 'all' : 'due', rules: rules.standing });
  await countLastYear(trx, date);
  await noteNoShows(trx, { day: date, yearStart: schoolYearOf(date).from }, rules.standing);
  const total = (path: string) => `coalesce(sum((counts #>> '{${path}}')::integer), 0)::integer`;
  const { rows } = await trx.raw<{
    rows: {
      new_spells: number;
      windows_ended: number;
      read: number;
      accepted: number;
      rejected: number;
      ignored: number;
      crossings: number;
    }[];
  }>(
    `SELECT ${total('read')} AS read, ${total('accepted')} AS accepted, ${total('rejected')} AS rejected, ${total('ignored')} AS ignored,
       ${total('standing,crossings')} AS crossings,
       (SELECT count(*) FROM spell WHERE first_day = CAST(:date AS date)) AS new_spells,
       (SELECT count(*) FROM spell WHERE window_ends = CAST(:date AS date) - 1 AND unexcused > 0) AS windows_ended
     FROM delivery WHERE district_day = CAST(:date AS date) AND status = 'done'`,
    { date },
  );
  const { new_spells, windows_ended, crossings: delivered, ...read } = rows[0]!;
  const summary: TurnSummary = {
    date,
    newSpells: new_spells,
    windowsEnded: windows_ended,
    rows: read,
    crossings: delivered + held.crossings.length + crossings.length,
    missing: noticed.missing,
    reminded,
  };
  await trx('district_turn').insert({ date, summary: JSON.stringify(summary) });
  return summary;
}
