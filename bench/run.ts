import { parseArgs } from 'node:util';
import { startServers } from '../test/world/servers.ts';
import { measureAttendance } from './attendance/measure.ts';
import { SCHOOL_DAYS } from './attendance/district.ts';
import { measureMigrationPreview } from './migration.ts';
import { measurePolicies } from './policy.ts';
import { measureRehearsal } from './rehearsal.ts';
import { measureRates } from './rates.ts';
import { report, say, type Line } from './report.ts';

/**
 * `npm run bench`: what Rollbook costs, as ratios against the bare engine in the same run (docs/performance.md). With `--attendance N`
 * attendance in is measured instead, for N students (`npm run bench:attendance` can do more), with `--rehearsal N` a rehearsal (by `--processes 1,2`), with `--migration N` the preview
 * of moving N open cases, with `--policy` the shipped policies, with `--rates N` the rates of chronic absence of N
 * students.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200' },
    actions: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    cached: { type: 'string', default: '400' },
    wakings: { type: 'string', default: '20' },
    attendance: { type: 'string' },
    rehearsal: { type: 'string' },
    processes: { type: 'string', default: '1,2' },
    policy: { type: 'boolean', default: false },
    migration: { type: 'string' },
    rates: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const size = (name: 'cases' | 'actions' | 'rounds' | 'cached' | 'wakings'): number => {
  const n = Number(values[name]);
  if (!Number.isInteger(n) || n < 2) throw new Error(`--${name} must be a whole number of at least 2, not “${values[name]}”`);
  return n;
};
const sizes = { cases: size('cases'), actions: Math.min(size('actions'), size('cases')), rounds: size('rounds') };

if (values.attendance !== undefined) {
  process.stdout.write(report(await measureAttendance({ students: Number(values.attendance), days: SCHOOL_DAYS }), values.json));
  process.exit();
}

if (values.rehearsal !== undefined) {
  process.stdout.write(report(await measureRehearsal(Number(values.rehearsal), values.processes.split(',').map(Number)), values.json));
  process.exit();
}

if (values.policy) {
  process.stdout.write(report(measurePolicies(), values.json));
  process.exit();
}

if (values.migration !== undefined) {
  process.stdout.write(report(await measureMigrationPreview(Number(values.migration)), values.json));
  process.exit();
}

if (values.rates !== undefined) {
  process.stdout.write(report(await measureRates(Number(values.rates)), values.json));
  process.exit();
}

const servers = await startServers();
const lines: Line[] = [];
try {
  // The servers' addresses must be known before what uses them is loaded.
  const [{ againstBare }, { memoryOfCachedCase, wakingCase }] = await Promise.all([
    import('./against-bare.ts'),
    import('./of-one-case.ts'),
  ]);
  say(`Opening ${sizes.cases} cases and documenting ${sizes.actions} actions, ${sizes.rounds} rounds and one to warm up …`);
  const { opening, alone, together } = await againstBare(sizes);
  for (const [measure, unit, { ratio, bare, ours }] of [
    [`opening ${sizes.cases} cases`, 'cases/s', opening],
    [`documented action through the API, alone (${sizes.actions})`, 'actions/s', alone],
    [`documented actions through the API, 20 at a time (${sizes.actions})`, 'actions/s', together],
  ] as const) {
    lines.push({
      measure,
      figure: `${ratio.toFixed(2)} ×`,
      goal: '≥ 0.8 ×',
      met: ratio >= 0.8,
      detail: `${ours.toFixed(1)} ${unit}, bare ${bare.toFixed(1)}`,
    });
  }
  say(`Keeping ${size('cached')} cases in memory …`);
  for (const [which, name] of [
    ['begun', 'that has just begun'],
    ['climbed', 'that has climbed to SARB'],
  ] as const) {
    const bytes = await memoryOfCachedCase(which, { few: 50, many: 50 + size('cached') });
    lines.push({
      measure: `memory of a cached case ${name} (${size('cached')} cases)`,
      figure: `${(bytes / 1_000).toFixed(0)} KB`,
      goal: '≤ 100 KB',
      met: bytes <= 100_000,
      detail: 'growth of the worker’s memory in use, a case',
    });
  }
  say(`Waking one case ${size('wakings')} times …`);
  const waking = await wakingCase({ times: size('wakings') });
  lines.push({
    measure: `CPU to wake a case of one school year from cold (${size('wakings')} times)`,
    figure: `${waking.cpuMs.toFixed(1)} ms`,
    goal: '≤ 60 ms',
    met: waking.cpuMs <= 60,
    detail: `longest run of the climb to SARB, ${waking.events} history events`,
  });
} finally {
  await servers.stop();
}

process.stdout.write(report(lines, values.json));
say('Attendance in: npm run bench -- --attendance 4000');
process.exit();
