import { inOrder, type Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates } from '../checks.ts';
import { requireTruth } from './checks.ts';
import { recordedBy, type RosterDelivery } from './delivery.ts';
import { identifyStudents } from './identity.ts';

/**
 * What students are, from which day on: flags that change the path of a case, and groups. A row is a statement: from its day on, what it
 * names is so. The statements are kept; flags and groups are told from those that stand, so that the order in which they came does not
 * matter. A row with the student and day of one on record supersedes it in what it names.
 */

const FLAGS = ['iep', 'section_504', 'english_learner', 'foster', 'homeless', 'medical', 'juvenile_justice'] as const;
const GROUPS = ['gender', 'race_ethnicity', 'home_language', 'lunch', 'disability', 'graduation_status'] as const;

/** @returns students of whom a flag or a group changed */
export async function mergeProfiles(trx: Transaction, delivery: RosterDelivery): Promise<string[]> {
  const table = 'staged_demographics';
  await identifyStudents(trx, table, { unknown: 'reject' });
  await requireDates(trx, table, ['since']);
  await requireTruth(trx, table, FLAGS);
  // Several files may each name something of a student for the same day; of two rows that name the same, one is a repeat.
  const named = [...FLAGS, ...GROUPS].map((fact) => `${fact} IS NULL`).join(', ');
  await ignoreRepeats(trx, table, `student_id, coalesce(since, ''), ${named}`);
  const facts = `jsonb_strip_nulls(jsonb_build_object(${[
    ...FLAGS.map((flag) => `'${flag}', s.${flag}::boolean`),
    ...GROUPS.map((group) => `'${group}', s.${group}`),
  ].join(', ')}))`;
  await inOrder(
    trx,
    `DROP TABLE IF EXISTS statement;
     CREATE TEMP TABLE statement ON COMMIT DROP AS
       SELECT s.file, s.line, s.student_id, coalesce(s.since, CAST(:today AS text))::date AS day, s.since IS NOT NULL AS dated, ${facts} AS facts
       FROM ${table} s WHERE s.reason IS NULL;
     ANALYZE statement;
     UPDATE ${table} s SET reason = 'nothing-said' FROM statement t WHERE t.facts = '{}' AND t.file = s.file AND t.line = s.line;
     DELETE FROM statement WHERE facts = '{}';
     -- Without a day, only what is not so already is said anew.
     UPDATE statement t SET facts = n.facts FROM (
       SELECT t.file, t.line, coalesce(jsonb_object_agg(f.key, f.value) FILTER (WHERE f.value IS DISTINCT FROM known.value), '{}') AS facts
       FROM statement t CROSS JOIN LATERAL jsonb_each(t.facts) AS f
       LEFT JOIN LATERAL (
         SELECT p.facts -> f.key AS value FROM student_profile p
         WHERE p.student_id = t.student_id AND p.superseded_by IS NULL AND p.since <= t.day AND jsonb_exists(p.facts, f.key)
         ORDER BY p.since DESC LIMIT 1) AS known ON true
       WHERE NOT t.dated GROUP BY t.file, t.line) AS n
     WHERE t.file = n.file AND t.line = n.line;
     DROP TABLE IF EXISTS fresh_profile;
     CREATE TEMP TABLE fresh_profile ON COMMIT DROP AS
       SELECT uuidv7() AS id, t.student_id, t.day, p.profile_id AS old, coalesce(p.facts, '{}') AS before,
         coalesce(p.facts, '{}') || t.facts AS after, t.file, t.line
       FROM (SELECT student_id, day, max(file) AS file, max(line) AS line, jsonb_object_agg(key, value ORDER BY line DESC) AS facts
             FROM (SELECT t.student_id, t.day, t.file, t.line, f.key, f.value FROM statement t CROSS JOIN LATERAL jsonb_each(t.facts) AS f) AS each
             GROUP BY student_id, day) AS t
       LEFT JOIN student_profile p ON p.student_id = t.student_id AND p.since = t.day AND p.superseded_by IS NULL;
     DELETE FROM fresh_profile WHERE before = after;
     UPDATE ${table} s SET reason = 'unchanged' WHERE s.reason IS NULL
       AND NOT EXISTS (SELECT FROM fresh_profile f WHERE f.student_id = s.student_id AND f.day = coalesce(s.since, CAST(:today AS text))::date);
     UPDATE student_profile p SET superseded_by = f.id FROM fresh_profile f WHERE p.profile_id = f.old;
     INSERT INTO student_profile (profile_id, student_id, since, facts, delivery_id, recorded_by)
     SELECT id, student_id, day, after, CAST(:delivery AS uuid), :by FROM fresh_profile`,
    { today: delivery.today, delivery: delivery.deliveryId, by: recordedBy(delivery) },
  );
  await tellProfiles(trx, `SELECT DISTINCT student_id FROM fresh_profile`, delivery);
  const { rows } = await trx.raw<{ rows: { student_id: string }[] }>(`SELECT DISTINCT student_id FROM fresh_profile`);
  return rows.map((row) => row.student_id);
}

/** Tells flags and groups anew from the statements that stand. @param students SQL that selects their ids */
export async function tellProfiles(trx: Transaction, students: string, delivery: Pick<RosterDelivery, 'deliveryId'>): Promise<void> {
  await inOrder(
    trx,
    `DROP TABLE IF EXISTS told_student;
     CREATE TEMP TABLE told_student ON COMMIT DROP AS ${students};
     DROP TABLE IF EXISTS told;
     CREATE TEMP TABLE told ON COMMIT DROP AS
       SELECT student_id, key, value, since, lead(since) OVER (PARTITION BY student_id, key ORDER BY since) - 1 AS until
       FROM (SELECT p.student_id, f.key, f.value, p.since,
               lag(f.value) OVER (PARTITION BY p.student_id, f.key ORDER BY p.since) IS DISTINCT FROM f.value AS begins
             FROM student_profile p JOIN told_student USING (student_id) CROSS JOIN LATERAL jsonb_each(p.facts) AS f
             WHERE p.superseded_by IS NULL) AS said
       WHERE begins;
     ANALYZE told;
     DELETE FROM student_flag f USING told_student t
     WHERE f.student_id = t.student_id AND f.recorded_by LIKE 'delivery:%' AND NOT EXISTS (
       SELECT FROM told WHERE (told.student_id, told.key, told.since) = (f.student_id, f.flag, f.since) AND told.value = 'true');
     INSERT INTO student_flag AS f (student_id, flag, since, until, delivery_id, recorded_by)
     SELECT student_id, key, since, until, CAST(:delivery AS uuid), :by FROM told WHERE value = 'true' AND key = ANY(:flags)
     ON CONFLICT (student_id, flag, since) DO UPDATE SET until = excluded.until WHERE f.until IS DISTINCT FROM excluded.until;
     DELETE FROM student_group g USING told_student t
     WHERE g.student_id = t.student_id AND NOT EXISTS (
       SELECT FROM told WHERE (told.student_id, told.key, told.since) = (g.student_id, g.dimension, g.since));
     INSERT INTO student_group AS g (student_id, dimension, since, until, value)
     SELECT student_id, key, since, until, value #>> '{}' FROM told WHERE key = ANY(:groups)
     ON CONFLICT (student_id, dimension, since) DO UPDATE SET until = excluded.until, value = excluded.value
       WHERE (g.until, g.value) IS DISTINCT FROM (excluded.until, excluded.value)`,
    { delivery: delivery.deliveryId, by: recordedBy(delivery), flags: [...FLAGS], groups: [...GROUPS] },
  );
}
