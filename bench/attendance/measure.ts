import { copyFileSync, createReadStream, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { importDelivery } from '../../attendance/import.ts';
import { rulesInForce } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import { turn } from '../../attendance/turn.ts';
import type { Postgres } from '../../bin/servers/postgres.ts';
import { createDelivery, type Coverage } from '../../store/attendance-delivery.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readAttendanceRows } from '../../store/read/attendance-rows.ts';
import { readStanding } from '../../store/standing.ts';
import { median } from '../pooled.ts';
import { say, type Line } from '../report.ts';
import { onOwnPostgres } from '../own-postgres.ts';
import { Bare } from './bare.ts';
import { processorTime } from './processor.ts';
import { fillYear, makeDistrict, schoolDays, writeDays } from './district.ts';

export interface AttendanceSize {
  students: number;
  days: number;
  /** The year is put there by SQL, and what is measured begins with the night. */
  held?: boolean;
  /** Keeps PostgreSQL's log of statements that take as many milliseconds or more, with their plans. */
  slow?: number | undefined;
  /** Where the files go; the system's folder for temporary files if absent. */
  folder?: string | undefined;
}

/**
 * Attendance in, as ratios against bare PostgreSQL in the same run. A year of so many students and school days is delivered as its
 * first load; then a night; then the day turns; then single students are read.
 */
export function measureAttendance(size: AttendanceSize): Promise<Line[]> {
  return onOwnPostgres(async ({ folder, postgres, owner, workerUrl, logFile }) => {
    const worker = openDatabase(workerUrl, { name: 'bench worker', max: 4 });
    let bare: Bare | undefined;
    try {
      if (size.slow !== undefined) await keepSlow(owner, size.slow);
      bare = await Bare.connect(postgres.url);
      return await new Attendance(size, folder, postgres, owner, worker, bare).measure();
    } finally {
      await bare?.end();
      await worker.destroy();
      if (size.slow !== undefined) copyFileSync(logFile, join(tmpdir(), 'rollbook-bench-slow.log'));
    }
  }, size.folder);
}

async function keepSlow(owner: Database, ms: number): Promise<void> {
  for (const setting of [
    `session_preload_libraries = 'auto_explain'`,
    `auto_explain.log_min_duration = ${ms}`,
    `auto_explain.log_analyze = on`,
    `auto_explain.log_timing = off`,
    `auto_explain.log_buffers = on`,
    `log_parameter_max_length = 100`,
  ])
    await owner.raw(`ALTER SYSTEM SET ${setting}`);
  await owner.raw('SELECT pg_reload_conf()');
}

/** How long some work took, in seconds: on the wall, and of processor. */
interface Took {
  wall: number;
  processor: number | null;
}

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

const ratio = (ours: number, bare: number): string => `${(ours / bare).toFixed(2)} ×`;

class Attendance {
  private readonly lines: Line[] = [];
  private dates: string[] = [];

  constructor(
    private readonly size: AttendanceSize,
    private readonly folder: string,
    private readonly postgres: Postgres,
    private readonly owner: Database,
    private readonly worker: Database,
    private readonly bare: Bare,
  ) {}

  async measure(): Promise<Line[]> {
    const { students, held } = this.size;
    say(`Making a district of ${students} students …`);
    await makeDistrict(this.owner, students);
    this.dates = await schoolDays(this.owner);
    if (held) await this.fill();
    else await this.firstLoad();
    await this.owner.raw('VACUUM ANALYZE');
    await turn(this.worker, this.day(this.size.days));
    await this.night();
    await this.oneStudent();
    return this.lines;
  }

  private day(number: number): string {
    return this.dates[number - 1] ?? '';
  }

  private async fill(): Promise<void> {
    say('Filling the year by SQL …');
    await this.bare.createTable('bare_year', { logged: false });
    const took = await seconds(async () => {
      await fillYear(this.owner, this.size.days);
      await this.worker.transaction(async (trx) =>
        recompute(trx, { day: this.day(this.size.days), students: 'all', rules: await rulesInForce(trx) }),
      );
    });
    say(`  ${took.toFixed(0)} s`);
  }

  private async firstLoad(): Promise<void> {
    const { students, days } = this.size;
    say('Writing the year’s files …');
    const files: string[] = [];
    const month = Math.max(1, Math.min(20, Math.floor(6_000_000 / students)));
    for (let from = 1; from <= days; from += month) {
      const file = join(this.folder, `year-${String(from).padStart(3, '0')}.csv`);
      await writeDays(this.postgres.url, file, { from, to: Math.min(days, from + month - 1), only: 'all' });
      files.push(file);
    }
    await this.bare.createTable('bare_year', { indexed: true });
    const bareLoad = await this.timed(() => this.bare.copy(files, 'bare_year'));
    say(`  bare COPY into an indexed table: ${bareLoad.wall.toFixed(1)} s`);
    await this.today(this.day(days));
    const load = await this.deliver(files, { schools: 'all', from: this.day(1), to: this.day(days), complete: true });
    for (const file of files) rmSync(file);
    this.line(`first load of ${students} students, ${students * days} student-days`, load, bareLoad);
  }

  /** Nine earlier days again, exceptions alone, with corrections; and everybody on the day itself. Then the day turns. */
  private async night(): Promise<void> {
    const { students, days } = this.size;
    const night = join(this.folder, 'night.csv');
    await writeDays(this.postgres.url, night, { from: days - 8, to: days, only: 'absent', changed: true });
    await writeDays(this.postgres.url, night, { from: days + 1, to: days + 1, only: 'all', append: true });
    await this.bare.createTable('bare_night');
    const copy = await this.timed(() => this.bare.copy([night], 'bare_night'));
    const group = await this.timed(() => this.bare.groupYear('bare_year'));
    say(`  bare COPY of the night’s file: ${copy.wall.toFixed(2)} s, GROUP BY over the year: ${group.wall.toFixed(2)} s`);
    await this.today(this.day(days + 1));
    const one = await this.deliver([night], { schools: 'all', from: this.day(days - 8), to: this.day(days + 1), complete: true });
    this.line(`a night of ${students} students`, one, {
      wall: copy.wall + group.wall,
      processor: copy.processor === null || group.processor === null ? null : copy.processor + group.processor,
    });
    const turned = await seconds(() => turn(this.worker, this.day(days + 1)));
    say(`  turn of the day: ${turned.toFixed(1)} s, ${ratio(turned, group.wall)} of the GROUP BY`);
  }

  private async oneStudent(): Promise<void> {
    const sample = await this.owner('standing')
      .orderByRaw('md5(student_id::text)')
      .limit(300)
      .select<{ student_id: string; case_id: string }[]>('student_id', 'case_id');
    const ours: number[] = [];
    const plain: number[] = [];
    for (const { student_id, case_id } of sample) {
      plain.push(
        await seconds(async () => {
          await this.worker.raw('SELECT * FROM standing WHERE student_id = ?', [student_id]);
          await this.worker.raw('SELECT * FROM attendance_day WHERE student_id = ? ORDER BY date', [student_id]);
        }),
      );
      ours.push(
        await seconds(async () => {
          await readStanding(this.worker, case_id);
          await readAttendanceRows(this.worker, student_id, this.day(1), this.day(this.size.days + 1));
        }),
      );
    }
    const [our, bare] = [median(ours), median(plain)];
    this.lines.push({
      measure: 'standing of one student with its rows',
      figure: ratio(our, bare),
      goal: '≤ 2 ×',
      met: our <= 2 * bare,
      detail: `${(1e3 * our).toFixed(2)} ms, bare ${(1e3 * bare).toFixed(2)} ms`,
    });
  }

  /** Does work and says how long it took. */
  private async timed(work: () => Promise<unknown>): Promise<Took> {
    const before = processorTime(this.postgres.pid);
    const wall = await seconds(work);
    const after = processorTime(this.postgres.pid);
    return { wall, processor: before === null || after === null ? null : after - before };
  }

  private line(measure: string, { took, peak, rows, crossings }: Delivered, bare: Took): void {
    const processor =
      took.processor === null || bare.processor === null
        ? ''
        : `; of processor ${took.processor.toFixed(1)} s, bare ${bare.processor.toFixed(1)} s: ${ratio(took.processor, bare.processor)}`;
    this.lines.push({
      measure,
      figure: ratio(took.wall, bare.wall),
      goal: '≤ 3 ×',
      met: took.wall <= 3 * bare.wall,
      detail: `${took.wall.toFixed(1)} s, bare ${bare.wall.toFixed(1)} s, ${((1e6 * took.wall) / this.size.students).toFixed(0)} µs a student${processor}; ${rows} rows, ${crossings} crossings`,
    });
    this.lines.push({ measure: `  memory of our process`, figure: `${peak} MB`, goal: '< 512 MB', met: peak < 512, detail: 'at most' });
    for (const { measure: what, figure, detail } of this.lines.slice(-2)) say(`${what}: ${figure}, ${detail}`);
  }

  /** The district's day, for deliveries. */
  private async today(day: string): Promise<void> {
    await this.owner('district').update({ clock_offset: this.owner.raw(`CAST(? AS timestamptz) - now()`, [`${day}T18:00:00Z`]) });
  }

  private async deliver(files: string[], coverage: Coverage): Promise<Delivered> {
    const id = await createDelivery(this.worker, {
      source: 'bench',
      coverage,
      receivedBy: 'bench',
      files: files.map((file) => ({
        name: basename(file),
        bytes: createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>,
      })),
    });
    const delivered: Delivered = { took: { wall: 0, processor: 0 }, peak: 0, rows: 0, crossings: 0 };
    delivered.peak = await peakOf(async () => {
      delivered.took = await this.timed(async () => {
        const { counts, standing } = await importDelivery(this.worker, id);
        Object.assign(delivered, { rows: counts.accepted, crossings: standing?.crossings.length ?? 0 });
      });
    });
    return delivered;
  }
}

interface Delivered {
  took: Took;
  /** MB. */
  peak: number;
  /** Rows accepted. */
  rows: number;
  crossings: number;
}
