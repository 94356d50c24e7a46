import type { Transaction } from './database.ts';
import { recoveryCredit } from './recovery-credit.ts';
import { trackOfDay, trackOfStay } from './tracks.ts';

/** Groups of students as sources tell them, each from one day until another. */
export const GROUP_DIMENSIONS = ['race_ethnicity', 'gender', 'lunch', 'home_language', 'disability'] as const;
/** Flags of students that make a group, too: `yes` or `no`. */
export const FLAG_DIMENSIONS = ['english_learner', 'iep', 'section_504', 'homeless', 'foster'] as const;
export type Dimension = (typeof GROUP_DIMENSIONS)[number] | (typeof FLAG_DIMENSIONS)[number];

/** What rates are counted of. Every number but `dimensions` is bound by name, as `ratesSql` uses it. */
export interface RatesAsked {
  /** First day of the school year, and the last one that counts. */
  from: string;
  upTo: string;
  /** Last days of the months that are told one by one, and `upTo`; `upTo` alone where only the whole is. */
  points: string[];
  /** A student counts once for the district, or once for each school attended, with the days there: schools add up to more students. */
  level: 'district' | 'school';
  school: string | null;
  grade: string | null;
  /** Only students of this group, as they stood. */
  group: { dimension: Dimension; value: string } | null;
  madeUp: { perYear: number; perWeek: number } | null;
  /** Whether any track of the district has a calendar of its own. */
  tracks: boolean;
}

/** Every student at each school, over a whole span of a school year. */
export function atEachSchool(span: Pick<RatesAsked, 'from' | 'upTo' | 'madeUp' | 'tracks'>): RatesAsked {
  return { ...span, points: [span.upTo], level: 'school', school: null, grade: null, group: null };
}

/**
 * While one statement runs: everybody is met once, by hashing, and neither looked up one by one nor sorted, whatever sizes the planner
 * expects of steps that it cannot know; hashes stay in memory, and the statement is not compiled, which would cost more than it gains.
 */
export async function withRoom<T>(trx: Transaction, work: () => Promise<T>): Promise<T> {
  const off = ['enable_nestloop', 'enable_mergejoin', 'enable_sort', 'jit'];
  await trx.raw([`SET LOCAL work_mem = '64MB'`, ...off.map((name) => `SET LOCAL ${name} = off`)].join('; '));
  const result = await work();
  await trx.raw(['work_mem', ...off].map((name) => `SET LOCAL ${name} TO DEFAULT`).join('; '));
  return result;
}

/**
 * SQL: the steps up to `figure`, which has each student (at each school) at each point, with days enrolled, absences and remote days since the
 * beginning of the year, and those of the month itself. The same rows count as in a standing (`attendance/targets.ts`): absences on days
 * that were taught, with a suspension out of school as an absence; a day enrolled is one that was taught, the last one once its attendance
 * has come.
 */
export function figuresSql(asked: RatesAsked): string {
  const { level, tracks, madeUp, points } = asked;
  const unit = level === 'school' ? 'student_id, school_id' : 'student_id';
  const track = trackOfStay(tracks, 'e');
  const dayTrack = trackOfDay(tracks, 'a');
  const calendar = tracks ? 'calendar_of' : `(SELECT '' AS track, c.* FROM calendar_day c)`;
  const here = (row: string): string => (asked.school === null ? '' : `AND ${row}.school_id = :school`);
  const numbers = points.map((_, index) => index + 1);
  /** An array with a number for each point, of all up to it. */
  const upToEach = (number: (n: number) => string): string => `ARRAY[${numbers.map(number).join(', ')}]`;
  const since = (array: string): string => `coalesce(${array}[s.n], 0)`;
  const ofMonth = (array: string): string => `${since(array)} - coalesce(${array}[s.n - 1], 0)`;
  return `
  slot AS MATERIALIZED (
    SELECT n, coalesce(lag(point) OVER (ORDER BY n) + 1, CAST(:from AS date)) AS first, point AS last
    FROM unnest(CAST(:points AS date[])) WITH ORDINALITY AS p(point, n)
  ), school_day AS MATERIALIZED (
    SELECT d.school_id, d.track, d.date, s.n,
      d.date < CAST(:upTo AS date) OR EXISTS (SELECT FROM covered_day k WHERE k.school_id = d.school_id AND k.date = d.date) AS enrolls
    FROM ${calendar} AS d JOIN slot s ON d.date BETWEEN s.first AND s.last
    WHERE d.instructional AND d.date BETWEEN CAST(:from AS date) AND CAST(:upTo AS date) ${here('d')}
  ), stay AS MATERIALIZED (
    SELECT e.student_id, e.school_id, ${track} AS track, greatest(e.entry_date, CAST(:from AS date)) AS since,
      least(e.exit_date, CAST(:upTo AS date)) AS until, coalesce(e.exit_date >= CAST(:upTo AS date), true) AS here, coalesce(e.grade, k.grade) AS grade
    FROM enrollment e JOIN student k USING (student_id)
    WHERE k.merged_into IS NULL AND e.entry_date <= CAST(:upTo AS date) AND coalesce(e.exit_date, CAST(:upTo AS date)) >= CAST(:from AS date)
      ${here('e')}
  ), unit AS (
    SELECT DISTINCT ON (${unit}) student_id, school_id, until, here, grade FROM stay ORDER BY ${unit}, since DESC
  ), taught AS MATERIALIZED (
    SELECT p.school_id, p.track, p.since, p.until, ${upToEach((n) => `count(*) FILTER (WHERE d.n <= ${n})`)} AS days
    FROM (SELECT DISTINCT school_id, track, since, until FROM stay) AS p
    JOIN school_day d ON d.school_id = p.school_id AND d.track = p.track AND d.date BETWEEN p.since AND p.until AND d.enrolls
    GROUP BY p.school_id, p.track, p.since, p.until
  ), enrolled AS (
    SELECT ${unit}, ${upToEach((n) => `sum(days[${n}])::integer`)} AS days FROM stay JOIN taught USING (school_id, track, since, until) GROUP BY ${unit}
  ), told AS (
    SELECT a.student_id, a.school_id, a.date, ${dayTrack} AS track, (a.absent OR u.kind IS NOT NULL) AND u.kind IS DISTINCT FROM 'ISS' AS absent,
      coalesce(a.mode = 'remote', false) AS remote
    FROM attendance_day a LEFT JOIN suspended_day u ON u.student_id = a.student_id AND u.date = a.date
    WHERE a.date BETWEEN CAST(:from AS date) AND CAST(:upTo AS date) AND (a.absent OR u.kind = 'OSS' OR a.mode = 'remote') ${here('a')}
    UNION ALL
    SELECT a.student_id, a.school_id, a.date, ${dayTrack}, true, false
    FROM suspended_day a
    WHERE a.kind = 'OSS' AND a.date BETWEEN CAST(:from AS date) AND CAST(:upTo AS date) ${here('a')}
      AND NOT EXISTS (SELECT FROM attendance_day t WHERE t.student_id = a.student_id AND t.date = a.date)
  ), missed AS (
    SELECT ${unit}, ${upToEach((n) => `(count(*) FILTER (WHERE absent AND n <= ${n}))::integer`)} AS absences,
      ${upToEach((n) => `(count(*) FILTER (WHERE remote AND n <= ${n}))::integer`)} AS remote,
      ${upToEach((n) => `(count(*) FILTER (WHERE remote AND absent AND n <= ${n}))::integer`)} AS remote_absences
    FROM told JOIN school_day USING (school_id, track, date)
    GROUP BY ${unit}
  )${
    madeUp
      ? `, made_up AS (
    SELECT ${unit}, ${upToEach((n) => `sum(credited) FILTER (WHERE n <= ${n})::float8`)} AS credit FROM (${MADE_UP(level)}) AS r GROUP BY ${unit}
  )`
      : ''
  }, figure AS (
    SELECT u.student_id, u.school_id, u.grade, u.until, u.here, s.last, ${since('e.days')} AS days, ${since('m.absences')} AS absences,
      ${since('m.remote')} AS remote, ${since('m.remote_absences')} AS remote_absences, ${madeUp ? since('c.credit') : '0::float8'} AS made_up,
      ${ofMonth('e.days')} AS month_days, ${ofMonth('m.absences')} AS month_absences
    FROM unit u LEFT JOIN enrolled e USING (${unit}) LEFT JOIN missed m USING (${unit}) ${madeUp ? `LEFT JOIN made_up c USING (${unit})` : ''}
    CROSS JOIN slot s
    ${asked.grade === null ? '' : 'WHERE u.grade = :grade'}
  )`;
}

/** Days made up (EC 46211) as far as they are credited, at the school of the stay in which they were earned. */
const MADE_UP = (level: RatesAsked['level']): string => `
    SELECT r.student_id, ${level === 'school' ? 'y.school_id, ' : ''}s.n, r.credited
    FROM (${recoveryCredit('r.date BETWEEN CAST(:from AS date) AND CAST(:upTo AS date)', { perWeek: ':perWeek', perYear: ':perYear' })}) AS r
    JOIN slot s ON r.date BETWEEN s.first AND s.last
    ${level === 'school' ? 'JOIN stay y ON y.student_id = r.student_id AND r.date BETWEEN y.since AND y.until' : ''}`;

/** SQL: a figure `f` and a dated row `g` of a group or a flag: the row holds on the point, or on the last day of a student who had left. */
export const HOLDS_THEN = `g.student_id = f.student_id AND g.since <= least(f.until, f.last) AND coalesce(g.until, f.last) >= least(f.until, f.last)`;

/** SQL: whether a figure `f` is of a group; nothing said is the value `''`. @param value bound name of the value */
export function inGroupSql({ dimension }: { dimension: Dimension }, value: string): string {
  return isFlag(dimension)
    ? `(${value} = 'yes') = EXISTS (SELECT FROM student_flag g WHERE ${HOLDS_THEN} AND g.flag = '${dimension}')`
    : `coalesce((SELECT g.value FROM student_group g WHERE ${HOLDS_THEN} AND g.dimension = '${dimension}' LIMIT 1), '') = ${value}`;
}

export function isFlag(dimension: Dimension): boolean {
  return FLAG_DIMENSIONS.some((flag) => flag === dimension);
}

/** The values that \`figuresSql\` names. */
export function ratesValues({ from, upTo, points, school, grade, madeUp }: RatesAsked) {
  return { from, upTo, points, school, grade, perWeek: madeUp?.perWeek ?? 0, perYear: madeUp?.perYear ?? 0 };
}

/** The last days of the months from a day to another, and that one: what rates are told month by month of. */
export function monthEnds(from: string, upTo: string): string[] {
  const ends: string[] = [];
  for (let [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))]; ; month += 1) {
    const end = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
    if (end >= upTo) return [...ends, upTo];
    ends.push(end);
  }
}
