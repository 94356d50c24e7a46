import { CODED_FIELDS } from '../../policy/coded-fields.ts';
import { readFileSync } from 'node:fs';
import { layerSchemaText, policySchemaText } from '../../policy/schema.ts';
import { shippedLayers, shippedLayerText, shippedPolicies, shippedPolicyText } from '../../policy/index.ts';

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

test('a layer has its schema too, and says where it is', () => {
  const layer = readFileSync(new URL('../../policy/layer.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(layer)).toEqual(JSON.parse(layerSchemaText()));
  for (const id of shippedLayers()) expect(shippedLayerText(id)).toMatch(/^# yaml-language-server: \$schema=\.\.\/layer\.schema\.json\n/);
});

test('docs/policy-vocabulary.md has each kind of action with its fields and their words, as they are', () => {
  const page = readFileSync(new URL('../../docs/policy-vocabulary.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ');
  for (const [kind, fields] of Object.entries(CODED_FIELDS)) {
    expect(page).toContain(`| \`${kind}\` |`);
    for (const [field, { words, list }] of Object.entries(fields)) {
      const said = words ? words.map((word) => `\`${word}\``).join(', ') : 'the district’s own codes';
      expect(page).toContain(`\`${field}\`${list ? ' (list)' : ''} | ${said} |`);
    }
  }
});
