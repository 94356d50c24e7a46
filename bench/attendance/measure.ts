import { copyFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { cpus, totalmem, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { importDelivery } from '../attendance/import.ts';
import { rulesInForce } from '../attendance/rules.ts';
import { recompute } from '../attendance/standing.ts';
import { turn } from '../attendance/turn.ts';
import { freePort } from '../bin/processes.ts';
import { startPostgres } from '../bin/servers/postgres.ts';
import { createDelivery, type Coverage } from '../store/attendance-delivery.ts';
import { openDatabase } from '../store/database.ts';
import { migrate, urlFor } from '../store/migrate.ts';
import { readAttendanceRows } from '../store/read/attendance-rows.ts';
import { readStanding } from '../store/standing.ts';
import { Bare } from './attendance/bare.ts';
import { fillYear, makeDistrict, SCHOOL_DAYS, schoolDays, writeDays } from './attendance/district.ts';
import { median } from './pooled.ts';

/**
 * `npm run bench:attendance -- --students N`: attendance in, at the size of a district, as ratios against bare PostgreSQL in the same run
 * (docs/performance.md). A year of N × 180 student-days is delivered as its first load; then a night; then the day turns. With
 * `--held` the year is put there by SQL, and what is measured begins with the night.
 */
const { values } = parseArgs({
  options: {
    students: { type: 'string', default: '4000' },
    days: { type: 'string', default: String(SCHOOL_DAYS) },
    slow: { type: 'boolean', default: false },
    held: { type: 'boolean', default: false },
  },
});
const students = Number(values.students);
const days = Number(values.days);

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
};
/** Most memory that this process had in use while some work ran, in MB. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const look = (): void => void (peak = Math.max(peak, process.memoryUsage().rss));
  const timer = setInterval(look, 100);
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  return Math.round(peak / 1_000_000);
}

const folder = mkdtempSync(join(tmpdir(), 'rollbook-bench-'));
const postgres = await startPostgres({
  dir: join(folder, 'postgres'),
  port: await freePort(),
  password: 'bench',
  logFile: join(folder, 'postgres.log'),
});
const owner = openDatabase(postgres.url, { name: 'bench owner', max: 2 });
const worker = openDatabase(urlFor(postgres.url, 'rollbook_worker', 'bench'), { name: 'bench worker', max: 4 });

/** The district's day, for deliveries. */
async function today(day: string): Promise<void> {
  await owner('district').update({ clock_offset: owner.raw(`CAST(? AS timestamptz) - now()`, [`${day}T18:00:00Z`]) });
}

async function deliver(files: string[], coverage: Coverage): Promise<{ seconds: number; crossings: number; accepted: number }> {
  const id = await createDelivery(worker, {
    source: 'bench',
    coverage,
    receivedBy: 'bench',
    files: files.map((file) => ({
      name: basename(file),
      bytes: createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>,
    })),
  });
  const begun = performance.now();
  const { counts, standing } = await importDelivery(worker, id);
  return { seconds: (performance.now() - begun) / 1_000, crossings: standing?.crossings.length ?? 0, accepted: counts.accepted };
}

const ratio = (ours: number, bare: number): string => `${(ours / bare).toFixed(2)} ×`;
let bare: Bare | undefined;
try {
  await migrate({ ownerUrl: postgres.url, workerPassword: 'bench', apiPassword: 'bench' });
  if (values.slow) {
    await owner.raw('ALTER SYSTEM SET log_min_duration_statement = 300');
    await owner.raw('SELECT pg_reload_conf()');
  }
  say(`Making a district of ${students} students …`);
  await makeDistrict(owner, students);
  const dates = await schoolDays(owner);
  const day = (number: number): string => dates[number - 1] ?? '';
  bare = await Bare.connect(postgres.url);

  if (values.held) {
    say('Filling the year by SQL …');
    await bare.createTable('bare_year', false);
    await fillYear(owner, days);
    await worker.transaction(async (trx) => recompute(trx, { day: day(days), students: 'all', rules: await rulesInForce(trx) }));
  } else {
    say('Writing the year’s files …');
    const files: string[] = [];
    const month = Math.max(1, Math.min(20, Math.floor(6_000_000 / students)));
    for (let from = 1; from <= days; from += month) {
      const file = join(folder, `year-${String(from).padStart(3, '0')}.csv`);
      await writeDays(postgres.url, file, { from, to: Math.min(days, from + month - 1), only: 'all' });
      files.push(file);
    }
    await bare.createTable('bare_year', true);
    const bareLoad = await bare.copy(files, 'bare_year');
    say(`  bare COPY into an indexed table: ${bareLoad.toFixed(1)} s`);
    await today(day(days));
    let load = { seconds: 0, crossings: 0, accepted: 0 };
    const peak = await peakOf(async () => {
      load = await deliver(files, { schools: 'all', from: day(1), to: day(days), complete: true });
    });
    for (const file of files) rmSync(file);
    say(
      `first load of ${students * days} student-days: ${ratio(load.seconds, bareLoad)} (goal ≤ 3 ×), ${load.seconds.toFixed(1)} s, ${((1e6 * load.seconds) / students).toFixed(0)} µs a student, ${load.crossings} crossings, peak ${peak} MB (goal < 512)`,
    );
  }

  await owner.raw('VACUUM ANALYZE');
  await turn(worker, day(days));
  // Nine earlier days again, exceptions alone, with corrections; and everybody on the day itself.
  const night = join(folder, 'night.csv');
  await writeDays(postgres.url, night, { from: days - 8, to: days, only: 'absent', changed: true });
  await writeDays(postgres.url, night, { from: days + 1, to: days + 1, only: 'all', append: true });
  await bare.createTable('bare_night', false);
  const [bareCopy, bareGroup] = [await bare.copy([night], 'bare_night'), await bare.groupYear('bare_year')];
  say(`  bare COPY of the night’s file: ${bareCopy.toFixed(1)} s, GROUP BY over the year: ${bareGroup.toFixed(1)} s`);
  await today(day(days + 1));
  let one = { seconds: 0, crossings: 0, accepted: 0 };
  const nightPeak = await peakOf(async () => {
    one = await deliver([night], { schools: 'all', from: day(days - 8), to: day(days + 1), complete: true });
  });
  say(
    `a night: ${ratio(one.seconds, bareCopy + bareGroup)} (goal ≤ 3 ×), ${one.seconds.toFixed(1)} s, ${((1e6 * one.seconds) / students).toFixed(0)} µs a student, ${one.accepted} rows, ${one.crossings} crossings, peak ${nightPeak} MB (goal < 512)`,
  );
  const turned = await seconds(() => turn(worker, day(days + 1)));
  say(`turn of the day: ${turned.toFixed(1)} s, ${ratio(turned, bareGroup)} of the GROUP BY`);

  const sample = await owner('standing')
    .orderByRaw('md5(student_id::text)')
    .limit(300)
    .select<{ student_id: string; case_id: string }[]>('student_id', 'case_id');
  const ours: number[] = [];
  const plain: number[] = [];
  for (const { student_id, case_id } of sample) {
    plain.push(
      await seconds(async () => {
        await worker.raw('SELECT * FROM standing WHERE student_id = ?', [student_id]);
        await worker.raw('SELECT * FROM attendance_day WHERE student_id = ? ORDER BY date', [student_id]);
      }),
    );
    ours.push(
      await seconds(async () => {
        await readStanding(worker, case_id);
        await readAttendanceRows(worker, student_id, day(1), day(days + 1));
      }),
    );
  }
  say(
    `one student: ${(1e3 * median(ours)).toFixed(2)} ms, bare ${(1e3 * median(plain)).toFixed(2)} ms, ${(median(ours) / median(plain)).toFixed(2)} ×`,
  );
  say(`on ${cpus()[0]?.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`);
} finally {
  await bare?.end();
  await Promise.all([owner.destroy(), worker.destroy()]);
  await postgres.stop();
  if (values.slow) copyFileSync(join(folder, 'postgres.log'), join(tmpdir(), 'rollbook-bench-slow.log'));
  rmSync(folder, { recursive: true, force: true });
}
