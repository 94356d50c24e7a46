import type { Transaction } from '../../store/database.ts';
import { ignoreRepeats, isDate, requireFields } from '../checks.ts';
import { requireTruth } from './checks.ts';
import { coverageValues } from '../coverage-values.ts';
import { covered, mayRetract, recordedBy, type Retracted, type RosterDelivery } from './delivery.ts';
import { identifyStudents } from './identity.ts';

const TABLE = 'staged_contact';

/** The columns in which a file and a contact can differ. */
const FIELDS = ['first_name', 'last_name', 'relationship', 'phone', 'phone_type', 'email', 'street', 'city', 'state', 'zip', 'language'];
const FLAGS = ['is_primary', 'is_emergency', 'lives_with'];
/** What a file that is silent about it leaves as it is: above all, a court's order is not lifted by an empty field. */
const LASTING = ['legal_role', 'court_order', 'court_order_date'];

/** SQL: the file's row says something else than this contact. */
const differs = (contact: string): string =>
  [
    ...FIELDS.map((name) => `${contact}.${name} IS DISTINCT FROM s.${name}`),
    ...FLAGS.map((name) => `${contact}.${name} <> coalesce(s.${name}::boolean, ${contact}.${name})`),
    ...LASTING.map((name) => `${contact}.${name}::text IS DISTINCT FROM coalesce(s.${name}, ${contact}.${name}::text)`),
  ].join(' OR ');

/**
 * Contacts. Nothing is overwritten: a contact that the file changes is superseded by a new row. What a person corrected or removed by
 * hand stands until the file says something else than it said before; until then the file's row is ignored, as unchanged when it
 * agrees and as corrected by hand when it does not. Inside a complete coverage, a contact that the file leaves out goes out of use.
 * @returns students whose contacts changed, and what was taken back
 */
export async function mergeContacts(trx: Transaction, delivery: RosterDelivery): Promise<{ students: string[]; retracted: Retracted }> {
  await identifyStudents(trx, TABLE, { unknown: 'reject' });
  const withdrawn = await takeBackNamed(trx, delivery);
  await requireFields(trx, TABLE, ['first_name', 'last_name', 'relationship']);
  await requireTruth(trx, TABLE, FLAGS);
  await readRights(trx);
  // A source without numbers for people is taken by their names.
  await trx.raw(`UPDATE ${TABLE} SET contact = lower(first_name || ' ' || last_name) WHERE reason IS NULL AND contact IS NULL`);
  await ignoreRepeats(trx, TABLE, 'student_id, contact');
  await judge(trx);
  const retracted = delivery.coverage.complete ? await takeBack(trx, delivery) : { rows: 0, held: false, students: [] };
  await trx.raw(
    `INSERT INTO contact (contact_id, student_id, local_id, recorded_by, ${[...FIELDS, ...FLAGS, ...LASTING].join(', ')},
       court_order_until, court_order_limits)
     SELECT j.new_id, s.student_id, s.contact, :by,
       ${[
         ...FIELDS.map((name) => `s.${name}`),
         ...FLAGS.map((name) => `coalesce(s.${name}::boolean, o.${name}, false)`),
         'coalesce(s.legal_role, o.legal_role)',
         'coalesce(s.court_order, o.court_order)',
         'CASE WHEN s.court_order IS NULL THEN o.court_order_date ELSE s.court_order_date::date END',
         'o.court_order_until',
         `CASE WHEN s.court_order IS NULL OR s.court_order IS NOT DISTINCT FROM o.court_order THEN coalesce(o.court_order_limits, '{}')
            ELSE ARRAY['contact', 'letters'] END`,
       ].join(', ')}
     FROM judged_contact j JOIN ${TABLE} s ON s.file = j.file AND s.line = j.line LEFT JOIN contact o ON o.contact_id = j.old_id
     WHERE j.reason IS NULL`,
    { by: recordedBy(delivery) },
  );
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `SELECT DISTINCT s.student_id FROM judged_contact j JOIN ${TABLE} s ON s.file = j.file AND s.line = j.line WHERE j.reason IS NULL`,
  );
  await trx.raw(`UPDATE ${TABLE} SET reason = NULL WHERE reason = :mark`, { mark: TAKEN_BACK });
  const { students, ...counted } = retracted;
  return { students: [...new Set([...rows.map((row) => row.student_id), ...students, ...withdrawn])], retracted: counted };
}

/** Stands in the place of a reason while the rows of contacts that were taken back are no concern of anything else. */
const TAKEN_BACK = 'taken-back';

/** Takes back the contacts that the source itself says are none any more; what a person entered or corrected by hand stays. */
async function takeBackNamed(trx: Transaction, delivery: RosterDelivery): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(
    `UPDATE contact c SET superseded_by = c.contact_id, removed_by = :by FROM ${TABLE} s
     WHERE s.reason IS NULL AND s.withdrawn = 'true' AND c.student_id = s.student_id AND c.local_id = s.contact AND c.superseded_by IS NULL
       AND c.recorded_by LIKE 'delivery:%' RETURNING c.student_id`,
    { by: recordedBy(delivery) },
  );
  await trx.raw(
    `UPDATE ${TABLE} s SET reason = CASE WHEN EXISTS (
       SELECT FROM contact c WHERE c.student_id = s.student_id AND c.local_id = s.contact AND c.removed_by = :by) THEN :mark ELSE 'unchanged' END
     WHERE s.reason IS NULL AND s.withdrawn = 'true'`,
    { by: recordedBy(delivery), mark: TAKEN_BACK },
  );
  return rows.map((row) => row.student_id);
}

/** An order whose date cannot be read is in force all the same: its date stays in its words, where a person sees it. */
async function readRights(trx: Transaction): Promise<void> {
  await trx.raw(`
    UPDATE ${TABLE} SET legal_role = replace(lower(legal_role), ' ', '_') WHERE reason IS NULL AND legal_role IS NOT NULL;
    UPDATE ${TABLE} SET reason = 'unknown-role', a = legal_role
    WHERE reason IS NULL AND legal_role NOT IN ('parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact', 'conservator');
    UPDATE ${TABLE} SET court_order = 'Order of a court' WHERE reason IS NULL AND court_order IS NULL AND court_order_date IS NOT NULL;
    UPDATE ${TABLE} SET court_order = court_order || ' (dated "' || court_order_date || '")', court_order_date = NULL
    WHERE reason IS NULL AND court_order_date IS NOT NULL AND NOT ${isDate('court_order_date')}`);
}

/** Temporary table `judged_contact`: each readable row beside the contact it is about, with the reason if it is not taken. */
async function judge(trx: Transaction): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS judged_contact;
    CREATE TEMP TABLE judged_contact ON COMMIT DROP AS
      SELECT s.file, s.line, c.contact_id AS old_id, uuidv7() AS new_id,
        CASE
          WHEN c.contact_id IS NOT NULL AND NOT (${differs('c')}) THEN 'unchanged'
          WHEN c.contact_id IS NOT NULL AND c.recorded_by NOT LIKE 'delivery:%' AND said.contact_id IS NOT NULL AND NOT (${differs('said')})
            THEN 'corrected-by-hand'
          WHEN c.contact_id IS NULL AND gone.contact_id IS NOT NULL AND (NOT (${differs('gone')}) OR NOT (${differs('said')}))
            THEN 'corrected-by-hand'
        END AS reason
      FROM ${TABLE} s
      LEFT JOIN contact c ON c.student_id = s.student_id AND c.local_id = s.contact AND c.superseded_by IS NULL
      LEFT JOIN LATERAL (
        SELECT * FROM contact p WHERE p.student_id = s.student_id AND p.local_id = s.contact AND p.recorded_by LIKE 'delivery:%'
          AND (c.contact_id IS NULL OR c.recorded_by NOT LIKE 'delivery:%')
        ORDER BY p.recorded_at DESC, p.contact_id DESC LIMIT 1) AS said ON true
      LEFT JOIN LATERAL (
        SELECT * FROM contact p WHERE c.contact_id IS NULL AND p.student_id = s.student_id AND p.local_id = s.contact
          AND p.superseded_by = p.contact_id AND coalesce(p.removed_by, '') NOT LIKE 'delivery:%'
        ORDER BY p.recorded_at DESC LIMIT 1) AS gone ON true
      WHERE s.reason IS NULL;
    UPDATE ${TABLE} s SET reason = j.reason FROM judged_contact j WHERE j.reason IS NOT NULL AND s.file = j.file AND s.line = j.line;
    UPDATE contact c SET superseded_by = j.new_id FROM judged_contact j WHERE j.reason IS NULL AND c.contact_id = j.old_id`);
}

async function takeBack(trx: Transaction, delivery: RosterDelivery): Promise<Retracted & { students: string[] }> {
  const standing = `c.superseded_by IS NULL AND c.recorded_by LIKE 'delivery:%' AND c.recorded_by <> :by AND ${covered('k.school_id')}`;
  const missing = `${standing} AND NOT EXISTS (SELECT FROM ${TABLE} s WHERE s.student_id = c.student_id AND s.contact = c.local_id)`;
  const values = { ...coverageValues(delivery), by: recordedBy(delivery) };
  const { rows } = await trx.raw<{ rows: { missing: number; known: number }[] }>(
    `SELECT count(*) FILTER (WHERE ${missing}) AS missing, count(*) FILTER (WHERE ${standing}) AS known FROM contact c JOIN student k USING (student_id)`,
    values,
  );
  const found = rows[0]!;
  if (found.missing === 0) return { rows: 0, held: false, students: [] };
  if (!(await mayRetract(trx, TABLE, found.missing, found.known))) return { rows: 0, held: true, students: [] };
  const gone = await trx.raw<{ rows: { student_id: string }[] }>(
    `UPDATE contact c SET superseded_by = c.contact_id, removed_by = :by FROM student k
     WHERE k.student_id = c.student_id AND ${missing} RETURNING c.student_id`,
    values,
  );
  return { rows: found.missing, held: false, students: gone.rows.map((row) => row.student_id) };
}
