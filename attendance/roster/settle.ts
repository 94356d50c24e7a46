import { districtTime } from '../../store/clock.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { attendanceRules, type AttendanceRules, type StandingRules } from '../rules.ts';
import type { Day } from '../school-year.ts';
import { recompute } from '../standing.ts';
import { takeTurns } from '../turns.ts';
import { part, unite } from './merge.ts';

interface Request {
  merge_id: string;
  survivor: string;
  absorbed: string;
  by: string;
}

/**
 * Brings about what people have asked for: records merged, and merged records parted. Standings follow, and both cases are told. Done
 * once for each request, in the order in which they were given; a repeat finds nothing to do.
 * @returns the merges that were settled now
 */
export async function settleMerges(db: Database, options: { rules?: StandingRules } = {}): Promise<string[]> {
  return db.transaction(async (trx) => {
    await takeTurns(trx);
    const rules = await attendanceRules(trx, options.rules);
    const { day } = await districtTime(trx);
    return settle(trx, day, rules);
  });
}

/** The same inside a turn of the day or an import. */
export async function settle(trx: Transaction, day: Day, rules: AttendanceRules): Promise<string[]> {
  const settled: string[] = [];
  const at = { day, rules: rules.days };
  const open = (by: string) =>
    trx('student_merge')
      .orderBy('merge_id')
      .select<Request[]>('merge_id', 'survivor', 'absorbed', trx.raw(`${by} ->> 'id' AS by`));
  for (const merge of await open('merged_by').whereNull('settled_at')) {
    await unite(trx, merge, at, { by: merge.by, deliveryId: null, reason: 'merged' });
    await trx('student_merge').where({ merge_id: merge.merge_id }).update({ settled_at: trx.fn.now() });
    await recompute(trx, { day, students: [merge.survivor], rules: rules.standing });
    await tellBoth(trx, merge);
    settled.push(merge.merge_id);
  }
  for (const merge of await open('undone_by').whereNotNull('undone_on').whereNull('undo_settled_at')) {
    await part(trx, merge, at, { by: merge.by, deliveryId: null, reason: 'parted' });
    await trx('student_merge').where({ merge_id: merge.merge_id }).update({ undo_settled_at: trx.fn.now() });
    await recompute(trx, { day, students: [merge.survivor, merge.absorbed], rules: rules.standing });
    await tellBoth(trx, merge);
    settled.push(merge.merge_id);
  }
  return settled;
}

/**
 * Writes beside both standings what is merged now, and sends them to the cases. The survivor's case begins when the absorbed student's
 * has: the record goes on there. The reports that stand on the absorbed case go along, so that no day serves twice.
 */
async function tellBoth(trx: Transaction, { survivor, absorbed }: Request): Promise<void> {
  await trx.raw(
    `UPDATE standing s SET version = s.version + 1,
       merged_into = (
         SELECT jsonb_build_object('merge', m.merge_id, 'student', m.survivor, 'case', k.case_id)
         FROM student_merge m JOIN student k ON k.student_id = m.survivor
         WHERE m.absorbed = s.student_id AND m.settled_at IS NOT NULL AND m.undone_on IS NULL),
       joined = coalesce((
         SELECT jsonb_agg(jsonb_build_object('merge', m.merge_id, 'student', m.absorbed, 'case', k.case_id, 'reports', coalesce((
             SELECT jsonb_agg(jsonb_build_object('year', r.school_year, 'ordinal', r.ordinal, 'on', r.filed_on, 'events', (
                 SELECT coalesce(jsonb_agg(e.date ORDER BY e.date), '[]') FROM truancy_report_event e
                 WHERE (e.case_id, e.school_year, e.ordinal) = (r.case_id, r.school_year, r.ordinal))) ORDER BY r.school_year, r.ordinal)
             FROM truancy_report r WHERE r.case_id = k.case_id AND NOT r.withdrawn), '[]')) ORDER BY m.merge_id)
         FROM student_merge m JOIN student k ON k.student_id = m.absorbed
         WHERE m.survivor = s.student_id AND m.settled_at IS NOT NULL AND m.undone_on IS NULL), '[]')
     WHERE s.student_id IN (:survivor, :absorbed)`,
    { survivor, absorbed },
  );
  await trx.raw(
    `INSERT INTO outbox (case_id, standing_version)
     SELECT s.case_id, s.version FROM standing s
     WHERE s.student_id IN (:survivor, :absorbed) AND EXISTS (
       SELECT FROM attendance_case c JOIN student k ON k.case_id = c.case_id
       WHERE c.case_id = s.case_id OR (s.student_id = :survivor AND k.student_id = :absorbed))
     ORDER BY s.case_id
     ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0`,
    { survivor, absorbed },
  );
}
