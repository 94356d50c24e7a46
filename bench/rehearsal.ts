import { performance } from 'node:perf_hooks';
import { ASSUMED } from '../policy/rehearsal.ts';
import { rehearseInParts } from '../bin/rehearsal-parts.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { Bare } from './attendance/bare.ts';
import { fillYear, makeDistrict, SCHOOL_DAYS, schoolDays } from './attendance/district.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { say, type Line } from './report.ts';

/** Students of the district that is meant to be rehearsed in minutes (LAUSD's size), and the minutes. */
const DISTRICT = 430_000;
const MINUTES = 10;

/**
 * A year of so many students is replayed under the shipped LAUSD protocol, with the assumed responses, by so many processes, one run each: everybody of whom
 * an absence is on record, every call documented, every task of the ladder answered.
 */
export function measureRehearsal(students: number, runs: readonly number[]): Promise<Line[]> {
  return onOwnPostgres(async ({ postgres, owner, workerUrl }) => {
    const bare = await Bare.connect(postgres.url);
    try {
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
      for (const processes of runs) {
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
      await bare.end();
    }
  });
}
