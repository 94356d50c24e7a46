import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Transaction } from '../store/database.ts';
import { codeSetOf } from './codes/index.ts';
import { COLUMNS, KINDS, type Kind } from './formats/format.ts';
import type { CsvLine } from './read/csv.ts';
import type { ReadFile } from './read/index.ts';
import { asItCame, comesBack } from './returned-rows.ts';
import type { Watch } from './watch.ts';

/**
 * Staging: temporary tables of the import's own transaction, one for each kind of file, all text. Each row keeps its file and line.
 * The checks then write `reason` and the values `a`, `b`, `c` of its sentence beside the rows they do not pass; a row without a
 * reason is accepted.
 */

/** The staging table of a kind, or of files that no format knows. */
export type Stage = Kind | 'unknown';
export const tableOf = (stage: Stage): string => `staged_${stage}`;

export async function createStaging(trx: Transaction): Promise<void> {
  // Of each file, the student information system whose codes it uses.
  await trx.raw(`DROP TABLE IF EXISTS staged_file; CREATE TEMP TABLE staged_file (file text PRIMARY KEY, code_set text) ON COMMIT DROP`);
  for (const stage of [...KINDS, 'unknown'] as const) {
    const columns = stage === 'unknown' ? [] : COLUMNS[stage];
    await trx.raw(`
      DROP TABLE IF EXISTS ${tableOf(stage)};
      CREATE TEMP TABLE ${tableOf(stage)} (
        file text NOT NULL, line bigint NOT NULL, text text, reason text, a text, b text, c text
        ${columns.map((column) => `, ${column} text`).join('')}
      ) ON COMMIT DROP`);
  }
}

/**
 * Streams one file into its staging table. Lines that cannot be read are staged with their reason and their text.
 * Every row of a file that no format knows is rejected.
 * @returns rows read, the header not counted
 * @throws FileRefused when the file turns out to be damaged or too large
 */
export async function stageFile(trx: Transaction, file: ReadFile, watch?: Watch): Promise<number> {
  const { reader } = file;
  const stage: Stage = reader?.kind ?? 'unknown';
  const columns: readonly string[] = reader ? COLUMNS[reader.kind] : [];
  const returned = comesBack(file.header);
  const name = copyText(file.name);
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const block of file.blocks()) {
      rows += block.length;
      let chunk = '';
      for (const row of block) chunk += `${name}	${row.line}	${staged(row)}`;
      watch?.signal.throwIfAborted();
      watch?.read(file.name, rows);
      if (chunk !== '') yield chunk;
    }
  }
  const staged = (row: CsvLine): string => {
    if ('problem' in row) return copyLine(row.text, row.problem, columns, NO_VALUES);
    if (!reader) return copyLine(row.fields.join(','), 'unknown-file', columns, NO_VALUES);
    const canonical: Record<string, string | null | undefined> = reader.read(returned ? asItCame(row.fields) : row.fields);
    return copyLine(null, canonical['reason'] ?? null, columns, canonical);
  };
  await trx('staged_file').insert({ file: file.name, code_set: file.format === null ? null : codeSetOf(file.format) });
  const into = `COPY ${tableOf(stage)} (${['file', 'line', 'text', 'reason', ...columns].join(', ')}) FROM STDIN`;
  await pipeline(Readable.from(lines()), (await connectionOf(trx)).query(copyFrom(into)));
  return rows;
}

/** The connection that the transaction runs on: COPY needs the driver itself. */
export async function connectionOf(trx: Transaction): Promise<ClientBase> {
  const client = trx.client as { acquireConnection(): Promise<ClientBase> };
  return client.acquireConnection();
}

/**
 * What follows a row's file and line in PostgreSQL's text format for COPY. Tens of millions of rows a night come through here, so it
 * makes no list of them on the way.
 */
function copyLine(
  text: string | null,
  reason: string | null,
  columns: readonly string[],
  values: Readonly<Record<string, string | null | undefined>>,
): string {
  let line = `${copyText(text)}\t${copyText(reason)}`;
  for (const column of columns) line += `\t${copyText(values[column])}`;
  return `${line}\n`;
}
const NO_VALUES: Record<string, string | null> = {};

function copyText(value: string | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  return SPECIAL.test(value) ? value.replace(EACH_SPECIAL, (char) => ESCAPES[char] ?? char) : value;
}
const SPECIAL = /[\\\n\r\t]/;
const EACH_SPECIAL = /[\\\n\r\t]/g;
const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
