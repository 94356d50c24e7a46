import { migrationPreview, previewQuery } from '../../contracts/policy.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { previewMigration, versionNamed } from '../../policy-migration.ts';

export const previewPolicyMigration = endpoint({
  method: 'get',
  path: '/v1/policy/migrations/preview',
  operationId: 'previewPolicyMigration',
  tag: 'policy',
  summary: 'Who would gain or lose which tasks if open cases were moved to a version; nothing is written',
  permission: 'migrate_cases',
  place: 'district',
  audit: { discloses: 'policy migration' },
  params: nothing,
  query: previewQuery,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'A page of cases', schema: migrationPreview } },
  async handler({ trx, person, query }) {
    const { policy: id, version, school, case: caseId, after = null, limit } = query;
    const to = await versionNamed(trx, { id, version });
    const scope = caseId !== undefined ? { case: caseId } : school !== undefined ? { school } : { all: true as const };
    const found = await previewMigration(trx, person, { to, scope, after, limit });
    return { status: 200, body: found, subjects: found.cases.map(({ caseId: one, school: at }) => ({ caseId: one, school: at })) };
  },
});
