/** SQL expressions for what a policy says of its bands: one array each, in the order of the ladder. */
export interface BandLines {
  /** `count`, `rate` or `stricter`. */
  by: string;
  /** Days enrolled below which a rate puts nobody beyond the first band. */
  minimumDays: string;
  /** First absence of each band. */
  from: string;
  /** Attendance below which, or at which, a band begins, per mille; null in the first band. */
  limits: string;
  /** Whether the limit itself belongs to the band. */
  inclusive: string;
}

/**
 * SQL: the position on the ladder, from 1, of so many absences of all kinds in so many enrolled days; 0 below the first band. The same
 * as `bandPosition` of `cases/bands.ts`, which counts from 0; a property holds the two together.
 */
export function bandPositionSql(lines: BandLines, absences: string, days: string): string {
  const byCount = `(SELECT count(*) FROM unnest(${lines.from}) AS line WHERE line <= ${absences})`;
  const byRate = `(CASE WHEN ${absences} = 0 THEN 0 WHEN ${days} < ${lines.minimumDays} THEN 1 ELSE
    1 + (SELECT count(*) FROM unnest(${lines.limits}, ${lines.inclusive}) AS line(per_mille, inclusive)
         WHERE 1000 * (${days} - ${absences}) < line.per_mille * ${days}
           OR (line.inclusive AND 1000 * (${days} - ${absences}) = line.per_mille * ${days})) END)`;
  return `(CASE ${lines.by} WHEN 'rate' THEN ${byRate} WHEN 'stricter' THEN greatest(${byCount}, ${byRate}) ELSE ${byCount} END)::integer`;
}

/** SQL: the lines of each policy version, as a table of `policy_id`, `version`, `in_force` and the columns that `linesOf` names. */
export const POLICY_LINES = `(
  SELECT v.policy_id, v.version, v.in_force, coalesce(v.ladder ->> 'bandsBy', 'count') AS bands_by,
    coalesce((v.ladder ->> 'minimumDays')::integer, 0) AS minimum_days, array_agg(l.absences_from ORDER BY l.position) AS lines,
    array_agg(l.attendance_limit ORDER BY l.position) AS limits, array_agg(l.limit_inclusive ORDER BY l.position) AS inclusive
  FROM policy_version v JOIN policy_band l USING (policy_id, version) GROUP BY v.policy_id, v.version)`;

/** The lines of a row of `POLICY_LINES`. */
export const linesOf = (row: string): BandLines => ({
  by: `${row}.bands_by`,
  minimumDays: `${row}.minimum_days`,
  from: `${row}.lines`,
  limits: `${row}.limits`,
  inclusive: `${row}.inclusive`,
});
