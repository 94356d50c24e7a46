import type { DaysPolicy } from '../../policy/days.ts';
import { inOrder, type Transaction } from '../../store/database.ts';
import { certainty } from '../days/rules.ts';
import { ledger } from '../days/merge.ts';
import type { Day } from '../school-year.ts';
import { presentSchools } from './stays.ts';

/**
 * Two records of one student, as one and as two again (decision 28). What each record says stays under that record, and later deliveries
 * go on saying it there; the surviving student has the union, told anew whenever one of the records changes. So parting them takes
 * nothing back: each record is as it would be, had they never been merged.
 */

/** What is kept by record and read through the student: it moves to the student's own record, and is never united. */
export const KEPT_BY_RECORD = [
  'student_identifier',
  'contact',
  'student_profile',
  'section_enrollment',
  'suspension',
  'household_key',
  'held_row',
  'waiting_retraction',
];
/** What the surviving student has the union of. */
export const UNITED = [
  'attendance_day',
  'attendance_period',
  'enrollment',
  'student_flag',
  'student_group',
  'suspended_day',
  'recovery_day',
];

/** Who caused it, for the ledgers. */
export interface Cause {
  by: string;
  deliveryId: string | null;
  reason: 'merged' | 'parted' | 'changed';
}

/** The district's day on which it happens, and which of two things said about a day is the more certain. */
export interface At {
  day: Day;
  rules: DaysPolicy;
}

/** Brings the record of an absorbed student under a survivor. */
export async function unite(trx: Transaction, merge: { survivor: string; absorbed: string }, at: At, cause: Cause): Promise<void> {
  const { survivor, absorbed } = merge;
  await openOwnRecord(trx, survivor);
  await trx('student').where({ student_id: absorbed }).update({ merged_into: survivor });
  await trx('spell').where({ student_id: absorbed }).delete();
  await retell(trx, [survivor], at, cause);
}

/** Parts them again: the absorbed record counts for itself, and the survivor has what is left. */
export async function part(trx: Transaction, merge: { survivor: string; absorbed: string }, at: At, cause: Cause): Promise<void> {
  const { survivor, absorbed } = merge;
  // What was corrected by hand meanwhile goes to the record whose day it is.
  await retell(trx, [survivor], at, { ...cause, reason: 'changed' });
  await trx('student').where({ student_id: absorbed }).update({ merged_into: null });
  await retell(trx, [survivor], at, cause);
  await presentSchools(trx, at.day, `'${absorbed}'`);
  const others = await trx('student_merge')
    .where({ survivor })
    .whereNot({ absorbed })
    .whereNull('undone_on')
    .whereNotNull('settled_at')
    .first<object | undefined>('merge_id');
  if (others) return;
  await moveRows(trx, { from: 'record_id', to: 'student_id', survivor });
  await trx('own_record').where({ student_id: survivor }).update({ active: false });
}

async function openOwnRecord(trx: Transaction, survivor: string): Promise<void> {
  const known = await trx('own_record').where({ student_id: survivor }).first<{ active: boolean } | undefined>('active');
  if (known?.active) return;
  if (!known) {
    await trx.raw(
      `WITH record AS (
         INSERT INTO student (local_id, first_name, middle_name, last_name, birthdate, grade, school_id, entry_date, exit_date, delivery_id, merged_into)
         SELECT 'own record of ' || student_id, first_name, middle_name, last_name, birthdate, grade, school_id, entry_date, exit_date, delivery_id, student_id
         FROM student WHERE student_id = :survivor RETURNING student_id)
       INSERT INTO own_record (student_id, record_id, active) SELECT :survivor, student_id, false FROM record`,
      { survivor },
    );
  }
  await moveRows(trx, { from: 'student_id', to: 'record_id', survivor });
  await trx('own_record').where({ student_id: survivor }).update({ active: true });
}

/** Moves all rows between a student and its own record. */
async function moveRows(
  trx: Transaction,
  { from, to, survivor }: { from: 'student_id' | 'record_id'; to: 'student_id' | 'record_id'; survivor: string },
): Promise<void> {
  // The union goes first: the student's own rows take its place.
  const clear = to === 'student_id' ? UNITED.map((table) => `DELETE FROM ${table} WHERE student_id = :survivor`) : [];
  const move = [...KEPT_BY_RECORD, ...UNITED].map(
    (table) => `UPDATE ${table} t SET student_id = o.${to} FROM own_record o WHERE o.student_id = :survivor AND t.student_id = o.${from}`,
  );
  await inOrder(trx, [...clear, ...move].join(';\n'), { survivor });
}

/** Columns of a table in order, without the student. */
async function columnsOf(trx: Transaction, table: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'student_id' ORDER BY attnum`,
    { table },
  );
  return rows.map(({ name }) => name).join(', ');
}

/**
 * Tells anew what surviving students have of their records: the days (of two for one day the more certain, the student's own first), the
 * stays (where two overlap, the student's own), flags, groups and suspensions.
 * @param survivors their ids; all of them when absent
 * @returns survivors of whom something changed
 */
export async function retell(trx: Transaction, survivors: string[] | 'all', at: At, cause: Cause): Promise<string[]> {
  await trx.raw(
    `DROP TABLE IF EXISTS merged_member;
     CREATE TEMP TABLE merged_member (survivor uuid, record_id uuid, rank bigint) ON COMMIT DROP`,
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO merged_member
     SELECT o.student_id, k.student_id, row_number() OVER (PARTITION BY o.student_id ORDER BY (k.student_id = o.record_id) DESC, k.student_id)
     FROM own_record o JOIN student k ON k.merged_into = o.student_id
     WHERE o.active AND (:all OR o.student_id = ANY(CAST(:survivors AS uuid[])))`,
    { all: survivors === 'all', survivors: survivors === 'all' ? [] : survivors },
  );
  if (rowCount === 0) return [];
  await trx.raw(`
    ANALYZE merged_member;
    DROP TABLE IF EXISTS retold;
    CREATE TEMP TABLE retold (student_id uuid) ON COMMIT DROP`);
  await handDown(trx);
  const told: Record<string, string> = {
    attendance_day: `SELECT DISTINCT ON (m.survivor, t.date) m.survivor, t.* FROM merged_member m JOIN attendance_day t ON t.student_id = m.record_id
      ORDER BY m.survivor, t.date, (t.basis = 'hand') DESC, ${certainty(at.rules, 't')}, m.rank`,
    attendance_period: `SELECT DISTINCT ON (m.survivor, t.date, t.period) m.survivor, t.* FROM merged_member m
      JOIN attendance_period t ON t.student_id = m.record_id ORDER BY m.survivor, t.date, t.period, m.rank`,
    recovery_day: `SELECT DISTINCT ON (m.survivor, t.date) m.survivor, t.* FROM merged_member m
      JOIN recovery_day t ON t.student_id = m.record_id ORDER BY m.survivor, t.date, m.rank`,
    suspended_day: `SELECT DISTINCT ON (m.survivor, t.date) m.survivor, t.* FROM merged_member m
      JOIN suspended_day t ON t.student_id = m.record_id ORDER BY m.survivor, t.date, t.kind DESC, m.rank`,
    enrollment: pieces('enrollment', 'entry_date', 'exit_date', ''),
    student_group: pieces('student_group', 'since', 'until', 'dimension'),
    student_flag: `SELECT f.survivor, f.student_id, f.flag, lower(r) AS since, upper(r) - 1 AS until, f.detail, f.delivery_id, f.recorded_by, f.recorded_at
      FROM (SELECT m.survivor, min(t.student_id::text)::uuid AS student_id, t.flag, range_agg(daterange(t.since, t.until, '[]')) AS ranges,
              min(t.detail) AS detail, CAST(NULL AS uuid) AS delivery_id, 'merged' AS recorded_by, min(t.recorded_at) AS recorded_at
            FROM merged_member m JOIN student_flag t ON t.student_id = m.record_id GROUP BY m.survivor, t.flag) AS f, unnest(f.ranges) AS r`,
  };
  for (const table of UNITED) await write(trx, table, told[table] ?? '', cause);
  await trx.raw(`
    UPDATE student k SET first_name = r.first_name, middle_name = r.middle_name, last_name = r.last_name, birthdate = r.birthdate, grade = r.grade
    FROM own_record o JOIN student r ON r.student_id = o.record_id
    WHERE o.active AND k.student_id = o.student_id AND k.student_id IN (SELECT survivor FROM merged_member)
      AND (k.first_name, k.middle_name, k.last_name, k.birthdate) IS DISTINCT FROM (r.first_name, r.middle_name, r.last_name, r.birthdate)`);
  await presentSchools(trx, at.day, 'SELECT survivor FROM merged_member');
  return trx('retold').distinct().pluck<string[]>('student_id');
}

/** SQL: spans of a table's rows, each without the days on which a record of higher rank speaks. */
function pieces(table: string, from: string, to: string, dimension: string): string {
  const same = dimension === '' ? '' : `AND o.${dimension} = s.${dimension}`;
  return `SELECT c.survivor, (c.row_of).*, lower(r) AS piece_from, upper(r) - 1 AS piece_to
    FROM (
      SELECT s.survivor, s.row_of, datemultirange(s.span) - coalesce(
          (SELECT range_agg(o.span) FROM (
             SELECT m.survivor, m.rank, ${dimension === '' ? '' : `t.${dimension},`} daterange(t.${from}, t.${to}, '[]') AS span
             FROM merged_member m JOIN ${table} t ON t.student_id = m.record_id) AS o
           WHERE o.survivor = s.survivor AND o.rank < s.rank ${same}), '{}') AS ranges
      FROM (SELECT m.survivor, m.rank, t AS row_of, ${dimension === '' ? '' : `t.${dimension},`} daterange(t.${from}, t.${to}, '[]') AS span
            FROM merged_member m JOIN ${table} t ON t.student_id = m.record_id) AS s
    ) AS c, unnest(c.ranges) AS r`;
}

/** The column pairs that a piece replaces. */
const PIECES: Record<string, string> = {
  enrollment: `UPDATE united SET entry_date = piece_from, exit_date = piece_to, exit_said = piece_to`,
  student_group: `UPDATE united SET since = piece_from, until = piece_to`,
};

/** Writes what is told over what the survivors have, touching only what differs; changes of days go to the ledger. */
async function write(trx: Transaction, table: string, told: string, cause: Cause): Promise<void> {
  const columns = await columnsOf(trx, table);
  await trx.raw(`DROP TABLE IF EXISTS united; CREATE TEMP TABLE united ON COMMIT DROP AS ${told}`);
  await trx.raw(`
    ${PIECES[table] ? `${PIECES[table]};` : ''}
    UPDATE united SET student_id = survivor;
    DROP TABLE IF EXISTS had;
    CREATE TEMP TABLE had ON COMMIT DROP AS SELECT t.* FROM ${table} t WHERE t.student_id IN (SELECT survivor FROM merged_member);
    DROP TABLE IF EXISTS gone;
    CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT student_id, ${columns} FROM had EXCEPT SELECT student_id, ${columns} FROM united;
    DROP TABLE IF EXISTS fresh;
    CREATE TEMP TABLE fresh ON COMMIT DROP AS SELECT student_id, ${columns} FROM united EXCEPT SELECT student_id, ${columns} FROM had;
    INSERT INTO retold SELECT student_id FROM gone UNION SELECT student_id FROM fresh`);
  if (table === 'attendance_day') {
    await trx.raw(
      `INSERT INTO attendance_correction (student_id, date, old, new, delivery_id, recorded_by, reason)
       SELECT student_id, date, CASE WHEN g.school_id IS NOT NULL THEN ${ledger('g')} END, CASE WHEN f.school_id IS NOT NULL THEN ${ledger('f')} END,
         CAST(:delivery AS uuid), :by, :reason
       FROM gone g FULL JOIN fresh f USING (student_id, date)`,
      { delivery: cause.deliveryId, by: cause.by, reason: cause.reason },
    );
  }
  await trx.raw(`
    DELETE FROM ${table} t USING gone g WHERE ${KEYS[table]!.map((key) => `t.${key} = g.${key}`).join(' AND ')};
    INSERT INTO ${table} (student_id, ${columns}) SELECT student_id, ${columns} FROM fresh`);
}

const KEYS: Record<string, string[]> = {
  attendance_day: ['student_id', 'date'],
  attendance_period: ['student_id', 'date', 'period'],
  suspended_day: ['student_id', 'date'],
  recovery_day: ['student_id', 'date'],
  enrollment: ['student_id', 'entry_date'],
  student_group: ['student_id', 'dimension', 'since'],
  student_flag: ['student_id', 'flag', 'since'],
};

/** A day that a person corrected on the surviving student goes to the record that speaks of the day, or else to the student's own. */
async function handDown(trx: Transaction): Promise<void> {
  const columns = await columnsOf(trx, 'attendance_day');
  await trx.raw(`
    DROP TABLE IF EXISTS by_hand;
    CREATE TEMP TABLE by_hand ON COMMIT DROP AS
      SELECT DISTINCT ON (t.student_id, t.date) m.record_id, t.* FROM attendance_day t
      JOIN merged_member m ON m.survivor = t.student_id
      LEFT JOIN attendance_day r ON r.student_id = m.record_id AND r.date = t.date
      WHERE t.basis = 'hand' ORDER BY t.student_id, t.date, (r.student_id IS NOT NULL) DESC, m.rank;
    DELETE FROM attendance_day r USING by_hand h WHERE r.student_id = h.record_id AND r.date = h.date;
    UPDATE by_hand SET student_id = record_id;
    INSERT INTO attendance_day (student_id, ${columns}) SELECT student_id, ${columns} FROM by_hand`);
}
