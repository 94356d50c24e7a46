import { readFileSync } from 'node:fs';
import { servers } from '../world/database.ts';

const bundle = readFileSync(servers().bundle, 'utf8');

test('the workflow’s code carries no schema library, database or server with it', () => {
  // What these leave in any bundle they are part of.
  const marks = { zod: '_zod', yaml: 'YAMLParseError', knex: 'knex', pg: 'pg-protocol', express: 'expressjs' };
  expect(Object.entries(marks).filter(([, mark]) => bundle.includes(mark))).toEqual([]);
  expect(bundle).toContain('attendanceCase');
});

test('the modules in it are the workflows’, the cases’ and the engine’s own', () => {
  const rooms = new Set(Array.from(bundle.matchAll(/^\/\*\*\*\/ "\.\/([a-z_]+)\//gm), ([, room]) => room));
  expect(rooms).toEqual(new Set(['bin', 'cases', 'node_modules', 'workflows']));
});
