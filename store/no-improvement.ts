/** SQL: the lines of a case after what it has done (`supports` of `attendance_case`), as `m`. */
export const supportLines = (supports: string): string =>
  `jsonb_to_recordset(${supports}) AS m(after text, "on" date, "schoolDays" integer, absences integer, rate numeric)`;

/** SQL: what a standing says of the attendance since (`since_done`), as `d`. */
export const sinceDone = (since: string): string =>
  `jsonb_to_recordset(${since}) AS d(after text, "on" date, days integer, absences integer)`;

/** SQL: whether the attendance has not improved by the line `m`, after so many days with so many absences; as `cases/improvement.ts` has it. */
export const hasNotImprovedSql = (days: string, absences: string): string =>
  `(${days} >= m."schoolDays" AND coalesce(${absences} >= m.absences, ${absences} >= m.rate * ${days}, false))`;
