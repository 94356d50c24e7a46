import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import type { OpenCoverage } from '../../store/attendance-delivery.ts';
import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, setToday, setUpDistrict, YEAR } from './world.ts';

/** Weekdays from 6 September 2021 on. */
export const weekday = (n: number): string =>
  new Date(Date.parse('2021-09-06') + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10);

type Row = [student: string, date: string, status: string, code: string];
/** So many absences of a student, from the first day of school on. */
export const away = (student: number, count: number, code = 'Excused'): Row[] =>
  Array.from({ length: count }, (_none, n) => [String(student), weekday(n), 'absent', code]);
export const file = (...rows: Row[][]): string => attendanceCsv('S1', rows.flat());
export const COMPLETE = { schools: 'all', from: '2021-09-06', to: '2021-12-01', complete: true } as const;

/** Who is away how often before the delivery that is tried out: the first eight have a case. */
const BEFORE = [...[1, 2, 3, 4, 5].map((n) => away(n, 9)), ...[6, 7, 8].map((n) => away(n, 17)), away(9, 3)];
/** In it three go up a band, two go down, four come to the line for the first time, and one has a code that nobody knows. */
export const NEXT = file(
  ...[1, 2, 3].map((n) => away(n, 16)),
  ...[4, 5].map((n) => away(n, 9)),
  ...[6, 7].map((n) => away(n, 7)),
  away(8, 17),
  away(9, 3),
  ...[10, 11, 12, 13].map((n) => away(n, 8)),
  away(14, 1, 'Zebra'),
  [
    ['99', '2021-09-07', 'absent', 'Excused'],
    ['15', '2021-09-12', 'absent', 'Excused'],
  ],
);

/** A district with twenty students, eight cases, its outbox empty; today is 1 December 2021. */
export async function openDeliveryWorld(): Promise<TestDatabase> {
  const world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  await loadShippedPolicy(world.owner, 'lausd');
  const students = Object.fromEntries(Array.from({ length: 20 }, (_none, n) => [String(n + 1), { born: '2010-01-01' }]));
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students }));
  await setToday(world.owner, '2021-12-01');
  await deliver(world.worker, { 'attendance.csv': file(...BEFORE) }, COMPLETE);
  await world.owner.raw(`
    INSERT INTO attendance_case (case_id, student_id, school_id, school_year, policy_id, policy_version, opened_on, opened_why, seq, last_hash,
      last_at, standing_version)
    SELECT s.case_id, s.student_id, s.school_id, s.school_year, p.policy_id, p.version, '2021-10-01', 'crossing', 1, '', '2021-10-01T12:00:00Z',
      s.version
    FROM standing s CROSS JOIN policy_version p WHERE s.absences >= 8`);
  await world.owner('outbox').delete();
  return world;
}

/** A delivery that has all its files and has not been committed. */
export async function received(
  world: TestDatabase,
  files: Record<string, string | Buffer | AsyncIterable<Buffer>>,
  coverage: OpenCoverage = COMPLETE,
): Promise<string> {
  const list = Object.entries(files).map(([name, content]) => ({
    name,
    bytes: typeof content === 'string' ? Buffer.from(content) : content,
  }));
  const deliveryId = await createDelivery(world.worker, { source: 'test', coverage: YEAR, receivedBy: 'tester', files: list });
  await world
    .owner('delivery')
    .where({ delivery_id: deliveryId })
    .update({ status: 'receiving', coverage: JSON.stringify(coverage) });
  return deliveryId;
}

/** Asks for a dry run, as the API does. */
export async function askDryRun(world: TestDatabase, deliveryId: string): Promise<void> {
  await world.owner('delivery').where({ delivery_id: deliveryId }).update({ dry_run_state: 'queued' });
}

export async function commitNow(world: TestDatabase, deliveryId: string): Promise<void> {
  await world.owner('delivery').where({ delivery_id: deliveryId }).update({ status: 'queued' });
}

/** Tables that tell of deliveries as such, and not of what was taken from them. */
const BOOKKEEPING = ['delivery', 'dry_run_row', 'delivery_progress', 'knex_migrations', 'knex_migrations_lock'];

/**
 * All that the database holds, table by table, and where its sequences stand. Ids and instants that are new with every run can be left
 * out, to compare two runs.
 */
export async function contents(db: Database, options: { withoutIds: boolean } = { withoutIds: false }): Promise<Record<string, unknown>> {
  const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: Record<string, unknown> = {};
  const drop = options.withoutIds
    ? ` - '{correction_id,recorded_at,outbox_id,written_at,next_try_at,held_at,settled_at,finished_at,mapped_at,begun_at,ended_at}'::text[]`
    : '';
  for (const { name } of tables.filter((table) => !BOOKKEEPING.includes(table.name))) {
    if (name === 'delivery_part') continue;
    const { rows } = await db.raw<{ rows: { row: unknown }[] }>(
      `SELECT to_jsonb(t)${drop} AS row FROM "${name}" t ORDER BY (to_jsonb(t)${drop})::text`,
    );
    found[name] = rows.map(({ row }) => row);
  }
  if (!options.withoutIds) {
    const { rows } = await db.raw<{ rows: object[] }>(`SELECT sequencename, last_value FROM pg_sequences ORDER BY 1`);
    found['sequences'] = rows;
  }
  return found;
}
