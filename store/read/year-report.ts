import { bandPositionSql, linesOf, POLICY_LINES } from '../band-position.ts';
import type { Transaction } from '../database.ts';
import { figuresSql, ratesValues, withRoom, type RatesAsked } from '../rates.ts';

/** The days and the law that a yearly report is of. */
export interface YearAsked {
  /** Its name, as cases know it. */
  schoolYear: string;
  from: string;
  upTo: string;
  /** Reports that make a habitual truant; null in a state without one. */
  habitual: number | null;
}

/** How often something happened at a school, by what it is: `letter:letter-1`, `meeting:sart`, `referral:habitual_truant`. */
export interface YearNumber {
  school: string;
  key: string;
  number: number;
}

/** One of the records that sum to such a number. */
export interface YearRecord {
  caseId: string;
  /** The student's present school. */
  presentSchool: string;
  school: string;
  localId: string;
  day: string;
}

/**
 * SQL: \`told\`, what happened in the year as the record has it: reports that stand, letters, contacts, meetings, referrals; and, once for each case,
 * who is a truant, who was referred and where that case stands now. Each at the school where the student was enrolled on the day.
 */
const TOLD = `
  report AS (
    SELECT case_id, filed_on AS day FROM truancy_report
    WHERE school_year = :schoolYear AND NOT withdrawn AND filed_on <= CAST(:upTo AS date)
  ), action AS (
    SELECT case_id, kind, details, on_day AS day FROM case_action
    WHERE superseded_by_event IS NULL AND on_day BETWEEN CAST(:from AS date) AND CAST(:upTo AS date)
  ), referral AS (
    SELECT e.case_id, e.day, e.body ->> 'ground' AS ground, c.phase
    FROM attendance_case c JOIN case_event e USING (case_id)
    WHERE c.referred_on >= CAST(:from AS date) AND e.type = 'referred' AND e.day BETWEEN CAST(:from AS date) AND CAST(:upTo AS date)
  ), happened AS (
    SELECT 'truancy_reports' AS key, case_id, day FROM report
    UNION ALL SELECT 'truants', case_id, min(day) FROM report GROUP BY case_id
    UNION ALL SELECT 'habitual_truants', case_id, max(day) FROM report GROUP BY case_id HAVING count(*) >= CAST(:habitual AS integer)
    UNION ALL SELECT 'letter:' || (details ->> 'letter'), case_id, day FROM action WHERE kind = 'letter_mailed'
    UNION ALL SELECT 'home_visits', case_id, day FROM action WHERE kind = 'contact' AND details ->> 'channel' = 'home_visit'
    UNION ALL SELECT 'agency_referrals', case_id, day FROM action WHERE kind = 'agency_referral'
    UNION ALL SELECT 'conference:' || (details ->> 'outcome'), case_id, day FROM action WHERE kind = 'conference'
    UNION ALL SELECT 'meeting:' || (details ->> 'team'), case_id, day FROM action WHERE kind = 'meeting' AND details ->> 'outcome' = 'held'
    UNION ALL SELECT 'contract:' || (details ->> 'status'), case_id, day FROM action WHERE kind = 'contract'
    UNION ALL SELECT 'referral:' || ground, case_id, day FROM referral
    UNION ALL SELECT 'directive:' || (details ->> 'of'), case_id, day FROM action WHERE kind = 'directive'
    UNION ALL SELECT 'referred', case_id, max(day) FROM referral GROUP BY case_id
    UNION ALL SELECT 'referred_now:' || phase, case_id, max(day) FROM referral GROUP BY case_id, phase
  ), told AS (
    SELECT h.key, h.case_id, h.day, coalesce(e.school_id, c.school_id) AS school, c.school_id AS present, c.student_id
    FROM happened h JOIN attendance_case c USING (case_id)
    LEFT JOIN enrollment e ON e.student_id = c.student_id AND h.day BETWEEN e.entry_date AND coalesce(e.exit_date, h.day)
  )`;

const valuesOf = ({ schoolYear, from, upTo, habitual }: YearAsked) => ({ schoolYear, from, upTo, habitual });

/** What happened at each school in a year, counted from the record; a school at which nothing of a kind happened has no row of it. */
export async function readYearNumbers(trx: Transaction, asked: YearAsked): Promise<YearNumber[]> {
  const { rows } = await trx.raw<{ rows: YearNumber[] }>(
    `WITH ${TOLD} SELECT school, key, count(*)::integer AS number FROM told GROUP BY school, key ORDER BY school, key`,
    valuesOf(asked),
  );
  return rows;
}

/** The records that sum to one number, oldest first. @param school null means all */
export async function readYearRecords(
  trx: Transaction,
  asked: YearAsked,
  of: { key: string; school: string | null },
): Promise<YearRecord[]> {
  const { rows } = await trx.raw<{ rows: YearRecord[] }>(
    `WITH ${TOLD}
     SELECT t.case_id AS "caseId", t.present AS "presentSchool", t.school, k.local_id AS "localId", t.day
     FROM told t JOIN student k USING (student_id)
     WHERE t.key = :key ${of.school === null ? '' : 'AND t.school = :school'} ORDER BY t.day, k.local_id`,
    { ...valuesOf(asked), ...of },
  );
  return rows;
}

/** Students of each school by the band of the policy in force that their days there put them in; `''` below the first. */
export async function readYearBands(trx: Transaction, asked: RatesAsked): Promise<{ school: string; band: string; number: number }[]> {
  const position = bandPositionSql(linesOf('v'), 'f.absences', 'f.days');
  const { rows } = await withRoom(trx, () =>
    trx.raw<{ rows: { school: string; band: string; number: number }[] }>(
      `WITH ${figuresSql(asked)}, placed AS (
         SELECT f.school_id, ${position} AS position, v.policy_id, v.version FROM figure f JOIN ${POLICY_LINES} AS v ON v.in_force WHERE f.days > 0)
       SELECT p.school_id AS school, coalesce(l.band, '') AS band, count(*)::integer AS number
       FROM placed p LEFT JOIN policy_band l USING (policy_id, version, position)
       GROUP BY p.school_id, p.position, l.band ORDER BY p.school_id, p.position`,
      ratesValues(asked),
    ),
  );
  return rows;
}
