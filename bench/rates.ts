import { performance } from 'node:perf_hooks';
import { rateRule } from '../policy/rates.ts';
import type { Database, Transaction } from '../store/database.ts';
import { FLAG_DIMENSIONS, GROUP_DIMENSIONS, monthEnds } from '../store/rates.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { readRates, readRateStudents, type RatesBy } from '../store/read/rates.ts';
import { Bare } from './attendance/bare.ts';
import { fillYear, makeDistrict, SCHOOL_DAYS, schoolDays } from './attendance/district.ts';
import { processorTime } from './attendance/processor.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { say, type Line } from './report.ts';

/** A page that a team looks at while it meets does not let it wait. */
const PATIENCE_MS = 1_000;

/** What a team meeting, a principal and the district's office read of a year of so many students, with five groups and two flags of each. */
export function measureRates(students: number): Promise<Line[]> {
  return onOwnPostgres(async ({ postgres, owner }) => {
    const bare = await Bare.connect(postgres.url);
    try {
      await bare.createTable('bare_year', { logged: false });
      say(`Making a district of ${students} students and its year …`);
      await makeDistrict(owner, students);
      await fillYear(owner, SCHOOL_DAYS);
      await makeGroups(owner);
      const days = await schoolDays(owner);
      const policy = await readPolicyInForce(owner);
      if (!policy) throw new Error('the made district has no policy');
      const rule = rateRule(policy);
      const upTo = days[SCHOOL_DAYS - 1]!;
      const whole = {
        from: '2025-07-01',
        upTo,
        points: [upTo],
        level: 'district' as const,
        school: null,
        grade: null,
        group: null,
        madeUp: null,
        tracks: false,
      };
      const monthly = { ...whole, points: monthEnds('2025-07-01', upTo) };
      const groups: RatesBy[] = [...GROUP_DIMENSIONS, ...FLAG_DIMENSIONS];
      const reads: [string, (trx: Transaction) => Promise<{ length: number }>][] = [
        ['rates by grade', (trx) => readRates(trx, whole, rule, ['grade'])],
        ['rates by school', (trx) => readRates(trx, { ...whole, level: 'school' }, rule, ['school'])],
        [`rates by ${groups.length} groups`, (trx) => readRates(trx, whole, rule, groups)],
        ['rates by grade, month by month', (trx) => readRates(trx, monthly, rule, ['grade'])],
        ['a school by its groups, month by month', (trx) => readRates(trx, { ...monthly, level: 'school', school: 'S1' }, rule, groups)],
        ['the first hundred chronically absent', (trx) => readRateStudents(trx, whole, rule, 'chronic', { offset: 0, limit: 100 })],
      ];
      const lines: Line[] = [];
      for (const [name, read] of reads) {
        const times: number[] = [];
        const before = processorTime(postgres.pid);
        let rows = 0;
        for (let round = 0; round < 5; round += 1) {
          const began = performance.now();
          rows = (await owner.transaction(read)).length;
          times.push(performance.now() - began);
        }
        const after = processorTime(postgres.pid);
        const used =
          before === null || after === null ? '' : `; ${Math.round((1_000 * (after - before)) / times.length)} ms of processor each`;
        const median = times.sort((a, b) => a - b)[2]!;
        lines.push({
          measure: `${name}, of ${students} students`,
          figure: `${Math.round(median)} ms`,
          goal: `≤ ${PATIENCE_MS} ms`,
          met: median <= PATIENCE_MS,
          detail: `${rows} rows; median of five${used}`,
        });
      }
      return lines;
    } finally {
      await bare.end();
    }
  });
}

/** Values of groups that follow from a hash of the student, said since the student came; two flags of ten. */
async function makeGroups(owner: Database): Promise<void> {
  await owner.raw(
    `INSERT INTO student_group (student_id, dimension, since, value)
     SELECT student_id, d, entry_date, 'v' || (hashtextextended(local_id || d, 0) & 7) FROM student CROSS JOIN unnest(CAST(? AS text[])) AS d`,
    [[...GROUP_DIMENSIONS]],
  );
  await owner.raw(
    `INSERT INTO student_flag (student_id, flag, since, recorded_by)
     SELECT student_id, f, entry_date, 'bench' FROM student CROSS JOIN unnest(CAST(? AS text[])) AS f WHERE hashtextextended(local_id || f, 0) & 15 < 3`,
    [[...FLAG_DIMENSIONS]],
  );
  await owner.raw('UPDATE student SET grade = (local_id::bigint % 13)::text');
  await owner.raw('VACUUM ANALYZE attendance_day, covered_day, student_group, student_flag, student');
}
