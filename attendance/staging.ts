import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Transaction } from '../store/database.ts';
import { codeSetOf, plainCodes } from './codes/index.ts';
import { COLUMNS, KINDS, type Kind } from './formats/format.ts';
import type { PlainRows } from './plain-rows.ts';
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

/** Begins staging. @param stages the tables that are wanted at once; others are made when a file needs them */
export async function createStaging(trx: Transaction, stages: readonly Stage[] = [...KINDS, 'unknown']): Promise<void> {
  // Of each file, the student information system whose codes it uses.
  await trx.raw(`DROP TABLE IF EXISTS staged_file; CREATE TEMP TABLE staged_file (file text PRIMARY KEY, code_set text) ON COMMIT DROP`);
  for (const stage of stages) await createStage(trx, stage);
}

/** What the merge of a kind reads beside its own rows. */
const BESIDE: Partial<Record<Stage, readonly Stage[]>> = { student: ['enrollment', 'demographics'] };

async function createStage(trx: Transaction, stage: Stage): Promise<void> {
  for (const one of [stage, ...(BESIDE[stage] ?? [])]) {
    const columns = one === 'unknown' ? [] : COLUMNS[one];
    await trx.raw(`
      CREATE TEMP TABLE IF NOT EXISTS ${tableOf(one)} (
        file text NOT NULL, line bigint NOT NULL, text text, reason text, a text, b text, c text
        ${columns.map((column) => `, ${column} text`).join('')}
      ) ON COMMIT DROP`);
  }
}

export interface StagingOptions {
  /** Where rows are noted that say no more than that a student was there; without it, they are staged like all others. */
  plain?: PlainRows;
  watch?: Watch;
}

/**
 * Streams one file into its staging table. Lines that cannot be read are staged with their reason and their text.
 * Every row of a file that no format knows is rejected.
 * @throws FileRefused when the file turns out to be damaged or too large
 */
export async function stageFile(trx: Transaction, file: ReadFile, options: StagingOptions = {}): Promise<void> {
  const stage: Stage = file.reader?.kind ?? 'unknown';
  const codeSet = file.format === null ? null : codeSetOf(file.format);
  await createStage(trx, stage);
  await trx('staged_file').insert({ file: file.name, code_set: codeSet });
  const { plain } = options;
  if (!plain || stage !== 'attendance' || codeSet === null) return copyRows(trx, file, options);
  const codes = plain.codes.get(codeSet) ?? (await plainCodes(trx, codeSet));
  plain.codes.set(codeSet, codes);
  return copyRows(trx, file, { ...options, passOver: (row) => plain.note(file.name, row, codes) });
}

/** Reads a file again and stages those of its noted rows that are doubtful. */
export async function stageDoubtful(trx: Transaction, file: ReadFile, plain: PlainRows, watch: Watch): Promise<void> {
  if (file.kind !== 'attendance' || (plain.rows.get(file.name) ?? 0) === 0) return;
  const codes = plain.codes.get(codeSetOf(file.format!))!;
  await copyRows(trx, file, {
    watch,
    again: true,
    passOver: (row) => !plain.takeBack(file.name, row, codes),
  });
}

/**
 * @param how.passOver says which rows are not staged
 * @param how.again the file was read before, and the lines that cannot be read are staged
 */
async function copyRows(
  trx: Transaction,
  { name, reader, header, blocks }: ReadFile,
  how: { watch?: Watch; again?: boolean; passOver?: (row: Canonical) => boolean },
): Promise<void> {
  const { watch, again = false, passOver = () => false } = how;
  const columns: readonly string[] = reader ? COLUMNS[reader.kind] : [];
  const returned = comesBack(header);
  const file = copyText(name);
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const block of blocks()) {
      rows += block.length;
      let chunk = '';
      for (const row of block) {
        const line = staged(row);
        if (line !== null) chunk += `${file}\t${row.line}\t${line}`;
      }
      watch?.signal.throwIfAborted();
      watch?.read(name, rows);
      if (chunk !== '') yield chunk;
    }
  }
  const staged = (row: CsvLine): string | null => {
    if ('problem' in row) return again ? null : copyLine(row.text, row.problem, columns, NO_VALUES);
    if (!reader) return copyLine(row.fields.join(','), 'unknown-file', columns, NO_VALUES);
    const canonical: Canonical = reader.read(returned ? asItCame(row.fields) : row.fields);
    return passOver(canonical) ? null : copyLine(null, canonical['reason'] ?? null, columns, canonical);
  };
  const into = `COPY ${tableOf(reader?.kind ?? 'unknown')} (${['file', 'line', 'text', 'reason', ...columns].join(', ')}) FROM STDIN`;
  await pipeline(Readable.from(lines()), (await connectionOf(trx)).query(copyFrom(into)));
}

type Canonical = Record<string, string | null | undefined>;

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

/** A value in PostgreSQL's text format for COPY. */
export function copyText(value: string | null | undefined): string {
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
