import type { Role } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';

/**
 * Who does a task: the queries behind the people on a task, the work of each person, and the vacancies. Nothing of it is stored: whoever
 * was removed a moment ago is gone from all of them.
 *
 * A designee of the task comes before one of its step, and that before one of its role; one of the school before one of the district. A
 * designee of a step does what of it their role may do. A task that nobody is designated for is everybody's who holds its role at the
 * school, or, if nobody does, in the district.
 */

/** What a person is designated for. */
export interface Duty {
  kind: 'role' | 'step' | 'task';
  name: string;
}

/**
 * Beginning of a query, with `today` and `schools` (null: all) bound by name: `holder`, who signs in; `place`, where they hold their role;
 * `able`, which roles may do which work by any version of the policy; `term`, the designations that run today; `acting`, who acts by them.
 */
export const ACTING = `
  WITH holder AS MATERIALIZED (
    SELECT person_id, name, role, schools, certificated FROM person
    WHERE token_sha256 NOT LIKE 'removed:%' AND (schools IS NULL OR CAST(:schools AS text[]) IS NULL OR schools && :schools)
  ), place AS MATERIALIZED (
    SELECT person_id, role, certificated, unnest(schools) AS school_id FROM holder
    UNION ALL SELECT person_id, role, certificated, NULL FROM holder WHERE schools IS NULL
  ), doer AS (
    SELECT DISTINCT v.policy_id, v.version, e ->> 'task' AS task, r.role
    FROM policy_version v CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') e
    CROSS JOIN LATERAL (SELECT e ->> 'owner' AS role UNION SELECT jsonb_array_elements_text(coalesce(e -> 'also', '[]'))) r
  ), rung AS (
    SELECT v.policy_id, v.version, w.key AS task, w.value ->> 'step' AS step FROM policy_version v CROSS JOIN LATERAL jsonb_each(v.ladder -> 'wording') w
  ), able AS MATERIALIZED (
    SELECT 'task' AS kind, task AS duty, role FROM doer
    UNION SELECT 'step', step, role FROM doer JOIN rung USING (policy_id, version, task)
    UNION SELECT 'role', role, role FROM holder
  ), term AS MATERIALIZED (
    SELECT d.designee_id, d.school_id, d.duty_kind, d.duty, d.person_id, d.stands_in_for,
      a.role IS NOT NULL AND (h.schools IS NULL OR coalesce(d.school_id = ANY (h.schools), false)) AS fit
    FROM designee d LEFT JOIN holder h USING (person_id) LEFT JOIN able a ON a.kind = d.duty_kind AND a.duty = d.duty AND a.role = h.role
    WHERE d.ended_at IS NULL AND d.from_day <= :today AND (d.until_day IS NULL OR d.until_day >= :today)
      AND (d.school_id IS NULL OR CAST(:schools AS text[]) IS NULL OR d.school_id = ANY (:schools))
  ), acting AS MATERIALIZED (
    SELECT d.designee_id, d.school_id, d.duty_kind, d.duty, coalesce(s.person_id, d.person_id) AS person_id, s.person_id IS NOT NULL AS stands_in
    FROM term d LEFT JOIN term s ON s.stands_in_for = d.designee_id AND s.fit
    WHERE d.stands_in_for IS NULL AND (d.fit OR s.person_id IS NOT NULL)
  )`;

/** Designees who may do a task of `duty`: those of a kind of duty, at the task's school or in the district. The lower the rank, the nearer. */
function designeesOf(kind: Duty['kind'], at: 'school' | 'district', rank: number): string {
  const column = { task: 'task', step: 'step', role: 'owner' }[kind];
  const place = at === 'school' ? 'a.school_id = w.school_id' : 'a.school_id IS NULL';
  return `SELECT w.*, h.person_id, CASE WHEN a.stands_in THEN 'substitute' ELSE 'designee' END AS how, ${rank} AS rank
    FROM duty w JOIN acting a ON a.duty_kind = '${kind}' AND a.duty = w.${column} AND ${place} JOIN holder h USING (person_id)
    ${kind === 'role' ? '' : `JOIN able m ON m.kind = 'task' AND m.duty = w.task AND m.role = h.role`}`;
}

const NEAREST = (['task', 'step', 'role'] as const).flatMap((kind) => (['school', 'district'] as const).map((at) => ({ kind, at })));

/** Goes on after `ACTING`: `chosen`, whom each task of `work` (school_id, owner, step, task) falls to. */
export const CHOSEN = `
  , duty AS MATERIALIZED (SELECT DISTINCT school_id, owner, step, task FROM work
  ), candidate AS (
    ${NEAREST.map(({ kind, at }, rank) => designeesOf(kind, at, rank)).join('\n    UNION ALL ')}
    UNION ALL SELECT w.*, p.person_id, 'role', 8 FROM duty w JOIN place p ON p.role = w.owner AND p.school_id = w.school_id
    UNION ALL SELECT w.*, p.person_id, 'role', 9 FROM duty w JOIN place p ON p.role = w.owner AND p.school_id IS NULL
  ), ranked AS (
    SELECT *, rank() OVER (PARTITION BY school_id, owner, step, task ORDER BY rank) AS nearest FROM candidate
  ), chosen AS MATERIALIZED (SELECT DISTINCT school_id, owner, step, task, person_id, how FROM ranked WHERE nearest = 1)`;

/** Open tasks of schools (all when null) as `work`, with how many there are and how many overdue. */
const OPEN_WORK = `
  , work AS MATERIALIZED (
    SELECT school_id, owner, step, task, count(*) AS open, count(*) FILTER (WHERE due_on = :today) AS due, count(*) FILTER (WHERE due_on < :today) AS overdue
    FROM case_task WHERE status = 'open' AND (CAST(:schools AS text[]) IS NULL OR school_id = ANY (:schools))
    GROUP BY school_id, owner, step, task
  )`;

/** Somebody whom a task falls to. */
export interface TaskPerson {
  person: string;
  name: string;
  /** As the designee, as a substitute for them, or since nobody is designated and they hold the role. */
  how: 'designee' | 'substitute' | 'role';
}

/** Whom the open tasks of a case at a school fall to, by task. A task that is missing falls to nobody. */
export async function peopleOfTasks(
  db: Database,
  { caseId, school }: { caseId: string; school: string },
  today: string,
): Promise<Map<string, TaskPerson[]>> {
  const { rows } = await db.raw<{ rows: (TaskPerson & { task: string })[] }>(
    `${ACTING}
     , work AS (SELECT school_id, owner, step, task FROM case_task WHERE case_id = :caseId AND status = 'open')
     ${CHOSEN}
     SELECT c.task, c.person_id AS person, h.name, c.how FROM chosen c JOIN holder h USING (person_id)
     -- Of partners only those to whose organisation the case was referred.
     WHERE h.role <> 'partner' OR EXISTS (
       SELECT FROM person w JOIN case_action r ON r.details ->> 'partner' = w.partner
       WHERE w.person_id = h.person_id AND r.case_id = :caseId AND r.kind = 'agency_referral' AND r.superseded_by_event IS NULL)
     ORDER BY c.task, h.name, c.person_id`,
    { caseId, schools: [school], today },
  );
  const people = new Map<string, TaskPerson[]>();
  for (const { task, ...one } of rows) people.set(task, [...(people.get(task) ?? []), one]);
  return people;
}

/** The open work of one person. A task that several can do counts with each of them. */
export interface PersonWork {
  person: string;
  name: string;
  role: Role;
  open: number;
  /** Due today. */
  due: number;
  overdue: number;
}

/** The open work of a school by the people whom it falls to. */
export async function workOfPeople(db: Database, school: string, today: string): Promise<PersonWork[]> {
  const { rows } = await db.raw<{ rows: PersonWork[] }>(
    `${ACTING} ${OPEN_WORK} ${CHOSEN}
     SELECT h.person_id AS person, h.name, h.role, CAST(sum(w.open) AS integer) AS open, CAST(sum(w.due) AS integer) AS due, CAST(sum(w.overdue) AS integer) AS overdue
     FROM chosen c JOIN work w USING (school_id, owner, step, task) JOIN holder h USING (person_id)
     GROUP BY h.person_id, h.name, h.role ORDER BY h.name, h.person_id`,
    { schools: [school], today },
  );
  return rows;
}

/** The kinds of open tasks that fall to a person, as columns of equal length. */
export async function tasksOfPerson(
  db: Database,
  person: string,
  schools: readonly string[] | null,
  today: string,
): Promise<Record<'school' | 'owner' | 'step' | 'task', string[]>> {
  const { rows } = await db.raw<{ rows: [Record<'school' | 'owner' | 'step' | 'task', string[]>] }>(
    `${ACTING} ${OPEN_WORK} ${CHOSEN}
     SELECT coalesce(array_agg(school_id), '{}') AS school, coalesce(array_agg(owner), '{}') AS owner,
       coalesce(array_agg(step), '{}') AS step, coalesce(array_agg(task), '{}') AS task
     FROM chosen WHERE person_id = :person`,
    { person, schools: schools === null ? null : [...schools], today },
  );
  return rows[0];
}

/** Open tasks of a role at a school that fall to nobody. */
export interface OrphanWork {
  school: string;
  role: Role;
  open: number;
  overdue: number;
}

/** @param schools null means all */
export async function orphanWork(db: Database, schools: readonly string[] | null, today: string): Promise<OrphanWork[]> {
  const { rows } = await db.raw<{ rows: OrphanWork[] }>(
    `${ACTING} ${OPEN_WORK} ${CHOSEN}
     SELECT w.school_id AS school, w.owner AS role, CAST(sum(w.open) AS integer) AS open, CAST(sum(w.overdue) AS integer) AS overdue
     FROM work w LEFT JOIN chosen c USING (school_id, owner, step, task) WHERE c.person_id IS NULL
     GROUP BY w.school_id, w.owner ORDER BY w.school_id, w.owner`,
    { schools: schools === null ? null : [...schools], today },
  );
  return rows;
}

/** A duty for which somebody was designated and nobody acts now. */
export interface LeftDuty {
  /** Null: in the whole district. */
  school: string | null;
  kind: Duty['kind'];
  duty: string;
  /** Who was designated last, and why that person does not act. */
  person: string;
  name: string;
  why: 'removed' | 'moved' | 'ended' | 'over';
}

/** Duties that were designated, not given up, and have nobody who acts. @param schools null means all and the district's own */
export async function leftDuties(db: Database, schools: readonly string[] | null, today: string): Promise<LeftDuty[]> {
  const { rows } = await db.raw<{ rows: LeftDuty[] }>(
    `${ACTING}
     , latest AS (
       SELECT DISTINCT ON (school_id, duty_kind, duty) * FROM designee
       WHERE stands_in_for IS NULL AND from_day <= :today AND (CAST(:schools AS text[]) IS NULL OR school_id = ANY (:schools))
       ORDER BY school_id, duty_kind, duty, designee_id DESC
     )
     SELECT l.school_id AS school, l.duty_kind AS kind, l.duty, l.person_id AS person, p.name,
       CASE WHEN l.ended_at IS NOT NULL THEN 'ended' WHEN l.until_day < :today THEN 'over' WHEN p.token_sha256 LIKE 'removed:%' THEN 'removed' ELSE 'moved' END AS why
     FROM latest l JOIN person p USING (person_id)
     WHERE NOT l.given_up AND NOT EXISTS (
       SELECT FROM acting a WHERE a.school_id IS NOT DISTINCT FROM l.school_id AND a.duty_kind = l.duty_kind AND a.duty = l.duty)
     ORDER BY 1, 2, 3`,
    { schools: schools === null ? null : [...schools], today },
  );
  return rows;
}

/** A post that a school with students has to fill and does not. */
export interface EmptyPost {
  school: string;
  role: Role;
  certificated: boolean;
  clause: string;
  /** Somebody holds the role or is designated, without being certificated. */
  held: boolean;
}

/**
 * Posts that nobody fills: neither a designee for the role, nor, where nobody is designated, somebody who holds the role at that very
 * school. @param schools null means all
 */
export async function emptyPosts(db: Database, schools: readonly string[] | null, today: string): Promise<EmptyPost[]> {
  const { rows } = await db.raw<{ rows: EmptyPost[] }>(
    `${ACTING}
     , asked AS MATERIALIZED (SELECT role, certificated, clause FROM required_post WHERE ended_at IS NULL
     ), named AS MATERIALIZED (
       SELECT s.school_id, a.duty AS role, h.certificated FROM acting a JOIN asked r ON r.role = a.duty
       JOIN school s ON a.school_id IS NULL OR a.school_id = s.school_id JOIN holder h USING (person_id) WHERE a.duty_kind = 'role'
     ), filled AS MATERIALIZED (
       SELECT school_id, role, certificated FROM named
       UNION SELECT p.school_id, p.role, p.certificated FROM place p JOIN asked r USING (role)
       WHERE p.school_id IS NOT NULL AND (p.school_id, p.role) NOT IN (SELECT school_id, role FROM named)
     )
     SELECT s.school_id AS school, r.role, r.certificated, r.clause,
       EXISTS (SELECT FROM filled f WHERE f.school_id = s.school_id AND f.role = r.role) AS held
     FROM school s CROSS JOIN asked r
     WHERE (CAST(:schools AS text[]) IS NULL OR s.school_id = ANY (:schools))
       AND EXISTS (SELECT FROM student t WHERE t.school_id = s.school_id AND t.merged_into IS NULL)
       AND NOT EXISTS (
         SELECT FROM filled f WHERE f.school_id = s.school_id AND f.role = r.role AND (f.certificated OR NOT r.certificated))
     ORDER BY s.school_id, r.role`,
    { schools: schools === null ? null : [...schools], today },
  );
  return rows;
}
