/**
 * SQL: how many of these days, without those that were reported, count together towards a first report: all of the school year, or, where
 * the state asks for so many in one calendar month, the most of one month until the year's own number is reached.
 * @param within SQL of `month`, or of null where the whole year counts
 * @param inYear SQL of the number that is as good in a school year
 */
export function eventsTogetherSql(days: string, served: string, within: string, inYear: string): string {
  const open = `FROM unnest(${days}) AS day WHERE day <> ALL (${served})`;
  return `CASE WHEN CAST(${within} AS text) IS NULL THEN (SELECT count(*) ${open}) ELSE
    (SELECT CASE WHEN coalesce(sum(n), 0) >= ${inYear} THEN sum(n) ELSE coalesce(max(n), 0) END
     FROM (SELECT count(*) AS n ${open} GROUP BY date_trunc('month', day)) AS month) END`;
}
