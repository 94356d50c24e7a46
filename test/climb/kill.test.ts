import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, isAlive } from '../../bin/processes.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { verifyChains } from '../../store/verify.ts';
import { foundInFile, personalData } from '../world/leaks.ts';
import { PersonAtApi, type Applied, type Reply } from '../world/api.ts';

/**
 * The whole service as a stranger starts it, with each of its processes killed in the middle of work. What was accepted must take
 * effect, once.
 */
const ROLLBOOK = fileURLToPath(new URL('../../bin/rollbook.mjs', import.meta.url));
const MINUTE = 60_000;

let folder: string;
let data: string;
let port: number;
let service: ChildProcess;
let db: Database;
let clerk: PersonAtApi;
let administrator: PersonAtApi;

async function start(): Promise<void> {
  service = spawn(process.execPath, [ROLLBOOK, '--data', data, 'start', '--sample', 'grand-bend', '--port', String(port)], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [service.stdout!, service.stderr!]) {
      stream.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (said.includes('What to do next')) resolve();
      });
    }
    service.once('exit', () => reject(new Error(`the service ended: ${said}`)));
  });
}

function pidOf(part: string): number {
  return (JSON.parse(readFileSync(join(data, 'run', `${part}.pid.json`), 'utf8')) as { pid: number }).pid;
}

function kill(part: string): void {
  process.kill(pidOf(part), 'SIGKILL');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollbook-kill-'));
  // PostgreSQL runs as an ordinary user and must reach its files.
  chmodSync(folder, 0o755);
  data = join(folder, 'data');
  port = await freePort();
  await start();
  const { ownerUrl } = JSON.parse(readFileSync(join(data, 'run', 'service.json'), 'utf8')) as { ownerUrl: string };
  db = openDatabase(ownerUrl, { name: 'test', max: 2 });
  const { people } = JSON.parse(readFileSync(join(data, 'people.json'), 'utf8')) as {
    people: { id: string; role: string; token: string }[];
  };
  clerk = new PersonAtApi(`http://127.0.0.1:${port}`, people.find((p) => p.id === 'clerk.high')?.token ?? '');
  administrator = new PersonAtApi(`http://127.0.0.1:${port}`, people.find((p) => p.role === 'administrator')?.token ?? '');
}, 3 * MINUTE);

afterAll(async () => {
  await db.destroy();
  service.kill('SIGINT');
  await new Promise((resolve) =>
    service.exitCode === null && service.signalCode === null ? service.once('exit', resolve) : resolve(null),
  );
  rmSync(folder, { recursive: true, force: true });
}, MINUTE);

interface Pupil {
  caseId: string;
  contactId: string;
  name: string;
}

async function pupils(count: number): Promise<Pupil[]> {
  const { rows } = await db.raw<{ rows: Pupil[] }>(
    `SELECT s.case_id AS "caseId", s.first_name || ' ' || s.last_name AS name, (SELECT contact_id FROM contact c WHERE c.student_id = s.student_id LIMIT 1) AS "contactId"
     FROM student s WHERE s.school_id = '255901001' AND EXISTS (SELECT 1 FROM contact c WHERE c.student_id = s.student_id) ORDER BY s.local_id LIMIT ?`,
    [count],
  );
  return rows;
}

/** What a person at a telephone does: sends the same request under the same key until it has been taken. @returns the command's id */
async function insist(pupil: Pupil, note: string): Promise<string> {
  const key = randomUUID();
  const action = {
    kind: 'contact' as const,
    details: { channel: 'phone' as const, outcome: 'reached' as const, contact: pupil.contactId },
  };
  for (const end = Date.now() + 2 * MINUTE; ; await wait(100)) {
    const reply: Reply<Applied> | null = await clerk
      .document(pupil.caseId, { on: '2021-10-15', time: '09:10', action, note }, { key })
      .catch(() => null);
    if (reply && reply.status < 300) return reply.body.commandId;
    if (reply && reply.status < 500) throw new Error(`refused: ${JSON.stringify(reply.problem)}`);
    if (Date.now() > end) throw new Error('the service did not come back');
  }
}

/** Work for many cases at once, and a blow in the middle of it. */
async function during(blow: () => void | Promise<void>): Promise<string[]> {
  const all = await pupils(12);
  const work = all.flatMap((pupil) => [
    insist(pupil, `First call. ${pupil.name} is ill.`),
    insist(pupil, `Second call, about ${pupil.name}.`),
  ]);
  await wait(60);
  await blow();
  return Promise.all(work);
}

/** Every command has one outcome, applied, and stands exactly once in its case's record. */
async function expectOnce(commands: string[]): Promise<void> {
  for (const end = Date.now() + 2 * MINUTE; ; await wait(100)) {
    const { rows } = await db.raw<{ rows: { open: number }[] }>(`SELECT count(*)::int AS open FROM command WHERE outcome IS NULL`);
    if (rows[0]?.open === 0) break;
    if (Date.now() > end) throw new Error(`${rows[0]?.open} commands have no outcome after two minutes`);
  }
  const { rows } = await db.raw<{ rows: { outcome: string; documented: number; projected: number }[] }>(
    `SELECT k.outcome,
       (SELECT count(*)::int FROM case_event e WHERE e.case_id = k.case_id AND e.type = 'action_documented' AND e.cause = k.command_id::text) AS documented,
       (SELECT count(*)::int FROM case_action a WHERE a.action_id = k.command_id) AS projected
     FROM command k WHERE k.command_id = ANY (?::uuid[])`,
    [commands],
  );
  expect(rows).toHaveLength(new Set(commands).size);
  for (const row of rows) expect(row).toEqual({ outcome: 'applied', documented: 1, projected: 1 });
  expect((await verifyChains(db)).broken).toEqual([]);
}

test.each(['api', 'worker', 'temporal', 'postgres'])(
  'kill -9 of the %s in the middle of work: nothing accepted is lost, nothing happens twice',
  async (part) => {
    const before = pidOf(part);
    await expectOnce(await during(() => kill(part)));
    expect(pidOf(part)).not.toBe(before);
  },
  4 * MINUTE,
);

test(
  'kill -9 of the worker in the middle of an import: the next worker imports the delivery, as a whole and once',
  async () => {
    const [school, day, strangers] = ['255901001', '2021-10-14', 150_000];
    const { rows: ill } = await db.raw<{ rows: { id: string; student: string }[] }>(
      `SELECT k.student_id AS id, k.local_id AS student FROM student k WHERE k.school_id = ?
         AND NOT EXISTS (SELECT FROM attendance_day d WHERE d.student_id = k.student_id AND d.date = ?) ORDER BY k.local_id LIMIT 10`,
      [school, day],
    );
    const lines = [
      ...ill.map(({ student }) => `${student},${school},,${day},daily,absent,Excused,`),
      ...Array.from({ length: strangers }, (_none, n) => `stranger ${n},${school},,${day},daily,absent,Excused,`),
    ];
    const header = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';
    const deliveryId = await administrator.deliver(
      { schools: [school], from: day, to: day, complete: false },
      { 'attendance.csv': [header, ...lines, ''].join('\n') },
    );
    const begun = () => db('delivery_progress').where({ delivery_id: deliveryId }).first<object | undefined>('phase');
    for (const end = Date.now() + MINUTE; (await begun()) === undefined; await wait(20)) {
      if (Date.now() > end) throw new Error('the import has not begun');
    }
    kill('worker');
    const found = () =>
      db('delivery').where({ delivery_id: deliveryId }).first<{ status: string; counts: object | null }>('status', 'counts');
    expect((await found()).status).toBe('running');
    for (const end = Date.now() + 3 * MINUTE; (await found()).status === 'running'; await wait(100)) {
      if (Date.now() > end) throw new Error('nobody has taken the import up again');
    }
    expect(await found()).toMatchObject({
      status: 'done',
      counts: { read: strangers + 10, accepted: 10, rejected: strangers, days: { added: 10 } },
    });
    const { rows: told } = await db.raw<{ rows: { days: number; kept: number }[] }>(
      `SELECT (SELECT count(*)::int FROM attendance_day WHERE delivery_id = :deliveryId AND date = :day) AS days,
         (SELECT count(*)::int FROM delivery_row WHERE delivery_id = :deliveryId) AS kept`,
      { deliveryId, day },
    );
    expect(told).toEqual([{ days: 10, kept: 100_000 }]);
    expect(await db('delivery_progress').where({ delivery_id: deliveryId })).toEqual([]);
  },
  5 * MINUTE,
);

test(
  'the engine’s database deleted with messages under way: the cases begin again from the record',
  async () => {
    const commands = await during(() => {
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(data, `temporal.db${suffix}`), { force: true });
      kill('temporal');
    });
    await expectOnce(commands);
    await expectOnce(await during(() => undefined));
  },
  4 * MINUTE,
);

test(
  'kill -9 of everything at once: the next start finds all of it',
  async () => {
    const parts = ['api', 'worker', 'temporal', 'postgres'].map(pidOf);
    const commands = await during(() => undefined);
    const ended = new Promise((resolve) => service.once('exit', resolve));
    for (const pid of [service.pid ?? 0, ...parts]) process.kill(pid, 'SIGKILL');
    await ended;
    await start();
    for (const pid of parts) expect(isAlive(pid)).toBe(false);
    await expectOnce(commands);
  },
  4 * MINUTE,
);

test('no name, number or address of anybody in the sample stands in the engine’s database', async () => {
  const needles = await personalData(db);
  const [{ caseId }] = (await pupils(1)) as [Pupil];
  expect(needles.length).toBeGreaterThan(1_000);
  expect(foundInFile(join(data, 'temporal.db'), [...needles, caseId])).toEqual([caseId]);
});

test(
  'Ctrl-C leaves no process behind',
  async () => {
    const parts = ['api', 'worker', 'temporal', 'postgres'].map(pidOf);
    const ended = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGINT');
    await ended;
    for (const pid of parts) expect(isAlive(pid)).toBe(false);
  },
  MINUTE,
);
