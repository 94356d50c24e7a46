import type { Transaction } from '../store/database.ts';
import { recoveryCredit } from '../store/recovery-credit.ts';
import { writeCrossings, type Crossing } from './crossings.ts';
import { flagPriorYear } from './prior-year.ts';
import { findRecovery } from './recovery.ts';
import { hasTracks } from '../store/tracks.ts';
import { noteDepartures } from './roster/departures.ts';
import { findSinceDone } from './since-done.ts';
import { ruleValues, type StandingRules } from './rules.ts';
import { notReleased } from './school-start.ts';
import { schoolYearOf, type Day } from './school-year.ts';
import { findOccasions, findSpells, schoolDates, writeSpells, type Span } from './spells.ts';
import { findDenominators, findTargets, type Whose } from './targets.ts';

export interface RecomputeInput {
  /**
   * The day as of which everything is counted. A standing never goes back: one of a later day is left as it is by a turn; what a
   * delivery touches is counted as of the latest day that the district has turned or taken a delivery on.
   */
  day: Day;
  students: Whose;
  rules: StandingRules;
  /** A delivery, or a person's command, whose corrections may touch days on which filed reports rest. */
  correctionsOf?: string;
}

/** What a recomputation did. */
export interface StandingChange {
  day: Day;
  /** Students whose standing was computed, and those of them for whom it changed. */
  students: number;
  changed: number;
  /** Spells that are new or differ. */
  spells: number;
  /** The cases that are woken, and why. */
  crossings: Crossing[];
}

/**
 * Recomputes standings, spells and truancy events as a function of rows and date, and writes a message for each case that crossed
 * a line. Set-based throughout: the work grows with the students asked for and their rows, in a fixed number of statements. A
 * standing's version grows when anything but its date and denominator changed; a denominator that passes a line changes more.
 */
export async function recompute(trx: Transaction, input: RecomputeInput): Promise<StandingChange> {
  const { rules, students: whose } = input;
  const day = whose === 'due' ? input.day : await latestDay(trx, input.day);
  const year = schoolYearOf(day);
  const span: Span = {
    day,
    yearStart: year.from,
    yearEnd: year.to,
    schoolYear: year.name,
    clearing: rules.clearingSchoolDays,
    tracks: await hasTracks(trx),
  };
  await largeWork(trx);
  if (whose === 'due') await findDenominators(trx, span, 'all');
  const students = await findTargets(trx, span, whose, rules);
  if (students === 0) return { day, students: 0, changed: 0, spells: 0, crossings: [] };
  if (whose !== 'due') await findDenominators(trx, span, 'targets');
  await flagPriorYear(trx, span, rules);
  await schoolDates(trx, span);
  await findSpells(trx, span);
  await findOccasions(trx, span);
  const spells = await writeSpells(trx, span);
  await findRecovery(trx, span, rules);
  await findSinceDone(trx, span);
  await judge(trx, span, rules);
  const changed = await writeStandings(trx);
  await noteDepartures(trx, span, rules);
  const crossings = await writeCrossings(trx, { schoolYear: year.name, rules, correctionsOf: input.correctionsOf ?? null });
  return { day, students, changed, spells, crossings };
}

/** Prepares a transaction for large sorts and hashes of one statement at a time; compiling them costs more than it gains. */
export async function largeWork(trx: Transaction): Promise<void> {
  await trx.raw(`SET LOCAL work_mem = '256MB'; SET LOCAL jit = off`);
}

/** A day, or the latest one that the district has turned or taken a delivery on. */
export async function latestDay(trx: Transaction, day: Day): Promise<Day> {
  const { rows } = await trx.raw<{ rows: { day: Day }[] }>(
    `SELECT greatest(CAST(:day AS date), (SELECT max(date) FROM district_turn), (SELECT max(district_day) FROM delivery WHERE status = 'done')) AS day`,
    { day },
  );
  return rows[0]?.day ?? day;
}

/** The columns of a standing of which a change counts as a change of it. */
const FACTS =
  'school_id, school_year, age, absences, excused, unexcused, unverified, truancy, pending, occasions, holds, flags, recovered_on, made_up, chronic';

/**
 * Temporary table `judged`: the new standing of each target beside what it was.
 *
 * Truancy: candidates whose clearing window has ended before the day; pending until then, though never those that the policy will not
 * count. The absences are told by what is on record (excused, unexcused, and the rest unverified); an unverified absence stays that
 * when its window ends and is an event of the truancy track, as the policy says.
 */
async function judge(trx: Transaction, span: Span, rules: StandingRules): Promise<void> {
  const madeUp = rules.madeUp ? 'coalesce(m.days, 0)' : '0';
  await trx.raw(
    `DROP TABLE IF EXISTS judged;
     CREATE TEMP TABLE judged (
       student_id uuid PRIMARY KEY, case_id uuid, school_id text, as_of date, school_year text, age integer,
       absences integer, excused integer, unexcused integer, unverified integer, days_enrolled integer, truancy date[], pending jsonb,
       occasions date[], holds jsonb, flags text[], recovered_on date, made_up double precision, chronic boolean, changes_on date, awaits_return boolean,
       since_done jsonb, changed boolean, truancy_before date[], full_days_before integer, recovered_before boolean, held_before boolean,
       flags_before text[], age_before integer, since_done_before jsonb
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO judged
     WITH total AS (
       SELECT student_id, sum(days) AS absences, sum(excused) AS excused, sum(unexcused) AS unexcused, bool_or(returned_on IS NULL) AS away
       FROM found_spell GROUP BY student_id
     ), event AS (
       SELECT student_id, day, day = ANY (occasions) AS occasion, returned_on, window_ends
       FROM (SELECT student_id, unnest(candidates) AS day, occasions, returned_on, window_ends FROM found_spell WHERE candidates IS NOT NULL) AS c
       UNION ALL SELECT student_id, day, occasion, returned_on, window_ends FROM found_occasion
     ), events AS (
       SELECT student_id,
         array_agg(day ORDER BY day) FILTER (WHERE window_ends < CAST(:day AS date)) AS truancy,
         array_agg(day ORDER BY day) FILTER (WHERE window_ends < CAST(:day AS date) AND occasion) AS occasions,
         jsonb_agg(jsonb_build_object('day', day, 'windowEnds', window_ends) ORDER BY day)
           FILTER (WHERE window_ends >= CAST(:day AS date) OR window_ends IS NULL) AS pending,
         min(window_ends) FILTER (WHERE window_ends >= CAST(:day AS date)) + 1 AS next,
         bool_or(returned_on IS NULL) AS away
       FROM event GROUP BY student_id
     ), flag AS (
       SELECT student_id, array_agg(flag ORDER BY flag) FILTER (WHERE since <= CAST(:day AS date) AND (until IS NULL OR until >= CAST(:day AS date))) AS flags,
         min(CASE WHEN since > CAST(:day AS date) THEN since WHEN until >= CAST(:day AS date) THEN until + 1 END) AS next
       FROM student_flag JOIN target USING (student_id) GROUP BY student_id
     ), hold AS (
       SELECT student_id, jsonb_agg(jsonb_build_object('why', why, 'since', since) ORDER BY since, why) AS holds
       FROM (
         SELECT t.student_id, 'school_not_released' AS why, k.known_on AS since FROM target t JOIN school_start k USING (school_id)
         WHERE ${notReleased('k')}
         UNION ALL
         SELECT student_id, why, min(since) AS since
         FROM (SELECT student_id, why, since FROM standing_hold UNION ALL SELECT student_id, why, date FROM held_day) AS h
         JOIN target USING (student_id) WHERE since BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date) GROUP BY student_id, why
       ) AS h GROUP BY student_id
     ), now AS (
       SELECT t.student_id, t.case_id, t.school_id, CAST(:day AS date) AS as_of, CAST(:schoolYear AS text) AS school_year, t.age,
         coalesce(a.absences, 0)::integer AS absences, coalesce(a.excused, 0)::integer AS excused, coalesce(a.unexcused, 0)::integer AS unexcused,
         coalesce(a.absences - a.excused - a.unexcused, 0)::integer AS unverified, coalesce(e.days, 0)::integer AS days_enrolled,
         coalesce(v.truancy, '{}') AS truancy, coalesce(v.pending, '[]') AS pending, coalesce(v.occasions, '{}') AS occasions,
         coalesce(h.holds, '[]') AS holds, coalesce(g.flags, '{}') AS flags, r.recovered_on, ${madeUp} AS made_up,
         coalesce(e.days > 0 AND (a.absences::float8 - ${madeUp}) / e.days >= :chronicRate, false) AS chronic,
         least(t.next_birthday, v.next, g.next) AS changes_on,
         coalesce(a.away, false) OR coalesce(v.away, false) AS awaits_return, coalesce(d.since_done, '[]') AS since_done
       FROM target t LEFT JOIN total a USING (student_id) LEFT JOIN denominator e USING (student_id) LEFT JOIN events v USING (student_id)
         LEFT JOIN flag g USING (student_id) LEFT JOIN hold h USING (student_id) LEFT JOIN recovery r USING (student_id) LEFT JOIN since_done d USING (student_id) ${rules.madeUp ? `LEFT JOIN (${MADE_UP}) AS m USING (student_id)` : ''}
     )
     SELECT n.*,
       (${FACTS.replaceAll(/\w+/g, 's.$&')}) IS DISTINCT FROM (${FACTS.replaceAll(/\w+/g, 'n.$&')}),
       CASE WHEN s.school_year = n.school_year THEN s.truancy ELSE '{}' END,
       CASE WHEN s.school_year = n.school_year THEN cardinality(s.truancy) - cardinality(s.occasions) ELSE 0 END, s.recovered_on IS NOT NULL, coalesce(s.holds <> '[]', false),
       coalesce(s.flags, n.flags), coalesce(s.age, n.age), coalesce(s.since_done, '[]')
     FROM now n LEFT JOIN standing s USING (student_id)`,
    { ...span, ...ruleValues(rules) },
  );
  await trx.raw(`ANALYZE judged`);
}

/** SQL: days made up by the targets this school year, as far as they are credited. */
const MADE_UP = `
  SELECT student_id, sum(credited)::float8 AS days
  FROM (${recoveryCredit(
    'r.student_id IN (SELECT student_id FROM target) AND r.date BETWEEN CAST(:yearStart AS date) AND CAST(:day AS date)',
    { perWeek: ':madeUpPerWeek', perYear: ':madeUpPerYear' },
  )}) AS made_up
  GROUP BY student_id`;

/** Writes what is new; a standing whose date alone moved on keeps its version. @returns standings whose version grew */
async function writeStandings(trx: Transaction): Promise<number> {
  const columns = `${FACTS}, as_of, days_enrolled, changes_on, awaits_return, since_done`;
  await trx.raw(
    `UPDATE standing s SET version = s.version + j.changed::integer, ${columns.replaceAll(/\w+/g, '$& = j.$&')}
     FROM judged j
     WHERE s.student_id = j.student_id
       AND (j.changed OR j.as_of > s.as_of OR (j.days_enrolled, j.changes_on, j.awaits_return, j.since_done) IS DISTINCT FROM (s.days_enrolled, s.changes_on, s.awaits_return, s.since_done))`,
  );
  await trx.raw(
    `INSERT INTO standing (student_id, case_id, version, ${columns})
     SELECT j.student_id, j.case_id, 1, ${columns.replaceAll(/\w+/g, 'j.$&')}
     FROM judged j WHERE NOT EXISTS (SELECT FROM standing s WHERE s.student_id = j.student_id) ORDER BY j.student_id`,
  );
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(`SELECT count(*) AS n FROM judged WHERE changed`);
  return rows[0]!.n;
}
