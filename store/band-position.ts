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
