import { createReadStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** The bare equivalent: PostgreSQL alone, on the same server, with the same files. */
export class Bare {
  private constructor(private readonly client: pg.Client) {}

  static async connect(url: string): Promise<Bare> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new Bare(client);
  }

  /** A table as narrow as the file allows. Unlike ours it knows nothing: no school, no student, no calendar. */
  async createTable(name: string, { indexed = false, logged = true }: { indexed?: boolean; logged?: boolean } = {}): Promise<void> {
    await this.client.query(
      `CREATE ${logged ? '' : 'UNLOGGED '}TABLE ${name} (student text, school text, section text, date date, scope text, status text, excuse text, sis text
       ${indexed ? ', PRIMARY KEY (student, date)' : ''})`,
    );
  }

  /** Raw COPY of files into a table. @returns seconds */
  async copy(files: string[], table: string): Promise<number> {
    const begun = performance.now();
    for (const file of files) {
      await pipeline(
        createReadStream(file, { highWaterMark: 1 << 20 }),
        this.client.query(copyFrom(`COPY ${table} FROM STDIN WITH (FORMAT csv, HEADER)`)),
      );
    }
    return (performance.now() - begun) / 1_000;
  }

  /** What a night would have to know at least: each student's absences of the year, from the rows. @returns seconds */
  async groupYear(table: string): Promise<number> {
    const begun = performance.now();
    await this.client.query(
      `SELECT count(*) FROM (
         SELECT student, count(*) FILTER (WHERE status = 'absent') AS absences, count(*) FILTER (WHERE excuse = 'Unexcused') AS unexcused, count(*) AS days
         FROM ${table} GROUP BY student) AS s`,
    );
    return (performance.now() - begun) / 1_000;
  }

  async query(sql: string, values: unknown[] = []): Promise<pg.QueryResult<Record<string, unknown>>> {
    return this.client.query(sql, values);
  }

  end(): Promise<void> {
    return this.client.end();
  }
}
