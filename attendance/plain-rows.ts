import type { CanonicalRow } from './formats/format.ts';

/**
 * Rows of attendance that say no more than that a student was there: fourteen of fifteen. They are not staged but noted, as one bit for
 * a student, school and day, so that a year of half a million students fits into some 40 MB. A noted row is taken, and changes nothing,
 * unless its day turns out to be a doubtful one (days/doubtful.ts; decision 40): then the file is read again and the row is staged like any other.
 * What cannot be noted is staged at once: numbers beyond what memory is kept for, days far from the others, dates that are none.
 */

/** Students and schools that are noted, each pair once; rows of others are staged. */
const MOST_PAIRS = 1_000_000;
/** Days that lie so far before or after the first one that is noted. */
const REACH = 384;
const PAIRS_OF_A_PAGE = 4096;
/** Bytes of a pair in a page: 64 days. */
const PAGE_BYTES = 8;
const PAGES_OF_A_PAIR = (2 * REACH) / (PAGE_BYTES * 8);
const DAY_MS = 86_400_000;
/** Ways of writing a date that are remembered. */
const MOST_DATES = 20_000;

/** A reader's row of attendance. */
type Row = CanonicalRow<'attendance'>;
/** Where a row is noted: the pair of student and school, and the day's place. */
interface Place {
  pair: number;
  day: number;
}

/** A student as the rows name one, at a school, with the days of which noted rows say that the student was there. */
export interface NotedPair {
  pair: number;
  student: string | null;
  ssid: string | null;
  sisId: string | null;
  school: string;
  /** The first and the last such day, counted from `PlainRows.from`. */
  first: number;
  last: number;
  /** A bit for each day from `PlainRows.from` on, in hexadecimal digits. */
  bits: string;
}

/** Bits by pair and day, in pages of some pairs and some days: what nobody speaks of takes no memory. */
class Bits {
  private readonly pages: (Uint8Array | undefined)[] = [];

  set(place: Place): void {
    const page = (this.pages[pageOf(place)] ??= new Uint8Array(PAIRS_OF_A_PAGE * PAGE_BYTES));
    page[byteOf(place)]! |= 0x80 >> (place.day & 7);
  }

  has(place: Place): boolean {
    return ((this.pages[pageOf(place)]?.[byteOf(place)] ?? 0) & (0x80 >> (place.day & 7))) !== 0;
  }

  /** The bits of one pair, those of all days. */
  of(pair: number): Uint8Array {
    const bytes = new Uint8Array(PAGES_OF_A_PAIR * PAGE_BYTES);
    for (let part = 0; part < PAGES_OF_A_PAIR; part += 1) {
      const place = { pair, day: part * PAGE_BYTES * 8 };
      const page = this.pages[pageOf(place)];
      const at = byteOf(place);
      if (page) bytes.set(page.subarray(at, at + PAGE_BYTES), part * PAGE_BYTES);
    }
    return bytes;
  }
}

function pageOf({ pair, day }: Place): number {
  return Math.floor(pair / PAIRS_OF_A_PAGE) * PAGES_OF_A_PAIR + Math.floor(day / (PAGE_BYTES * 8));
}

/** Where in its page a place's byte lies. */
function byteOf({ pair, day }: Place): number {
  return (pair % PAIRS_OF_A_PAGE) * PAGE_BYTES + ((day >> 3) % PAGE_BYTES);
}

export class PlainRows {
  /** Rows that are noted, by file. */
  readonly rows = new Map<string, number>();
  /** The codes that were taken for plain ones, by code set. */
  readonly codes = new Map<string, ReadonlySet<string>>();
  private readonly noted = new Bits();
  private readonly doubts = new Bits();
  private everything = false;
  private readonly pairs: Pick<NotedPair, 'student' | 'ssid' | 'sisId' | 'school'>[] = [];
  /** Of a student named by the schools' number alone, the first school; others stand in `byName`. */
  private readonly byNumber = new Map<string, number>();
  private readonly byName = new Map<string, number>();
  private readonly schools = new Map<string, string>();
  private readonly dates = new Map<string, number | null>();
  /** Day of the epoch at place 0. */
  private origin: number | null = null;
  private firstPlace = 2 * REACH;
  private lastPlace = -1;

  constructor(private readonly most = MOST_PAIRS) {}

  get empty(): boolean {
    return this.pairs.length === 0;
  }

  /** The first and the last noted day; null without any. */
  get span(): { first: string; last: string } | null {
    return this.empty ? null : { first: this.dateAt(this.firstPlace), last: this.dateAt(this.lastPlace) };
  }

  /** The day at which the bits begin, and how many there are for each pair. */
  get from(): string {
    return this.dateAt(this.firstByte * 8);
  }

  get width(): number {
    return ((this.lastPlace >> 3) - this.firstByte + 1) * 8;
  }

  private get firstByte(): number {
    return this.firstPlace >> 3;
  }

  /**
   * Notes a row, if it can be noted.
   * @param plain the codes of its code set that say no more than that the student was there
   */
  note(file: string, row: Row, plain: ReadonlySet<string>): boolean {
    if (!plain.has(row.code ?? '') || !isWhole(row)) return false;
    const place = this.placeOf(row, true);
    if (place === null) return false;
    this.noted.set(place);
    this.rows.set(file, (this.rows.get(file) ?? 0) + 1);
    if (place.day < this.firstPlace) this.firstPlace = place.day;
    if (place.day > this.lastPlace) this.lastPlace = place.day;
    return true;
  }

  /** Marks the day of a pair as one whose rows have to be staged after all. @param day counted from `from` */
  doubt(pair: number, day: number): void {
    this.doubts.set({ pair, day: day + this.firstByte * 8 });
  }

  /** Marks all. */
  doubtAll(): void {
    this.everything = true;
  }

  /** Whether a row of a file that is read again was noted and is doubtful; it is noted no more then. */
  takeBack(file: string, row: Row, plain: ReadonlySet<string>): boolean {
    if (!plain.has(row.code ?? '') || !isWhole(row)) return false;
    const place = this.placeOf(row, false);
    if (place === null || !(this.everything || this.doubts.has(place))) return false;
    this.rows.set(file, (this.rows.get(file) ?? 0) - 1);
    return true;
  }

  /** What is noted, pair by pair. */
  *all(): Generator<NotedPair> {
    const from = this.firstByte;
    for (const [pair, name] of this.pairs.entries()) {
      const bytes = this.noted.of(pair).subarray(from, from + this.width / 8);
      const bits = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
      yield { pair, ...name, first: firstOf(bytes), last: lastOf(bytes), bits };
    }
  }

  private placeOf({ student = null, ssid = null, sis_id: sisId = null, school, date }: Row, asNew: boolean): Place | null {
    const day = this.dayOf(date!);
    if (day === null) return null;
    let pair: number | undefined;
    if (student !== null && ssid === null && sisId === null) {
      pair = this.byNumber.get(student);
      if (pair === undefined && asNew && this.pairs.length < this.most) {
        pair = this.pairs.length;
        const kept = own(student);
        this.byNumber.set(kept, pair);
        this.pairs.push({ student: kept, ssid, sisId, school: this.schoolOf(school!) });
      }
      if (pair === undefined || this.pairs[pair]!.school === school) return pair === undefined ? null : { pair, day };
    }
    if (student === '' || ssid === '' || sisId === '') return null;
    const name = [student, ssid, sisId, school].map((part) => part ?? '').join('\0');
    pair = this.byName.get(name);
    if (pair === undefined && asNew && this.pairs.length < this.most) {
      pair = this.pairs.length;
      this.byName.set(own(name), pair);
      this.pairs.push({
        student: student && own(student),
        ssid: ssid && own(ssid),
        sisId: sisId && own(sisId),
        school: this.schoolOf(school!),
      });
    }
    return pair === undefined ? null : { pair, day };
  }

  private schoolOf(school: string): string {
    let known = this.schools.get(school);
    if (known === undefined) this.schools.set((known = own(school)), known);
    return known;
  }

  private dayOf(date: string): number | null {
    let day = this.dates.get(date);
    if (day === undefined) {
      day = epochDay(date);
      if (this.dates.size >= MOST_DATES) this.dates.clear();
      this.dates.set(own(date), day);
    }
    if (day === null) return null;
    this.origin ??= day - REACH;
    const place = day - this.origin;
    return place >= 0 && place < 2 * REACH ? place : null;
  }

  private dateAt(place: number): string {
    return new Date(((this.origin ?? 0) + place) * DAY_MS).toISOString().slice(0, 10);
  }
}

/** A row that names student, school and day, and has nothing but its code that speaks of the day. */
function isWhole(row: Row): boolean {
  if (row.reason || row.school == null || row.date == null || row.periods != null || row.mode === 'remote' || row.withdrawn === 'true')
    return false;
  if (row.student == null && row.ssid == null && row.sis_id == null) return false;
  return row.scope === 'day' || (row.scope === 'period' && (row.period ?? row.section) != null);
}

/** The day of the epoch of a date `YYYY-MM-DD` in a year that a school can mean; null of anything else. */
function epochDay(date: string): number | null {
  if (!/^(19|20)\d\d-\d\d-\d\d$/.test(date)) return null;
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date ? null : at / DAY_MS;
}

/** A copy: a part of a block of text would keep the whole block in memory. */
function own(text: string): string {
  return Buffer.from(text).toString();
}

function firstOf(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte !== 0);
  return at * 8 + Math.clz32(bytes[at]!) - 24;
}

function lastOf(bytes: Uint8Array): number {
  const at = bytes.findLastIndex((byte) => byte !== 0);
  return at * 8 + 7 - (31 - Math.clz32(bytes[at]! & -bytes[at]!));
}
