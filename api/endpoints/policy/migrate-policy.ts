import { districtTime } from '../../../store/clock.ts';
import { writePolicyMigration } from '../../../store/intake/policy-migrations.ts';
import { readPolicyTerms } from '../../../store/read/policies.ts';
import { migratePolicy as contract, migrationAsked } from '../../contracts/policy.ts';
import { commandHeaders, nothing } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { actorAt } from '../../give-command.ts';
import { onceInTransaction } from '../../give-district-command.ts';
import { versionNamed } from '../../policy-migration.ts';
import { Problem } from '../../problems.ts';

export const migratePolicy = endpoint({
  method: 'post',
  path: '/v1/policy/migrations',
  operationId: 'migratePolicy',
  tag: 'policy',
  summary: 'Moves open cases to a version that is or was in force, with a reason that stands in the record of each',
  description: 'One command for each case is written down; each case takes it in its turn, once, also if this service stops meanwhile.',
  permission: 'migrate_cases',
  place: 'district',
  audit: { none: 'the commands to the cases record who moved them, and why; nothing about them is shown' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Written down', schema: migrationAsked } },
  handler: ({ trx, person, headers, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'migrate_policy', asked: body }, async () => {
      const { policy: id, version } = body.to;
      const to = await versionNamed(trx, { id, version });
      if (!(await readPolicyTerms(trx)).some((term) => term.id === id && term.version === version))
        throw new Problem('policy-not-in-force', `Version ${version} of ${id} is not in force yet; no case is moved to it before its day.`);
      const { at } = await districtTime(trx);
      const asked = { to, scope: body.scope, reason: body.reason, actor: actorAt(person, 'district'), at };
      const { migrationId, cases } = await writePolicyMigration(trx, asked);
      return { status: 201, body: { migrationId, cases, readAt: `/v1/policy/migrations/${migrationId}` } };
    }),
});
