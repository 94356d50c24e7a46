import { setTimeout as wait } from 'node:timers/promises';
import { turn } from '../../attendance/turn.ts';
import { importDelivery } from '../../attendance/import.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { startWorkerToKill } from '../world/killed-worker.ts';
import { openWorld, SCHOOL, TODAY, type TestWorld } from '../world/world.ts';
import { startMailServer, type MailServer } from './mail-server.ts';

const TEACHERS = 60;
const KILLS = 8;

let world: TestWorld;
let server: MailServer;
beforeAll(async () => {
  world = await openWorld({ worker: false });
  // Slow enough that a worker dies in every place of the way.
  server = await startMailServer({ onMailFrom: (_address, _session, done) => void wait(30).then(() => done()) });
});
afterAll(async () => {
  await world.close();
  await server.close();
});

async function taken(files: Record<string, string[]>): Promise<void> {
  const deliveryId = await createDelivery(world.db.worker, {
    source: 'test',
    coverage: { schools: 'all', from: '2021-10-14', to: TODAY, complete: false },
    receivedBy: 'tester',
    files: Object.entries(files).map(([name, lines]) => ({ name, bytes: Buffer.from(`${lines.join('\n')}\n`) })),
  });
  await importDelivery(world.db.worker, deliveryId);
}

test('sixty teachers are told while the worker is killed again and again: all of them, and twice only what was under way at a kill', async () => {
  const teachers = Array.from({ length: TEACHERS }, (_, n) => n + 1);
  await taken({
    'section.csv': [
      'school,section,course,period,teacher,teacher_email,homeroom',
      ...teachers.map((n) => `${SCHOOL},S-${n},Art,1,T ${n},t${n}@example.org,`),
    ],
  });
  await taken({
    'submission.csv': ['school,date,section,period,starts_at,submitted_at', ...teachers.map((n) => `${SCHOOL},2021-10-14,S-${n},1,08:00,`)],
  });
  await turn(world.db.worker, TODAY);
  expect(await world.db.owner('staff_message').where({ role: 'teacher' }).select()).toHaveLength(TEACHERS);

  for (let kill = 0; kill < KILLS; kill += 1) {
    const worker = await startWorkerToKill(world, { mail: `smtp://127.0.0.1:${server.port}?tls=off` });
    const before = server.got.length;
    await world.until('some of it has left', () => Promise.resolve(server.got.length >= before + 1 + (kill % 5)));
    await wait((kill * 13) % 40);
    await worker.kill();
    // Whatever was leased by the dead one is free again, as it will be in three minutes.
    await world.db
      .owner('staff_message')
      .whereNull('outcome')
      .update({ next_try_at: world.db.owner.raw('now()') });
  }
  const last = await startWorkerToKill(world, { mail: `smtp://127.0.0.1:${server.port}?tls=off` });
  await world.until(
    'everything has left',
    async () => (await world.db.owner('staff_message').where({ role: 'teacher', outcome: 'sent' }).select()).length === TEACHERS,
    60_000,
  );
  await last.kill();

  expect(new Set(server.got.map(({ messageId }) => messageId)).size).toBe(TEACHERS);
  expect(new Set(server.got.map((mail) => (mail.to as { text: string }).text)).size).toBe(TEACHERS);
  expect(server.got.length - TEACHERS).toBeLessThanOrEqual(KILLS);
  // Whatever left twice left in the same words under the same name.
  expect(new Set(server.got.map(({ messageId, subject, text }) => JSON.stringify([messageId, subject, text]))).size).toBe(TEACHERS);
});
