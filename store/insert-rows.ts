import type { Transaction } from './database.ts';

/**
 * Inserts rows that all have the same columns, as one JSON parameter: a transition writes many, and a parameter for each of their values
 * costs more than the rows themselves. What a column of JSON is given goes in as it is.
 */
export async function insertRows(trx: Transaction, table: string, rows: [object, ...object[]]): Promise<void> {
  const columns = Object.keys(rows[0]).map((name) => `"${name}"`);
  await trx.raw(
    `INSERT INTO "${table}" (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::"${table}", ?::jsonb)`,
    [JSON.stringify(rows)],
  );
}
