/** Real servers are started once for all test files; see test/world/. Long proofs, and properties with many runs, with ROLLBOOK_LONG=1. */
const long = process.env.ROLLBOOK_LONG === '1';

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testMatch: long ? ['<rootDir>/test/**/*.long.test.ts', '<rootDir>/test/**/*.property.test.ts'] : ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(long ? [] : ['\\.long\\.test\\.ts$'])],
  globalSetup: '<rootDir>/test/world/global-setup.mjs',
  globalTeardown: '<rootDir>/test/world/global-teardown.mjs',
  maxWorkers: 2,
  testTimeout: long ? 900_000 : 120_000,
};
