import type { DayNumber } from './day-numbers.ts';

/**
 * One school's calendar (or one track's) as a past is counted through: which days were taught, and of which the attendance came. Every
 * answer is looked up, none searched for.
 */
export class SchoolDays {
  readonly #base: DayNumber;
  readonly #size: number;
  readonly #taught: Uint8Array;
  readonly #known: Uint8Array;
  readonly #taughtUpTo: Int32Array;
  readonly #knownUpTo: Int32Array;
  readonly #nextKnown: Int32Array;
  /** The days taught, in order. */
  readonly dates: readonly DayNumber[];

  /** @param covered days whose attendance has come; of these the ones taught are known */
  constructor(taught: readonly DayNumber[], covered: ReadonlySet<DayNumber>) {
    this.dates = [...taught].sort((a, b) => a - b);
    const first = this.dates[0] ?? 0;
    this.#base = first;
    this.#size = (this.dates.at(-1) ?? first - 1) - first + 1;
    this.#taught = new Uint8Array(this.#size);
    this.#known = new Uint8Array(this.#size);
    for (const day of this.dates) {
      this.#taught[day - first] = 1;
      if (covered.has(day)) this.#known[day - first] = 1;
    }
    this.#taughtUpTo = sums(this.#taught);
    this.#knownUpTo = sums(this.#known);
    this.#nextKnown = new Int32Array(this.#size).fill(-1);
    for (let at = this.#size - 2; at >= 0; at--) this.#nextKnown[at] = this.#known[at + 1] ? first + at + 1 : this.#nextKnown[at + 1]!;
  }

  isTaught(day: DayNumber): boolean {
    return this.#taught[day - this.#base] === 1;
  }

  isKnown(day: DayNumber): boolean {
    return this.#known[day - this.#base] === 1;
  }

  /** Days taught up to and with a day. */
  taughtUpTo(day: DayNumber): number {
    return upTo(this.#taughtUpTo, day - this.#base);
  }

  /** Known days up to and with a day. */
  knownUpTo(day: DayNumber): number {
    return upTo(this.#knownUpTo, day - this.#base);
  }

  /** The first known day after a day; null if there is none. */
  nextKnown(day: DayNumber): DayNumber | null {
    if (day < this.#base) return this.isKnown(this.#base) ? this.#base : this.nextKnown(this.#base);
    const next = this.#nextKnown[day - this.#base] ?? -1;
    return next === -1 ? null : next;
  }

  /** The n-th day taught after a day, as due dates are counted: zero means the first that is not before it. Null: the calendar ends before. */
  after(day: DayNumber, count: number): DayNumber | null {
    const before = count === 0 ? this.taughtUpTo(day - 1) : this.taughtUpTo(day);
    return this.dates[before + Math.max(count, 1) - 1] ?? null;
  }
}

function sums(flags: Uint8Array): Int32Array {
  const total = new Int32Array(flags.length);
  let sum = 0;
  for (let at = 0; at < flags.length; at++) total[at] = sum += flags[at]!;
  return total;
}

function upTo(total: Int32Array, at: number): number {
  if (at < 0 || total.length === 0) return 0;
  return total[Math.min(at, total.length - 1)]!;
}
