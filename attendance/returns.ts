import type { Transaction } from '../store/database.ts';
import { hasTracks, trackOfStay } from '../store/tracks.ts';
import type { StandingRules } from './rules.ts';
import { schoolYearOf, type Day } from './school-year.ts';
import { latestDay } from './standing.ts';

/**
 * Notes the returns of those of whom a newly covered day says nothing else: yesterday absent, today not, in a large district every
 * fifteenth student each night. Their last spell gets its return and its window, and the days of it that wait for a window get theirs;
 * nothing else of the standing can change, so that the year need not be counted again. Whoever is not as plain as that is touched
 * instead: who moved, was suspended, waits for the return from a late arrival, whose window has ended already or never will, or whose spell
 * the newly covered day lies in.
 *
 * Reads `awaiting_return` and `touched_student`, and adds to the latter. It comes to what `recompute` would write.
 * @returns standings that changed
 */
export async function noteReturns(trx: Transaction, deliveryId: string, today: Day, rules: StandingRules): Promise<number> {
  const day = await latestDay(trx, today);
  const year = schoolYearOf(day);
  const values = { delivery: deliveryId, day, yearStart: year.from, yearEnd: year.to, year: year.name, clearing: rules.clearingSchoolDays };
  await trx.raw(`
    DELETE FROM awaiting_return a USING touched_student t WHERE a.student_id = t.student_id;
    ANALYZE awaiting_return;
    DROP TABLE IF EXISTS open_spell`);
  await trx.raw(
    `CREATE TEMP TABLE open_spell ON COMMIT DROP AS
     SELECT p.student_id, p.first_day, p.last_day, r.date AS returned_on, w.date AS window_ends,
       (r.date IS NOT NULL AND (r.date > coalesce(e.exit_date, r.date) OR w.date IS NULL OR w.date < CAST(:day AS date)))
         OR ${trackOfStay(await hasTracks(trx), 'e')} <> '' OR f.date <= p.last_day OR EXISTS (SELECT FROM suspended_day u WHERE u.student_id = p.student_id AND u.date > p.last_day) AS doubtful
     FROM awaiting_return a
     JOIN spell p USING (student_id)
     LEFT JOIN (SELECT school_id, min(date) AS date FROM covered_day WHERE delivery_id = CAST(:delivery AS uuid) GROUP BY school_id) AS f USING (school_id)
     LEFT JOIN enrollment e ON e.student_id = p.student_id AND e.school_id = p.school_id
       AND p.last_day BETWEEN e.entry_date AND coalesce(e.exit_date, p.last_day)
     LEFT JOIN LATERAL (
       SELECT c.date, c.school_day FROM calendar_day c JOIN covered_day k USING (school_id, date)
       WHERE c.school_id = p.school_id AND c.instructional AND c.date > p.last_day AND c.date <= CAST(:day AS date)
       ORDER BY c.date LIMIT 1) AS r ON true
     LEFT JOIN calendar_day w ON w.school_id = p.school_id AND w.instructional AND w.school_day = r.school_day + :clearing
     WHERE p.returned_on IS NULL AND p.first_day BETWEEN CAST(:yearStart AS date) AND CAST(:yearEnd AS date)`,
    values,
  );
  await trx.raw(`CREATE INDEX ON open_spell (student_id); ANALYZE open_spell`);
  await trx.raw(
    `WITH plain AS (
       SELECT a.student_id FROM awaiting_return a JOIN standing s USING (student_id)
       WHERE s.school_year = :year AND s.as_of <= CAST(:day AS date)
         AND EXISTS (SELECT FROM open_spell o WHERE o.student_id = s.student_id)
         AND NOT EXISTS (SELECT FROM open_spell o WHERE o.student_id = s.student_id AND o.doubtful)
         -- Every day that waits for a window lies in one of these spells.
         AND NOT EXISTS (
           SELECT FROM jsonb_array_elements(s.pending) AS e WHERE e ->> 'windowEnds' IS NULL AND NOT EXISTS (
             SELECT FROM open_spell o WHERE o.student_id = s.student_id AND CAST(e ->> 'day' AS date) BETWEEN o.first_day AND o.last_day))
     ), others AS (
       DELETE FROM awaiting_return a WHERE NOT EXISTS (SELECT FROM plain p WHERE p.student_id = a.student_id) RETURNING student_id
     ) INSERT INTO touched_student SELECT student_id FROM others`,
    values,
  );
  await trx.raw(`
    UPDATE spell p SET returned_on = o.returned_on, window_ends = o.window_ends
    FROM open_spell o JOIN awaiting_return USING (student_id)
    WHERE o.returned_on IS NOT NULL AND p.student_id = o.student_id AND p.first_day = o.first_day`);
  const { rows } = await trx.raw<{ rows: { n: number }[] }>(
    `WITH now AS (
       SELECT s.student_id, s.pending AS before, coalesce(e.pending, '[]') AS pending, e.next,
         e.open OR EXISTS (SELECT FROM open_spell o WHERE o.student_id = s.student_id AND o.returned_on IS NULL) AS awaits
       FROM awaiting_return a JOIN standing s USING (student_id)
       CROSS JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object('day', p.day, 'windowEnds', p.window_ends) ORDER BY p.day) AS pending,
           min(p.window_ends) FILTER (WHERE p.window_ends >= CAST(:day AS date)) + 1 AS next, coalesce(bool_or(p.window_ends IS NULL), false) AS open
         FROM (
           SELECT w.day, coalesce(w."windowEnds", o.window_ends) AS window_ends
           FROM jsonb_to_recordset(s.pending) AS w(day date, "windowEnds" date)
           LEFT JOIN open_spell o ON o.student_id = s.student_id AND w.day BETWEEN o.first_day AND o.last_day) AS p) AS e
     ), noted AS (
       UPDATE standing s SET pending = n.pending, changes_on = least(s.changes_on, n.next), awaits_return = n.awaits,
         version = s.version + (n.pending <> n.before)::integer
       FROM now n WHERE n.student_id = s.student_id AND (n.pending <> n.before OR NOT n.awaits)
       RETURNING n.pending <> n.before AS changed)
     SELECT count(*) FILTER (WHERE changed) AS n FROM noted`,
    values,
  );
  return rows[0]!.n;
}
