import fc from 'fast-check';
import type { Ladder } from '../../policy/ladder.ts';
import { compile, readPolicy, withoutWording } from '../../policy/index.ts';
import { policyText, randomPolicy } from '../policy/random-policy.ts';
import { runs } from '../world/runs.ts';
import { compared, found, lives, settle, twoOrders, type Told, type TwoOrders } from './orders.ts';
import { recoveringLadder, shippedLadder } from './paper-case.ts';

const SEED = 20261125;

/** Orders that end in the same attendance and the same acts end in the same case. */
function agrees(ladder: Ladder, history: TwoOrders, deaf: (keyof Told)[] = []): void {
  const both = lives(ladder, history, deaf);
  settle(both);
  const [one, other] = compared(found(both.one), found(both.other));
  expect(other).toEqual(one);
}

describe('whatever the order in which attendance is told, once it is the same and people have done the same', () => {
  test.each([
    ['the protocol’s', shippedLadder()],
    ['one with recovery', recoveringLadder()],
  ])('band, sound reports, eligible events, open tasks and readiness agree: on %s ladder', (_name, ladder) => {
    fc.assert(
      fc.property(twoOrders, (history) => agrees(ladder, history)),
      { seed: SEED, numRuns: runs(40, 3_000) },
    );
  });

  test.each<[string, (keyof Told)[]]>([
    ['the absences', ['absences']],
    ['the truancy events', ['truancy']],
    ['the flags', ['flags']],
    ['a merge', ['joined']],
    ['that a hold has ended', ['holds']],
  ])('a case that does not hear of %s is found out', (_what, deaf) => {
    const hears = fc.property(twoOrders, (history) => agrees(shippedLadder(), history, deaf));
    expect(fc.check(hears, { seed: SEED, numRuns: 200, endOnFailure: true }).failed).toBe(true);
  });

  test('they agree on any policy', () => {
    fc.assert(
      fc.property(randomPolicy, twoOrders, (draft, history) => {
        const read = readPolicy(policyText(draft));
        fc.pre(read.ok);
        if (read.ok) agrees(withoutWording(compile(read.document)), history);
      }),
      { seed: SEED, numRuns: runs(40, 3_000), maxSkipsPerRun: 20 },
    );
  });
});
