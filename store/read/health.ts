import type { Database } from '../database.ts';

export interface Backlog {
  /** Standings on their way to their cases. */
  outbox: number;
  /** Commands without an outcome. */
  commands: number;
  /** Age of the oldest of both, in seconds of wall time; 0 when there is none. */
  oldestSeconds: number;
  /** Cases that need a person's eye. */
  casesNeedingAttention: number;
}

/** What the relay has still to do. */
export async function readBacklog(db: Database): Promise<Backlog> {
  const { rows } = await db.raw<{ rows: [{ outbox: number; commands: number; oldest: string; attention: number }] }>(`
    SELECT (SELECT count(*) FROM outbox) AS outbox,
      (SELECT count(*) FROM command WHERE outcome IS NULL) AS commands,
      (SELECT count(*) FROM attendance_case WHERE needs_attention IS NOT NULL) AS attention,
      coalesce(extract(epoch FROM clock_timestamp() - least(
        (SELECT min(written_at) FROM outbox), (SELECT min(received_at) FROM command WHERE outcome IS NULL))), 0) AS oldest`);
  const [row] = rows;
  return {
    outbox: row.outbox,
    commands: row.commands,
    oldestSeconds: Math.max(0, Math.round(Number(row.oldest))),
    casesNeedingAttention: row.attention,
  };
}

export interface DistrictRow {
  name: string;
  timeZone: string;
  sample: string | null;
  live: boolean;
  /** Last day that has been turned. */
  turned: string | null;
}

export async function readDistrict(db: Database): Promise<DistrictRow | null> {
  const row = await db('district').first<
    { name: string; time_zone: string; sample: string | null; live: boolean; turned: string | null } | undefined
  >('name', 'time_zone', 'sample', 'live', db.raw('(SELECT max(date) FROM district_turn) AS turned'));
  return row ? { name: row.name, timeZone: row.time_zone, sample: row.sample, live: row.live, turned: row.turned } : null;
}
