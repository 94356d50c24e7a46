import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import type { Database } from '../../store/database.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';

/** First day of school of the made district, and how many weekdays it teaches. */
export const FIRST_DAY = '2025-08-18';
export const SCHOOL_DAYS = 180;

const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id\n';

/**
 * Sets up a district of so many students by SQL: a school for every 500, a calendar of weekdays, two years of enrollment dates, ages 5
 * to 18. Nothing is random: what a student does on a day follows from a hash of the two.
 */
export async function makeDistrict(owner: Database, students: number): Promise<void> {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('the shipped policy is not valid');
  const ladder = compile(read.document);
  await recordPolicy(owner, { document: shippedPolicyText('lausd'), ladder });
  await putPolicyInForce(owner, ladder.policy);
  await owner('district').insert({ name: 'Bench', time_zone: 'America/Los_Angeles', sample: 'bench', live: false });
  const values = { students, schools: Math.max(2, Math.ceil(students / 500)), first: FIRST_DAY };
  await owner.raw(`INSERT INTO school SELECT 'S' || n, 'School ' || n FROM generate_series(1, CAST(:schools AS integer)) AS n`, values);
  await owner.raw(
    `INSERT INTO calendar_day (school_id, date, event, instructional, school_day)
     SELECT school_id, d, 'Instructional day', true, row_number() OVER (PARTITION BY school_id ORDER BY d)
     FROM school CROSS JOIN LATERAL (
       SELECT d::date AS d FROM generate_series(CAST(:first AS date), CAST(:first AS date) + 400, interval '1 day') AS d
       WHERE extract(isodow FROM d) < 6 ORDER BY d LIMIT 200) AS days`,
    values,
  );
  await owner.raw(
    `INSERT INTO student (local_id, first_name, last_name, birthdate, grade, school_id, entry_date)
     SELECT (1000000 + n)::text, 'Given', 'Family', date '2008-01-01' + (hashint8(n)::bigint & 4095)::integer, '5',
       'S' || 1 + n % CAST(:schools AS integer), CAST(:first AS date) - 3
     FROM generate_series(1, CAST(:students AS integer)) AS n`,
    values,
  );
  await owner.raw(
    `INSERT INTO enrollment (student_id, entry_date, school_id, exit_date) SELECT student_id, entry_date, school_id, exit_date FROM student`,
  );
  await owner.raw(
    `INSERT INTO student_identifier (student_id, scheme, value, since, recorded_by)
     SELECT student_id, 'local', local_id, entry_date, 'bench' FROM student ON CONFLICT DO NOTHING`,
  );
  // Known since before its first day, so that its cases begin by themselves.
  await owner.raw(`INSERT INTO school_start (school_id, known_on, school_days, under_way) SELECT school_id, ?, 0, false FROM school`, [
    FIRST_DAY,
  ]);
  await owner.raw(`VACUUM ANALYZE student, enrollment, calendar_day, school`);
}

/** The school days of the district. */
export async function schoolDays(owner: Database): Promise<string[]> {
  return owner('calendar_day').where({ school_id: 'S1' }).orderBy('date').pluck<string[]>('date');
}

/**
 * SQL: what each student did on days numbered from `:from` to `:to`. Of ten, eight miss 4 % of the days, and one each 12 and 26 %: 7 %
 * in all. Two thirds of the absences are excused.
 */
const days = (only: string): string => `
  SELECT k.local_id, k.school_id, CAST(NULL AS text) AS section, d.date, 'daily' AS scope,
    CASE WHEN h.absent THEN 'absent' ELSE 'present' END, CASE WHEN h.absent THEN (ARRAY['Excused', 'Excused', 'Unexcused'])[1 + h.roll % 3] END, NULL
  FROM (SELECT date, school_day FROM calendar_day WHERE school_id = 'S1' AND school_day BETWEEN %1$s AND %2$s ORDER BY date OFFSET 0) AS d
  CROSS JOIN student k
  CROSS JOIN LATERAL (SELECT hashint8extended(k.local_id::bigint * 1000 + d.school_day, 0) & 1048575 AS roll) AS r
  CROSS JOIN LATERAL (
    SELECT r.roll, r.roll % 1000 < (CASE k.local_id::bigint % 10 WHEN 0 THEN 260 WHEN 1 THEN 120 ELSE 40 END) AS absent) AS h
  WHERE ${only}`;

/**
 * Writes an attendance file of the school days numbered from one to another.
 * @param only `all` rows, or those alone that say more than "present"
 * @returns its size in bytes, and its rows
 */
export async function writeDays(
  url: string,
  file: string,
  span: { from: number; to: number; only: 'all' | 'absent'; append?: boolean; changed?: boolean },
): Promise<{ bytes: number; rows: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const only = span.only === 'all' ? 'true' : 'h.absent';
    // A correction: of a hundred absences, one that was not excused has been.
    const select = days(only).replace('%1$s', String(span.from)).replace('%2$s', String(span.to));
    const sql = span.changed ? select.replace("'Unexcused'", "CASE WHEN h.roll % 97 = 0 THEN 'Excused' ELSE 'Unexcused' END") : select;
    const out = createWriteStream(file, { flags: span.append ? 'a' : 'w' });
    if (!span.append) out.write(HEADER);
    const copy = client.query(copyTo(`COPY (${sql}) TO STDOUT WITH (FORMAT csv)`));
    await pipeline(copy, out);
    return { bytes: (await stat(file)).size, rows: copy.rowCount };
  } finally {
    await client.end();
  }
}

/** Puts the year's days where a first load would have put them, and all its rows into the bare table of the year. */
export async function fillYear(owner: Database, upTo: number): Promise<void> {
  const rows = days('true').replace('%1$s', '1').replace('%2$s', String(upTo));
  await owner.raw(`INSERT INTO bare_year ${rows}`);
  await owner.raw(
    `WITH given AS (
       INSERT INTO delivery (source, coverage, status, received_by, district_day)
       SELECT 'bench', '{}', 'done', 'bench', max(date) FROM calendar_day WHERE school_day = ? RETURNING delivery_id
     ), covered AS (
       INSERT INTO covered_day SELECT c.school_id, c.date, g.delivery_id FROM calendar_day c CROSS JOIN given g WHERE c.school_day <= ?)
     INSERT INTO attendance_day (student_id, date, school_id, status, excuse, code_set, code_raw, delivery_id, file, line, absent, truancy)
     SELECT k.student_id, y.date, y.school, 'absent', lower(y.excuse), 'clever', 'absent/' || lower(y.excuse), g.delivery_id, 'year.csv',
       row_number() OVER (), true, 'full_day'
     FROM bare_year y JOIN student k ON k.local_id = y.student CROSS JOIN given g WHERE y.status = 'absent'`,
    [upTo, upTo],
  );
}
