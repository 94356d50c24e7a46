import type { RecordClass } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';

/** A rule of retention that ends: the time from the day of leaving, or from the end of the school year in which that was. */
export interface EndingRule {
  class: RecordClass;
  months: number;
  from: 'left' | 'school_year';
}

/** Records of one class of a closed case that have been kept as long as they have to be. */
export interface PastRetention {
  caseId: string;
  school: string;
  /** Last day of the student in the district. */
  leftOn: string;
  class: RecordClass;
  /** Last day of the time for which they are kept. */
  keptUntil: string;
}

export type RetentionPosition = Pick<PastRetention, 'keptUntil' | 'caseId' | 'class'>;

/**
 * Records of closed cases whose time was over before a day, those first whose time ended first. A student who came back has no closed case,
 * and a record that counts as another student's is kept with that one.
 */
export async function readPastRetention(
  db: Database,
  rules: readonly EndingRule[],
  { today, after, limit }: { today: string; after: RetentionPosition | null; limit: number },
): Promise<PastRetention[]> {
  const { rows } = await db.raw<{ rows: PastRetention[] }>(
    `WITH rule AS (
       SELECT * FROM unnest(CAST(:classes AS text[]), CAST(:months AS integer[]), CAST(:from AS text[])) AS r(class, months, counted_from)
     ), closed AS (
       SELECT c.case_id, c.school_id, CAST(g.departed ->> 'on' AS date) AS left_on
       FROM attendance_case c JOIN standing g USING (student_id) JOIN student s USING (student_id)
       WHERE c.phase = 'closed' AND g.departed IS NOT NULL AND s.merged_into IS NULL
     ), kept AS (
       SELECT case_id, school_id, left_on, class, CAST(
         CASE counted_from WHEN 'left' THEN left_on ELSE make_date(extract(year FROM left_on)::integer + (extract(month FROM left_on) >= 7)::integer, 6, 30) END
         + make_interval(months => months) AS date) AS kept_until
       FROM closed CROSS JOIN rule
     )
     SELECT case_id AS "caseId", school_id AS school, left_on AS "leftOn", class, kept_until AS "keptUntil"
     FROM kept
     WHERE kept_until < CAST(:today AS date)
       AND (CAST(:keptUntil AS date) IS NULL OR (kept_until, case_id, class) > (CAST(:keptUntil AS date), CAST(:caseId AS uuid), CAST(:class AS text)))
     ORDER BY kept_until, case_id, class LIMIT :limit`,
    {
      classes: rules.map((rule) => rule.class),
      months: rules.map(({ months }) => months),
      from: rules.map(({ from }) => from),
      today,
      keptUntil: after?.keptUntil ?? null,
      caseId: after?.caseId ?? null,
      class: after?.class ?? null,
      limit,
    },
  );
  return rows;
}
