import type { StudentFlag } from '../../policy/vocabulary.ts';
import type { Database } from '../../store/database.ts';
import { trackOfStay } from '../../store/tracks.ts';
import { SUMMER, yearEndValues } from '../roster/departures.ts';
import type { StandingRules } from '../rules.ts';
import { schoolYearOf, type Day } from '../school-year.ts';
import { SchoolDays } from './school-days.ts';
import type { PastCalendars, PastRow, PastStudent } from './student.ts';

/** Reads all calendars of a district from the school year of a day on, with the days whose attendance has come. */
export async function readCalendars(db: Database, day: Day): Promise<PastCalendars> {
  const { from } = schoolYearOf(day);
  const { rows } = await db.raw<{ rows: { school_id: string; track: string; taught: number[]; covered: number[] | null }[] }>(
    `SELECT c.school_id, c.track, array_agg(${number('c.date')} ORDER BY c.date) AS taught, k.covered
     FROM calendar_of c
     LEFT JOIN (SELECT school_id, array_agg(${number('date')}) AS covered FROM covered_day WHERE date >= CAST(:from AS date) GROUP BY school_id) AS k USING (school_id)
     WHERE c.instructional AND c.date >= CAST(:from AS date) GROUP BY c.school_id, c.track, k.covered`,
    { from },
  );
  const known = new Map(rows.map((row) => [`${row.school_id} ${row.track}`, new SchoolDays(row.taught, new Set(row.covered))]));
  const none = new SchoolDays([], new Set());
  const school = (id: string): SchoolDays => known.get(`${id} `) ?? none;
  return { school, stay: (stay) => known.get(`${stay.school} ${stay.track}`) ?? school(stay.school) };
}

/** Which students: all, those of schools, or these. */
export interface Whom {
  students?: string[];
  schools?: string[];
}

/** How many students have something on record between the beginning of a day's school year and that day. */
export async function countPasts(db: Database, until: Day, whom: Whom): Promise<number> {
  const { rows } = await db.raw<{ rows: { n: number }[] }>(`SELECT count(*) AS n FROM student k WHERE ${SOMETHING} ${among(whom)}`, {
    ...values(until, whom),
  });
  return rows[0]!.n;
}

/**
 * Reads students and their school year up to a day, so many at a time, in the order of their ids; those of whom nothing is on record are
 * left out. Memory holds one batch.
 */
export async function* readPasts(
  db: Database,
  until: Day,
  whom: Whom,
  options: { batch: number; rules: StandingRules; of?: { part: number; parts: number } },
): AsyncGenerator<PastStudent[]> {
  const { part, parts } = options.of ?? { part: 0, parts: 1 };
  for (let after: string | null = null; ;) {
    const { rows }: { rows: Row[] } = await db.raw(
      `WITH chosen AS MATERIALIZED (
         SELECT k.student_id, k.birthdate FROM student k
         WHERE ${SOMETHING} ${among(whom)} ${after === null ? '' : 'AND k.student_id > CAST(:after AS uuid)'}
           AND (:parts = 1 OR (hashtext(k.student_id::text) & 1023) % :parts = :part)
         ORDER BY k.student_id LIMIT :batch
       ), day AS (
         SELECT c.student_id, string_agg(${number('d.date')} || chr(31) || d.school_id || chr(31) || d.absent::integer || chr(31) || coalesce(left(d.truancy, 1), '') || chr(31) || d.excuse, chr(30) ORDER BY d.date) AS rows
         FROM chosen c CROSS JOIN LATERAL (${DAYS}) AS d GROUP BY c.student_id
       ), last_day AS (
         SELECT school_id, max(date) AS date FROM calendar_day WHERE instructional AND date BETWEEN CAST(:yearStart AS date) AND CAST(:yearEnd AS date) GROUP BY school_id
       ), stay AS (
         SELECT c.student_id, jsonb_agg(jsonb_build_array(e.school_id, ${trackOfStay(true, 'e')},
             ${number('e.entry_date')}, ${number('e.exit_date')}, e.exit_reason, ${summer}) ORDER BY e.entry_date) AS stays
         FROM chosen c JOIN enrollment e USING (student_id) LEFT JOIN last_day USING (school_id)
         WHERE coalesce(e.exit_date, CAST(:until AS date)) >= CAST(:yearStart AS date) AND e.entry_date <= CAST(:until AS date) GROUP BY c.student_id
       ), flag AS (
         SELECT c.student_id, jsonb_agg(jsonb_build_array(f.flag, ${number('f.since')}, ${number('f.until')})) AS flags
         FROM chosen c JOIN student_flag f USING (student_id) GROUP BY c.student_id
       ), made_up AS (
         SELECT c.student_id, jsonb_agg(jsonb_build_array(${number('r.date')}, r.portion) ORDER BY r.date) AS made_up
         FROM chosen c JOIN recovery_day r USING (student_id)
         WHERE ${options.rules.madeUp !== undefined} AND r.date BETWEEN CAST(:yearStart AS date) AND CAST(:until AS date) GROUP BY c.student_id
       )
       SELECT c.student_id, c.birthdate, d.rows, s.stays, f.flags, m.made_up
       FROM chosen c LEFT JOIN day d USING (student_id) LEFT JOIN stay s USING (student_id) LEFT JOIN flag f USING (student_id)
         LEFT JOIN made_up m USING (student_id) ORDER BY c.student_id`,
      { ...values(until, whom), ...yearEndValues(options.rules), after, part, parts, batch: options.batch, until },
    );
    if (rows.length === 0) return;
    yield rows.flatMap((row) => (row.rows === null || row.stays === null ? [] : [pastOf(row, row.rows, row.stays)]));
    after = rows.at(-1)!.student_id;
  }
}

type Stay = [string, string, number, number | null, string | null, boolean];

interface Row {
  student_id: string;
  birthdate: Day;
  /** Null: nothing, after all, is on record of the student's own days. */
  rows: string | null;
  stays: Stay[] | null;
  flags: [StudentFlag, number, number | null][] | null;
  made_up: [number, number][] | null;
}

/** SQL: a day as its number since 1970. */
function number(date: string): string {
  return `(${date} - DATE '1970-01-01')`;
}

/** Days that `findTargets` counts: a suspension out of school is an excused absence, one in school is presence. */
const DAYS = `
  SELECT a.date, a.school_id, a.absent OR u.kind IS NOT NULL AS absent, CASE WHEN u.kind IS NULL THEN a.excuse ELSE 'excused' END AS excuse,
    CASE WHEN u.kind IS NULL THEN a.truancy END AS truancy
  FROM attendance_day a LEFT JOIN suspended_day u ON u.student_id = a.student_id AND u.date = a.date
  WHERE a.student_id = c.student_id AND a.date BETWEEN CAST(:yearStart AS date) AND CAST(:until AS date)
    AND (a.absent OR a.truancy IS NOT NULL OR u.kind = 'OSS') AND u.kind IS DISTINCT FROM 'ISS'
  UNION ALL
  SELECT u.date, u.school_id, true, 'excused', NULL FROM suspended_day u
  WHERE u.student_id = c.student_id AND u.kind = 'OSS' AND u.date BETWEEN CAST(:yearStart AS date) AND CAST(:until AS date)
    AND NOT EXISTS (SELECT FROM attendance_day a WHERE a.student_id = u.student_id AND a.date = u.date)`;

const SOMETHING = `k.merged_into IS NULL AND (
  EXISTS (SELECT FROM attendance_day a WHERE a.student_id = k.student_id AND a.date BETWEEN CAST(:yearStart AS date) AND CAST(:until AS date) AND (a.absent OR a.truancy IS NOT NULL))
  OR EXISTS (SELECT FROM suspended_day u WHERE u.student_id = k.student_id AND u.kind = 'OSS' AND u.date BETWEEN CAST(:yearStart AS date) AND CAST(:until AS date)))`;

/** SQL: as `SUMMER` of the roster tells it, of a stay and its school's last day. */
const summer = SUMMER.holds.replaceAll('k.exit_date', 'e.exit_date').replaceAll('stay.exit_reason', 'e.exit_reason');

function among({ students, schools }: Whom): string {
  return [
    ...(students ? ['AND k.student_id = ANY(CAST(:students AS uuid[]))'] : []),
    ...(schools ? ['AND k.school_id = ANY(:schools)'] : []),
  ].join(' ');
}

function values(until: Day, { students, schools }: Whom) {
  const { from: yearStart, to: yearEnd } = schoolYearOf(until);
  return { until, yearStart, yearEnd, ...(students ? { students } : {}), ...(schools ? { schools } : {}) };
}

function pastOf({ student_id: student, birthdate: born, flags, made_up: madeUp }: Row, rows: string, stays: Stay[]): PastStudent {
  return {
    student,
    born,
    rows: rows.split('\u001e').map(rowOf),
    stays: stays.map(([school, track, entry, exit, reason, isSummer]) => ({ school, track, entry, exit, reason, summer: isSummer })),
    flags: (flags ?? []).map(([flag, since, until]) => ({ flag, since, until })),
    ...(madeUp ? { madeUp: madeUp.map(([date, portion]) => ({ date, portion })) } : {}),
  };
}

function rowOf(text: string): PastRow {
  const [date, school, absent, truancy, excuse] = text.split('\u001f') as [string, string, string, string, string];
  return {
    date: Number(date),
    school,
    absent: absent === '1',
    truancy: truancy === 'f' ? 'full_day' : truancy === 'o' ? 'occasion' : null,
    excuse,
  };
}
