import knex, { type Knex } from 'knex';
import pg from 'pg';

/** Dates stay what they are in PostgreSQL: a calendar day is text `YYYY-MM-DD`, never an instant in somebody's time zone. */
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
/** PostgreSQL's `date[]`, which the driver's list of names lacks. */
const DATE_ARRAY = 1182 as typeof pg.types.builtins.DATE;
pg.types.setTypeParser(DATE_ARRAY, (value: string) => (value === '{}' ? [] : value.slice(1, -1).split(',')));
/** Counters of ours stay far below 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export type Database = Knex;
export type Transaction = Knex.Transaction;

const silent = (): void => undefined;

/**
 * Opens a pool to one district's database as one of the roles. There is no module-level pool: whoever composes the process hands it
 * in, and closes it with `destroy()`.
 * @param url PostgreSQL connection URL of the role
 * @param options.name shown in `pg_stat_activity`; `options.max` connections at most
 */
export function openDatabase(url: string, options: { name: string; max?: number }): Database {
  return knex({
    client: 'pg',
    connection: { connectionString: url, application_name: options.name },
    pool: { min: 0, max: options.max ?? 10 },
    acquireConnectionTimeout: 15_000,
    // The library would print every lost connection to the console. Whoever needs one gets the error; the pool opens another.
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

/** Who asks: carried by every transaction, so that row-level rules and the database's own log know it. */
export interface Caller {
  id: string;
  role: string;
  /** Schools the role holds at; null means the whole district. */
  schools: string[] | null;
}

/**
 * The one way to open a transaction on behalf of a person, for reads too. The caller stands in the transaction's settings
 * (`rollbook.caller`, `rollbook.role`, `rollbook.schools`).
 */
export async function asCaller<T>(db: Database, caller: Caller, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    await trx.raw(
      `SELECT set_config('rollbook.caller', ?, true), set_config('rollbook.role', ?, true), set_config('rollbook.schools', ?, true)`,
      [caller.id, caller.role, caller.schools === null ? '*' : caller.schools.join(',')],
    );
    return work(trx);
  });
}

/**
 * Runs statements one after the other with the same named values: with values the driver takes one statement at a time.
 * @param sql statements, each ended by a semicolon at the end of its line
 */
export async function inOrder(trx: Transaction, sql: string, values: Record<string, Knex.RawBinding>): Promise<void> {
  for (const statement of sql.split(/;[ ]*\n/)) await trx.raw(statement, values);
}
