import { ELEMENTS } from '../formats/index.ts';
import { CsvRows, type CsvLine } from './csv.ts';
import { dialectOf, SEPARATOR_LINE } from './dialect.ts';
import { jsonRecords } from './json.ts';
import type { Limits } from './limits.ts';
import { pathsOf, valuesOf, type FoundRecord } from './record.ts';
import type { SourceFile } from './source.ts';
import { blocksOf } from './text.ts';
import { xmlRecords } from './xml.ts';

/** A text that has been looked into: what its rows are made of, and a way to all of them. */
export interface Content {
  /** Column names of a CSV; of a file of records, the paths of the values in its first records. */
  header: string[];
  /** True of JSON and XML. */
  records: boolean;
  /** Of an XML file: the name of its first record. */
  element: string | null;
  /** The rows from the beginning, in blocks. @param paths what to take from records; the header's if null */
  blocks(paths: readonly string[] | null): AsyncIterable<CsvLine[]>;
}

/** Records that are looked at to know their paths. */
const FIRST_RECORDS = 20;
/** Rows of a file of records that are given at once. */
const ROWS_OF_A_BLOCK = 500;
/** Lines that are looked at to find the delimiter. */
const FIRST_LINES = 20;

/** Finds out whether a text is CSV, JSON or XML, and what its rows are made of. */
export async function contentOf(file: SourceFile, limits: Limits): Promise<Content> {
  let start = '';
  for await (const { text } of blocksOf(file.open(), limits)) {
    start = text.trimStart();
    if (start !== '') break;
  }
  // A header of PowerSchool's may begin with `[Attendance]`.
  if (/^(\[\s*(\{|\]|$)|\{\s*("|\}|$))/.test(start)) return recordContent(() => jsonRecords(file.name, file.open(), limits));
  if (start.startsWith('<')) return recordContent(() => xmlRecords(file.name, file.open(), ELEMENTS, limits));
  return csvContent(file, limits);
}

async function csvContent(file: SourceFile, limits: Limits): Promise<Content> {
  const { dialect, header, line } = await headOf(file, limits);
  return {
    header,
    records: false,
    element: null,
    async *blocks() {
      const rows = new CsvRows(dialect, header.length || null, limits);
      for await (const block of blocksOf(file.open(), limits)) {
        const found = rows.rows(block);
        // The header's own record, and a line before it that names the delimiter.
        yield found[0] !== undefined && found[0].line <= line ? found.filter((row) => row.line > line) : found;
      }
      yield rows.end().filter((row) => row.line > line);
    },
  };
}

/** The dialect and the header record of a CSV, and the number of its line. An empty file, or one that begins with an endless line, has none. */
async function headOf(file: SourceFile, limits: Limits) {
  let dialect = dialectOf([]);
  let rows: CsvRows | null = null;
  for await (const block of blocksOf(file.open(), limits)) {
    const lines = block.text.split('\n').filter((text) => text.trim() !== '');
    if (!rows) {
      if (lines.length === 0) continue;
      if (block.cut) break;
      dialect = dialectOf(lines.slice(0, FIRST_LINES));
      rows = new CsvRows(dialect, null, limits);
    }
    const found = rows.rows(block).filter((row) => !('fields' in row && SEPARATOR_LINE.test(row.fields.join(dialect.delimiter))));
    const head = found[0];
    if (head) return { dialect, header: 'fields' in head ? head.fields : [], line: head.line };
  }
  const [head] = rows?.end() ?? [];
  return { dialect, header: head && 'fields' in head ? head.fields : [], line: head?.line ?? 0 };
}

async function recordContent(records: () => AsyncIterable<FoundRecord>): Promise<Content> {
  const paths = new Set<string>();
  let element: string | null = null;
  let looked = 0;
  for await (const found of records()) {
    element ??= found.type;
    if ('record' in found && found.type === element) for (const path of pathsOf(found.record)) paths.add(path);
    looked += 1;
    if (looked === FIRST_RECORDS) break;
  }
  const header = [...paths];
  return {
    header,
    records: true,
    element,
    async *blocks(wanted) {
      let block: CsvLine[] = [];
      for await (const found of records()) {
        block.push(rowOf(found, element, wanted ?? header));
        if (block.length === ROWS_OF_A_BLOCK) {
          yield block;
          block = [];
        }
      }
      yield block;
    },
  };
}

function rowOf(found: FoundRecord, element: string | null, paths: readonly string[]): CsvLine {
  if ('problem' in found) return { line: found.place, problem: found.problem, text: found.text };
  if (found.type !== element) return { line: found.place, problem: 'other-record', text: found.type ?? '' };
  const fields = valuesOf(found.record, paths);
  if (!fields.some((field) => field.includes('\0'))) return { line: found.place, fields };
  return { line: found.place, problem: 'bad-character', text: fields.join(',').replaceAll('\0', '\uFFFD') };
}
