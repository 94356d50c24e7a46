import type { Consequences } from '../store/attendance-delivery.ts';
import type { Transaction } from '../store/database.ts';
import type { Crossing } from './crossings.ts';

/** Remembers in temporary tables, before anything is merged, what the consequences are measured against. */
export async function rememberBefore(trx: Transaction): Promise<void> {
  await trx.raw(`
    DROP TABLE IF EXISTS watch_before, held_before;
    CREATE TEMP TABLE watch_before ON COMMIT DROP AS SELECT student_id, band FROM case_watch WHERE band > 0;
    CREATE TEMP TABLE held_before ON COMMIT DROP AS SELECT student_id, school_id FROM standing WHERE holds <> '[]'`);
}

/** A crossing for the better, and one for the worse; a band is one or the other by its place. */
const WORSE: readonly string[] = ['report_due', 'relapsed', 'no_improvement'];
const BETTER: readonly string[] = ['report_not_due', 'basis_touched', 'recovered', 'improved'];

/**
 * What the merged delivery means for cases and schools. Reads what was remembered before, and what `recompute` has written.
 * @param crossings the cases that are woken, and why
 */
export async function consequencesOf(trx: Transaction, crossings: readonly Crossing[]): Promise<Consequences> {
  const { rows } = await trx.raw<{ rows: { school: string; opens: number; advances: number; retracts: number }[] }>(
    `WITH woken AS (
       SELECT c.case_id, c.why && CAST(:worse AS text[]) OR 'band' = ANY (c.why) AND coalesce(w.band, 0) > coalesce(b.band, 0) AS worse,
         c.why && CAST(:better AS text[]) OR 'band' = ANY (c.why) AND coalesce(w.band, 0) < coalesce(b.band, 0) AS better,
         k.case_id IS NOT NULL AS has_case, s.school_id
       FROM (SELECT CAST(case_id AS uuid) AS case_id, string_to_array(why, ',') AS why
             FROM unnest(CAST(:cases AS text[]), CAST(:why AS text[])) AS u(case_id, why)) AS c
       JOIN standing s ON s.case_id = c.case_id
       LEFT JOIN case_watch w ON w.student_id = s.student_id
       LEFT JOIN watch_before b ON b.student_id = s.student_id
       LEFT JOIN attendance_case k ON k.case_id = c.case_id
     )
     SELECT school_id AS school, count(*) FILTER (WHERE NOT has_case) AS opens, count(*) FILTER (WHERE has_case AND worse) AS advances,
       count(*) FILTER (WHERE has_case AND better) AS retracts
     FROM woken GROUP BY school_id ORDER BY school_id`,
    {
      cases: crossings.map(({ caseId }) => caseId),
      why: crossings.map(({ why }) => why.join(',')),
      worse: WORSE,
      better: BETTER,
    },
  );
  const total = (key: 'opens' | 'advances' | 'retracts'): number => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    woken: crossings.length,
    opens: total('opens'),
    advances: total('advances'),
    retracts: total('retracts'),
    schools: rows.filter(({ opens, advances, retracts }) => opens + advances + retracts > 0),
    ...(await heldSince(trx)),
  };
}

/** Students whose standing carries no escalation from now on, and those whose standing does so again, with their schools. */
async function heldSince(trx: Transaction): Promise<Pick<Consequences, 'holds' | 'releases'>> {
  const { rows } = await trx.raw<{ rows: { what: 'holds' | 'releases'; students: number; schools: string[] }[] }>(`
    WITH held_now AS (SELECT student_id, school_id FROM standing WHERE holds <> '[]')
    SELECT 'holds' AS what, count(*) AS students, coalesce(array_agg(DISTINCT school_id ORDER BY school_id), '{}') AS schools
    FROM held_now n WHERE NOT EXISTS (SELECT FROM held_before b WHERE b.student_id = n.student_id)
    UNION ALL
    SELECT 'releases', count(*), coalesce(array_agg(DISTINCT school_id ORDER BY school_id), '{}')
    FROM held_before b WHERE NOT EXISTS (SELECT FROM held_now n WHERE n.student_id = b.student_id)`);
  const found = (what: 'holds' | 'releases'): { students: number; schools: string[] } => {
    const { students = 0, schools = [] } = rows.find((row) => row.what === what) ?? {};
    return { students, schools };
  };
  return { holds: found('holds'), releases: found('releases') };
}

/** A number of an account that came out other than the dry run had said. */
export interface Difference {
  /** Where it stands in the account, for instance `consequences.opens`. */
  what: string;
  expected: unknown;
  found: unknown;
}

/** Where two accounts differ, place by place. Lists are compared as a whole. */
export function differencesOf(expected: unknown, found: unknown, what = ''): Difference[] {
  if (isRecord(expected) && isRecord(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
    return keys.flatMap((key) => differencesOf(expected[key], found[key], what === '' ? key : `${what}.${key}`));
  }
  const same = JSON.stringify(sorted(expected)) === JSON.stringify(sorted(found));
  return same ? [] : [{ what, expected: expected ?? null, found: found ?? null }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same value with the keys of its objects in order: the database keeps them in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
