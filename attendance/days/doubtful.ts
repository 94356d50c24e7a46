import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Transaction } from '../../store/database.ts';
import { plainCodes } from '../codes/index.ts';
import { coverageValues } from '../coverage-values.ts';
import type { PlainRows } from '../plain-rows.ts';
import { hasTracks } from '../../store/tracks.ts';
import { holders } from '../roster/identity.ts';
import { connectionOf, copyText } from '../staging.ts';
import type { DayDelivery } from './judge.ts';

/**
 * Finds the noted rows (plain-rows.ts) that may be more than "taken, and nothing follows", and marks them in `plain`: rows that may be
 * faulty, days on record that they contradict, and days of which a staged row says something, too. Each of them is then staged and
 * judged like any other row, so that finding too many does no harm.
 *
 * The work grows with the students and with the days on record, not with the rows: a student's year is one row here.
 * @returns whether there are any
 */
export async function findDoubtful(trx: Transaction, delivery: DayDelivery, plain: PlainRows): Promise<boolean> {
  if (plain.empty) return false;
  for (const [set, codes] of plain.codes) {
    const now = await plainCodes(trx, set);
    if ([...codes].every((code) => now.has(code))) continue;
    // Somebody has mapped a code anew while the files were read.
    plain.doubtAll();
    return true;
  }
  await writeNoted(trx, plain);
  await findOpenDays(trx, delivery, plain);
  const connection = await connectionOf(trx);
  const found = connection.query(copyTo(`COPY (${doubtful(plain, await hasTracks(trx))}) TO STDOUT`));
  let any = false;
  for await (const line of createInterface({ input: found })) {
    any = true;
    const [pair = '', day = '', days = ''] = line.split('\t');
    if (day !== '\\N') plain.doubt(Number(pair), Number(day));
    else for (let at = days.indexOf('1'); at !== -1; at = days.indexOf('1', at + 1)) plain.doubt(Number(pair), at);
  }
  return any;
}

/** Temporary table `noted_pair`: each pair with whom its numbers lead to. */
async function writeNoted(trx: Transaction, plain: PlainRows): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS noted_name, noted_pair;
    CREATE TEMP TABLE noted_name (
      pair integer, student text, ssid text, sis_id text, school text, first integer, last integer, days bit varying) ON COMMIT DROP`);
  function* lines(): Generator<string> {
    let chunk = '';
    for (const { pair, student, ssid, sisId, school, first, last, bits } of plain.all()) {
      chunk += `${pair}\t${[student, ssid, sisId, school].map(copyText).join('\t')}\t${first}\t${last}\tX${bits}\n`;
      if (chunk.length < 1 << 16) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
  await pipeline(Readable.from(lines()), (await connectionOf(trx)).query(copyFrom('COPY noted_name FROM STDIN')));
  const holder = holders('p');
  await trx.raw(`
    ANALYZE noted_name;
    CREATE TEMP TABLE noted_pair ON COMMIT DROP AS
      SELECT p.pair, p.school, p.first, p.last, p.days, CASE WHEN NOT ${holder.two} THEN ${holder.student} END AS student_id
      FROM noted_name p
      ${holder.joins};
    ANALYZE noted_pair`);
}

/** Temporary table `open_days`: of each school, a bit for each day on which a row of the delivery may speak of it. */
async function findOpenDays(trx: Transaction, delivery: DayDelivery, plain: PlainRows): Promise<void> {
  await trx.raw(`DROP TABLE IF EXISTS open_days; CREATE TEMP TABLE open_days (school text PRIMARY KEY, days bit varying) ON COMMIT DROP`);
  await trx.raw(
    `INSERT INTO open_days
     SELECT school, string_agg(CASE WHEN c.date IS NULL THEN '0' ELSE '1' END, '' ORDER BY n)::bit varying
     FROM (SELECT DISTINCT school FROM noted_pair) AS s
     CROSS JOIN generate_series(0, CAST(:width AS integer) - 1) AS n
     LEFT JOIN calendar_day c ON c.school_id = s.school AND c.date = CAST(:first AS date) + n AND c.instructional AND c.date <= CAST(:today AS date)
       AND c.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) AND (:all OR c.school_id = ANY(:schools))
     GROUP BY school`,
    { ...coverageValues(delivery), first: plain.from, width: plain.width },
  );
}

/** SQL: pairs with one doubtful day (as a number) or several (as bits). */
function doubtful(plain: PlainRows, tracks: boolean): string {
  const first = `date '${plain.from}'`;
  const width = plain.width;
  const none = `repeat('0', ${width})::bit varying`;
  const holder = holders('s');
  // The days of a stay, as bits.
  const stay = `(SELECT repeat('0', k.a) || repeat('1', k.b - k.a) || repeat('0', ${width} - k.b) FROM (
      SELECT greatest(0, least(${width}, e.entry_date - ${first})) AS a, greatest(0, least(${width}, coalesce(e.exit_date - ${first} + 1, ${width}))) AS b) AS k)`;
  return `
    SELECT pair, CAST(NULL AS integer) AS day, doubtful AS days FROM (
      SELECT p.pair, p.days & ~CASE
          WHEN p.student_id IS NULL OR o.days IS NULL${tracks ? ` OR coalesce(e.track, 'none') <> ''` : ''} THEN ${none}
          WHEN e.student_id IS NOT NULL THEN o.days
          ELSE o.days & coalesce((
            SELECT bit_or(${stay}::bit varying) FROM enrollment e WHERE e.student_id = p.student_id AND e.school_id = p.school), ${none})
        END AS doubtful
      FROM noted_pair p LEFT JOIN open_days o USING (school)
      -- Most were enrolled from the first to the last day; stays of a student do not overlap.
      LEFT JOIN enrollment e ON e.student_id = p.student_id AND e.school_id = p.school
        AND e.entry_date <= ${first} + p.first AND coalesce(e.exit_date, ${first} + p.last) >= ${first} + p.last) AS checked
    WHERE bit_count(doubtful) > 0
    UNION ALL
    SELECT p.pair, d.date - ${first}, NULL
    FROM attendance_day d JOIN noted_pair p USING (student_id)
    WHERE d.date BETWEEN ${first} AND ${first} + ${width - 1} AND get_bit(p.days, d.date - ${first}) = 1
    UNION ALL
    SELECT p.pair, w.day, NULL
    FROM staged_attendance s
    ${holder.joins}
    JOIN noted_pair p ON p.student_id = ${holder.student}
    JOIN (SELECT (${first} + n)::text AS date, n AS day FROM generate_series(0, ${width - 1}) AS n) AS w ON w.date = s.date
    WHERE get_bit(p.days, w.day) = 1`;
}
