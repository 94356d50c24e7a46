import type { Database } from '../database.ts';
import type { YearlyRate } from '../yearly-rates.ts';

/** A rate as it stands, with who says it. */
export interface YearlyRateRow extends YearlyRate {
  /** Of the school; null of the district. */
  name: string | null;
  counted: boolean;
  source: string;
  onDay: string;
}

/** What stands of a school year: the district first, then schools by name; a rate that a person has said before one that was counted. */
export async function readYearlyRates(db: Database, schoolYear: string): Promise<YearlyRateRow[]> {
  return db('yearly_rate AS r')
    .leftJoin('school AS h', 'h.school_id', 'r.school_id')
    .where({ 'r.school_year': schoolYear })
    .whereNull('r.superseded_by')
    .orderByRaw('r.school_id IS NOT NULL, h.name, r.school_id, r.counted')
    .select<YearlyRateRow[]>(
      'r.school_id AS school',
      'h.name',
      'r.students',
      'r.chronic',
      'r.whole',
      'r.counted',
      'r.source',
      'r.on_day AS onDay',
    );
}

/** Whether a rate of a school year has been counted. */
export async function isYearCounted(db: Database, schoolYear: string): Promise<boolean> {
  return (await db('yearly_rate').where({ school_year: schoolYear, counted: true }).first<object | undefined>('rate_id')) !== undefined;
}

/** How much of a span is known of each school that taught in it. */
export interface KnownSpan {
  school: string;
  taught: number;
  /** School days of which attendance has come. */
  covered: number;
  /** The school came to Rollbook while its year was under way. */
  late: boolean;
}

export async function readKnownSpans(db: Database, from: string, to: string): Promise<KnownSpan[]> {
  const { rows } = await db.raw<{ rows: KnownSpan[] }>(
    `SELECT d.school_id AS school, count(*)::integer AS taught, count(k.date)::integer AS covered,
       coalesce(bool_or(s.under_way AND s.known_on BETWEEN CAST(:from AS date) AND CAST(:to AS date)), false) AS late
     FROM calendar_day d LEFT JOIN covered_day k USING (school_id, date) LEFT JOIN school_start s USING (school_id)
     WHERE d.instructional AND d.date BETWEEN CAST(:from AS date) AND CAST(:to AS date) GROUP BY d.school_id`,
    { from, to },
  );
  return rows;
}

/** Whether attendance of a span has come at all. */
export async function isSpanKnown(db: Database, from: string, to: string): Promise<boolean> {
  return (await db('covered_day').whereBetween('date', [from, to]).first<object | undefined>('date')) !== undefined;
}
