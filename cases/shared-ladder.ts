import type { Ladder } from '../policy/ladder.ts';
import { unpack } from './carried.ts';
import type { CarriedLadder } from './carried-ladder.ts';

const known = new Map<string, Ladder>();

/**
 * The one copy of a carried ladder that all cases of a worker share: a worker holds thousands of cases, and few ladders. A pin's digest
 * names its ladder for good, so which copy a case reads makes no difference to what it decides.
 */
export function sharedLadder(carried: CarriedLadder | Ladder): Ladder {
  const { digest } = carried.policy;
  const ladder = known.get(digest) ?? unpack(carried);
  known.set(digest, ladder);
  return ladder;
}
