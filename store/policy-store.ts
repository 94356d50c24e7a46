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

/** Makes a recorded version the one on which new cases are opened. Cases that are open stay on theirs. */
export async function putPolicyInForce(db: Database | Transaction, pin: { id: string; version: number }): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('policy_version').where({ in_force: true }).update({ in_force: false });
    await trx('policy_version').where({ policy_id: pin.id, version: pin.version }).update({ in_force: true });
  });
}
