import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../bin/processes.ts';
import { verifyChains } from '../../store/verify.ts';
import type { Applied, PersonAtApi, Reply } from '../world/api.ts';
import { foundInFile, personalData } from '../world/leaks.ts';
import { Service } from './service.ts';

/**
 * The whole service as a stranger starts it, with each of its processes killed in the middle of work. What was accepted must take
 * effect, once.
 */
const MINUTE = 60_000;

let service: Service;
let clerk: PersonAtApi;

beforeAll(async () => {
  service = await Service.begin();
  clerk = service.person(({ id }) => id === 'clerk.high');
}, 3 * MINUTE);
afterAll(() => service.end(), MINUTE);

interface Pupil {
  caseId: string;
  contactId: string;
  name: string;
}

async function pupils(count: number): Promise<Pupil[]> {
  const { rows } = await service.db.raw<{ rows: Pupil[] }>(
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
    const { rows } = await service.db.raw<{ rows: { open: number }[] }>(`SELECT count(*)::int AS open FROM command WHERE outcome IS NULL`);
    if (rows[0]?.open === 0) break;
    if (Date.now() > end) throw new Error(`${rows[0]?.open} commands have no outcome after two minutes`);
  }
  const { rows } = await service.db.raw<{ rows: { outcome: string; documented: number; projected: number }[] }>(
    `SELECT k.outcome,
       (SELECT count(*)::int FROM case_event e WHERE e.case_id = k.case_id AND e.type = 'action_documented' AND e.cause = k.command_id::text) AS documented,
       (SELECT count(*)::int FROM case_action a WHERE a.action_id = k.command_id) AS projected
     FROM command k WHERE k.command_id = ANY (?::uuid[])`,
    [commands],
  );
  expect(rows).toHaveLength(new Set(commands).size);
  for (const row of rows) expect(row).toEqual({ outcome: 'applied', documented: 1, projected: 1 });
  expect((await verifyChains(service.db)).broken).toEqual([]);
}

test.each(['api', 'worker', 'temporal', 'postgres'])(
  'kill -9 of the %s in the middle of work: nothing accepted is lost, nothing happens twice',
  async (part) => {
    const before = service.pidOf(part);
    await expectOnce(await during(() => service.kill(part)));
    expect(service.pidOf(part)).not.toBe(before);
  },
  4 * MINUTE,
);

test(
  'the engine’s database deleted with messages under way: the cases begin again from the record',
  async () => {
    const commands = await during(() => {
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(join(service.data, `temporal.db${suffix}`), { force: true });
      service.kill('temporal');
    });
    await expectOnce(commands);
    await expectOnce(await during(() => undefined));
  },
  4 * MINUTE,
);

test(
  'kill -9 of everything at once: the next start finds all of it',
  async () => {
    const parts = ['api', 'worker', 'temporal', 'postgres'].map((part) => service.pidOf(part));
    const commands = await during(() => undefined);
    const ended = new Promise((resolve) => service.process.once('exit', resolve));
    for (const pid of [service.process.pid ?? 0, ...parts]) process.kill(pid, 'SIGKILL');
    await ended;
    await service.start();
    for (const pid of parts) expect(isAlive(pid)).toBe(false);
    await expectOnce(commands);
  },
  4 * MINUTE,
);

test('no name, number or address of anybody in the sample stands in the engine’s database', async () => {
  const needles = await personalData(service.db);
  const [{ caseId }] = (await pupils(1)) as [Pupil];
  expect(needles.length).toBeGreaterThan(1_000);
  expect(foundInFile(join(service.data, 'temporal.db'), [...needles, caseId])).toEqual([caseId]);
});

test(
  'Ctrl-C leaves no process behind',
  async () => {
    const parts = ['api', 'worker', 'temporal', 'postgres'].map((part) => service.pidOf(part));
    const ended = new Promise((resolve) => service.process.once('exit', resolve));
    service.process.kill('SIGINT');
    await ended;
    for (const pid of parts) expect(isAlive(pid)).toBe(false);
  },
  MINUTE,
);
