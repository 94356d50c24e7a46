import { readFileSync } from 'node:fs';
import { CODED_FIELDS } from '../../policy/coded-fields.ts';
import { CADENCES, STUDENT_FLAGS } from '../../policy/vocabulary.ts';

const page = readFileSync(new URL('../../docs/policy-vocabulary.md', import.meta.url), 'utf8');
const schema = readFileSync(new URL('../../policy/policy.schema.json', import.meta.url), 'utf8');

/** Cells of the table of kinds, without what only lines it up. */
const rows = page
  .slice(page.indexOf('## Kinds of action'), page.indexOf('## Openings'))
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );

test('the page of a policy’s words lists every kind of action with its fields and words, and no others', () => {
  const expected = Object.entries(CODED_FIELDS).flatMap(([kind, fields]) => {
    const list = Object.entries(fields);
    if (list.length === 0) return [[`\`${kind}\``, '-', 'nothing can be asked beyond the record itself']];
    return list.map(([field, { words, list: many }], n) => [
      n === 0 ? `\`${kind}\`` : '',
      `\`${field}\`${many ? ' (list)' : ''}`,
      words ? words.map((word) => `\`${word}\``).join(', ') : 'the district’s own codes',
    ]);
  });
  expect(rows.slice(1).filter(([kind]) => !/^-+$/.test(kind!))).toEqual(expected);
});

test('it names every opening, every gate of a task, every flag and every cadence', () => {
  const task = (JSON.parse(schema) as { properties: { tasks: { items: { properties: Record<string, unknown> } } } }).properties.tasks.items;
  const openings = [...schema.matchAll(/"on":\s*\{\s*"type": "string",\s*"const": "(\w+)"/g)].map(([, on]) => `on: ${on}`);
  expect(openings.length).toBeGreaterThan(10);
  const gates = Object.keys(task.properties).filter(
    (key) =>
      !['task', 'kind', 'step', 'title', 'clause', 'opens', 'owner', 'also', 'due', 'evidence', 'unavailable', 'script'].includes(key),
  );
  for (const word of [...openings, ...gates.map((gate) => `${gate}:`), ...STUDENT_FLAGS, ...CADENCES])
    expect([word, page.includes(word)]).toEqual([word, true]);
});
