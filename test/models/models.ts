import { LAUSD } from './lausd-bullets.ts';
import type { SeedTable } from './seed-table.ts';

/** What each shipped policy was made from. */
export const MODELS: Record<string, SeedTable> = { lausd: LAUSD };
