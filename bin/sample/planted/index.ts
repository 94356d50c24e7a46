import type { Situation } from '../situation.ts';
import { CORRECTIONS } from './corrections.ts';
import { ENROLLMENT } from './enrollment.ts';
import { FAMILIES } from './families.ts';
import { FLAGS } from './flags.ts';
import { LINES } from './lines.ts';
import { PATTERNS } from './patterns.ts';

/** Every situation that the district shows at any size that has room for it; the pickiest about their family come first. */
export const PLANTED: readonly Situation[] = [...FAMILIES, ...ENROLLMENT, ...LINES, ...CORRECTIONS, ...FLAGS, ...PATTERNS];
