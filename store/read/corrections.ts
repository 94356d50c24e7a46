import type { Database } from '../database.ts';

/** A delivery whose retractions wait for a person. */
export interface WaitingRetractions {
  deliveryId: string;
  receivedAt: Date;
  days: number;
  students: number;
  schools: string[];
  firstDay: string;
  lastDay: string;
}

export async function readWaitingRetractions(db: Database): Promise<WaitingRetractions[]> {
  const { rows } = await db.raw<{ rows: WaitingRetractions[] }>(
    `SELECT w.delivery_id AS "deliveryId", d.received_at AS "receivedAt", count(*) AS days, count(DISTINCT w.student_id) AS students,
       array_agg(DISTINCT w.school_id ORDER BY w.school_id) AS schools, min(w.date) AS "firstDay", max(w.date) AS "lastDay"
     FROM waiting_retraction w JOIN delivery d USING (delivery_id) WHERE w.settled IS NULL
     GROUP BY w.delivery_id, d.received_at ORDER BY d.received_at`,
  );
  return rows;
}

/** One difference between what people have corrected here and what the student information system says. */
export interface SisDifference {
  kind: 'day' | 'contact';
  studentId: string;
  caseId: string;
  localId: string;
  date: string | null;
  field: string;
  sis: string | null;
  rollbook: string | null;
  reason: string;
  by: string;
  on: string;
}

const CONTACT_FIELDS = [
  'first_name',
  'last_name',
  'relationship',
  'phone',
  'phone_type',
  'email',
  'street',
  'city',
  'state',
  'zip',
  'language',
];

/**
 * The "enter in the SIS" list of a school: corrections of days by hand that stand, and contacts that a person changed, added or
 * removed, each against the last that a file said. What the system says by now leaves the list by itself.
 */
export async function readSisDifferences(db: Database, schoolId: string): Promise<SisDifference[]> {
  const field = (name: string): string => `('${name}', f.${name}, CASE WHEN h.gone THEN NULL ELSE h.${name} END)`;
  const { rows } = await db.raw<{ rows: SisDifference[] }>(
    `WITH RECURSIVE here AS (SELECT student_id, case_id, local_id FROM student WHERE school_id = :school),
     -- From each contact that a person left as it is now, back to the last that came in a file.
     chain AS (
       SELECT c.contact_id AS now_id, c.contact_id AS at_id, c.recorded_by
       FROM contact c JOIN here USING (student_id)
       WHERE (c.superseded_by IS NULL AND c.recorded_by NOT LIKE 'delivery:%') OR c.superseded_by = c.contact_id
       UNION ALL
       SELECT k.now_id, p.contact_id, p.recorded_by FROM chain k JOIN contact p ON p.superseded_by = k.at_id AND p.contact_id <> k.at_id
       WHERE k.recorded_by NOT LIKE 'delivery:%'
     ), filed AS (SELECT DISTINCT ON (now_id) now_id, at_id FROM chain WHERE recorded_by LIKE 'delivery:%' ORDER BY now_id),
     hand AS (SELECT c.*, c.superseded_by IS NOT NULL AS gone FROM contact c WHERE c.contact_id IN (SELECT now_id FROM chain))
     SELECT 'day' AS kind, h.student_id AS "studentId", h.case_id AS "caseId", h.local_id AS "localId", c.date, 'attendance' AS field,
       nullif(concat_ws(' ', c.before ->> 'status', c.before ->> 'excuse', nullif(concat('code ', c.before ->> 'code'), 'code ')), '') AS sis,
       concat_ws(' ', c.status, nullif(c.excuse, 'unknown'), c.minutes || ' minutes') AS rollbook,
       c.reason, c.recorded_by AS by, c.recorded_on AS "on"
     FROM day_correction c JOIN here h USING (student_id) WHERE c.ended IS NULL
     UNION ALL
     SELECT 'contact', s.student_id, s.case_id, s.local_id, NULL, concat('contact ', h.local_id, ' ', v.field), v.sis, v.now,
       CASE WHEN h.gone THEN 'removed' WHEN f.contact_id IS NULL THEN 'added' ELSE 'corrected' END, h.recorded_by, h.recorded_at::date
     FROM hand h JOIN here s USING (student_id)
     LEFT JOIN filed l ON l.now_id = h.contact_id LEFT JOIN contact f ON f.contact_id = l.at_id
     CROSS JOIN LATERAL (VALUES ${CONTACT_FIELDS.map(field).join(', ')}) AS v(field, sis, now)
     WHERE v.sis IS DISTINCT FROM v.now
     ORDER BY "localId", kind DESC, date, field`,
    { school: schoolId },
  );
  return rows;
}
