import { EARLIER_KINDS, EARLIER_RECORDS, EARLIER_ROLES, type EarlierField, type EarlierKind } from '../../policy/earlier-records.ts';
import type { Transaction } from '../../store/database.ts';
import { ignoreRepeats, isDate, requireDates, requireFields } from '../checks.ts';
import { identifyStudents } from '../roster/identity.ts';
import { schoolYearOf, type Day } from '../school-year.ts';
import { bodyOf } from './body.ts';

const TABLE = 'staged_earlier';

/** Writes beside each row who it is about and what tells it from others, or the reason for which it is not taken. */
export async function checkEarlier(trx: Transaction, today: Day): Promise<void> {
  await identifyStudents(trx, TABLE, { unknown: 'reject' });
  // A record that counts as another student's: the steps stand in the case that goes on.
  await trx.raw(
    `UPDATE ${TABLE} s SET student_id = k.merged_into FROM student k WHERE k.student_id = s.student_id AND k.merged_into IS NOT NULL`,
  );
  await requireFields(trx, TABLE, ['record', 'on_date', 'done_by']);
  await trx.raw(`UPDATE ${TABLE} SET reason = 'unknown-record', a = record, b = :kinds WHERE reason IS NULL AND record <> ALL (:known)`, {
    kinds: EARLIER_KINDS.map((kind) => kind.replaceAll('_', ' ')).join(', '),
    known: EARLIER_KINDS,
  });
  await requireDates(trx, TABLE, ['on_date', 'absence', 'first_day', 'last_day', 'review']);
  await checkDay(trx, today);
  for (const kind of EARLIER_KINDS) {
    for (const field of EARLIER_RECORDS[kind] as readonly EarlierField[]) await checkField(trx, kind, field);
  }
  await checkLetters(trx);
  await trx.raw(
    `UPDATE ${TABLE} SET reason = 'missing-for-record', a = 'decision', b = 'meeting of the resource panel'
     WHERE reason IS NULL AND record = 'meeting' AND team = 'resource_panel' AND outcome = 'held' AND decision IS NULL`,
  );
  await trx.raw(
    `UPDATE ${TABLE} SET reason = 'last-before-first', a = last_day, b = first_day WHERE reason IS NULL AND record = 'contract' AND last_day <= first_day`,
  );
  await checkEvents(trx, today);
  await trx.raw(`
    ALTER TABLE ${TABLE} ADD COLUMN IF NOT EXISTS content text;
    UPDATE ${TABLE} s SET content = encode(sha256(convert_to(
      jsonb_build_array(s.record, s.on_date, s.time_of_day, s.role, s.done_by, s.reached, s.reference, ${bodyOf('s')})::text, 'UTF8')), 'hex')
    WHERE s.reason IS NULL`);
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = 'unchanged' FROM earlier_record e WHERE s.reason IS NULL AND e.student_id = s.student_id AND e.content = s.content`,
  );
  await ignoreRepeats(trx, TABLE, 'student_id, content');
  await checkReports(trx, today);
}

async function checkDay(trx: Transaction, today: Day): Promise<void> {
  const { from, name } = schoolYearOf(today);
  await trx.raw(`UPDATE ${TABLE} SET reason = 'after-today', a = on_date, b = :today WHERE reason IS NULL AND on_date > :today`, { today });
  await trx.raw(`UPDATE ${TABLE} SET reason = 'earlier-year', a = on_date, b = :name WHERE reason IS NULL AND on_date < :from`, {
    from,
    name,
  });
  await trx.raw(
    `UPDATE ${TABLE} SET reason = 'bad-time', a = 'time', b = time_of_day
     WHERE reason IS NULL AND time_of_day IS NOT NULL AND time_of_day !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`,
  );
  await trx.raw(
    `UPDATE ${TABLE} SET reason = 'unknown-word', a = 'role', b = role, c = :roles WHERE reason IS NULL AND role <> ALL (:known)`,
    { roles: listed(EARLIER_ROLES), known: [...EARLIER_ROLES] },
  );
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = 'student-left', a = :today WHERE reason IS NULL AND NOT EXISTS (
       SELECT FROM enrollment e WHERE e.student_id = s.student_id AND e.entry_date <= CAST(:today AS date) AND coalesce(e.exit_date, CAST(:today AS date)) >= CAST(:today AS date))`,
    { today },
  );
}

const listed = (words: readonly string[]): string => words.map((word) => word.replaceAll('_', ' ')).join(', ');
const label = (column: string): string => column.replaceAll('_', ' ');

async function checkField(trx: Transaction, kind: EarlierKind, field: EarlierField): Promise<void> {
  const { column, type, allowed, required } = field;
  const about = `reason IS NULL AND record = '${kind}'`;
  if (required !== undefined) {
    await trx.raw(
      `UPDATE ${TABLE} SET reason = 'missing-for-record', a = :column, b = :kind
       WHERE ${about} AND ${column} IS NULL ${required === 'held' ? `AND outcome = 'held'` : ''}`,
      { column: label(column), kind: label(kind) },
    );
  }
  const each = (bad: string): string => `(SELECT v FROM unnest(string_to_array(${column}, ',')) AS v WHERE ${bad} LIMIT 1)`;
  if (type === 'word' || type === 'words') {
    await trx.raw(
      `UPDATE ${TABLE} SET reason = 'unknown-word', a = :column, b = ${each('v <> ALL (:allowed)')}, c = :words
       WHERE ${about} AND ${each('v <> ALL (:allowed)')} IS NOT NULL`,
      { column: label(column), allowed: [...(allowed ?? [])], words: listed(allowed ?? []) },
    );
  }
  if (type === 'code' || type === 'codes') {
    const bad = each(`v !~ '^[a-z][a-z0-9_-]*$'`);
    await trx.raw(`UPDATE ${TABLE} SET reason = 'not-a-code', a = :column, b = ${bad} WHERE ${about} AND ${bad} IS NOT NULL`, {
      column: label(column),
    });
  }
  if (type === 'dates') {
    const bad = each(`NOT ${isDate('v')}`);
    await trx.raw(`UPDATE ${TABLE} SET reason = 'bad-date', a = :column, b = ${bad} WHERE ${about} AND ${bad} IS NOT NULL`, {
      column: label(column),
    });
  }
  if (type === 'number') {
    await trx.raw(
      `UPDATE ${TABLE} SET reason = 'not-a-number', a = :column, b = ${column} WHERE ${about} AND ${column} !~ '^[1-9][0-9]{0,1}$'`,
      { column: label(column) },
    );
  }
}

/** Only the letters of the policy in force can come in: another one's place on the ladder nobody knows. */
async function checkLetters(trx: Transaction): Promise<void> {
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = 'unknown-word', a = 'letter', b = s.letter, c = array_to_string(p.letters, ', ')
     FROM (SELECT array_agg(rule #>> '{evidence,letter}') FILTER (WHERE rule #>> '{evidence,letter}' IS NOT NULL) AS letters
           FROM policy_version v CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') AS rule WHERE v.in_force) AS p
     WHERE s.reason IS NULL AND s.record = 'letter' AND s.letter <> ALL (coalesce(p.letters, '{}'))`,
  );
}

/** A report, and a letter that names days, rests on days of its school year that were over then. */
async function checkEvents(trx: Transaction, today: Day): Promise<void> {
  const { from, name } = schoolYearOf(today);
  const end = (best: string): string => `(SELECT ${best}(d) FROM unnest(string_to_array(s.events, ',')) AS d)`;
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = 'event-after-step', a = s.on_date, b = ${end('max')}
     WHERE s.reason IS NULL AND s.record IN ('report', 'letter') AND ${end('max')} > s.on_date`,
  );
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = 'event-other-year', a = ${end('min')}, b = :name
     WHERE s.reason IS NULL AND s.record IN ('report', 'letter') AND ${end('min')} < :from`,
    { from, name },
  );
}

/** One number is one report, and an event serves one report: here, elsewhere, and in the rows of this delivery before. */
async function checkReports(trx: Transaction, today: Day): Promise<void> {
  const { name } = schoolYearOf(today);
  await trx.raw(
    `DROP TABLE IF EXISTS known_report;
     CREATE TEMP TABLE known_report (student_id uuid, ordinal integer, filed_on date, origin text, day date, place bigint) ON COMMIT DROP`,
  );
  await trx.raw(
    `INSERT INTO known_report
     SELECT k.student_id, r.ordinal, r.filed_on, CASE WHEN r.elsewhere THEN 'recorded elsewhere' ELSE 'filed in Rollbook' END, CASE WHEN NOT r.withdrawn THEN e.date END, 0
     FROM truancy_report r JOIN student k USING (case_id) LEFT JOIN truancy_report_event e USING (case_id, school_year, ordinal)
     WHERE r.school_year = :name AND k.student_id IN (SELECT student_id FROM ${TABLE} WHERE reason IS NULL)
     UNION ALL
     SELECT e.student_id, (e.body ->> 'ordinal')::integer, e.on_day, 'recorded elsewhere', d.day::date, 0
     FROM earlier_record e CROSS JOIN LATERAL jsonb_array_elements_text(e.body -> 'events') AS d(day)
     WHERE e.record = 'report' AND e.seq IS NULL AND e.student_id IN (SELECT student_id FROM ${TABLE} WHERE reason IS NULL)
     UNION ALL
     SELECT s.student_id, s.number::integer, s.on_date::date, 'line ' || s.line || ' of this delivery', d::date,
       dense_rank() OVER (PARTITION BY s.student_id ORDER BY s.file, s.line)
     FROM ${TABLE} s CROSS JOIN LATERAL unnest(string_to_array(s.events, ',')) AS d WHERE s.reason IS NULL AND s.record = 'report'`,
    { name },
  );
  await trx.raw(`
    DROP TABLE IF EXISTS report_row;
    CREATE TEMP TABLE report_row ON COMMIT DROP AS
      SELECT s.file, s.line, s.student_id, s.number::integer AS ordinal, s.events,
        row_number() OVER (PARTITION BY s.student_id ORDER BY s.file, s.line) AS place
      FROM ${TABLE} s WHERE s.reason IS NULL AND s.record = 'report';
    UPDATE ${TABLE} s SET reason = 'report-known', a = s.number, b = k.filed_on::text, c = k.origin
    FROM report_row r, known_report k
    WHERE s.file = r.file AND s.line = r.line AND k.student_id = r.student_id AND k.ordinal = r.ordinal AND k.place < r.place;
    UPDATE ${TABLE} s SET reason = 'event-served', a = k.day::text, b = k.ordinal::text
    FROM report_row r, known_report k
    WHERE s.reason IS NULL AND s.file = r.file AND s.line = r.line AND k.student_id = r.student_id AND k.ordinal <> r.ordinal AND k.place < r.place
      AND k.day = ANY (string_to_array(r.events, ',')::date[])`);
}
