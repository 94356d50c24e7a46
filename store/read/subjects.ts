import type { Knex } from 'knex';
import type { Database } from '../database.ts';
import { mayBeTold } from '../released.ts';

/** Which cases somebody can see at all. */
export interface Reach {
  /** Schools; null means the whole district. */
  schools: string[] | null;
  /**
   * `referred`: only cases referred to SARB. `panel`: only cases in the last band, or with work of the resource panel open. `partner`: only
   * cases of which this organisation may be told.
   */
  only: 'all' | 'referred' | 'panel' | { partner: string };
}

/** A student with the case that is theirs, open or not. */
export interface Subject {
  studentId: string;
  caseId: string;
  /** Present school. */
  school: string;
  /** True when the case has begun. */
  open: boolean;
}

/**
 * Narrows a query over `student AS s LEFT JOIN attendance_case AS c` to what somebody can see. Pages and single records use the same
 * words, so that no list shows what the page behind it refuses.
 */
export function withinReach<Q extends Knex.QueryBuilder>(query: Q, reach: Reach): Q {
  if (reach.schools !== null) void query.whereIn('s.school_id', reach.schools);
  if (reach.only === 'referred') void query.whereNotNull('c.referred_on');
  if (reach.only === 'panel') void query.whereRaw(COME_TO_THE_PANEL);
  if (typeof reach.only === 'object') void query.whereRaw(mayBeTold(':partner'), { partner: reach.only.partner });
  return query;
}

const COME_TO_THE_PANEL = `(
  c.band = (
    SELECT b.band FROM policy_band b
    WHERE b.policy_id = c.policy_id AND b.version = c.policy_version ORDER BY b.position DESC LIMIT 1
  )
  OR EXISTS (
    SELECT 1 FROM case_task t
    JOIN policy_version v ON v.policy_id = c.policy_id AND v.version = c.policy_version
    CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') AS rule
    WHERE t.case_id = c.case_id AND t.status = 'open' AND rule ->> 'task' = t.task
      AND rule -> 'evidence' -> 'where' -> 'team' @> '["resource_panel"]'
  )
)`;

/** The student and case of an id, if somebody can see it. */
export async function findSubject(db: Database, reach: Reach, by: { caseId: string } | { studentId: string }): Promise<Subject | null> {
  const query = db('student AS s').leftJoin('attendance_case AS c', 'c.case_id', 's.case_id');
  void ('caseId' in by ? query.where('s.case_id', by.caseId) : query.where('s.student_id', by.studentId));
  const row = await withinReach(query, reach).first<{ student_id: string; case_id: string; school_id: string; open: boolean } | undefined>(
    's.student_id',
    's.case_id',
    's.school_id',
    db.raw('c.case_id IS NOT NULL AS open'),
  );
  return row ? { studentId: row.student_id, caseId: row.case_id, school: row.school_id, open: row.open } : null;
}
