import { createDistrictJobs } from '../../api/jobs.ts';
import { Bare } from '../../bench/attendance/bare.ts';
import { fillYear, makeDistrict, SCHOOL_DAYS, schoolDays } from '../../bench/attendance/district.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { rehearseInParts } from '../../bin/rehearsal-parts.ts';
import { ASSUMED } from '../../policy/rehearsal.ts';
import { writeRehearsal } from '../../store/intake/rehearsals.ts';
import { readPolicyInForce } from '../../store/read/policies.ts';
import { readRehearsal } from '../../store/read/rehearsals.ts';
import { createDatabase, servers, takeNamespace } from '../world/database.ts';
import { startWorkerToKill, type KilledWorker } from '../world/killed-worker.ts';
import { TestWorld } from '../world/world.ts';

/** A rehearsal of a made district whose worker, a process of its own, is killed while one part is through and another under way. */
const STUDENTS = 12_000;
const MINUTE = 60_000;

let world: TestWorld;
let worker: KilledWorker | null = null;

beforeAll(async () => {
  const db = await createDatabase();
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: Buffer.alloc(32, 9).toString('base64') };
  const { client, close } = await connectClient(engine);
  world = new TestWorld(db, engine, client, close, undefined);
  const bare = await Bare.connect(db.ownerUrl);
  await bare.createTable('bare_year', { logged: false });
  await makeDistrict(db.owner, STUDENTS);
  await fillYear(db.owner, SCHOOL_DAYS);
  await bare.end();
  await db.owner.raw('VACUUM ANALYZE attendance_day, covered_day');
}, 10 * MINUTE);
afterAll(async () => {
  await worker?.kill();
  await world.close();
}, MINUTE);

test(
  `kill -9 of the worker in the middle of a rehearsal of ${STUDENTS} students costs a part, and the forecast is the same`,
  async () => {
    const { owner, api, workerUrl } = world.db;
    const policy = await readPolicyInForce(owner);
    if (!policy) throw new Error('the made district has no policy');
    const days = await schoolDays(owner);
    const span = { from: days[0]!, to: days[SCHOOL_DAYS - 1]! };
    const policies = [{ which: 'in_force' as const, document: policy.document, ladder: policy.ladder }];
    const rehearsalId = await api.transaction((trx) =>
      writeRehearsal(trx, { ...span, schools: null, policies, responses: ASSUMED, by: 'ann', role: 'attendance_supervisor' }),
    );
    const parts = () => owner('policy_rehearsal_part').where({ rehearsal_id: rehearsalId });

    worker = await startWorkerToKill(world);
    await createDistrictJobs(world.client).rehearsePolicy(rehearsalId);
    await world.until(
      'a part is through and another is under way',
      async () =>
        (await parts().whereNotNull('forecasts')).length > 0 && (await parts().whereNull('forecasts').where('done', '>', 0)).length > 0,
      10 * MINUTE,
    );
    await worker.kill();
    const kept = await parts().whereNotNull('forecasts').pluck<number[]>('part');
    // The processes that rehearsed go with the worker that asked them.
    await world.until(
      'nobody rehearses any more',
      async () => (await owner('pg_stat_activity').where({ application_name: 'rollbook rehearsal' })).length === 0,
      MINUTE,
    );
    expect(await readRehearsal(owner, rehearsalId)).toMatchObject({ status: 'running' });

    worker = await startWorkerToKill(world);
    await world.client.workflow.getHandle(`rehearsal/${rehearsalId}`).result();
    const done = await readRehearsal(owner, rehearsalId);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan((await parts()).length);
    const [whole] = await rehearseInParts(
      workerUrl,
      { policies, ...span, whom: {}, responses: ASSUMED },
      { processes: 2, signal: new AbortController().signal, progress: () => undefined },
    );
    expect(done).toMatchObject({ status: 'done', students: whole!.students, done: whole!.students });
    const [found] = done!.result as { cases: number; tasks: { title: string }[] }[];
    expect(found!.cases).toBe(whole!.cases);
    expect(found!.tasks.map(({ title: _title, ...task }) => task)).toEqual(whole!.tasks);
  },
  15 * MINUTE,
);
