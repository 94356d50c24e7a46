/**
 * SQL: the days made up in attendance recovery (EC 46211) among rows `r` of `recovery_day` that lie in one school year, each with how much of
 * it is credited: within the caps of a week (Monday to Sunday) and of the year, in the order in which they were earned.
 * @param among a condition; `caps`: expressions for the days' credit of a week and of the year
 */
export function recoveryCredit(among: string, caps: { perWeek: string; perYear: string }): string {
  const before = (sum: string, of: string): string =>
    `coalesce(sum(${sum}) OVER (PARTITION BY ${of} ORDER BY date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)`;
  return `
    SELECT student_id, date, portion, file, line,
      greatest(0, least(week_credit, CAST(${caps.perYear} AS numeric) - ${before('week_credit', 'student_id')})) AS credited
    FROM (
      SELECT r.*, greatest(0, least(portion, CAST(${caps.perWeek} AS numeric) - ${before('portion', `student_id, date_trunc('week', date)`)})) AS week_credit
      FROM recovery_day r WHERE ${among}) AS weekly`;
}
