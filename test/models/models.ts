import { LAUSD } from './lausd-bullets.ts';
import type { SeedTable } from './seed-table.ts';
import { STRATEGY_4 } from './strategy-4-bullets.ts';

/** What each shipped policy was made from. */
export const MODELS: Record<string, SeedTable> = { lausd: LAUSD, 'strategy-4': STRATEGY_4 };
