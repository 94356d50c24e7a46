import { MockActivityEnvironment } from '@temporalio/testing';
import type { z } from 'zod';
import type { policyRehearsal, rehearsalAsked, rehearsedStudents, rehearsedWeeks } from '../../api/contracts/rehearsal.ts';
import { daysUntil } from '../../activities/rehearsal/people.ts';
import { rehearse } from '../../activities/rehearsal/rehearse.ts';
import type { Forecast } from '../../activities/rehearsal/tally.ts';
import { createRehearsalActivities, type RehearsalActivities } from '../../activities/rehearsals.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { startWorker, type DistrictWorker } from '../../bin/engine/worker.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { ASSUMED, readResponses, type Responses } from '../../policy/rehearsal.ts';
import { deliver, ROSTER, sampleFile, SAMPLES, setUpDistrict, YEAR } from '../attendance/world.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import { createDatabase, servers, takeNamespace, type TestDatabase } from '../world/database.ts';

type Rehearsal = z.output<typeof policyRehearsal>;

/** A rehearsal as the attendance director asks for it: by the API, done by a worker on the real servers. */
let db: TestDatabase;
let engine: Awaited<ReturnType<typeof connectClient>>;
let api: ApiWorld;
let worker: DistrictWorker;
let director: PersonAtApi;
let schools: string[];

const LATER = shippedPolicyText('lausd').replace('from: 1, to: 7,', 'from: 1, to: 11,').replace('from: 8, to: 15,', 'from: 12, to: 15,');

beforeAll(async () => {
  db = await createDatabase();
  await setUpDistrict(db.owner, '2022-05-27');
  await loadShippedPolicy(db.owner, 'lausd');
  await deliver(db.worker, [...ROSTER, { name: 'attendance.csv', bytes: sampleFile('attendance.csv') }], YEAR);
  const address = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: Buffer.alloc(32, 5).toString('base64') };
  engine = await connectClient(address);
  api = await startEngineApi(db.apiUrl, engine.client);
  // Nothing is to be sent to cases: what is rehearsed is about none.
  worker = await startWorker({
    ...address,
    db: db.worker,
    databaseUrl: db.workerUrl,
    samplesDir: SAMPLES,
    bundle: servers().bundle,
    relay: false,
  });
  director = api.as(await addPerson(db.owner, 'attendance_supervisor', null, 'director'));
  schools = await db.owner('school').orderBy('school_id').pluck<string[]>('school_id');
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await engine.close();
  await db.close();
});

const ask = (body: object, who = director): Promise<Reply<z.output<typeof rehearsalAsked>>> =>
  who.command('/v1/policy/rehearsals', { from: YEAR.from, to: YEAR.to, ...body });
const read = (id: string): Promise<Reply<Rehearsal>> => director.get(`/v1/policy/rehearsals/${id}`);
const problem = (reply: Reply<unknown>): [number, string] => [reply.status, reply.problem.type.replace('urn:rollbook:problem:', '')];
const ended = async (id: string): Promise<Rehearsal> => {
  await engine.client.workflow.getHandle(`rehearsal/${id}`).result();
  return expectOk(await read(id));
};

/** The same, as it is told without any job: the draft, and the policy in force. */
let onTheSpot: Forecast[];

describe('a rehearsal by the API', () => {
  let done: Rehearsal;

  test('tells what the same rehearsal tells on the spot, the draft beside the policy in force', async () => {
    const { rehearsalId } = expectOk(await ask({ document: LATER }));
    done = await ended(rehearsalId);
    expect(done).toMatchObject({ status: 'done', askedBy: 'director', problem: null });
    expect(done.progress).toEqual({ done: done.progress.of, of: done.result![0]!.students });
    const policies = [LATER, shippedPolicyText('lausd')].map((document) => {
      const policy = readPolicy(document);
      if (!policy.ok) throw new Error('the policy is not valid');
      return { document, ladder: compile(policy.document) };
    });
    onTheSpot = await rehearse(db.worker, { policies, from: YEAR.from, to: YEAR.to, whom: {}, responses: ASSUMED });
    for (const [n, which] of (['draft', 'in_force'] as const).entries()) {
      const forecast = onTheSpot[n]!;
      const found = done.result![n]!;
      expect(found).toMatchObject({ which, students: forecast.students, cases: forecast.cases });
      expect(found.tasks.map(({ title: _title, ...task }) => task)).toEqual(forecast.tasks);
      expect(found.totals.tasks).toBe(forecast.weeks.reduce((sum, week) => sum + week.tasks, 0));
      const [school] = schools;
      const weeks = expectOk(
        await director.get<z.output<typeof rehearsedWeeks>>(`/v1/policy/rehearsals/${rehearsalId}/weeks?which=${which}&school=${school}`),
      );
      expect(weeks.weeks).toEqual(forecast.weeks.filter((week) => week.school === school).map(({ school: _school, ...week }) => week));
      const all = expectOk(
        await director.get<z.output<typeof rehearsedWeeks>>(`/v1/policy/rehearsals/${rehearsalId}/weeks?which=${which}`),
      );
      expect(all.weeks.reduce((sum, week) => sum + week.calls, 0)).toBe(found.totals.calls);
      const minutes = all.weeks.flatMap((week) => Object.values(week.minutes)).reduce((sum, one) => sum + one, 0);
      expect(minutes).toBe(Object.values(found.minutes).reduce((sum, one) => sum + one, 0));
    }
    expect(done.result![0]!.tasks).not.toEqual(done.result![1]!.tasks);
  }, 60_000);

  test('names students only to those who may find them, of their own schools, and logs that it did', async () => {
    const list = (who: PersonAtApi, query = '') =>
      who.get<z.output<typeof rehearsedStudents>>(`/v1/policy/rehearsals/${done.rehearsalId}/students?which=in_force${query}`);
    const everyone = expectOk(await list(director, '&limit=500')).students;
    expect(everyone.length).toBe(done.result![1]!.steps.reduce((sum, step) => sum + step.students, 0));
    const first = expectOk(await list(director, '&limit=3'));
    const second = expectOk(await list(director, `&limit=3&cursor=${first.next}`));
    expect([...first.students, ...second.students]).toEqual(everyone.slice(0, 6));
    const step = expectOk(await list(director, '&step=below-basic&limit=500')).students;
    expect(step).toEqual(everyone.filter((one) => one.step === 'below-basic'));
    const principal = api.as(await addPerson(db.owner, 'principal', [schools[0]!], 'pat'));
    const own = expectOk(await list(principal, '&limit=500')).students;
    expect(own).toEqual(everyone.filter(({ school }) => school === schools[0]));
    expect(own.length).toBeGreaterThan(0);
    const logged = await db.owner('disclosure').where({ person_id: 'director' }).distinct('what').pluck<string[]>('what');
    expect(logged).toContain('rehearsed_students');
    const board = api.as(await addPerson(db.owner, 'sarb_member', null));
    expect(problem(await list(board))).toEqual([403, 'role-not-allowed']);
  });

  test('is for whoever decides about policies in the whole district', async () => {
    for (const [role, at, expected] of [
      ['clerk', null, 'role-not-allowed'],
      ['administrator', [schools[0]!], 'place-not-allowed'],
    ] as const)
      expect(problem(await ask({}, api.as(await addPerson(db.owner, role, at === null ? null : [...at]))))).toEqual([403, expected]);
  });

  test.each([
    [{ from: '2021-05-03' }, 'invalid-request', 'body.to'],
    [{ schools: ['nowhere'] }, 'invalid-request', 'body.schools'],
    [{ responses: { seed: 'x' } }, 'invalid-request', 'body.responses'],
    [{ document: 'policy: [' }, 'policy-invalid', 'document'],
  ])('%j is refused as %s at %s', async (body, type, path) => {
    const reply = await ask(body);
    expect(problem(reply)).toEqual([422, type]);
    expect(reply.problem.errors?.[0]?.path).toBe(path);
  });

  test('is cancelled at any time before its end, and not after', async () => {
    const { rehearsalId } = expectOk(await ask({ document: LATER }));
    expectOk(await director.command(`/v1/policy/rehearsals/${rehearsalId}/cancel`, {}));
    expect(await ended(rehearsalId)).toMatchObject({ status: 'cancelled', endedBy: 'director', result: null });
    expect(problem(await director.command(`/v1/policy/rehearsals/${done.rehearsalId}/cancel`, {}))).toEqual([409, 'rehearsal-ended']);
  }, 60_000);
});

describe('what the workers do', () => {
  const chances = (n: number): number[] => Array.from({ length: n }, (_, at) => at / n);
  const responsesFrom = (given: unknown): Responses => {
    const table = readResponses(given);
    if (!table.ok) throw new Error(table.problems.join('; '));
    return table.responses;
  };
  const input = (responses: unknown = JSON.stringify(ASSUMED)) => {
    const policy = readPolicy(shippedPolicyText('lausd'));
    if (!policy.ok) throw new Error('the shipped policy is not valid');
    return {
      from_day: YEAR.from,
      to_day: YEAR.to,
      policies: JSON.stringify([{ which: 'in_force', document: shippedPolicyText('lausd'), ladder: compile(policy.document) }]),
      responses,
      asked_by: 'director',
      asked_role: 'attendance_supervisor',
    };
  };
  const written = async (responses?: unknown): Promise<string> => {
    const [row] = await db.owner('policy_rehearsal').insert(input(responses)).returning<{ rehearsal_id: string }[]>('rehearsal_id');
    return row!.rehearsal_id;
  };
  const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);
  const here = createRehearsalActivities;

  test('a worker that dies in the middle costs its part and nothing else', async () => {
    const rehearsalId = await written();
    const dies: RehearsalActivities = here({ db: db.worker, replay: () => Promise.reject(new Error('killed')) });
    const lives = here({ db: db.worker, replay: (asked, { signal }) => rehearse(db.worker, asked, { signal }) });
    expect(await run(() => dies.beginRehearsal(rehearsalId))).toBe(1);
    const parts = 2;
    await db.owner('policy_rehearsal_part').insert({ rehearsal_id: rehearsalId, part: 1 });
    await expect(run(() => dies.rehearsePart({ rehearsalId, part: 0, parts }))).rejects.toThrow('killed');
    expect(await run(() => lives.beginRehearsal(rehearsalId))).toBe(parts);
    for (const part of [0, 1]) expect(await run(() => lives.rehearsePart({ rehearsalId, part, parts }))).toBe(true);
    // A part that is through is not done again.
    expect(await run(() => dies.rehearsePart({ rehearsalId, part: 1, parts }))).toBe(true);
    await run(() => lives.finishRehearsal(rehearsalId));
    await run(() => lives.finishRehearsal(rehearsalId));
    const [, whole] = onTheSpot;
    const found = expectOk(await read(rehearsalId));
    expect(found.result![0]).toMatchObject({ students: whole!.students, cases: whole!.cases });
    expect(found.result![0]!.tasks.map(({ title: _title, ...task }) => task)).toEqual(whole!.tasks);
  }, 30_000);

  test('with recorded responses the table is what the district’s record shows of tasks that are settled', async () => {
    const [student] = await db
      .owner('student')
      .whereNull('merged_into')
      .orderBy('student_id')
      .select<{ student_id: string; case_id: string; school_id: string }[]>('student_id', 'case_id', 'school_id');
    const { student_id, case_id, school_id } = student!;
    await db.owner('attendance_case').insert({
      case_id,
      student_id,
      school_id,
      school_year: '2021-2022',
      policy_id: 'lausd',
      policy_version: 1,
      opened_on: '2021-09-07',
      opened_why: 'crossing',
      seq: 1,
      last_hash: '',
      last_at: '2021-09-07T23:00:00Z',
      standing_version: 1,
      band: 'basic',
    });
    // Thirteen calls by teachers: eight on the third school day, two on the next one, two never, and one that is too young to tell.
    const round = (n: number, status: string, from: string, closed: string | null) => ({
      case_id,
      task: 'teacher-call',
      round: n,
      school_id,
      step: 'basic',
      kind: 'task',
      title: 'The classroom teacher calls home',
      owner: 'teacher',
      status,
      opened_on: from,
      due_from: from,
      due_on: from,
      closed_on: closed,
    });
    await db
      .owner('case_task')
      .insert([
        ...Array.from({ length: 8 }, (_, n) => round(n + 1, 'done', '2021-09-10', '2021-09-15')),
        ...Array.from({ length: 2 }, (_, n) => round(n + 9, 'done', '2021-09-13', '2021-09-14')),
        ...Array.from({ length: 2 }, (_, n) => round(n + 11, 'open', '2021-09-13', null)),
        round(13, 'open', '2022-05-20', null),
      ]);
    const rehearsalId = await written(JSON.stringify('recorded'));
    const activities = here({ db: db.worker, replay: (asked, { signal }) => rehearse(db.worker, asked, { signal }) });
    await run(() => activities.beginRehearsal(rehearsalId));
    const { responses } = expectOk(await read(rehearsalId));
    const { tasks, calls } = responsesFrom(responses);
    expect(tasks[0]).toEqual({
      task: 'teacher-call',
      done: 10 / 12,
      after: [1, 3],
      days: [
        [1, 2],
        [3, 8],
      ],
      unavailable: 0,
      outcomes: { outcome: { reached: 0.8, sent: 1, reached_no_resolution: 0.2 } },
      minutes: 10,
    });
    expect(tasks.slice(1)).toEqual(ASSUMED.tasks);
    expect(calls).toEqual(ASSUMED.calls);
    const days = chances(200).map((lot) => daysUntil(tasks[0]!, lot));
    expect(new Set(days)).toEqual(new Set([1, 3]));
    expect(days.filter((one) => one === 3).length / days.length).toBeCloseTo(0.8, 1);
  }, 30_000);

  test('what cannot be brought to its end says why', async () => {
    const rehearsalId = await written();
    const { failRehearsal } = here({ db: db.worker, replay: () => Promise.reject(new Error('killed')) });
    await run(() => failRehearsal({ rehearsalId, problem: 'no memory was left' }));
    expect(expectOk(await read(rehearsalId))).toMatchObject({ status: 'failed', problem: 'no memory was left' });
  });
});
