import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ASSUMED } from '../activities/rehearsal/responses.ts';
import { rehearseInParts } from '../bin/rehearsal-parts.ts';
import { freePort } from '../bin/processes.ts';
import { startPostgres } from '../bin/servers/postgres.ts';
import { openDatabase } from '../store/database.ts';
import { migrate, urlFor } from '../store/migrate.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { Bare } from './attendance/bare.ts';
import { fillYear, makeDistrict, SCHOOL_DAYS, schoolDays } from './attendance/district.ts';
import { say, type Line } from './report.ts';

/** Students of the district that is meant to be rehearsed in minutes (LAUSD's size), and the minutes. */
const DISTRICT = 430_000;
const MINUTES = 60;

/**
 * A year of so many students is replayed under the shipped LAUSD protocol, with the assumed responses, by one process and by two: everybody of whom
 * an absence is on record, every call documented, every task of the ladder answered.
 */
export async function measureRehearsal(students: number): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-bench-'));
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({
    dir: join(folder, 'postgres'),
    port: await freePort(),
    password: 'bench',
    logFile: join(folder, 'postgres.log'),
  });
  const owner = openDatabase(postgres.url, { name: 'bench owner', max: 2 });
  const workerUrl = urlFor(postgres.url, 'rollbook_worker', 'bench');
  let bare: Bare | undefined;
  try {
    await migrate({ ownerUrl: postgres.url, workerPassword: 'bench', apiPassword: 'bench' });
    bare = await Bare.connect(postgres.url);
    await bare.createTable('bare_year', { logged: false });
    say(`Making a district of ${students} students and its year …`);
    await makeDistrict(owner, students);
    await fillYear(owner, SCHOOL_DAYS);
    await owner.raw('VACUUM ANALYZE attendance_day, covered_day');
    const days = await schoolDays(owner);
    const policy = await readPolicyInForce(owner);
    if (!policy) throw new Error('the made district has no policy');
    const span = { from: days[0]!, to: days[SCHOOL_DAYS - 1]!, whom: {}, responses: ASSUMED };
    say('Rehearsing its year …');
    const lines: Line[] = [];
    for (const processes of [1, 2]) {
      const began = performance.now();
      const [forecast] = await rehearseInParts(
        workerUrl,
        { policies: [{ document: policy.document, ladder: policy.ladder }], ...span },
        { processes, signal: new AbortController().signal, progress: (done, of) => say(`${done} of ${of}`) },
      );
      const seconds = (performance.now() - began) / 1000;
      const minutes = ((seconds / students) * DISTRICT) / 60;
      const tasks = forecast!.weeks.reduce((sum, week) => sum + week.tasks, 0);
      lines.push({
        measure: `a year of ${students} students rehearsed by ${processes === 1 ? 'one process' : `${processes} processes`}`,
        figure: `${Math.round((students * SCHOOL_DAYS) / seconds)} student days/s`,
        goal: processes === 1 ? '–' : `${DISTRICT} students in ${MINUTES} minutes`,
        met: processes === 1 || minutes <= MINUTES,
        detail: `${seconds.toFixed(1)} s; ${forecast!.cases} cases, ${tasks} tasks; at this rate ${DISTRICT} students take ${minutes.toFixed(0)} minutes`,
      });
    }
    return lines;
  } finally {
    await bare?.end();
    await owner.destroy();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
