/** Does the work for each item, so many at a time, each place taking the next item when it is free. */
export async function pooled<T>(items: T[], places: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const left = items.values();
  const place = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: places }, place));
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
