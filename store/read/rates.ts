import type { Database, Transaction } from '../database.ts';
import {
  FLAG_DIMENSIONS,
  GROUP_DIMENSIONS,
  HOLDS_THEN,
  figuresSql,
  inGroupSql,
  isFlag,
  ratesValues,
  withRoom,
  type Dimension,
  type RatesAsked,
} from '../rates.ts';

/** What rates are told by, each with its cells. */
export type RatesBy = 'school' | 'grade' | Dimension;

/** Students of one kind at one point of the year, and what their days sum to. */
export interface RateCell {
  /** Last day that counts. */
  point: string;
  by: RatesBy | null;
  /** School, grade or value of a group; `''` where nothing is said; null of all together. */
  value: string | null;
  /** All who were enrolled in the year up to the point, and those of them who had left. */
  enrolled: number;
  left: number;
  /** Of them, who was enrolled for days enough to count. */
  students: number;
  chronic: number;
  severe: number;
  /** Days of all who were enrolled. */
  days: number;
  absences: number;
  remote: number;
  remoteAbsences: number;
  monthDays: number;
  monthAbsences: number;
}

/** The numbers of a rule that rates are counted by. */
export interface CountedBy {
  chronicRate: number;
  severeRate: number;
  leastDays: number;
}

const NUMBERS = [
  'enrolled',
  'left',
  'students',
  'chronic',
  'severe',
  'days',
  'absences',
  'remote',
  'remoteAbsences',
  'monthDays',
  'monthAbsences',
] as const;

/** The rate of a figure, as a standing has it. */
const MISSED = `f.days >= :leastDays AND (f.absences - f.made_up) / nullif(f.days, 0)`;

const SUMS = `count(*) FILTER (WHERE f.days > 0)::integer AS enrolled, count(*) FILTER (WHERE f.days > 0 AND NOT f.here)::integer AS left,
  count(*) FILTER (WHERE f.days >= :leastDays)::integer AS students,
  count(*) FILTER (WHERE ${MISSED} >= :chronicRate)::integer AS chronic, count(*) FILTER (WHERE ${MISSED} >= :severeRate)::integer AS severe,
  sum(f.days)::integer AS days, sum(f.absences)::integer AS absences, sum(f.remote)::integer AS remote,
  sum(f.remote_absences)::integer AS "remoteAbsences", sum(f.month_days)::integer AS "monthDays", sum(f.month_absences)::integer AS "monthAbsences"`;

/**
 * Rates of chronic absence at each point: of all together first, then by each kind that is asked for. One statement, whose work grows with
 * the students enrolled and the days that say more than presence. Students of whom nothing is said are what the others leave of all.
 */
export async function readRates(trx: Transaction, asked: RatesAsked, rule: CountedBy, by: readonly RatesBy[]): Promise<RateCell[]> {
  const groups = GROUP_DIMENSIONS.filter((one) => by.includes(one));
  const flags = FLAG_DIMENSIONS.filter((one) => by.includes(one));
  const parts = [
    `SELECT f.last AS point, NULL AS by, NULL AS value, ${SUMS} FROM counted f GROUP BY f.last`,
    ...(by.includes('school') ? [`SELECT f.last, 'school', f.school_id, ${SUMS} FROM counted f GROUP BY f.last, f.school_id`] : []),
    ...(by.includes('grade')
      ? [`SELECT f.last, 'grade', coalesce(f.grade, ''), ${SUMS} FROM counted f GROUP BY f.last, coalesce(f.grade, '')`]
      : []),
    ...(groups.length
      ? [
          `SELECT f.last, g.dimension, g.value, ${SUMS} FROM counted f JOIN student_group g ON ${HOLDS_THEN} AND g.dimension = ANY(:groups)
           GROUP BY f.last, g.dimension, g.value`,
        ]
      : []),
    ...(flags.length
      ? [
          `SELECT f.last, g.flag, 'yes', ${SUMS} FROM counted f JOIN student_flag g ON ${HOLDS_THEN} AND g.flag = ANY(:flags) GROUP BY f.last, g.flag`,
        ]
      : []),
  ];
  const { rows } = await withRoom(trx, () =>
    trx.raw<{ rows: RateCell[] }>(
      `WITH ${figuresSql(asked)}, counted AS (${counted(asked)}) ${parts.join(' UNION ALL ')} ORDER BY point, by NULLS FIRST, value`,
      { ...ratesValues(asked), ...rule, groupValue: asked.group?.value ?? '', groups: [...groups], flags: [...flags] },
    ),
  );
  return asked.points.flatMap((point) => {
    const all = rows.find((row) => row.point === point && row.by === null);
    if (!all) return [];
    return [
      all,
      ...by.flatMap((one) => {
        const said = rows.filter((row) => row.point === point && row.by === one);
        return one === 'school' || one === 'grade' ? said : [...said, ...rest(all, said, one)];
      }),
    ];
  });
}

const counted = (asked: RatesAsked): string =>
  `SELECT * FROM figure f ${asked.group === null ? '' : `WHERE ${inGroupSql(asked.group, ':groupValue')}`}`;

/** Those of whom no value of a group is said: for a flag, who does not have it. */
function rest(all: RateCell, said: RateCell[], by: Dimension): RateCell[] {
  const cell: RateCell = { ...all, by, value: isFlag(by) ? 'no' : '' };
  for (const number of NUMBERS) cell[number] = all[number] - said.reduce((sum, one) => sum + one[number], 0);
  return cell.enrolled > 0 ? [cell] : [];
}

/** One student of a cell. */
export interface RateStudent {
  studentId: string;
  caseId: string;
  localId: string;
  firstName: string;
  lastName: string;
  school: string;
  /** Where the student is now, or was last. */
  presentSchool: string;
  grade: string | null;
  /** False: had left by the day. */
  here: boolean;
  days: number;
  absences: number;
  madeUp: number;
  remote: number;
  remoteAbsences: number;
}

/** Who makes up a number: everybody who counts, the chronically or the severely absent, or everybody enrolled. */
export type RateList = 'enrolled' | 'students' | 'chronic' | 'severe';

/** The students of a number, who missed most first. */
export async function readRateStudents(
  trx: Transaction,
  asked: RatesAsked,
  rule: CountedBy,
  list: RateList,
  page: { offset: number; limit: number },
): Promise<RateStudent[]> {
  const among: Record<RateList, string> = {
    enrolled: 'f.days > 0',
    students: 'f.days >= :leastDays',
    chronic: `${MISSED} >= :chronicRate`,
    severe: `${MISSED} >= :severeRate`,
  };
  const { rows } = await withRoom(trx, () =>
    trx.raw<{ rows: RateStudent[] }>(
      `WITH ${figuresSql(asked)}
     SELECT k.student_id AS "studentId", k.case_id AS "caseId", k.local_id AS "localId", k.first_name AS "firstName", k.last_name AS "lastName",
       f.school_id AS school, k.school_id AS "presentSchool", f.grade, f.here, f.days, f.absences, f.made_up AS "madeUp", f.remote, f.remote_absences AS "remoteAbsences"
     FROM (${counted(asked)}) AS f JOIN student k USING (student_id)
     WHERE f.last = CAST(:upTo AS date) AND ${among[list]}
     ORDER BY (f.absences - f.made_up) / f.days DESC, k.local_id, f.school_id LIMIT :limit OFFSET :offset`,
      { ...ratesValues(asked), ...rule, groupValue: asked.group?.value ?? '', ...page },
    ),
  );
  return rows;
}

/** How far attendance has come at the schools whose rates are told, up to a day. */
export interface TakenUpTo {
  /** The last school day of which attendance has come. */
  last: string | null;
  /** School days without attendance, and the schools that have some. */
  missing: number;
  schools: number;
}

export async function readTaken(db: Database, { from, upTo, school }: Pick<RatesAsked, 'from' | 'upTo' | 'school'>): Promise<TakenUpTo> {
  const { rows } = await db.raw<{ rows: TakenUpTo[] }>(
    `SELECT max(k.date) AS last, count(*) FILTER (WHERE k.date IS NULL AND d.date < CAST(:upTo AS date))::integer AS missing,
       count(DISTINCT d.school_id) FILTER (WHERE k.date IS NULL AND d.date < CAST(:upTo AS date))::integer AS schools
     FROM calendar_day d LEFT JOIN covered_day k USING (school_id, date)
     WHERE d.instructional AND d.date BETWEEN CAST(:from AS date) AND CAST(:upTo AS date) ${school === null ? '' : 'AND d.school_id = :school'}`,
    { from, upTo, school },
  );
  return rows[0]!;
}
