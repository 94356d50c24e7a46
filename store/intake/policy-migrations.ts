import { randomUUID } from 'node:crypto';
import type { Actor } from '../../cases/events.ts';
import type { Command } from '../../cases/messages.ts';
import type { PolicyPin } from '../../policy/ladder.ts';
import type { Transaction } from '../database.ts';
import { inScope, type MigrationScope } from '../read/policy-migrations.ts';

/**
 * Writes down that open cases are to be moved to another version: one command for each of them, which the relay brings to its case until
 * it has its one outcome (house rules 1 and 2). The reason is each command's text, with a salted digest of its own.
 * @returns the migration's id and how many cases it is about
 */
export async function writePolicyMigration(
  trx: Transaction,
  asked: { to: PolicyPin; scope: MigrationScope; reason: string; actor: Actor; at: string },
): Promise<{ migrationId: string; cases: number }> {
  const { to, scope, reason, actor, at } = asked;
  const migrationId = randomUUID();
  await trx('policy_migration').insert({
    migration_id: migrationId,
    to_id: to.id,
    to_version: to.version,
    scope: JSON.stringify(scope),
    reason,
    asked_by: actor.id,
    asked_role: actor.role,
    asked_at: at,
  });
  const command: Command = { kind: 'migrate_policy', to };
  const { where, values } = inScope(scope, to);
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `WITH chosen AS MATERIALIZED (
       SELECT c.case_id, replace(gen_random_uuid()::text, '-', '') AS salt
       FROM attendance_case c JOIN student s ON s.student_id = c.student_id WHERE ${where}
     )
     INSERT INTO command (caller, idempotency_key, case_id, kind, body, body_sha256, text, text_salt, text_digest, actor, district_at, next_try_at, migration_id)
     SELECT :caller, 'policy-migration/' || :migrationId || '/' || case_id, case_id, :kind, CAST(:body AS jsonb), encode(sha256(convert_to(:body, 'UTF8')), 'hex'),
       :reason, salt, encode(sha256(convert_to(salt || :reason, 'UTF8')), 'hex'), CAST(:actor AS jsonb), CAST(:at AS timestamptz), now(), CAST(:migrationId AS uuid)
     FROM chosen`,
    {
      ...values,
      caller: actor.id,
      migrationId,
      kind: command.kind,
      body: JSON.stringify(command),
      reason,
      actor: JSON.stringify(actor),
      at,
    },
  );
  return { migrationId, cases: rowCount };
}
