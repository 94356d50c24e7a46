/**
 * Reproducible chance. Every stream is named by the seed and by whole numbers that say what it decides about, so that what happens to
 * one student never depends on how many others there are.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, ...names: number[]) {
    let state = mix(seed | 0);
    for (const name of names) state = mix(state ^ mix(name | 0));
    this.a = state;
    this.b = mix(state + 0x9e3779b9);
    this.c = mix(this.b + 0x9e3779b9);
    for (let warm = 0; warm < 8; warm++) this.next();
  }

  /** A number from 0 up to, and never, 1 (the generator sfc32 of C. Doty-Humphrey, in the public domain). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** A whole number from `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }

  /** One of the keys; each is as likely as its share of the sum of weights. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }
}

/** Spreads every bit of a whole number over all 32 (the finalizer of MurmurHash3, in the public domain). */
function mix(value: number): number {
  let h = (value + 0x7f4a7c15) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
