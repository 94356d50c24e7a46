import { bandPositionSql, linesOf, POLICY_LINES } from '../band-position.ts';
import type { Database } from '../database.ts';

/** The call about a spell, as the actions documented about it add up. */
type CallStatus = 'none' | 'attempted' | 'reached';

export interface AbsenceLine {
  studentId: string;
  caseId: string;
  localId: string;
  firstName: string;
  lastName: string;
  grade: string | null;
  /** Band of all the student's absences, under the policy in force; null below the first. */
  band: string | null;
  absences: number;
  firstDay: string;
  lastDay: string;
  days: number;
  unexcused: number;
  returnedOn: string | null;
  /** Last school day on which it can be excused; null while the student is away. */
  windowEnds: string | null;
  call: {
    status: CallStatus;
    attempts: number;
    lastOn: string | null;
    lastOutcome: string | null;
    reason: string | null;
    expectedReturn: string | null;
  };
  /** Nobody has called, and the day on which the call was due has passed. */
  overdue: boolean;
}

interface Row {
  student_id: string;
  case_id: string;
  local_id: string;
  first_name: string;
  last_name: string;
  grade: string | null;
  band: string | null;
  absences: number;
  first_day: string;
  last_day: string;
  days: number;
  unexcused: number;
  returned_on: string | null;
  window_ends: string | null;
  attempts: number;
  reached: boolean;
  last_on: string | null;
  last_outcome: string | null;
  reason: string | null;
  expected_return: string | null;
  overdue: boolean;
}

/**
 * The daily absence list of a school: each spell that begins on the day, whatever the band, and each earlier one without a call whose
 * clearing window is still open. A call counts when it is documented about the spell, or about any day of it, and not superseded.
 * @param callDue school days after a spell's first day within which its call is to be made
 */
export async function readAbsenceList(db: Database, schoolId: string, day: string, callDue: number): Promise<AbsenceLine[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `SELECT s.student_id, s.case_id, s.local_id, s.first_name, s.last_name, s.grade, b.band, coalesce(g.absences, 0) AS absences,
       p.first_day, p.last_day, p.days, p.unexcused, p.returned_on, p.window_ends,
       k.attempts, k.reached, k.last_on, k.last_outcome, k.reason, k.expected_return,
       k.attempts = 0 AND (
         SELECT count(*) FROM calendar_day d
         WHERE d.school_id = p.school_id AND d.instructional AND d.date > greatest(p.first_day, h.released_on) AND d.date <= :day
       ) > :callDue AND (h.under_way AND h.released_on IS NULL) IS NOT TRUE AS overdue
     FROM spell p
     JOIN student s USING (student_id)
     -- At a school that came in the middle of its year, a call is due from the day of its release on.
     LEFT JOIN school_start h ON h.school_id = p.school_id
     LEFT JOIN current_standing g USING (student_id)
     LEFT JOIN ${POLICY_LINES} AS v ON v.in_force
     LEFT JOIN LATERAL (
       SELECT l.band FROM policy_band l
       WHERE (l.policy_id, l.version) = (v.policy_id, v.version)
         AND l.position = ${bandPositionSql(linesOf('v'), 'coalesce(g.absences, 0)', 'coalesce(g.days_enrolled, 0)')}
     ) b ON true
     CROSS JOIN LATERAL (
       SELECT count(*) AS attempts,
         coalesce(bool_or(a.details ->> 'outcome' IN ('reached', 'reached_no_resolution')), false) AS reached,
         max(a.on_day) AS last_on,
         (array_agg(a.details ->> 'outcome' ORDER BY a.on_day DESC, a.seq DESC))[1] AS last_outcome,
         (array_agg(a.details ->> 'reason' ORDER BY a.on_day DESC, a.seq DESC) FILTER (WHERE jsonb_exists(a.details, 'reason')))[1] AS reason,
         (array_agg(a.details ->> 'expectedReturn' ORDER BY a.on_day DESC, a.seq DESC) FILTER (WHERE jsonb_exists(a.details, 'expectedReturn')))[1]
           AS expected_return
       FROM case_action a
       WHERE a.case_id = s.case_id AND a.kind = 'contact' AND a.superseded_by_event IS NULL
         AND a.spell BETWEEN p.first_day AND p.last_day
     ) k
     WHERE p.school_id = :school
       AND (p.first_day = :day OR (p.first_day < :day AND k.attempts = 0 AND (p.window_ends IS NULL OR p.window_ends >= :day)))
     ORDER BY overdue DESC, p.first_day, s.last_name, s.first_name, s.student_id`,
    { school: schoolId, day, callDue },
  );
  return rows.map((row) => ({
    studentId: row.student_id,
    caseId: row.case_id,
    localId: row.local_id,
    firstName: row.first_name,
    lastName: row.last_name,
    grade: row.grade,
    band: row.band,
    absences: row.absences,
    firstDay: row.first_day,
    lastDay: row.last_day,
    days: row.days,
    unexcused: row.unexcused,
    returnedOn: row.returned_on,
    windowEnds: row.window_ends,
    call: {
      status: row.reached ? 'reached' : row.attempts > 0 ? 'attempted' : 'none',
      attempts: row.attempts,
      lastOn: row.last_on,
      lastOutcome: row.last_outcome,
      reason: row.reason,
      expectedReturn: row.expected_return,
    },
    overdue: row.overdue,
  }));
}

/** Days of the student's spells, for telling which spell a day belongs to. */
export async function spellOf(db: Database, studentId: string, day: string): Promise<string | null> {
  const row = await db('spell')
    .where({ student_id: studentId })
    .where('first_day', '<=', day)
    .where('last_day', '>=', day)
    .first<{ first_day: string } | undefined>('first_day');
  return row?.first_day ?? null;
}
