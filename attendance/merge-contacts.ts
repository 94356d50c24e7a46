import type { Transaction } from '../store/database.ts';
import { ignoreRepeats, requireFields } from './checks.ts';

/** Written as `recorded_by` of what came in a file; anything else there is a person. */
const recordedByDelivery = (deliveryId: string): string => `delivery:${deliveryId}`;

/** The columns in which a file and a contact can differ. */
const FIELDS = ['first_name', 'last_name', 'relationship', 'phone', 'phone_type', 'email', 'street', 'city', 'state', 'zip', 'language'];
const FLAGS = ['is_primary', 'is_emergency', 'lives_with'];

/**
 * Contacts. Nothing is overwritten: a contact that the file changes is superseded by a new row. What a person corrected (or removed)
 * by hand stands; the file's row is ignored, as unchanged when it agrees and as corrected by hand when it does not.
 */
export async function mergeContacts(trx: Transaction, deliveryId: string): Promise<void> {
  const table = 'staged_contact';
  await requireFields(trx, table, ['student', 'contact', 'first_name', 'last_name', 'relationship']);
  const differs = [
    ...FIELDS.map((name) => `c.${name} IS DISTINCT FROM s.${name}`),
    ...FLAGS.map((name) => `c.${name} <> s.${name}::boolean`),
  ];
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unknown-student', a = s.student
    WHERE reason IS NULL AND NOT EXISTS (SELECT FROM student k WHERE k.local_id = s.student);`);
  await ignoreRepeats(trx, table, 'student, contact');
  await trx.raw(`
    DROP TABLE IF EXISTS judged_contact;
    CREATE TEMP TABLE judged_contact ON COMMIT DROP AS
      SELECT s.file, s.line, k.student_id, c.contact_id AS old_id, uuidv7() AS new_id,
        CASE
          WHEN c.contact_id IS NOT NULL AND NOT (${differs.join(' OR ')}) THEN 'unchanged'
          WHEN c.contact_id IS NOT NULL AND c.recorded_by NOT LIKE 'delivery:%' THEN 'corrected-by-hand'
          -- It was there and no longer is: a person removed it.
          WHEN c.contact_id IS NULL AND EXISTS (
            SELECT FROM contact gone WHERE gone.student_id = k.student_id AND gone.local_id = s.contact) THEN 'corrected-by-hand'
        END AS reason
      FROM ${table} s JOIN student k ON k.local_id = s.student
      LEFT JOIN contact c ON c.student_id = k.student_id AND c.local_id = s.contact AND c.superseded_by IS NULL
      WHERE s.reason IS NULL;
    UPDATE ${table} s SET reason = j.reason FROM judged_contact j WHERE j.reason IS NOT NULL AND s.file = j.file AND s.line = j.line;
    UPDATE contact c SET superseded_by = j.new_id FROM judged_contact j WHERE j.reason IS NULL AND c.contact_id = j.old_id;`);
  await trx.raw(
    `INSERT INTO contact (contact_id, student_id, local_id, recorded_by, ${[...FIELDS, ...FLAGS].join(', ')})
     SELECT j.new_id, j.student_id, s.contact, :by,
       ${[...FIELDS.map((name) => `s.${name}`), ...FLAGS.map((name) => `s.${name}::boolean`)].join(', ')}
     FROM judged_contact j JOIN ${table} s ON s.file = j.file AND s.line = j.line WHERE j.reason IS NULL`,
    { by: recordedByDelivery(deliveryId) },
  );
}
