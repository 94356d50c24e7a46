import fc from 'fast-check';
import { openStage } from './killing.ts';

/** Kills so many imports at random points, each in a clone of the same district, and has another one finish. */
export async function expectTheSame({ kills, seed }: { kills: number; seed: number }): Promise<void> {
  const stage = await openStage();
  try {
    expect(stage.statements).toBeGreaterThan(30);
    const point = fc.record({
      statement: fc.integer({ min: 1, max: stage.statements }),
      delay: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 25 })),
    });
    const points = fc.sample(point, { numRuns: kills, seed });
    let killedBefore = 0;
    for (const { statement, delay } of points) {
      const { left, end } = await stage.kill(statement, delay);
      expect([statement, delay, left]).toEqual([statement, delay, expect.stringMatching(/^(nothing|all)$/)]);
      expect(end).toBe(stage.clean);
      if (left === 'nothing') killedBefore += 1;
    }
    // Most blows fall before the end; otherwise nothing was proved.
    expect(killedBefore).toBeGreaterThan(kills / 2);
  } finally {
    await stage.close();
  }
}
