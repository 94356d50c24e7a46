import { readFileSync } from 'node:fs';
import { policySchemaText } from '../../policy/schema.ts';
import { shippedPolicies, shippedPolicyText } from '../../policy/index.ts';

const committed = readFileSync(new URL('../../policy/policy.schema.json', import.meta.url), 'utf8');

test('the published schema is what the document’s definition says; if not, run `npm run policy-schema`', () => {
  expect(JSON.parse(committed)).toEqual(JSON.parse(policySchemaText()));
});

test('it names every key of a policy and takes no other', () => {
  const schema = JSON.parse(committed) as { properties: Record<string, unknown>; required: string[]; additionalProperties: boolean };
  expect(schema.additionalProperties).toBe(false);
  expect(schema.required).toEqual(expect.arrayContaining(['policy', 'version', 'state', 'bands', 'tasks', 'referral']));
  // What has defaults may be left out.
  expect(schema.required).not.toContain('days');
  expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['days', 'submissions', 'absenceList']));
});

test('each shipped policy tells an editor where its schema is', () => {
  for (const id of shippedPolicies())
    expect(shippedPolicyText(id)).toMatch(/^# yaml-language-server: \$schema=\.\.\/policy\.schema\.json\n/);
});
