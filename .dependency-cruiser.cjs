/**
 * The rooms of docs/architecture.md and what each may import. `types` are rooms of which only types may be imported; that half, and that
 * each rule here fails where it should, is kept by test/house/architecture.test.ts.
 */
const ROOMS = {
  policy: { may: [], types: [] },
  cases: { may: [], types: ['policy'] },
  workflows: { may: ['cases'], types: ['activities', 'policy'] },
  activities: { may: ['cases', 'policy', 'store', 'attendance', 'documents', 'channels'], types: ['workflows'] },
  attendance: { may: ['store', 'policy'], types: ['cases'] },
  documents: { may: ['policy'], types: ['cases'] },
  channels: { may: [], types: [] },
  store: { may: ['migrations'], types: ['cases', 'policy'] },
  api: { may: ['store', 'cases', 'policy', 'documents'], types: ['workflows'] },
  migrations: { may: [], types: [] },
};
const EVERYTHING = ['bin', 'test', 'bench'];

const forbidden = Object.entries(ROOMS).flatMap(([room, { may, types }]) => {
  const others = [...Object.keys(ROOMS), ...EVERYTHING].filter((other) => other !== room);
  const never = others.filter((other) => !may.includes(other) && !types.includes(other));
  const rules = [{ name: `${room}-imports`, severity: 'error', from: { path: `^${room}/` }, to: { path: `^(${never.join('|')})/` } }];
  return rules;
});

module.exports = {
  forbidden: [
    ...forbidden,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'pure-rooms',
      comment: 'What runs inside a workflow touches no machine: no Node built-in, no database, no schema library.',
      severity: 'error',
      from: { path: '^(cases|workflows)/' },
      to: { path: 'node_modules/(?!@temporalio/workflow)' },
    },
    { name: 'pure-rooms-core', severity: 'error', from: { path: '^(cases|workflows)/' }, to: { dependencyTypes: ['core'] } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^jest' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.rollbook)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json', '.cjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
