import { z } from 'zod';
import { readPolicyMigration } from '../../../store/read/policy-migrations.ts';
import { policyMigration } from '../../contracts/policy.ts';
import { nothing, readHeaders, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const getPolicyMigration = endpoint({
  method: 'get',
  path: '/v1/policy/migrations/:migration',
  operationId: 'getPolicyMigration',
  tag: 'policy',
  summary: 'How far a migration of open cases has come: moved, waiting, refused and why',
  permission: 'migrate_cases',
  place: 'district',
  audit: { none: 'ids of cases and why they were not moved; no student is named' },
  params: z.strictObject({ migration: uuid }),
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'How far it has come', schema: policyMigration } },
  async handler({ trx, params }) {
    const found = await readPolicyMigration(trx, params.migration);
    if (found === null) throw new Problem('not-found', 'There is no such migration.');
    return { status: 200, body: found };
  },
});
