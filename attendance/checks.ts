import type { Transaction } from '../store/database.ts';

/** Checks that several kinds of rows share. Each writes the reason beside the staged rows that fail it and have none yet. */

/** SQL: is this text a date of the form YYYY-MM-DD? */
export const isDate = (text: string): string => `(${text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND pg_input_is_valid(${text}, 'date'))`;

/** Of rows with the same key, the first is taken; the others are ignored. */
export async function ignoreRepeats(trx: Transaction, table: string, key: string): Promise<void> {
  await trx.raw(`
    UPDATE ${table} s SET reason = 'duplicate-row', a = repeat.first_line::text
    FROM (SELECT file, line, first_value(line) OVER w AS first_line, row_number() OVER w AS place
          FROM ${table} WHERE reason IS NULL WINDOW w AS (PARTITION BY ${key} ORDER BY file, line)) AS repeat
    WHERE repeat.place > 1 AND s.file = repeat.file AND s.line = repeat.line`);
}

/** Rejects rows in which one of the columns is empty. */
export async function requireFields(trx: Transaction, table: string, columns: readonly string[]): Promise<void> {
  for (const column of columns) {
    await trx.raw(`UPDATE ${table} SET reason = 'missing-field', a = ? WHERE reason IS NULL AND ${column} IS NULL`, [
      column.replaceAll('_', ' '),
    ]);
  }
}

/** SQL: is this text, which is a date, one of a year that a school can mean? Keying slips have sent 0003 and 2173. */
export const isLikelyYear = (text: string): string => `(${text} BETWEEN '1900' AND '2100')`;

/** Rejects rows in which one of the columns holds something that is no date, or one of an impossible year. Empty ones pass. */
export async function requireDates(trx: Transaction, table: string, columns: readonly string[]): Promise<void> {
  for (const column of columns) {
    await trx.raw(
      `UPDATE ${table} SET reason = 'bad-date', a = ?, b = ${column} WHERE reason IS NULL AND ${column} IS NOT NULL AND NOT ${isDate(column)}`,
      [column.replaceAll('_', ' ')],
    );
    await trx.raw(
      `UPDATE ${table} SET reason = 'date-out-of-range', a = ?, b = ${column} WHERE reason IS NULL AND ${column} IS NOT NULL AND NOT ${isLikelyYear(column)}`,
      [column.replaceAll('_', ' ')],
    );
  }
}

/** Rejects rows whose school is not known. @param options.orEmpty lets rows without a school pass */
export async function requireSchool(trx: Transaction, table: string, options: { orEmpty?: boolean } = {}): Promise<void> {
  await trx.raw(
    `UPDATE ${table} s SET reason = 'unknown-school', a = s.school
     WHERE reason IS NULL ${options.orEmpty ? 'AND s.school IS NOT NULL ' : ''}AND NOT EXISTS (SELECT FROM school WHERE school_id = s.school)`,
  );
}
