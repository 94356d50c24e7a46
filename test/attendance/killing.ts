import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { importDelivery } from '../../attendance/import.ts';
import { readDelivery } from '../../store/attendance-delivery.ts';
import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { away, COMPLETE, commitNow, contents, NEXT, openDeliveryWorld, received } from './delivery-world.ts';

const IMPORTER = fileURLToPath(new URL('importer.ts', import.meta.url));

/** What the delivery brings beside attendance: a new student with a contact, a holiday, a move. */
const MORE = {
  'calendar.csv': 'School_id,Date,Calendar_event,Session\nS1,2021-09-15,Weather day,\n',
  'students.csv':
    'Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n21,Given,,Family,2010-01-01,05,S1,2021-09-06,\n',
  'contacts.csv':
    'Student_id,Contact_id,First_name,Last_name,Relationship,Primary,Phone\n21,c21,Ada,Family,Mother,true,555 010 0199\n1,c1,Bea,Family,Mother,true,555 010 0101\n',
};

/** A district in which a delivery waits to be imported, to be cloned for each attempt. */
export interface Stage {
  deliveryId: string;
  /** Statements of an import that nobody kills. */
  statements: number;
  /** The end state of that import. */
  clean: string;
  /**
   * Kills an import, lets another one finish what is left, and tells what was found.
   * @param statement after which it is killed, so many milliseconds later
   */
  kill(statement: number, delay: number): Promise<{ left: 'nothing' | 'all' | 'something'; end: string }>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const template = await openDeliveryWorld();
  const students = `${NEXT}${away(19, 2)
    .map(([student, date, status, code], n) => `${student},S1,,${date},daily,${status},${code},${n}\n`)
    .join('')}`;
  const deliveryId = await received(template, { 'attendance.csv': students, ...MORE }, COMPLETE);
  await commitNow(template, deliveryId);
  const before = await stateOf(template.owner);
  // A database that is cloned has no connections.
  await Promise.all([template.owner, template.worker, template.api].map((db) => db.destroy()));
  const clone = (): Promise<TestDatabase> => createDatabase({ like: template });

  const first = await clone();
  const { code, out } = await runImporter(first, [deliveryId]);
  if (code !== 0) throw new Error(`the import that nobody kills ended with ${code}`);
  const clean = await stateOf(first.owner);
  await first.close();

  return {
    deliveryId,
    statements: (JSON.parse(out) as { sent: number }).sent,
    clean,
    async kill(statement, delay) {
      const world = await clone();
      try {
        await runImporter(world, [deliveryId, String(statement), String(delay)]);
        await untilGone(world.owner);
        const { status } = (await readDelivery(world.owner, deliveryId))!;
        const left = status === 'done' ? 'all' : (await stateOf(world.owner)) === before ? 'nothing' : 'something';
        await importDelivery(world.worker, deliveryId);
        return { left, end: await stateOf(world.owner) };
      } finally {
        await world.close();
      }
    },
    close: () => template.close(),
  };
}

/** Runs the importer in a process of its own. */
async function runImporter(world: TestDatabase, args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', IMPORTER, world.workerUrl, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let out = '';
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out };
}

/** The server finds out by itself that its client is gone. */
async function untilGone(db: Database): Promise<void> {
  for (const end = performance.now() + 30_000; ; await wait(20)) {
    const { rows } = await db.raw<{ rows: object[] }>(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'importer'`,
    );
    if (rows.length === 0) return;
    if (performance.now() > end) throw new Error('the killed import still has a connection');
  }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What a database holds, with students by their local ids and without the ids and instants that are new with every run. */
export async function stateOf(db: Database): Promise<string> {
  const students = await db('student').select<{ student_id: string; case_id: string; local_id: string }[]>(
    'student_id',
    'case_id',
    'local_id',
  );
  const named = new Map(
    students.flatMap(
      ({ student_id, case_id, local_id }) =>
        [
          [student_id, `student ${local_id}`],
          [case_id, `case ${local_id}`],
        ] as const,
    ),
  );
  const tables = Object.entries(await contents(db, { withoutIds: true })).map(([table, rows]) => {
    const texts = (rows as unknown[]).map((row) => JSON.stringify(row).replaceAll(UUID, (id) => named.get(id) ?? 'an id'));
    return [table, texts.sort()];
  });
  return JSON.stringify(tables, null, 1);
}
