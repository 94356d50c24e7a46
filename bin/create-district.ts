import type { Ladder } from '../policy/ladder.ts';
import { districtTime } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import { putPolicyInForce, recordPolicy } from '../store/policy-store.ts';

/**
 * Sets up a real district: live, so that its clock is the wall clock, with its policy in force. All of it or nothing.
 * @param db connected as the owner
 * @returns the district's day, or the name of the district that is there already
 */
export async function createDistrict(
  db: Database,
  district: { name: string; timeZone: string; policy: { document: string; ladder: Ladder } },
): Promise<{ created: true; day: string } | { created: false; holds: string }> {
  const { name, timeZone, policy } = district;
  return db.transaction(async (trx) => {
    const created = await trx('district')
      .insert({ name, time_zone: timeZone, sample: null, live: true, clock_offset: '0' })
      .onConflict('only')
      .ignore()
      .returning('name');
    if (created.length === 0) return { created: false, holds: (await trx('district').first<{ name: string }>('name')).name };
    await recordPolicy(trx, policy);
    await putPolicyInForce(trx, policy.ladder.policy);
    return { created: true, day: (await districtTime(trx)).day };
  });
}

/** The IANA name of a time zone in its right letter case; null if there is none of that name. An offset such as `+01:00` is none. */
export function timeZoneOf(written: string): string | null {
  if (!/^[A-Za-z]/.test(written)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: written }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
