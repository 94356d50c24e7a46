import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { openDatabase, type Database } from '../store/database.ts';
import { advanceTo } from './cli/follow-advance.ts';
import { createClient, type ApiClient } from './cli/client.ts';
import { accountText } from './cli/delivery-text.ts';
import { sourceFiles } from './cli/source-files.ts';
import { uploadDelivery } from './cli/upload.ts';
import { loadShippedPolicy } from './policy-load.ts';
import { keepPeople, tokenDigest, withTokens, type PersonWithToken } from './people.ts';
import type { Sample } from './sample/prepare.ts';

/** The clock of a district that has not begun stands at this hour. */
const MORNING = 8;

/** The files that do not wait for their day. */
const ROSTER = ['schools.csv', 'students.csv', 'contacts.csv', 'calendar.csv', 'section.csv', 'section_enrollment.csv'];

export interface SampleInput {
  dataDir: string;
  /** The running service; its worker must be running, too. */
  apiUrl: string;
  /** PostgreSQL as the migrator. */
  ownerUrl: string;
  sample: Sample;
  log: (line: string) => void;
}

/**
 * Sets up the sample district and brings it to its first day for visitors, through the same doors as a real one: the roster by an
 * upload, the days by advancing the clock. Every part can be repeated, so that a load that was cut short is finished at the next
 * start; a finished one is left alone.
 * @returns what it did: nothing, the whole, or the rest
 */
export async function loadSample(input: SampleInput): Promise<{ people: PersonWithToken[]; loaded: 'already' | 'now' }> {
  const { sample } = input;
  const db = openDatabase(input.ownerUrl, { name: 'rollbook sample', max: 2 });
  try {
    const people = await setUpSample(db, input.dataDir, sample);
    const administrator = people.find(({ role }) => role === 'administrator')!;
    const client = createClient({ url: input.apiUrl, token: administrator.token, howToStart: 'start it with: rollbook start' });
    if (await isFinished(db, sample)) return { people, loaded: 'already' };
    if (!sample.past) {
      input.log(`Setting up the sample district ${sample.name}: ${sample.begins} to ${sample.today}, once`);
      await deliverRoster(client, sample, input.log);
    }
    await advanceTo(client, sample.today, (line) => input.log(`  ${line}`));
    return { people, loaded: 'now' };
  } finally {
    await db.destroy();
  }
}

/** The sample's district, policy and people, with the tokens that are kept in the data directory. */
export async function setUpSample(db: Database, dataDir: string, sample: Sample): Promise<PersonWithToken[]> {
  const people = await withTokens(dataDir, sample.people);
  await setUp(db, sample, people);
  await keepPeople(dataDir, people);
  return people;
}

/** District, policy and people, in the database; repeats add what is missing and renew the tokens' digests. */
async function setUp(db: Database, sample: Sample, people: PersonWithToken[]): Promise<void> {
  const known = await db('district').first<{ sample: string | null; name: string } | undefined>('sample', 'name');
  if (known && known.sample !== sample.id) {
    throw new Error(
      `this database already holds the district ${known.name}: start with --empty to leave it as it is, or give another --data directory for the sample`,
    );
  }
  await loadShippedPolicy(db, sample.policy);
  if (!known) {
    await db('district')
      .insert({
        name: sample.name,
        time_zone: sample.timeZone,
        sample: sample.id,
        live: false,
        clock_offset: db.raw(`? * interval '1 millisecond'`, [offsetTo(sample)]),
      })
      .onConflict('only')
      .ignore();
  }
  await db('person')
    .insert(people.map(({ token, id: person_id, ...person }) => ({ person_id, ...person, token_sha256: tokenDigest(token) })))
    .onConflict('person_id')
    .merge();
}

/** Milliseconds from wall time to the morning on which the sample begins. */
function offsetTo(sample: Sample): number {
  const start = Temporal.PlainDate.from(sample.begins).toZonedDateTime({ timeZone: sample.timeZone, plainTime: { hour: MORNING } });
  return start.epochMilliseconds - Date.now();
}

/** True when every school day up to the visitors' first day has been turned. */
export async function isFinished(db: Database, sample: Sample): Promise<boolean> {
  const turned = await db('district_turn').max<{ last: string | null }>({ last: 'date' }).first();
  return turned?.last !== null && turned?.last !== undefined && turned.last >= sample.today;
}

/** The files of a sample's roster that are there. */
export async function rosterOf(sample: Sample): Promise<{ name: string; path: string }[]> {
  const present = new Set(await readdir(sample.roster));
  return ROSTER.filter((name) => present.has(name)).map((name) => ({ name, path: join(sample.roster, name) }));
}

async function deliverRoster(client: ApiClient, sample: Sample, log: (line: string) => void): Promise<void> {
  const files = await sourceFiles((await rosterOf(sample)).map(({ path }) => path));
  const account = await uploadDelivery(client, {
    source: `sample ${sample.id}`,
    files,
    coverage: { schools: 'all', from: sample.firstDay, to: sample.lastDay, complete: false },
  });
  log(`  roster and calendar: ${accountText(account)}`);
}
