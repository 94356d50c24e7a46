import type { Database, Transaction } from './database.ts';

/**
 * Households: students who share an address, a telephone or a person. The keys of each student are told from the contacts that stand;
 * two students are in one household when they have a key in common. What links, and why (decision 29):
 *
 * - *address*: street and postal code of somebody who lives with the student, without letter case, punctuation and common abbreviations;
 * - *phone*: the last ten digits of a parent, guardian or caregiver, or of somebody who lives with the student;
 * - *contact*: a parent, guardian or caregiver whom the source knows under one number and name.
 *
 * Social workers and emergency contacts link nobody: they are of many families. Neither does a key that more than twelve students have:
 * that is a shelter, a group home or an office, and no household.
 */
export type HouseholdKind = 'address' | 'phone' | 'contact';

/** More students than this under one key are no household. */
const HOUSEHOLD_AT_MOST = 12;

/** Common words of addresses and their short forms. */
const SHORT: [string, string][] = [
  ['street', 'st'],
  ['avenue', 'ave'],
  ['road', 'rd'],
  ['drive', 'dr'],
  ['boulevard', 'blvd'],
  ['lane', 'ln'],
  ['court', 'ct'],
  ['place', 'pl'],
  ['(apartment|unit|number|no)', 'apt'],
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
];

const ADDRESS = `regexp_replace(${SHORT.reduce(
  (sql, [word, short]) => `regexp_replace(${sql}, '\\m${word}\\M', '${short}', 'g')`,
  `regexp_replace(replace(lower(c.street), '#', ' apt '), '[^a-z0-9 ]', ' ', 'g')`,
)}, '(\\mapt\\M| )+', ' ', 'g') || ' ' || left(coalesce(c.zip, lower(c.city)), 5)`;

/** SQL: the person brings the child up, by law or in fact. */
const RAISES = `(c.lives_with OR c.legal_role IN ('parent', 'education_rights_holder', 'caregiver')
  OR (c.legal_role IS NULL AND c.relationship ~* '^(mother|father|parent|guardian|legal guardian|foster parent)$'))
  AND c.legal_role IS DISTINCT FROM 'social_worker' AND c.relationship !~* '(social|case) *worker|probation|agency'`;

/** Tells the keys of students anew. @param students their ids */
export async function refreshHouseholds(trx: Transaction, students: readonly string[]): Promise<void> {
  if (students.length === 0) return;
  await trx.raw(
    `WITH raising AS MATERIALIZED (
       SELECT c.* FROM contact c
       WHERE c.student_id = ANY(CAST(:students AS uuid[])) AND c.superseded_by IS NULL AND ${RAISES}
     ), told AS MATERIALIZED (
       SELECT c.student_id, 'address' AS kind, btrim(${ADDRESS}) AS value FROM raising c
       WHERE c.lives_with AND c.street ~ '[0-9]' AND coalesce(c.zip, c.city) IS NOT NULL
       UNION SELECT c.student_id, 'phone', right(c.phone_digits, 10) FROM raising c WHERE length(c.phone_digits) >= 7
       UNION SELECT c.student_id, 'contact', c.local_id || ' ' || lower(c.first_name || ' ' || c.last_name) FROM raising c
         WHERE length(c.local_id) >= 4 AND c.local_id ~ '[0-9]'
     ), gone AS (
       DELETE FROM household_key k WHERE k.student_id = ANY(CAST(:students AS uuid[]))
         AND NOT EXISTS (SELECT FROM told t WHERE (t.student_id, t.kind, t.value) = (k.student_id, k.kind, k.value)))
     INSERT INTO household_key (student_id, kind, value) SELECT student_id, kind, value FROM told ON CONFLICT DO NOTHING`,
    { students },
  );
}

/** Another student of the household, with what links the two. */
export interface Sibling {
  studentId: string;
  caseId: string;
  firstName: string;
  lastName: string;
  grade: string | null;
  school: string;
  caseOpen: boolean;
  links: HouseholdKind[];
}

/**
 * The other students of a student's household; names and case ids only: what is known of one child stands in that child's record alone.
 * @param records the student's records
 */
export async function siblingsOf(db: Database, records: readonly string[]): Promise<Sibling[]> {
  const { rows } = await db.raw<{
    rows: {
      student_id: string;
      case_id: string;
      first_name: string;
      last_name: string;
      grade: string | null;
      school_id: string;
      open: boolean;
      links: HouseholdKind[];
    }[];
  }>(
    `SELECT s.student_id, s.case_id, s.first_name, s.last_name, s.grade, s.school_id, c.case_id IS NOT NULL AS open, l.links
     FROM (
       SELECT coalesce(k.merged_into, k.student_id) AS student_id, array_agg(DISTINCT o.kind ORDER BY o.kind) AS links
       FROM household_key m JOIN household_key o USING (kind, value) JOIN student k ON k.student_id = o.student_id
       WHERE m.student_id = ANY(CAST(:records AS uuid[])) AND o.student_id <> ALL(CAST(:records AS uuid[]))
         AND (SELECT count(*) FROM household_key a WHERE a.kind = o.kind AND a.value = o.value) <= ${HOUSEHOLD_AT_MOST}
       GROUP BY 1
     ) AS l JOIN student s USING (student_id) LEFT JOIN attendance_case c ON c.case_id = s.case_id
     ORDER BY s.last_name, s.first_name, s.student_id`,
    { records },
  );
  return rows.map((row) => ({
    studentId: row.student_id,
    caseId: row.case_id,
    firstName: row.first_name,
    lastName: row.last_name,
    grade: row.grade,
    school: row.school_id,
    caseOpen: row.open,
    links: row.links,
  }));
}
