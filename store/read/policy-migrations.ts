import type { Role } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';

/** Which open cases a migration is about. */
export type MigrationScope = { all: true } | { school: string } | { case: string };

/** A version of a policy by its name. */
interface VersionName {
  id: string;
  version: number;
}

/** A condition and its values: open cases of a scope that are on another version. */
export function inScope(scope: MigrationScope, to: VersionName): { where: string; values: Record<string, string | number | null> } {
  return {
    where: `(c.policy_id, c.policy_version) <> (:toId, :toVersion) AND c.phase <> 'closed' AND s.merged_into IS NULL
      AND (CAST(:school AS text) IS NULL OR c.school_id = :school) AND (CAST(:case AS uuid) IS NULL OR c.case_id = CAST(:case AS uuid))`,
    values: {
      toId: to.id,
      toVersion: to.version,
      school: 'school' in scope ? scope.school : null,
      case: 'case' in scope ? scope.case : null,
    },
  };
}

/** A page of the open cases that a migration would move, by case. */
export async function readCasesInScope(
  db: Database,
  scope: MigrationScope,
  to: VersionName,
  page: { after: string | null; limit: number },
): Promise<{ caseId: string; localId: string; school: string }[]> {
  const { where, values } = inScope(scope, to);
  const { rows } = await db.raw<{ rows: { caseId: string; localId: string; school: string }[] }>(
    `SELECT c.case_id AS "caseId", s.local_id AS "localId", c.school_id AS school
     FROM attendance_case c JOIN student s ON s.student_id = c.student_id
     WHERE ${where} AND (CAST(:after AS uuid) IS NULL OR c.case_id > CAST(:after AS uuid)) ORDER BY c.case_id LIMIT :limit`,
    { ...values, ...page },
  );
  return rows;
}

/** How far a migration has come. */
export interface PolicyMigration {
  migrationId: string;
  to: VersionName;
  scope: MigrationScope;
  reason: string;
  askedBy: string;
  askedRole: Role;
  askedAt: string;
  cases: number;
  moved: number;
  waiting: number;
  /** At most 500 of them. */
  refused: { caseId: string; type: string; detail: string }[];
}

/** Null when there is none of this id. */
export async function readPolicyMigration(db: Database, migrationId: string): Promise<PolicyMigration | null> {
  const { rows } = await db.raw<{ rows: (PolicyMigration & { id: string; version: number; asked: Date })[] }>(
    `SELECT m.migration_id AS "migrationId", m.to_id AS id, m.to_version AS version, m.scope, m.reason, m.asked_by AS "askedBy",
       m.asked_role AS "askedRole", m.asked_at AS asked, count(k.*)::integer AS cases,
       count(*) FILTER (WHERE k.outcome = 'applied')::integer AS moved,
       count(k.*) FILTER (WHERE k.outcome IS NULL)::integer AS waiting
     FROM policy_migration m LEFT JOIN command k USING (migration_id) WHERE m.migration_id = ? GROUP BY m.migration_id`,
    [migrationId],
  );
  const [row] = rows;
  if (!row) return null;
  const { rows: refused } = await db.raw<{ rows: PolicyMigration['refused'] }>(
    `SELECT case_id AS "caseId", outcome_body ->> 'type' AS type, outcome_body ->> 'detail' AS detail
     FROM command WHERE migration_id = ? AND outcome = 'refused' ORDER BY case_id LIMIT 500`,
    [migrationId],
  );
  const { id, version, asked, ...rest } = row;
  return { ...rest, to: { id, version }, askedAt: asked.toISOString(), refused };
}
