/**
 * How values are written, turned into the one way that the canonical columns know. What cannot be turned without guessing stays as it
 * stands, so that the row is rejected with the value in its sentence.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Dates repeat from row to row: each way of writing one is worked out once. */
const MEMORY = 20_000;
const known = new Map<string, string>();

/**
 * A date as `YYYY-MM-DD`. Understood: that itself, also with a time of day after it; `YYYYMMDD`; `M/D/YYYY` and `M-D-YYYY` (month first,
 * as in the United States; a month above 12 is not turned round); `DD-MMM-YYYY` and, as databases write it, `DD-MMM-YY`, where years
 * below 70 are of this century. A time in another zone than the date's stays as it is, since its day there may be another.
 */
export function dateText(raw: string | null): string | null {
  if (raw === null || isPlainDate(raw)) return raw;
  let text = known.get(raw);
  if (text === undefined) {
    text = readDate(raw);
    if (known.size >= MEMORY) known.clear();
    known.set(raw, text);
  }
  return text;
}

function isPlainDate(raw: string): boolean {
  return raw.length === 10 && raw[4] === '-' && raw[7] === '-';
}

function readDate(raw: string): string {
  const iso = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(raw);
  if (iso) {
    const midnight = [iso[4], iso[5], iso[6] ?? '00'].every((part) => part === '00');
    return iso[7] === undefined || midnight ? `${iso[1]}-${iso[2]}-${iso[3]}` : raw;
  }
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(raw);
  if (compact) return `${compact[1]}-${compact[2]}-${compact[3]}`;
  const american = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?:\s+0?(?:0|12):00(?::00)?(?:\s*AM)?)?$/i.exec(raw);
  if (american) return `${american[4]}-${american[1]!.padStart(2, '0')}-${american[3]!.padStart(2, '0')}`;
  const named = /^(\d{1,2})-([A-Za-z]{3})-(\d{2}|\d{4})$/.exec(raw);
  const month = named ? MONTHS.indexOf(named[2]!.toLowerCase()) + 1 : 0;
  if (!named || month === 0) return raw;
  const year = named[3]!.length === 4 ? named[3]! : `${Number(named[3]) < 70 ? '20' : '19'}${named[3]}`;
  return `${year}-${String(month).padStart(2, '0')}-${named[1]!.padStart(2, '0')}`;
}

/** A time of day as `HH:MM`: `8:05 AM`, `08:05:00`, `0805`, also behind a date. */
export function timeText(raw: string | null): string | null {
  const found = raw === null ? null : /(?:^|[T ])(\d{1,2}):?(\d{2})(?::\d{2}(?:\.\d+)?)?\s*([AP]M)?$/i.exec(raw);
  if (!found) return raw;
  const hour = Number(found[1]);
  const half = found[3]?.toUpperCase();
  const ofDay = half === undefined ? hour : (hour % 12) + (half === 'PM' ? 12 : 0);
  return `${String(ofDay).padStart(2, '0')}:${found[2]}`;
}

const GRADES: Record<string, string> = {
  kn: 'K',
  kg: 'K',
  k: 'K',
  kindergarten: 'K',
  '0': 'K',
  '00': 'K',
  tk: 'TK',
  'transitional kindergarten': 'TK',
  ps: 'PK',
  pk: 'PK',
  prekindergarten: 'PK',
  preschool: 'PK',
  'preschool/prekindergarten': 'PK',
};
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh', 'twelfth'];

/** A grade as `TK`, `K` or `1` to `12`, however it is written (`KN`, `01`, `First grade`); others stay as they stand. */
export function gradeText(raw: string | null): string | null {
  if (raw === null) return null;
  const word = raw.toLowerCase();
  const named = GRADES[word];
  if (named !== undefined) return named;
  if (/^0?[1-9]$|^1[0-2]$/.test(word)) return String(Number(word));
  const ordinal = ORDINALS.indexOf(word.replace(/ grade$/, ''));
  return ordinal === -1 ? raw : String(ordinal + 1);
}

/** A name written "Last, First Middle" in its parts; without a comma, or with more than one, it is left to a person. */
export function nameParts(raw: string | null): { first_name: string | null; middle_name: string | null; last_name: string | null } {
  const [last, given, ...more] = (raw ?? '').split(',').map((part) => part.trim());
  if (!last || !given || more.length > 0) return { first_name: null, middle_name: null, last_name: raw };
  const [first = null, ...middle] = given.split(/\s+/);
  return { first_name: first, middle_name: middle.join(' ') || null, last_name: last };
}

const YES = new Set(['true', 't', 'yes', 'y', '1']);
const NO = new Set(['false', 'f', 'no', 'n', '0']);

/** 'true', 'false', or null for nothing; anything else as it stands. */
export function truthText(raw: string | null): string | null {
  if (raw === null) return null;
  const word = raw.toLowerCase();
  return YES.has(word) ? 'true' : NO.has(word) ? 'false' : raw;
}

/** 'true' for a word of yes and 'false' for anything else, nothing included: where an empty field means no. */
export function flagText(raw: string | null): string {
  return YES.has(raw?.toLowerCase() ?? '') ? 'true' : 'false';
}

/** The last part of a descriptor: `uri://ed-fi.org/GradeLevelDescriptor#First grade` is `First grade`. */
export function lastPart(raw: string | null): string | null {
  return raw === null ? null : raw.slice(raw.lastIndexOf('#') + 1);
}
