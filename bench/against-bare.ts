import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../bin/processes.ts';
import { addPerson, expectOk, PersonAtApi } from '../test/world/api.ts';
import { servers } from '../test/world/database.ts';
import { openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../test/world/world.ts';
import { touchUpdate, type bareCase } from './bare/workflow.ts';
import { median, pooled } from './pooled.ts';
import { startChild, type Child } from './processes.ts';

export interface Sizes {
  cases: number;
  actions: number;
  rounds: number;
}

/** How many a second, of the bare engine and of Rollbook, and the ratio; the median of the rounds. */
export interface Paired {
  bare: number;
  ours: number;
  ratio: number;
}

export interface AgainstBare {
  opening: Paired;
  alone: Paired;
  together: Paired;
}

const TOGETHER = 20;

/**
 * Rollbook's worker and API as processes of their own beside a worker with a bare workflow, on the same servers. The two sides take
 * turns, so that whatever else the machine does falls on both.
 */
export async function againstBare({ cases, actions, rounds }: Sizes): Promise<AgainstBare> {
  const world = await openWorld({ worker: false });
  await world.db.owner.raw('CREATE TABLE bare (id text PRIMARY KEY)');
  const engine = { TEMPORAL_ADDRESS: servers().temporalAddress };
  const own = { ...engine, TEMPORAL_NAMESPACE: world.engine.namespace, ROLLBOOK_PAYLOAD_KEY: world.engine.payloadKey };
  const port = await freePort();
  const children: Child[] = await Promise.all([
    startChild('./bare/worker.ts', [], { ...engine, DATABASE_URL: world.db.ownerUrl }, ['--import', 'tsx']),
    startChild('../bin/rollbook.mjs', ['worker'], { ...own, DATABASE_URL: world.db.workerUrl }),
    startChild('../bin/rollbook.mjs', ['api'], { ...own, DATABASE_URL: world.db.apiUrl, ROLLBOOK_PORT: String(port) }),
  ]);
  const [bareWorker] = children as [Child];
  const connection = await Connection.connect({ address: engine.TEMPORAL_ADDRESS });
  const bare = new Client({ connection });
  const clerk = new PersonAtApi(`http://127.0.0.1:${port}`, await addPerson(world.db.owner, 'case_manager', [SCHOOL]));
  try {
    const opening: Paired[] = [];
    const alone: Paired[] = [];
    const together: Paired[] = [];
    // The first round warms both sides up and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      const prefix = `round-${round}`;
      const students: Pupil[] = [];
      for (let n = 0; n < cases; n += 1) students.push(await withContact(world, await world.enroll()));
      const bareOpened = await perSecond(cases, async () => {
        bareWorker.send({ open: cases, prefix });
        await reached(world, 'SELECT count(*)::int AS n FROM bare WHERE id LIKE ?', `${prefix}-%`, cases);
      });
      const opened = await perSecond(cases, async () => {
        await openAll(world, students);
        await reached(
          world,
          'SELECT count(*)::int AS n FROM attendance_case WHERE case_id = ANY (?)',
          students.map((s) => s.caseId),
          cases,
        );
      });
      const some = students.slice(0, actions);
      const touch = (_: Pupil, n: number): Promise<number> =>
        bare.workflow.getHandle<typeof bareCase>(`bare/${prefix}-${n}`).executeUpdate(touchUpdate, { args: [randomUUID()] });
      const document = async ({ caseId, contact }: Pupil): Promise<void> => {
        const action = {
          kind: 'contact' as const,
          details: { channel: 'phone' as const, outcome: 'reached' as const, contact, reason: 'illness' as const },
        };
        expectOk(await clerk.document(caseId, { on: TODAY, time: '09:10', action, note: 'Ill until Monday.' }));
      };
      const pairs: Record<'alone' | 'together', { bare: number; ours: number }> = {
        alone: { bare: await rate(some, 1, touch), ours: await rate(some, 1, document) },
        together: { bare: await rate(some, TOGETHER, touch), ours: await rate(some, TOGETHER, document) },
      };
      if (round === 0) continue;
      opening.push(paired({ bare: bareOpened, ours: opened }));
      alone.push(paired(pairs.alone));
      together.push(paired(pairs.together));
    }
    return { opening: middle(opening), alone: middle(alone), together: middle(together) };
  } finally {
    await connection.close();
    for (const child of children) await child.stop();
    await world.close();
  }
}

interface Pupil extends TestStudent {
  contact: string;
}

async function withContact(world: TestWorld, student: TestStudent): Promise<Pupil> {
  const contact = { student_id: student.studentId, first_name: 'Some', last_name: 'Parent', relationship: 'Mother', recorded_by: 'bench' };
  const [row] = await world.db.owner('contact').insert(contact).returning<{ contact_id: string }[]>('contact_id');
  return { ...student, contact: row?.contact_id ?? '' };
}

/** The standings of a whole night, put into the outbox in one transaction as a turn does. */
async function openAll(world: TestWorld, students: TestStudent[]): Promise<void> {
  await world.db.owner.raw(
    `WITH chosen AS (SELECT student_id, case_id FROM student WHERE case_id = ANY (:ids)),
     stood AS (
       INSERT INTO standing (student_id, case_id, school_id, version, as_of, school_year, age, absences, excused, unexcused, unverified, days_enrolled, truancy, pending)
       SELECT student_id, case_id, :school, 1, :day, '2021-2022', 11, 9, 9, 0, 0, 40, '{}', '[]' FROM chosen RETURNING case_id, version)
     INSERT INTO outbox (case_id, standing_version) SELECT case_id, version FROM stood`,
    { ids: students.map((student) => student.caseId), school: SCHOOL, day: TODAY },
  );
}

async function reached(world: TestWorld, query: string, value: string | string[], count: number): Promise<void> {
  for (const end = performance.now() + 300_000; performance.now() < end; await wait(20)) {
    const { rows } = await world.db.owner.raw<{ rows: { n: number }[] }>(query, [value]);
    if (rows[0]?.n === count) return;
  }
  throw new Error(`waited five minutes in vain for ${count} cases`);
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - began);
}

function rate(students: Pupil[], places: number, work: (student: Pupil, n: number) => Promise<unknown>): Promise<number> {
  return perSecond(students.length, () => pooled(students, places, (student) => work(student, students.indexOf(student))));
}

function paired({ bare, ours }: { bare: number; ours: number }): Paired {
  return { bare, ours, ratio: ours / bare };
}

function middle(rounds: Paired[]): Paired {
  const of = (key: keyof Paired): number => median(rounds.map((round) => round[key]));
  return { bare: of('bare'), ours: of('ours'), ratio: of('ratio') };
}
