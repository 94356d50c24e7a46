import type { Ladder } from '../policy/ladder.ts';

/** What ladders cite that were made, and sources that were frozen, when there was no other state than California. */
const CALIFORNIA = {
  truancy: 'EC 48260',
  habitual: 'EC 48262',
  chronicAbsence: 'EC 60901',
  referral: 'EC 48263',
  records: 'EC 49076',
  code: '“EC” is the California Education Code.',
};

/** The section of the state's law on a matter; for `code`, what the sections are of. */
export function lawOf({ wording }: Pick<Ladder, 'wording'>, matter: keyof typeof CALIFORNIA): string {
  return wording?.[`law:${matter}`]?.clause ?? CALIFORNIA[matter];
}

/** What the last rung is called. */
export function lastRungOf({ wording }: Pick<Ladder, 'wording'>): string {
  return wording?.['law:lastRung']?.title ?? 'SARB';
}

/** The same in full, as a packet is addressed. */
export function lastRungInFull({ wording }: Pick<Ladder, 'wording'>): string {
  return wording?.['law:lastRungInFull']?.title ?? 'the School Attendance Review Board';
}
