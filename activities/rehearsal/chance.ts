/**
 * A number from 0 up to 1 that depends on these words alone: chance without order. FNV-1a, mixed once more as in MurmurHash3, so that
 * words that differ in their last letter come to lie far apart.
 */
export function chance(...words: (string | number)[]): number {
  let hash = 0x811c9dc5;
  const text = words.join('\u0000');
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** One of the values, each as likely as its weight; the first where all weights are zero. */
export function drawn(weights: readonly (readonly [string, number])[], lot: number): string | undefined {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = lot * total;
  for (const [value, weight] of weights) {
    if (left < weight) return value;
    left -= weight;
  }
  return weights[0]?.[0];
}
