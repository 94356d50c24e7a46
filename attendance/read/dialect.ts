/** How a file separates and quotes its fields. */
export interface Dialect {
  delimiter: string;
  /** False only when no field of the text is quoted. */
  mayQuote(text: string): boolean;
  /** The fields of one record; 'open' when a quote is not closed in it, 'bad' when its quotes are wrong. */
  split(record: string): string[] | 'open' | 'bad';
}

const DELIMITERS = [',', '\t', ';', '|'];

/**
 * Finds the dialect from the first lines of a file: the delimiter that splits the header into the most fields and the lines after it
 * into as many. `sep=;`, as spreadsheets write it, says it outright. A header whose names stand in apostrophes, as Aspen writes it,
 * means that values may stand in them too.
 */
export function dialectOf(lines: readonly string[]): Dialect {
  const [header = '', ...others] = lines;
  const said = SEPARATOR_LINE.exec(header)?.[1];
  const delimiter = said ?? bestDelimiter(header, others);
  return apostrophes(header, delimiter) ? withApostrophes(delimiter) : plain(delimiter);
}

/** A first line that only names the delimiter. */
export const SEPARATOR_LINE = /^sep=([,\t;|])\s*$/i;

function bestDelimiter(header: string, others: readonly string[]): string {
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const { split } = plain(delimiter);
    const width = widthOf(split(header));
    if (width < 2) continue;
    const same = others.filter((line) => widthOf(split(line)) === width).length;
    const score = width * (1 + same);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

const widthOf = (fields: string[] | 'open' | 'bad'): number => (typeof fields === 'string' ? 0 : fields.length);

function plain(delimiter: string): Dialect {
  return {
    delimiter,
    mayQuote: (text) => text.includes('"'),
    split: (record) => split(record, delimiter, null),
  };
}

/**
 * As `plain`, and a field that begins and ends with an apostrophe loses both. An apostrophe elsewhere is a letter, as in O'Brien, and
 * so is one at the beginning that nothing closes, as in 'Aumakua.
 */
function withApostrophes(delimiter: string): Dialect {
  const closing = new RegExp(`'(?=${delimiter === '|' ? '\\|' : delimiter}|$)`, 'g');
  return {
    delimiter,
    mayQuote: (text) => text.includes('"') || text.includes("'"),
    split: (record) => split(record, delimiter, closing),
  };
}

/**
 * RFC 4180: a field is quoted as a whole or not at all; a quote within quotes is doubled.
 * @param apostrophe finds the apostrophe that closes a field, where fields may stand in apostrophes
 */
function split(record: string, delimiter: string, apostrophe: RegExp | null): string[] | 'open' | 'bad' {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const end = quotedUntil(record, at, apostrophe);
    if (end === -1) return 'open';
    if (end !== null) {
      const quote = record[at]!;
      const inner = record.slice(at + 1, end);
      fields.push(inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner);
      at = end + 1;
      if (at === record.length) return fields;
      if (record[at] !== delimiter) return 'bad';
    } else {
      const next = record.indexOf(delimiter, at);
      const field = record.slice(at, next === -1 ? record.length : next);
      if (field.includes('"')) return 'bad';
      fields.push(field);
      if (next === -1) return fields;
      at = next;
    }
    at += 1;
  }
}

/** Where the quote that opens at this place is closed; -1 when it is not, null when none opens here. */
function quotedUntil(record: string, at: number, apostrophe: RegExp | null): number | null {
  if (record[at] === '"') {
    let end = record.indexOf('"', at + 1);
    while (end !== -1 && record[end + 1] === '"') end = record.indexOf('"', end + 2);
    return end;
  }
  if (!apostrophe || record[at] !== "'") return null;
  apostrophe.lastIndex = at + 1;
  return apostrophe.exec(record)?.index ?? null;
}

/** The whole header stands in apostrophes, name by name. */
function apostrophes(header: string, delimiter: string): boolean {
  const names = header.split(delimiter);
  return names.length > 1 && names.every((name) => /^'[^']*'$/.test(name.trim()));
}
