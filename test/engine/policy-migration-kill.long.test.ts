import { districtTime } from '../../store/clock.ts';
import { writePolicyMigration } from '../../store/intake/policy-migrations.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { readPolicyMigration } from '../../store/read/policy-migrations.ts';
import { verifyChains } from '../../store/verify.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { startWorkerToKill, type KilledWorker } from '../world/killed-worker.ts';
import { call, openWorld, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

/** A district's open cases are moved while the worker that moves them, a process of its own, is killed again and again. */
const CASES = Number(process.env['ROLLBOOK_MIGRATED_CASES'] ?? 2_000);
const MINUTE = 60_000;

const second = policyOf(secondVersionText()).ladder;
let world: TestWorld;
let worker: KilledWorker | null = null;

beforeAll(async () => {
  world = await openWorld();
  await recordPolicy(world.db.owner, { document: secondVersionText(), ladder: second });
}, 2 * MINUTE);
afterAll(async () => {
  await worker?.kill();
  await world.close();
}, MINUTE);

test(
  `kill -9 of the worker, three times in the middle of moving ${CASES} open cases, ends as one clean run`,
  async () => {
    const students: TestStudent[] = [];
    for (let n = 0; n < CASES; n += 1) {
      const student = await world.enroll();
      await world.stand(student, { absences: [9, 17, 26][n % 3]! });
      students.push(student);
    }
    await world.quiet(10 * MINUTE);
    await world.stopWorkers();
    await putPolicyInForce(world.db.worker, second.policy, TODAY);
    const before = await world.db.owner('case_event').where({ type: 'task_opened' }).count<{ n: number }[]>('* AS n');

    const { at } = await districtTime(world.db.api);
    const actor = { id: 'ann', role: 'attendance_supervisor' as const, place: 'district' };
    const asked = { to: second.policy, scope: { all: true as const }, reason: 'resolution of the board', actor, at };
    const { migrationId, cases } = await world.db.api.transaction((trx) => writePolicyMigration(trx, asked));
    expect(cases).toBe(CASES);
    const moved = async (): Promise<number> => (await readPolicyMigration(world.db.api, migrationId))!.moved;
    const began = Date.now();
    for (const share of [0.2, 0.5, 0.8]) {
      worker = await startWorkerToKill(world);
      await world.until('so many cases are moved', async () => (await moved()) >= CASES * share, 10 * MINUTE);
      await worker.kill();
      expect(await moved()).toBeLessThan(CASES);
    }
    worker = await startWorkerToKill(world);
    await world.until('every case is moved', async () => (await moved()) === CASES, 10 * MINUTE);
    await world.quiet(10 * MINUTE);
    process.stderr.write(`${CASES} cases were moved in ${((Date.now() - began) / 1000).toFixed(0)} s, with three kills\n`);

    expect(await readPolicyMigration(world.db.api, migrationId)).toMatchObject({ cases: CASES, moved: CASES, waiting: 0, refused: [] });
    const { rows: records } = await world.db.owner.raw<{ rows: { times: number; cases: number }[] }>(
      `SELECT times, count(*) AS cases FROM (
         SELECT c.case_id, count(e.*) AS times FROM attendance_case c LEFT JOIN case_event e ON e.case_id = c.case_id AND e.type = 'policy_migrated'
         GROUP BY c.case_id) AS each_case GROUP BY times`,
    );
    expect(records).toEqual([{ times: 1, cases: CASES }]);
    const { rows: alike } = await world.db.owner.raw<{ rows: { absences: number; open: string; cases: number }[] }>(
      `SELECT absences, open, count(*) AS cases FROM (
         SELECT c.absences, string_agg(t.task || '#' || t.round, ',' ORDER BY t.task, t.round) AS open
         FROM attendance_case c JOIN case_task t USING (case_id) WHERE t.status = 'open' AND c.policy_version = 2 GROUP BY c.case_id) AS each_case
       GROUP BY absences, open ORDER BY absences`,
    );
    // Whatever was under way when the worker was killed: cases with the same standing end alike, to the task.
    expect(alike.map(({ absences, cases: many }) => [absences, many])).toEqual(
      [9, 17, 26].map((absences, n) => [absences, students.filter((_, index) => index % 3 === n).length]),
    );
    expect(alike[2]?.open).toContain('barriers-asked#1');
    expect(alike[2]?.open).not.toMatch(/(^|,)act#/);
    const after = await world.db.owner('case_event').where({ type: 'task_opened' }).count<{ n: number }[]>('* AS n');
    expect(after[0]!.n).toBeGreaterThan(before[0]!.n);
    expect((await verifyChains(world.db.worker)).broken).toEqual([]);

    for (const student of students.filter((_, index) => index % Math.ceil(CASES / 20) === 0)) {
      expect(await world.give(student, call())).toMatchObject({ outcome: 'applied' });
      expect((await world.caughtUp(student)).state).toEqual(await world.recorded(student));
    }
  },
  15 * MINUTE,
);
