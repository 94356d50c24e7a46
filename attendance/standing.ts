import type { Transaction } from '../store/database.ts';
import { writeCrossings, type Crossing } from './crossings.ts';
import type { StandingRules } from './rules.ts';
import { schoolYearOf, type Day } from './school-year.ts';
import { findSpells, schoolDates, writeSpells, type Span } from './spells.ts';

export interface RecomputeInput {
  /** The day as of which everything is counted. A standing never goes back: one of a later day is left as it is. */
  day: Day;
  students: 'all' | string[];
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
 * a line. Set-based throughout: the work grows with the rows, in a fixed number of statements. A standing's version grows when
 * anything but its date changed.
 */
export async function recompute(trx: Transaction, input: RecomputeInput): Promise<StandingChange> {
  const { day, rules } = input;
  const year = schoolYearOf(day);
  const span: Span = {
    day,
    yearStart: year.from,
    yearEnd: year.to,
    clearing: rules.clearingSchoolDays,
    everybody: input.students === 'all',
  };
  const students = await findTargets(trx, span, input.students);
  if (students === 0) return { day, students: 0, changed: 0, spells: 0, crossings: [] };
  await schoolDates(trx, span);
  await findSpells(trx, span);
  const spells = await writeSpells(trx, span);
  await judge(trx, span, year.name, rules);
  const changed = await writeStandings(trx);
  const crossings = await writeCrossings(trx, {
    schoolYear: year.name,
    rules,
    correctionsOf: input.correctionsOf ?? null,
  });
  return { day, students, changed, spells, crossings };
}

/** Temporary table `target`: students enrolled in the school year so far, whose standing is not of a later day. */
async function findTargets(trx: Transaction, span: Span, students: 'all' | string[]): Promise<number> {
  await trx.raw(
    `DROP TABLE IF EXISTS target; CREATE TEMP TABLE target (student_id uuid PRIMARY KEY, case_id uuid, school_id text, birthdate date) ON COMMIT DROP`,
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO target
     SELECT k.student_id, k.case_id, k.school_id, k.birthdate
     FROM student k LEFT JOIN standing s USING (student_id)
     WHERE (:everybody OR k.student_id = ANY(CAST(:students AS uuid[])))
       AND (s.as_of IS NULL OR s.as_of <= CAST(:day AS date))
       AND EXISTS (
         SELECT FROM enrollment e WHERE e.student_id = k.student_id
           AND e.entry_date <= CAST(:day AS date) AND coalesce(e.exit_date, CAST(:day AS date)) >= CAST(:yearStart AS date))`,
    { ...span, students: students === 'all' ? [] : students },
  );
  await trx.raw(`ANALYZE target`);
  return rowCount;
}

/**
 * Temporary table `judged`: the new standing of each target beside its version and truancy events so far.
 *
 * Days enrolled: instructional days of the enrollments in the school year that lie before the day, and the day itself once its
 * attendance has come (EC 60901: enrolled, and school was taught). Truancy: unexcused days on which the student was of compulsory
 * age (EC 48200); final once the clearing window has ended before the day, pending until then.
 */
async function judge(trx: Transaction, span: Span, schoolYear: string, rules: StandingRules): Promise<void> {
  await trx.raw(
    `DROP TABLE IF EXISTS judged;
     CREATE TEMP TABLE judged (
       student_id uuid PRIMARY KEY, case_id uuid, school_id text, as_of date, school_year text, age integer,
       absences integer, excused integer, unexcused integer, unverified integer, days_enrolled integer, truancy date[], pending jsonb,
       changed boolean, truancy_before date[]
     ) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO judged
     WITH stay AS (
       SELECT e.student_id, e.school_id, greatest(e.entry_date, CAST(:yearStart AS date)) AS since, least(e.exit_date, CAST(:day AS date)) AS until
       FROM target t JOIN enrollment e USING (student_id) WHERE e.entry_date <= CAST(:day AS date)
     ), taught AS (
       SELECT p.school_id, p.since, p.until, count(*) AS days
       FROM (SELECT DISTINCT school_id, since, until FROM stay) AS p
       JOIN school_date d ON d.school_id = p.school_id AND d.date BETWEEN p.since AND p.until
       WHERE d.known OR d.date < CAST(:day AS date)
       GROUP BY p.school_id, p.since, p.until
     ), enrolled AS (
       SELECT s.student_id, sum(t.days) AS days FROM stay s JOIN taught t USING (school_id, since, until) GROUP BY s.student_id
     ), total AS (
       SELECT student_id, sum(days) AS absences, sum(excused) AS excused, sum(unexcused) AS unexcused
       FROM found_spell GROUP BY student_id
     ), event AS (
       SELECT f.student_id, u.day, f.window_ends
       FROM found_spell f JOIN target t USING (student_id) CROSS JOIN LATERAL unnest(f.unexcused_days) AS u(day)
       WHERE extract(year FROM age(u.day, t.birthdate)) >= :ageFrom AND extract(year FROM age(u.day, t.birthdate)) < :ageUntil
     ), events AS (
       SELECT student_id,
         array_agg(day ORDER BY day) FILTER (WHERE window_ends < CAST(:day AS date)) AS truancy,
         jsonb_agg(jsonb_build_object('day', day, 'windowEnds', window_ends) ORDER BY day)
           FILTER (WHERE window_ends >= CAST(:day AS date) OR window_ends IS NULL) AS pending
       FROM event GROUP BY student_id
     ), now AS (
       SELECT t.student_id, t.case_id, t.school_id, CAST(:day AS date) AS as_of, CAST(:schoolYear AS text) AS school_year,
         coalesce(extract(year FROM age(CAST(:day AS date), t.birthdate)), 0)::integer AS age,
         coalesce(a.absences, 0)::integer AS absences, coalesce(a.excused, 0)::integer AS excused, coalesce(a.unexcused, 0)::integer AS unexcused,
         coalesce(a.absences - a.excused - a.unexcused, 0)::integer AS unverified, coalesce(e.days, 0)::integer AS days_enrolled,
         coalesce(v.truancy, '{}') AS truancy, coalesce(v.pending, '[]') AS pending
       FROM target t LEFT JOIN total a USING (student_id) LEFT JOIN enrolled e USING (student_id) LEFT JOIN events v USING (student_id)
     )
     SELECT n.*,
       (s.school_id, s.school_year, s.age, s.absences, s.excused, s.unexcused, s.unverified, s.days_enrolled, s.truancy, s.pending)
         IS DISTINCT FROM
       (n.school_id, n.school_year, n.age, n.absences, n.excused, n.unexcused, n.unverified, n.days_enrolled, n.truancy, n.pending),
       CASE WHEN s.school_year = n.school_year THEN s.truancy ELSE '{}' END
     FROM now n LEFT JOIN standing s USING (student_id)`,
    { ...span, schoolYear, ageFrom: rules.ageFrom, ageUntil: rules.ageUntil },
  );
  await trx.raw(`ANALYZE judged`);
}

/** Writes what is new; a standing whose date alone moved on keeps its version. @returns standings whose version grew */
async function writeStandings(trx: Transaction): Promise<number> {
  const columns = `school_id, as_of, school_year, age, absences, excused, unexcused, unverified, days_enrolled, truancy, pending`;
  // The version given is how much it grows: 1 when something changed (and so for a first standing), else 0.
  await trx.raw(
    `INSERT INTO standing (student_id, case_id, version, ${columns})
     SELECT j.student_id, j.case_id, j.changed::integer, ${columns.replaceAll(/\w+/g, 'j.$&')}
     FROM judged j LEFT JOIN standing s USING (student_id)
     WHERE j.changed OR j.as_of > s.as_of
     ON CONFLICT (student_id) DO UPDATE SET version = standing.version + excluded.version,
       ${columns.replaceAll(/\w+/g, '$& = excluded.$&')}`,
  );
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(`SELECT count(*) AS n FROM judged WHERE changed`);
  return rows[0]!.n;
}
