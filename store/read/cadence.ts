import type { Database } from '../database.ts';

/** Something that is to be done once in each span at every school: a school task, or a team's meeting of which no school task tells. */
export interface Recurring {
  kind: 'school_task' | 'team';
  /** Key of the school task, or the team. */
  key: string;
  /** Asked since this day: a span that had begun to be taught before does not count. */
  since: string;
  /** Spans that have ended. */
  spans: { from: string; to: string }[];
}

/** What did not take place at a school though it was due. */
export interface Overdue {
  school: string;
  name: string;
  kind: Recurring['kind'];
  key: string;
  /** When it was last done; null: never. */
  lastOn: string | null;
  /** The last day of the first span that has passed without it since. */
  dueBy: string;
  /** Spans that have passed without it since, and in all the spans that are asked about. */
  missed: number;
  missedInAll: number;
}

/**
 * What schools have not done in time: each thing that recurs, with the spans that have passed without it since it was last done. A span counts
 * when the school taught in it, and Rollbook knew the school when its teaching began. One statement, which reads each school's calendar once.
 * @param schools null means all; `upTo`: what was done later does not count
 */
export async function readOverdue(db: Database, recurring: Recurring[], schools: string[] | null, upTo: string): Promise<Overdue[]> {
  const asked = recurring.flatMap(({ spans, ...one }) => spans.map((span) => ({ ...one, ...span })));
  if (asked.length === 0) return [];
  const { rows } = await db.raw<{ rows: Overdue[] }>(
    `WITH asked AS MATERIALIZED (
       SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:since AS date[]), CAST(:froms AS date[]), CAST(:tos AS date[]))
         AS a(kind, key, since, first, last)
     ), taught AS MATERIALIZED (
       SELECT c.school_id, p.first, p.last, min(c.date) AS begins
       FROM (SELECT DISTINCT first, last FROM asked) AS p
       JOIN calendar_day c ON c.instructional AND c.date BETWEEN p.first AND p.last
       ${schools === null ? '' : 'WHERE c.school_id = ANY(CAST(:schools AS text[]))'}
       GROUP BY c.school_id, p.first, p.last
     ), done AS MATERIALIZED (
       SELECT 'school_task' AS kind, task AS key, school_id, on_day FROM school_record WHERE on_day <= CAST(:upTo AS date) AND task = ANY(:tasks)
       UNION
       SELECT 'team', details ->> 'team', school_id, on_day FROM case_action
       WHERE cardinality(CAST(:teams AS text[])) > 0 AND kind = 'meeting' AND superseded_by_event IS NULL AND on_day <= CAST(:upTo AS date)
         AND details ->> 'outcome' = 'held' AND details ->> 'team' = ANY(:teams)
     ), last_done AS (SELECT kind, key, school_id, max(on_day) AS on_day FROM done GROUP BY kind, key, school_id)
     SELECT m.school_id AS school, h.name, m.kind, m.key, m.last_on AS "lastOn", min(m.last) FILTER (WHERE m.since_then) AS "dueBy",
       (count(*) FILTER (WHERE m.since_then))::integer AS missed, count(*)::integer AS "missedInAll"
     FROM (
       SELECT t.school_id, a.kind, a.key, a.last, l.on_day AS last_on, coalesce(a.first > l.on_day, true) AS since_then
       FROM taught t JOIN asked a USING (first, last) JOIN school_start k USING (school_id)
         LEFT JOIN last_done l ON (l.kind, l.key, l.school_id) = (a.kind, a.key, t.school_id)
       WHERE t.begins >= a.since AND t.begins >= k.known_on
         AND NOT EXISTS (SELECT FROM done d WHERE (d.kind, d.key, d.school_id) = (a.kind, a.key, t.school_id) AND d.on_day BETWEEN a.first AND a.last)
     ) AS m JOIN school h USING (school_id)
     GROUP BY m.school_id, h.name, m.kind, m.key, m.last_on
     HAVING bool_or(m.since_then)
     ORDER BY "dueBy", h.name, m.key`,
    {
      kinds: asked.map(({ kind }) => kind),
      keys: asked.map(({ key }) => key),
      since: asked.map(({ since }) => since),
      froms: asked.map(({ from }) => from),
      tos: asked.map(({ to }) => to),
      tasks: recurring.flatMap(({ kind, key }) => (kind === 'school_task' ? [key] : [])),
      teams: recurring.flatMap(({ kind, key }) => (kind === 'team' ? [key] : [])),
      schools: schools ?? [],
      upTo,
    },
  );
  return rows;
}
