import { migrationSource } from '../migrations/index.ts';
import { openDatabase } from './database.ts';

/**
 * Brings a database to the present schema and gives the two login roles their passwords. The owner's connection is used for nothing
 * else. Safe to repeat; two at once wait for each other (knex's lock).
 * @param input.ownerUrl connection URL of the migrator, who may create roles
 * @returns the migrations that were applied now
 */
export async function migrate(input: { ownerUrl: string; workerPassword: string; apiPassword: string }): Promise<string[]> {
  const db = openDatabase(input.ownerUrl, { name: 'rollbook migrate', max: 2 });
  try {
    for (const [role, password] of [
      ['rollbook_worker', input.workerPassword],
      ['rollbook_api', input.apiPassword],
    ] as const) {
      await db.raw(`DO $$ BEGIN CREATE ROLE ${role} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
      // A password cannot be a bind parameter of ALTER ROLE; quote_literal is the server's own quoting.
      const { rows } = await db.raw<{ rows: { sql: string }[] }>(`SELECT format('ALTER ROLE ${role} PASSWORD %L', ?::text) AS sql`, [
        password,
      ]);
      await db.raw(rows[0]!.sql.replaceAll('?', '\\?'));
    }
    const [, applied] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
    return applied;
  } finally {
    await db.destroy();
  }
}

/** The connection URL of another role of the same database. */
export function urlFor(ownerUrl: string, role: 'rollbook_worker' | 'rollbook_api', password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}
