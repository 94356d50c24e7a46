import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { migrationAsked, migrationPreview, policyDraft, policyMigration, policyVersions } from '../../api/contracts/policy.ts';
import { previewMigration, versionNamed } from '../../api/policy-migration.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { attendanceRules } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import { turn } from '../../attendance/turn.ts';
import { districtTime } from '../../store/clock.ts';
import { shippedPolicyText } from '../../policy/index.ts';
import { verifyChains } from '../../store/verify.ts';
import { days } from '../cases/paper-case.ts';
import { secondVersionText } from '../policy/second-version.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import { call, openWorld, SCHOOL, type TestStudent, type TestWorld } from '../world/world.ts';

type Draft = z.output<typeof policyDraft>;

const EFFECTIVE = '2021-10-18';
const proposal = (change: Partial<{ document: string; effective: string; note: string }> = {}) => ({
  document: secondVersionText(),
  effective: EFFECTIVE,
  note: 'resolution 21-14 of the board',
  ...change,
});

/** One policy from draft to approval to migration, over a living district: real PostgreSQL, real Temporal, a real worker. */
describe('the policy of a district', () => {
  let world: TestWorld;
  let api: ApiWorld;
  let ann: PersonAtApi;
  let ben: PersonAtApi;
  let cleo: PersonAtApi;
  let dora: PersonAtApi;

  beforeAll(async () => {
    world = await openWorld();
    api = await startEngineApi(world.db.apiUrl, world.client);
    const person = async (role: 'attendance_supervisor' | 'administrator', id: string) =>
      api.as(await addPerson(world.db.owner, role, null, id));
    [ann, ben, cleo, dora] = [
      await person('attendance_supervisor', 'ann'),
      await person('administrator', 'ben'),
      await person('attendance_supervisor', 'cleo'),
      await person('administrator', 'dora'),
    ];
  });
  afterAll(async () => {
    await api.close();
    await world.close();
  });

  const propose = (who: PersonAtApi, body: unknown = proposal(), key?: string) =>
    who.command<Draft>('/v1/policy/drafts', body, key === undefined ? {} : { key });
  const read = (draftId: string) => ann.get<Draft>(`/v1/policy/drafts/${draftId}`);
  const approve = async (who: PersonAtApi, draftId: string, etag?: string, key: string = randomUUID()): Promise<Reply<Draft>> => {
    const seen = etag ?? (await read(draftId)).headers.get('etag') ?? '';
    return who.send<Draft>('POST', `/v1/policy/drafts/${draftId}/approve`, {
      body: {},
      headers: { 'idempotency-key': key, 'if-match': seen },
    });
  };
  const problem = (reply: Reply<unknown>): [number, string] => [reply.status, reply.problem.type.replace('urn:rollbook:problem:', '')];

  describe('a proposal', () => {
    test('that is no valid policy is refused with every problem, its line and what to do', async () => {
      const reply = await propose(
        ann,
        proposal({ document: secondVersionText().replace('owner: attendance_supervisor', 'owner: nobody') }),
      );
      expect(problem(reply)).toEqual([422, 'policy-invalid']);
      expect(reply.problem['problems']).toEqual([
        {
          path: expect.stringMatching(/^tasks\.\d+\.owner$/),
          line: expect.any(Number),
          reason: expect.any(String),
          remedy: expect.any(String),
        },
      ]);
      expect(problem(await propose(ann, proposal({ document: 'policy: [' })))).toEqual([422, 'policy-invalid']);
    });

    test.each([1, 3])('that calls itself version %s, where 2 comes next, is refused', async (version) => {
      const reply = await propose(ann, proposal({ document: secondVersionText().replace('version: 2', `version: ${version}`) }));
      expect(problem(reply)).toEqual([422, 'policy-invalid']);
      expect(reply.problem.errors).toEqual([{ path: 'version', message: expect.stringContaining('give this document the version 2') }]);
      expect(reply.problem['problems']).toMatchObject([{ line: 1 + secondVersionText().split('\n').indexOf('version: 2') }]);
    });

    test('that says nothing new, or is to be in force today or earlier, is refused', async () => {
      const same = shippedPolicyText('lausd').replace('\nversion: 1\n', '\nversion: 2 # and nothing else\n');
      expect(problem(await propose(ann, proposal({ document: same })))).toEqual([409, 'policy-unchanged']);
      for (const effective of ['2021-10-15', '2021-08-23'])
        expect(problem(await propose(ann, proposal({ effective })))).toEqual([409, 'policy-not-ahead']);
    });

    test('is kept with its text, what it changes in sentences, and who proposed it; a second one waits', async () => {
      const key = randomUUID();
      const draft = expectOk(await propose(ann, proposal(), key));
      expect(draft).toMatchObject({ policy: { id: 'lausd', version: 2 }, status: 'proposed', proposedBy: 'ann', approvals: [] });
      expect(draft.document).toBe(secondVersionText());
      expect(draft.differences?.map(({ sentence }) => sentence)).toEqual(
        expect.arrayContaining([
          'Band “Basic” begins at 10 instead of 8.',
          '“Abolish Chronic Truancy (ACT)” is gone.',
          '“The classroom teacher calls home” belongs to the case manager instead of the teacher.',
        ]),
      );
      expect(expectOk(await propose(ann, proposal(), key)).draftId).toBe(draft.draftId);
      expect(problem(await propose(ben))).toEqual([409, 'policy-draft-open']);
      expect(problem(await ben.command(`/v1/policy/drafts/${draft.draftId}/withdraw`, { reason: 'no' }))).toEqual([
        403,
        'role-not-allowed',
      ]);
      expect(expectOk(await ann.command<Draft>(`/v1/policy/drafts/${draft.draftId}/withdraw`, { reason: 'a typing error' }))).toMatchObject(
        {
          status: 'withdrawn',
          closedBy: 'ann',
          closedWhy: 'a typing error',
        },
      );
      expect(problem(await approve(ben, draft.draftId))).toEqual([409, 'policy-draft-closed']);
    });

    test('can be rejected, with a reason', async () => {
      const { draftId } = expectOk(await propose(ann));
      expect(
        expectOk(await ben.command<Draft>(`/v1/policy/drafts/${draftId}/reject`, { reason: 'the board has not voted' })),
      ).toMatchObject({
        status: 'rejected',
        closedBy: 'ben',
      });
    });
  });

  describe('an approval', () => {
    let draft: Draft;
    beforeAll(async () => {
      draft = expectOk(await propose(ann));
    });

    test('is nothing for a case manager, nor for whoever proposed it, nor without having read it', async () => {
      const manager = api.as(await addPerson(world.db.owner, 'case_manager', null, 'mia'));
      expect(problem(await approve(manager, draft.draftId))).toEqual([403, 'role-not-allowed']);
      expect(problem(await propose(manager))).toEqual([403, 'role-not-allowed']);
      const atSchool = api.as(await addPerson(world.db.owner, 'administrator', [SCHOOL], 'otto'));
      expect(problem(await approve(atSchool, draft.draftId))).toEqual([403, 'place-not-allowed']);
      expect(problem(await approve(ann, draft.draftId))).toEqual([403, 'approver-proposed']);
      expect(problem(await ben.command(`/v1/policy/drafts/${draft.draftId}/approve`, {}))).toEqual([428, 'if-match-required']);
      expect(problem(await approve(ben, draft.draftId, `"${'0'.repeat(32)}"`))).toEqual([412, 'policy-moved-on']);
    });

    test('counts once, however often it is sent; two people who approve at once are two', async () => {
      const key = randomUUID();
      const once = await Promise.all([1, 2, 3].map(() => approve(ben, draft.draftId, undefined, key)));
      for (const reply of once) expect(expectOk(reply)).toMatchObject({ status: 'proposed', approvals: [{ by: 'ben' }] });
      expect(problem(await approve(ben, draft.draftId))).toEqual([409, 'already-approved']);
      const replies = await Promise.all([cleo, dora].map((who) => approve(who, draft.draftId)));
      expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
      const approved = expectOk(await read(draft.draftId));
      expect(approved).toMatchObject({ status: 'approved' });
      expect(approved.approvals).toHaveLength(2);
    });

    test('does not put it into force before its day', async () => {
      const { versions } = expectOk(await ann.get<z.output<typeof policyVersions>>('/v1/policy/versions'));
      expect(versions).toMatchObject([{ id: 'lausd', version: 1, from: null, until: null }]);
      await turn(world.db.worker, '2021-10-15');
      expect(await world.db.owner('policy_version').where({ in_force: true }).pluck('version')).toEqual([1]);
      const early = await ann.command('/v1/policy/migrations', {
        to: { policy: 'lausd', version: 2 },
        scope: { all: true },
        reason: 'now',
      });
      expect(problem(early)).toEqual([409, 'policy-not-in-force']);
    });
  });

  describe('a threshold that is changed in the middle of the year', () => {
    let open: TestStudent;
    let high: TestStudent;
    /** Below the second band by the first version's line and by the second's; no case. */
    let below: TestStudent;
    /** A student with so many excused absences on record, whose case has begun if they are many. */
    const absent = async (count: number): Promise<TestStudent> => {
      const student = await world.enroll();
      await world.rowsFor(student, days(count));
      await world.db.owner('attendance_day').where({ student_id: student.studentId }).update({ excuse: 'excused', absent: true });
      await world.db.worker.transaction(async (trx) => {
        const { standing: rules } = await attendanceRules(trx);
        await recompute(trx, { day: (await districtTime(trx)).day, students: [student.studentId], rules });
      });
      await world.quiet();
      return student;
    };
    const page = async ({ caseId }: TestStudent) => expectOk(await ann.case(caseId));
    const openTasks = async (student: TestStudent): Promise<string[]> =>
      (await page(student)).steps.flatMap(({ tasks }) => tasks.filter(({ status }) => status === 'open').map(({ task }) => task));
    const migration = { to: { policy: 'lausd', version: 2 }, reason: 'resolution 21-14: for open cases, too' };
    const done = async (migrationId: string) => {
      let seen: z.output<typeof policyMigration> | null = null;
      await world.until('every case has taken the command', async () => {
        seen = expectOk(await ann.get<z.output<typeof policyMigration>>(`/v1/policy/migrations/${migrationId}`));
        return seen.waiting === 0;
      });
      return seen!;
    };

    beforeAll(async () => {
      open = await absent(9);
      high = await absent(26);
      below = await absent(0);
      await world.setClock(`${EFFECTIVE}T17:00:00Z`);
      await turn(world.db.worker, EFFECTIVE);
    });

    test('is in force from its day on, and which version was in force when stays readable', async () => {
      const { versions } = expectOk(await ann.get<z.output<typeof policyVersions>>('/v1/policy/versions'));
      expect(versions).toMatchObject([
        { version: 1, from: null, until: '2021-10-17', openCases: 2 },
        { version: 2, from: EFFECTIVE, until: null, openCases: 0 },
      ]);
      expect(expectOk(await ann.get<{ document: string }>('/v1/policy/versions/lausd/2')).document).toBe(secondVersionText());
      expect((await ann.get('/v1/policy/versions/lausd/3')).status).toBe(404);
    });

    test('leaves open cases on theirs, which say so; a case that begins now begins on the new one', async () => {
      expect(await page(open)).toMatchObject({ policy: { version: 1 }, policyInForce: { version: 2, since: EFFECTIVE } });
      expect(await openTasks(open)).toContain('teacher-call');
      const begun = await world.opened(12);
      expect(await page(begun)).toMatchObject({ policy: { version: 2 }, policyInForce: null });
    });

    test('is foreseen for open cases, case by case, and nothing is written by that', async () => {
      const before = await world.db.owner('case_event').count('* AS n').first();
      const path = '/v1/policy/migrations/preview?policy=lausd&version=2';
      const all = expectOk(await ann.get<z.output<typeof migrationPreview>>(path));
      expect(all.cases.map(({ caseId }) => caseId)).toEqual([open.caseId, high.caseId].sort());
      const [first] = expectOk(await ann.get<z.output<typeof migrationPreview>>(`${path}&case=${high.caseId}`)).cases;
      expect(first).toMatchObject({
        from: { version: 1 },
        gains: [{ task: 'barriers-asked', title: 'Ask the family what keeps the student away' }],
      });
      expect(first?.loses).toEqual([{ task: 'act', round: 1, title: 'Abolish Chronic Truancy (ACT)' }]);
      const statementsFor = (limit: number): Promise<number> =>
        world.db.api.transaction(async (trx) => {
          let asked = 0;
          trx.on('query', () => (asked += 1));
          const to = await versionNamed(trx, { id: 'lausd', version: 2 });
          const by = { id: 'ann', role: 'attendance_supervisor' as const, name: 'Ann', schools: null, certificated: false };
          const { cases } = await previewMigration(trx, by, { to, scope: { all: true }, after: null, limit });
          expect(cases).toHaveLength(limit);
          return asked;
        });
      expect(await statementsFor(2)).toBe(await statementsFor(1));
      const paged = expectOk(await ann.get<z.output<typeof migrationPreview>>(`${path}&limit=1`));
      expect(paged.next).toBe(paged.cases[0]?.caseId);
      expect(expectOk(await ann.get<z.output<typeof migrationPreview>>(`${path}&limit=1&after=${paged.next}`)).cases).toHaveLength(1);
      expect(await world.db.owner('case_event').count('* AS n').first()).toEqual(before);
      const manager = api.as(await addPerson(world.db.owner, 'case_manager', null, 'noor'));
      expect(problem(await manager.get(path))).toEqual([403, 'role-not-allowed']);
    });

    test('reaches one case by an act with a reason, exactly as foreseen, and its record says so', async () => {
      const [seen] = expectOk(
        await ann.get<z.output<typeof migrationPreview>>(`/v1/policy/migrations/preview?policy=lausd&version=2&case=${high.caseId}`),
      ).cases;
      const before = await openTasks(high);
      const key = randomUUID();
      const body = { ...migration, scope: { case: high.caseId } };
      const asked = expectOk(await ann.command<z.output<typeof migrationAsked>>('/v1/policy/migrations', body, { key }));
      expect(asked.cases).toBe(1);
      expect(expectOk(await ann.command<z.output<typeof migrationAsked>>('/v1/policy/migrations', body, { key }))).toEqual(asked);
      expect(await done(asked.migrationId)).toMatchObject({ moved: 1, refused: [], askedBy: 'ann', reason: migration.reason });
      const after = await openTasks(high);
      expect(after.filter((task) => !before.includes(task))).toEqual(seen?.gains.map(({ task }) => task));
      expect(before.filter((task) => !after.includes(task))).toEqual(seen?.loses.map(({ task }) => task));
      const shown = await page(high);
      expect(shown).toMatchObject({ policy: { version: 2 }, policyInForce: null });
      expect(shown.why.filter(({ about }) => about === 'policy')).toHaveLength(1);
      // What only the old version knew is still on the page, under its own words.
      expect(shown.steps.flatMap(({ tasks }) => tasks).find(({ task }) => task === 'act')).toMatchObject({
        status: 'withdrawn',
        title: 'Abolish Chronic Truancy (ACT)',
      });
      const { events } = expectOk(await ann.history(high.caseId));
      expect(events.find(({ type }) => type === 'policy_migrated')).toMatchObject({
        text: migration.reason,
        actor: { id: 'ann', role: 'attendance_supervisor', place: 'district' },
        body: { from: { version: 1 }, to: { version: 2 } },
      });
      expect((await page(open)).policy.version).toBe(1);
    });

    test('reaches all others though the worker is killed in the middle, each once', async () => {
      const many: TestStudent[] = [];
      await world.db.owner('policy_version').where({ version: 2 }).update({ in_force: false });
      await world.db.owner('policy_version').where({ version: 1 }).update({ in_force: true });
      for (let n = 0; n < 5; n += 1) many.push(await world.opened(20));
      await world.db.owner('policy_version').where({ version: 1 }).update({ in_force: false });
      await world.db.owner('policy_version').where({ version: 2 }).update({ in_force: true });
      await world.stopWorkers();
      let taken = 0;
      let die: () => void = () => undefined;
      const killed = new Promise<void>((resolve) => (die = resolve));
      await world.startWorker({
        afterCommit: ({ commandId }) => {
          if (commandId === null || ++taken < 3) return;
          die();
          throw new Error('the worker is gone');
        },
      });
      const body = { ...migration, scope: { school: SCHOOL } };
      const { migrationId, cases } = expectOk(await ann.command<z.output<typeof migrationAsked>>('/v1/policy/migrations', body));
      expect(cases).toBe(many.length + 1);
      await killed;
      await world.stopWorkers();
      await world.db.owner('command').whereNull('outcome').update({ next_try_at: world.db.owner.fn.now() });
      await world.startWorker();
      expect(await done(migrationId)).toMatchObject({ moved: many.length + 1, waiting: 0, refused: [] });
      for (const student of [open, ...many]) {
        expect(await world.eventsOf(student, 'policy_migrated')).toHaveLength(1);
        // A workflow to which the answer was lost learns of it with the next message.
        expect(await world.give(student, call(EFFECTIVE))).toMatchObject({ outcome: 'applied' });
        await world.until(
          'the workflow knows what its record has',
          async () => (await world.running(student)).state.seq === (await world.recorded(student)).seq,
          60_000,
        );
        expect((await world.running(student)).state).toEqual(await world.recorded(student));
      }
      expect((await verifyChains(world.db.worker)).broken).toEqual([]);
      const none = expectOk(
        await ann.command<z.output<typeof migrationAsked>>('/v1/policy/migrations', { ...migration, scope: { all: true } }),
      );
      expect(none.cases).toBe(0);
    });

    test('draws its lines for everybody: a case begins where the new ones are passed, and not where only the old ones are', async () => {
      expect(await world.events(below)).toEqual([]);
      const line = async (): Promise<number | undefined> =>
        (await world.db.owner('case_watch').where({ student_id: below.studentId }).first<{ band: number } | undefined>('band'))?.band;
      const nine = await absent(9);
      expect(await world.events(nine)).toEqual([]);
      // The third version draws the line at six again; whoever has nine absences has passed it on the day on which it comes into force.
      const third = shippedPolicyText('lausd')
        .replace('\nversion: 1\n', '\nversion: 3\n')
        .replace('from: 1, to: 7,', 'from: 1, to: 5,')
        .replace('from: 8, to: 15,', 'from: 6, to: 15,');
      const { draftId } = expectOk(await propose(ann, proposal({ document: third, effective: '2021-10-20' })));
      for (const who of [ben, cleo]) expectOk(await approve(who, draftId));
      await world.setClock('2021-10-20T17:00:00Z');
      await turn(world.db.worker, '2021-10-20');
      await world.quiet();
      expect(await page(nine)).toMatchObject({ policy: { version: 3 }, policyInForce: null });
      expect(await world.events(below)).toEqual([]);
      expect(await line()).toBeUndefined();
      // A service that starts again loads what it ships, and leaves in force what the district has decided.
      await loadShippedPolicy(world.db.owner, 'lausd');
      expect(await world.db.owner('policy_version').where({ in_force: true }).pluck('version')).toEqual([3]);
    });
  });
});
