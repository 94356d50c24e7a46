import { ATTENDANCE_WORKS } from './attendance-works-bullets.ts';
import { CONNECTICUT } from './connecticut-bullets.ts';
import { CSBA } from './csba-bullets.ts';
import { LAUSD } from './lausd-bullets.ts';
import { MCPS_OUTREACH } from './mcps-outreach-bullets.ts';
import { SAN_DIEGO } from './san-diego-bullets.ts';
import type { SeedTable } from './seed-table.ts';
import { STRATEGY_4 } from './strategy-4-bullets.ts';

/** What each shipped policy was made from. */
export const MODELS: Record<string, SeedTable> = {
  lausd: LAUSD,
  'strategy-4': STRATEGY_4,
  'attendance-works': ATTENDANCE_WORKS,
  connecticut: CONNECTICUT,
  csba: CSBA,
  'mcps-outreach': MCPS_OUTREACH,
  'san-diego': SAN_DIEGO,
};
