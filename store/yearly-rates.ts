import type { Transaction } from './database.ts';

/** The rate of chronic absence of a school year: of a school, or of the district. */
export interface YearlyRate {
  /** Null: of the whole district. */
  school: string | null;
  students: number;
  chronic: number;
  /** It is of the whole year. */
  whole: boolean;
}

/**
 * Records rates of a school year; one that says something else than what stands supersedes it, and what says the same changes nothing.
 * @param said `counted` from attendance rows, or said by a person: neither supersedes the other
 * @returns how many are new
 */
export async function recordYearlyRates(
  trx: Transaction,
  rates: readonly YearlyRate[],
  said: { schoolYear: string; counted: boolean; source: string; onDay: string; by: string },
): Promise<number> {
  const { rows } = await trx.raw<{ rows: (YearlyRate & { id: string; old: string | null })[] }>(
    `SELECT uuidv7() AS id, n.school, n.students, n.chronic, n.whole, o.rate_id AS old
     FROM jsonb_to_recordset(CAST(:rates AS jsonb)) AS n(school text, students integer, chronic integer, whole boolean)
     LEFT JOIN yearly_rate o ON o.school_year = :schoolYear AND o.counted = :counted AND o.superseded_by IS NULL AND o.school_id IS NOT DISTINCT FROM n.school
     WHERE (o.students, o.chronic, o.whole) IS DISTINCT FROM (n.students, n.chronic, n.whole) OR (NOT o.counted AND o.source <> :source)`,
    { rates: JSON.stringify(rates), ...said },
  );
  const ids = JSON.stringify(rows.map(({ id, old }) => ({ id, old })));
  await trx.raw(
    `UPDATE yearly_rate o SET superseded_by = n.id FROM jsonb_to_recordset(CAST(? AS jsonb)) AS n(id uuid, old uuid) WHERE o.rate_id = n.old`,
    [ids],
  );
  if (rows.length > 0)
    await trx('yearly_rate').insert(
      rows.map(({ id, school, students, chronic, whole }) => ({
        rate_id: id,
        school_year: said.schoolYear,
        school_id: school,
        students,
        chronic,
        whole,
        counted: said.counted,
        source: said.source,
        on_day: said.onDay,
        recorded_by: said.by,
      })),
    );
  return rows.length;
}
