/** Text for people: aligned tables, wrapped sentences, lists. All widths are in characters. */

/** Breaks a text at spaces so that no line is wider than `width`; its own indentation stays, and further lines get `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = /^ */.exec(paragraph)![0];
    let empty = true;
    for (const word of paragraph.trimStart().split(' ')) {
      if (!empty && line.length + 1 + word.length > width) {
        lines.push(line);
        line = `${indent}${word}`;
      } else {
        line += empty ? word : ` ${word}`;
      }
      empty = false;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** One bullet a line. */
export function list(items: string[], width: number): string {
  return items.map((item) => wrap(`  - ${item}`, width, '    ')).join('\n');
}

export type Cell = string | number | null | undefined;

/**
 * An aligned table with a rule below its headings. Numbers stand to the right; the widest text column is narrowed and wrapped when
 * the table would not fit into `width`.
 */
export function table(headings: string[], rows: Cell[][], width: number): string {
  const text = rows.map((row) => headings.map((_, column) => String(row[column] ?? '')));
  const numeric = headings.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => row[column] === null || row[column] === undefined || typeof row[column] === 'number'),
  );
  const widths = headings.map((heading, column) => longest([heading, ...text.map((row) => row[column]!)]));
  const least = headings.map((heading, column) =>
    longest([heading, ...text.map((row) => row[column]!)].flatMap((cell) => cell.split(' '))),
  );
  narrow(widths, least, width - 2 * (headings.length - 1));
  const lines = [
    ...cellLines(headings, widths).map((cells) => line(cells, widths, numeric)),
    widths
      .map((columns) => '-'.repeat(columns))
      .join('  ')
      .trimEnd(),
  ];
  for (const row of text) lines.push(...cellLines(row, widths).map((cells) => line(cells, widths, numeric)));
  return lines.join('\n');
}

/** The length of the longest text; a district's table has more rows than a call takes arguments. */
function longest(texts: string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

/** Takes the columns that stand above their longest word down to the room, the widest first. */
function narrow(widths: number[], least: number[], room: number): void {
  for (let excess = sum(widths) - room; excess > 0; excess = sum(widths) - room) {
    const spare = widths.map((columns, index) => (columns > least[index]! ? columns : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) return;
    const next = Math.max(0, ...spare.filter((_, index) => index !== widest));
    widths[widest] = Math.max(least[widest]!, widths[widest]! - excess, Math.min(next, widths[widest]! - 1));
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function cellLines(row: string[], widths: number[]): string[][] {
  const cells = row.map((cell, column) => (cell.length > widths[column]! ? wrap(cell, widths[column]!).split('\n') : [cell]));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) => cells.map((lines) => lines[index] ?? ''));
}

function line(cells: string[], widths: number[], numeric: boolean[]): string {
  return cells
    .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
    .join('  ')
    .trimEnd();
}

/** `1 row`, `3 rows`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

/** `case_manager` as people write it: `case manager`. */
export function words(code: string): string {
  return code === 'sarb' ? 'SARB' : code.replaceAll('_', ' ');
}
