import type { EarlierCounts } from '../../store/attendance-delivery.ts';
import type { Transaction } from '../../store/database.ts';
import { schoolYearOf, type Day } from '../school-year.ts';
import { checkEarlier } from './checks.ts';
import { bodyOf } from './body.ts';

/** The delivery at hand, as the steps of before need it. */
export interface EarlierDelivery {
  deliveryId: string;
  receivedBy: string;
  today: Day;
}

/**
 * Takes down steps that were taken this school year before Rollbook knew the school: truancy reports, letters, contacts, meetings,
 * contracts, directives. Each keeps the line it came from and who brought it in, and is never taken for something that Rollbook saw. A
 * row that is on record already changes nothing, and nothing on record is overwritten: a wrong one is superseded on its case. The students
 * are touched, so that their standings are there for the cases to be told.
 */
export async function mergeEarlier(trx: Transaction, delivery: EarlierDelivery): Promise<void> {
  await checkEarlier(trx, delivery.today);
  await trx.raw(
    `DROP TABLE IF EXISTS fresh_earlier;
     CREATE TEMP TABLE fresh_earlier (record_id uuid, student_id uuid, file text, line bigint) ON COMMIT DROP`,
  );
  await trx.raw(
    `WITH salted AS (
       SELECT uuidv7() AS record_id, s.*, CASE WHEN s.note IS NOT NULL THEN encode(uuid_send(gen_random_uuid()), 'hex') END AS salt
       FROM staged_earlier s WHERE s.reason IS NULL
     ), taken AS (
       INSERT INTO earlier_record (record_id, student_id, record, on_day, time, body, role, done_by, reached, reference, content,
         text, text_salt, text_digest, delivery_id, file, line, entered_by, entered_on)
       SELECT record_id, student_id, record, on_date::date, time_of_day, ${bodyOf('salted')}, role, done_by, reached, reference, content,
         note, salt, encode(sha256(convert_to(salt || note, 'UTF8')), 'hex'), CAST(:deliveryId AS uuid), file, line, :by, CAST(:today AS date)
       FROM salted
       RETURNING record_id, student_id, file, line
     ), touched AS (INSERT INTO touched_student SELECT student_id FROM taken)
     INSERT INTO fresh_earlier SELECT record_id, student_id, file, line FROM taken`,
    { deliveryId: delivery.deliveryId, by: delivery.receivedBy, today: delivery.today },
  );
}

/**
 * Tells the cases of what was taken down: each standing gets a new version and is sent, and a student without a case gets one, for the
 * record to stand in. Comes after the standings are counted.
 */
export async function tellEarlier(trx: Transaction, day: Day): Promise<EarlierCounts> {
  const { rows } = await trx.raw<{ rows: [Pick<EarlierCounts, 'records' | 'students' | 'opens'>] }>(
    `WITH concerned AS (SELECT DISTINCT student_id FROM fresh_earlier), noted AS (
       UPDATE standing s SET version = s.version + 1 FROM concerned c WHERE c.student_id = s.student_id RETURNING s.case_id, s.version
     ), told AS (
       INSERT INTO outbox (case_id, standing_version) SELECT case_id, version FROM noted ORDER BY case_id
       ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0)
     SELECT (SELECT count(*) FROM fresh_earlier) AS records, (SELECT count(*) FROM concerned) AS students,
       (SELECT count(*) FROM noted n WHERE NOT EXISTS (SELECT FROM attendance_case k WHERE k.case_id = n.case_id)) AS opens`,
  );
  const { rows: fallen } = await trx.raw<{ rows: EarlierCounts['notBorneOut'] }>(
    `SELECT f.file, f.line, (e.body ->> 'ordinal')::integer AS report, array_agg(d.day::date ORDER BY d.day) AS days
     FROM fresh_earlier f JOIN earlier_record e USING (record_id) JOIN standing s ON s.student_id = f.student_id
     CROSS JOIN LATERAL jsonb_array_elements_text(e.body -> 'events') AS d(day)
     WHERE e.record = 'report' AND s.school_year = :year AND d.day::date <> ALL (s.truancy)
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(s.pending) p WHERE p ->> 'day' = d.day)
     GROUP BY f.file, f.line, e.body ORDER BY f.file, f.line LIMIT 100`,
    { year: schoolYearOf(day).name },
  );
  return { ...rows[0], notBorneOut: fallen };
}
