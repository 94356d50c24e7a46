import type { CanonicalRow, FileReader, Kind } from './format.ts';

/**
 * The row at hand, asked for by column. A value is trimmed, and null when it is empty, when the file lacks the column, or when it is
 * the text NULL (or `\N`), as databases write nothing.
 */
export class Row {
  private fields: readonly string[] = [];

  constructor(
    private readonly places: ReadonlyMap<string, number>,
    private readonly nothing: (text: string) => boolean,
  ) {}

  /** Turns to the next row. */
  at(fields: readonly string[]): this {
    this.fields = fields;
    return this;
  }

  /** The value of the first of these columns that has one. */
  value(...columns: string[]): string | null {
    for (const column of columns) {
      const text = this.word(column);
      if (text !== null && !this.nothing(text)) return text;
    }
    return null;
  }

  /** A name, which may well be Null. */
  word(column: string): string | null {
    const place = this.places.get(column);
    return place === undefined ? null : this.fields[place]?.trim() || null;
  }

  /** Does the file have the column? */
  has(column: string): boolean {
    return this.places.has(column);
  }
}

/** One kind of file of a format. */
export interface Layout<K extends Kind> {
  kind: K;
  /** A file with all of these columns is of this kind; of several in a list, one is enough. */
  required: readonly (string | readonly string[])[];
  read(row: Row): ReturnType<Extract<FileReader, { kind: K }>['read']>;
  /** Further things that a row of the same file speaks of, where the file has one of the columns. */
  also?: readonly { columns: readonly string[]; layout: AnyLayout }[];
}
export type AnyLayout = { [K in Kind]: Layout<K> }[Kind];

/** For the typed list of layouts: keeps the kind and the columns of its rows together. */
export function layout<K extends Kind>(of: Layout<K>): AnyLayout {
  return of as AnyLayout;
}

export interface ReadingOptions {
  /** A column's name as the layouts write it. Without: lower case, letters and digits only. */
  normal?: (column: string) => string;
  /** Texts that stand for nothing. */
  nothing?: (text: string) => boolean;
}

export const plainName = (column: string): string => column.toLowerCase().replace(/[^a-z0-9]/g, '');
const isNothing = (text: string): boolean => text === 'NULL' || text === '\\N';

/** The readers of the first layout that a header fits; null when it fits none. */
export function readersOf(header: readonly string[], layouts: readonly AnyLayout[], options: ReadingOptions = {}): FileReader[] | null {
  const { normal = plainName, nothing = isNothing } = options;
  const places = new Map<string, number>();
  for (const [index, column] of header.entries()) {
    const name = normal(column.trim());
    if (name !== '' && !places.has(name)) places.set(name, index);
  }
  const found = layouts.find(({ required }) =>
    required.every((column) => (typeof column === 'string' ? places.has(column) : column.some((other) => places.has(other)))),
  );
  if (!found) return null;
  const others = (found.also ?? []).filter(({ columns }) => columns.some((column) => places.has(column)));
  return [found, ...others.map((other) => other.layout)].map((one) => {
    const row = new Row(places, nothing);
    return { kind: one.kind, read: (fields: readonly string[]): CanonicalRow<Kind> => one.read(row.at(fields)) };
  });
}
