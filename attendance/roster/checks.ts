import type { Transaction } from '../../store/database.ts';

/** Rejects rows in which one of the columns says something other than true or false. Empty ones pass. */
export async function requireTruth(trx: Transaction, table: string, columns: readonly string[]): Promise<void> {
  await trx.raw(
    columns
      .map(
        (column) =>
          `UPDATE ${table} SET reason = 'not-yes-or-no', a = '${column.replaceAll('_', ' ')}', b = ${column}
           WHERE reason IS NULL AND ${column} NOT IN ('true', 'false')`,
      )
      .join(';'),
  );
}
