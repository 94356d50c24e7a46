import type { Day } from '../cases/actions.ts';
import type { Ladder } from '../policy/ladder.ts';
import type { Database, Transaction } from './database.ts';

/**
 * Writes one version of a policy and the lines that wake a case, if it is not there yet. A version is never changed: its digest names
 * it for good (house rule 8).
 * @param policy.document the document's text, kept as it was written
 * @throws if the same version is there with another ladder
 */
export async function recordPolicy(db: Database | Transaction, policy: { document: string; ladder: Ladder }): Promise<void> {
  const { ladder, document } = policy;
  const { id, version, digest } = ladder.policy;
  await db.transaction(async (trx) => {
    const [created] = await trx('policy_version')
      .insert({ policy_id: id, version, digest, document, ladder: JSON.stringify(ladder) })
      .onConflict(['policy_id', 'version'])
      .ignore()
      .returning<{ digest: string }[]>('digest');
    if (!created) {
      const known = await trx('policy_version').where({ policy_id: id, version }).first<{ digest: string }>('digest');
      if (known.digest !== digest) {
        throw new Error(
          `policy ${id} version ${version} is already in this database with other rules: give the changed document a new version number`,
        );
      }
      return;
    }
    await trx('policy_band').insert(
      ladder.bands.map((band, index) => ({
        policy_id: id,
        version,
        position: index + 1,
        band: band.band,
        absences_from: band.from,
        attendance_limit: band.limit?.perMille ?? null,
        limit_inclusive: band.limit?.inclusive ?? false,
      })),
    );
  });
}

/**
 * Makes a recorded version the one on which new cases are opened. Cases that are open stay on theirs.
 * @param from the first day on which it is in force; null for the policy that a district begins with
 */
export async function putPolicyInForce(
  db: Database | Transaction,
  pin: { id: string; version: number },
  from: Day | null = null,
): Promise<void> {
  const version = { policy_id: pin.id, version: pin.version };
  await db.transaction(async (trx) => {
    if (
      await trx('policy_version')
        .where({ ...version, in_force: true })
        .first<object | undefined>('version')
    )
      return;
    const term = trx('policy_term').insert({ from_day: from, ...version });
    // What a district is set up with is written once more when it is set up again.
    await (from === null ? term.onConflict('from_day').merge() : term);
    await trx('policy_version').where({ in_force: true }).update({ in_force: false });
    await trx('policy_version').where(version).update({ in_force: true });
  });
}

/**
 * Puts into force what has been approved for a day, or for one before it that nobody turned.
 * @returns whether another version is in force than before
 */
export async function putApprovedInForce(trx: Transaction, day: Day): Promise<boolean> {
  const due = await trx('policy_draft AS d')
    .where({ status: 'approved' })
    .where('effective', '<=', day)
    .whereNotExists(trx('policy_term AS t').whereRaw('(t.policy_id, t.version, t.from_day) = (d.policy_id, d.version, d.effective)'))
    .orderBy('effective')
    .select<{ id: string; version: number; effective: Day }[]>('policy_id AS id', 'version', 'effective');
  for (const { effective, ...pin } of due) await putPolicyInForce(trx, pin, effective);
  return due.length > 0;
}
