import { dirname } from 'node:path';
import { readFile } from 'node:fs/promises';
import { Temporal } from 'temporal-polyfill';
import { writePast } from '../activities/past.ts';
import { rebuildCases } from '../activities/rebuild.ts';
import { sampleDays } from '../activities/sample-day.ts';
import { importDelivery } from '../attendance/import.ts';
import { ASSUMED } from '../policy/rehearsal.ts';
import { createDelivery } from '../store/attendance-delivery.ts';
import { districtTime } from '../store/clock.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { connectClient } from './engine/connect.ts';
import { isFinished, rosterOf, setUpSample } from './sample.ts';
import type { Sample } from './sample/prepare.ts';

export interface PastOptions {
  dataDir: string;
  /** PostgreSQL as the migrator, and as `rollbook_worker`. */
  ownerUrl: string;
  workerUrl: string;
  sample: Sample;
  log: (line: string) => void;
}

/**
 * Brings a sample district that has a past to the evening before the day at which a stranger finds it, as long as no worker runs: the roster,
 * then every night as it came, and then what people did meanwhile, written by the rehearsal. Every part can be repeated, so that what was
 * cut short is finished at the next start.
 * @returns whether there is anything for the engine to begin
 */
export async function makePast({ dataDir, ownerUrl, workerUrl, sample, log }: PastOptions): Promise<boolean> {
  const owner = openDatabase(ownerUrl, { name: 'rollbook sample', max: 6 });
  const db = openDatabase(workerUrl, { name: 'rollbook sample', max: 4 });
  try {
    const people = await setUpSample(owner, dataDir, sample);
    if (await isFinished(owner, sample)) return false;
    log(`Setting up the sample district ${sample.name}: its past from ${sample.begins} on, once`);
    await takeRoster(db, sample);
    const days = sampleDays({ db, samplesDir: dirname(sample.folder) });
    const eve = dayAfter(sample.today, -1);
    const { last } = await db('district_turn').max<{ last: string | null }>('date AS last').first<{ last: string | null }>();
    for (let date = dayAfter(last ?? sample.begins, 1); date <= eve; date = dayAfter(date, 1)) {
      await days.pass(date);
      if (Temporal.PlainDate.from(date).dayOfWeek === 5) log(`  attendance up to ${date}`);
    }
    const policy = await readPolicyInForce(owner);
    if (!policy) throw new Error('no policy is in force in the sample district');
    const input = { policy, from: sample.firstDay, to: eve, responses: ASSUMED, staff: people };
    const cases = await writePast(owner, input, (done) => log(`  what was done for ${done} students is written`));
    log(`  ${cases} cases up to ${(await districtTime(owner)).day}`);
    return true;
  } finally {
    await db.destroy();
    await owner.destroy();
  }
}

/** Begins the cases of a written past from their record. */
export async function beginPast(
  workerUrl: string,
  engine: { address: string; namespace: string; payloadKey: string },
  log: (line: string) => void,
): Promise<void> {
  const db = openDatabase(workerUrl, { name: 'rollbook sample', max: 25 });
  const { client, close } = await connectClient(engine);
  try {
    const { restarted } = await rebuildCases({ db, client });
    log(`  ${restarted} cases begun from their record`);
  } finally {
    await close();
    await db.destroy();
  }
}

async function takeRoster(db: Database, sample: Sample): Promise<void> {
  const source = `sample ${sample.id}`;
  const known = await db('delivery').where({ source }).first<{ delivery_id: string; status: string } | undefined>('delivery_id', 'status');
  if (known?.status === 'done') return;
  const coverage = { schools: 'all' as const, from: sample.firstDay, to: sample.lastDay, complete: false };
  const files = await Promise.all((await rosterOf(sample)).map(async ({ name, path }) => ({ name, bytes: await readFile(path) })));
  await importDelivery(db, known?.delivery_id ?? (await createDelivery(db, { source, coverage, receivedBy: source, files })));
}

function dayAfter(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
