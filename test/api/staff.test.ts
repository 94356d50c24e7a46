import fc from 'fast-check';
import type { z } from 'zod';
import type { designee, nameDesignee, vacancyList, requiredPosts } from '../../api/contracts/staff.ts';
import type { schoolStatus } from '../../api/contracts/school.ts';
import { endSignIn } from '../../bin/people.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { peopleOfTasks } from '../../store/read/duties.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import { commandLine } from '../world/command-line.ts';
import { runs } from '../world/runs.ts';
import { openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

type Designee = z.output<typeof designee>;
type Named = z.input<typeof nameDesignee>;

/** Who does what: designees, substitutes and vacancies, over a real case on the real servers. */
let world: TestWorld;
let api: ApiWorld;
let admin: PersonAtApi;
let student: TestStudent;

beforeAll(async () => {
  world = await openWorld();
  api = await startEngineApi(world.db.apiUrl, world.client);
  admin = api.as(await addPerson(world.db.owner, 'administrator', null, 'admin'));
  await world.db.owner('school').insert({ school_id: '4712', name: 'Empty School' });
  student = await world.opened(26);
});
afterAll(async () => {
  await api.close();
  await world.close();
});
afterEach(async () => {
  await world.db.owner('designee').delete();
  await world.db.owner('person').whereNot({ person_id: 'admin' }).delete();
});

const staff = async (id: string, role: Role, schools: string[] | null = [SCHOOL]): Promise<PersonAtApi> =>
  api.as(await addPerson(world.db.owner, role, schools, id));
const vacancies = async (who = admin) => expectOk(await who.get<z.output<typeof vacancyList>>('/v1/vacancies')).vacancies;
/** What stands vacant, as `why kind name`. */
const vacant = async (who = admin): Promise<string[]> =>
  (await vacancies(who)).map(({ why, duty, school }) => `${why} ${duty.name} ${school ?? 'district'}`);
const tryName = (body: Partial<Named> & Pick<Named, 'person'>, who = admin) =>
  who.command<Designee>('/v1/designees', {
    school: SCHOOL,
    duty: { kind: 'task', name: 'sart' },
    note: 'staff meeting of August',
    ...body,
  });
const name = async (body: Partial<Named> & Pick<Named, 'person'>): Promise<Designee> => expectOk(await tryName(body));
const end = (id: string, giveUp = false, who = admin) => who.command<Designee>(`/v1/designees/${id}/end`, { reason: 'moved on', giveUp });
const problem = ({ status, problem: { type } }: Reply<unknown>): [number, string] => [status, type.replace('urn:rollbook:problem:', '')];
const peopleOf = async (task: string): Promise<string[]> => {
  const page = expectOk(await admin.case(student.caseId));
  return page.steps
    .flatMap(({ tasks }) => tasks)
    .filter((one) => one.task === task && one.status === 'open')
    .flatMap(({ people }) => people.map(({ person, how }) => `${person} ${how}`));
};
const status = async () => expectOk(await admin.get<z.output<typeof schoolStatus>>(`/v1/schools/${SCHOOL}/status`));

describe('a vacancy', () => {
  test('of a designee stands within a minute of the removal, on the list and on the page of the school, and ends when filled', async () => {
    await staff('cora', 'case_manager');
    await staff('petra', 'principal');
    await name({ person: 'petra' });
    expect(await vacant()).not.toContain(`designee sart ${SCHOOL}`);
    const removed = Date.now();
    await endSignIn(world.db.owner, 'petra');
    await world.until('the vacancy is on the list', async () => (await vacant()).includes(`designee sart ${SCHOOL}`));
    expect(Date.now() - removed).toBeLessThan(60_000);
    const { sentence } = (await vacancies()).find(({ why }) => why === 'designee')!;
    expect(sentence).toBe(
      'Nobody is designated for “School Attendance Review Team (SART)” at Test School since Person petra was removed. Name another designee, or give the designation up.',
    );
    expect((await status()).vacancies.map((one) => one.sentence)).toContain(sentence);
    // Meanwhile the work is the role's: nothing is orphaned.
    expect(await peopleOf('sart')).toEqual(['cora role']);
    await name({ person: 'cora' });
    expect(await vacant()).not.toContain(`designee sart ${SCHOOL}`);
    expect(await peopleOf('sart')).toEqual(['cora designee']);
  });

  test('of an ended designation stands until another is named or it is given up', async () => {
    await staff('cora', 'case_manager');
    const first = await name({ person: 'cora' });
    expectOk(await end(first.designeeId));
    expect(await vacant()).toContain(`designee sart ${SCHOOL}`);
    const second = await name({ person: 'cora' });
    expect(await vacant()).not.toContain(`designee sart ${SCHOOL}`);
    expect(expectOk(await end(second.designeeId, true)).ended).toMatchObject({ by: 'admin', why: 'moved on', givenUp: true });
    expect(await vacant()).not.toContain(`designee sart ${SCHOOL}`);
    expect(problem(await end(second.designeeId))).toEqual([409, 'designee-ended']);
  });

  test('every school with students needs a certificated case manager: one in the district does not do, a designated one does', async () => {
    const post = `post case_manager ${SCHOOL}`;
    expect(await vacant()).toContain(post);
    expect((await vacancies())[0]!.sentence).toBe(
      'Test School has no certificated case manager. Each school shall designate a certificated staff member for case management. ' +
        'Give the role to somebody at the school, or designate somebody who holds it.',
    );
    // A school without students needs none.
    expect((await vacancies()).filter(({ school }) => school === '4712')).toEqual([]);
    await staff('dora', 'case_manager', null);
    expect(await vacant()).toContain(post);
    await name({ person: 'dora', duty: { kind: 'role', name: 'case_manager' } });
    expect(await vacant()).not.toContain(post);
    await endSignIn(world.db.owner, 'dora');
    expect(await vacant()).toContain(post);
    await staff('cora', 'case_manager');
    await world.db.owner('person').where({ person_id: 'cora' }).update({ certificated: false });
    expect((await vacancies()).find(({ why }) => why === 'post')!.sentence).toContain('Whoever holds the role there is not certificated');
    expect(problem(await tryName({ person: 'cora', duty: { kind: 'role', name: 'case_manager' } }))).toEqual([422, 'designee-unfit']);
    await world.db.owner('person').where({ person_id: 'cora' }).update({ certificated: true });
    expect(await vacant()).toContain(`designee case_manager ${SCHOOL}`);
    await name({ person: 'cora', duty: { kind: 'role', name: 'case_manager' } });
    expect((await vacant()).filter((one) => one.includes('case_manager'))).toEqual([]);
  });

  test('of a role is the open tasks that fall to nobody, and a person or a designee for the task takes it away', async () => {
    const teacher = (await vacancies()).find(({ duty }) => duty.name === 'teacher')!;
    const { tasks } = await status();
    expect(teacher).toMatchObject({ why: 'role', school: SCHOOL, openTasks: tasks.find(({ owner }) => owner === 'teacher')!.open });
    expect(teacher.sentence).toBe(
      '1 open task at Test School (0 overdue) waits for the role teacher, which nobody holds there. Give the role to somebody, or designate somebody for the work.',
    );
    await staff('theo', 'teacher', ['4712']);
    expect(await vacant()).toContain(`role teacher ${SCHOOL}`);
    await staff('tara', 'teacher');
    expect(await vacant()).not.toContain(`role teacher ${SCHOOL}`);
    // The attendance supervisor's task may be done by a principal, too: designated, there is somebody.
    expect(await vacant()).toContain(`role attendance_supervisor ${SCHOOL}`);
    await staff('petra', 'principal');
    await name({ person: 'petra', duty: { kind: 'task', name: 'attorney-consult' } });
    await name({ person: 'petra', duty: { kind: 'task', name: 'referral-notice' } });
    const left = (await vacancies()).find(({ duty }) => duty.name === 'attendance_supervisor');
    expect(left?.openTasks ?? 0).toBe(1);
  });

  test('is shown to a principal for their own school, and not to a teacher', async () => {
    const petra = await staff('petra', 'principal', ['4712']);
    expect(await vacant(petra)).toEqual([]);
    expect(problem(await (await staff('tara', 'teacher')).get('/v1/vacancies'))).toEqual([403, 'role-not-allowed']);
  });
});

describe('whom a task falls to', () => {
  test('a designee of the task, before one of the step, before one of the role, before whoever holds the role at the school', async () => {
    await staff('dora', 'case_manager', null);
    expect(await peopleOf('sart')).toEqual(['dora role']);
    await staff('cora', 'case_manager');
    await staff('carl', 'case_manager');
    expect(await peopleOf('sart')).toEqual(['carl role', 'cora role']);
    await name({ person: 'carl', duty: { kind: 'role', name: 'case_manager' } });
    expect(await peopleOf('sart')).toEqual(['carl designee']);
    await name({ person: 'cora', duty: { kind: 'step', name: 'far-below-basic' } });
    expect([await peopleOf('sart'), await peopleOf('case-management-plan')]).toEqual([['cora designee'], ['carl designee']]);
    // The parents' assembly belongs to the same step, and no case manager may hold it.
    expect(await peopleOf('parent-assembly-held')).toEqual([]);
    await name({ person: 'dora' });
    expect([await peopleOf('sart'), await peopleOf('sst')]).toEqual([['dora designee'], ['cora designee']]);
  });

  test('a substitute for a span of days, also while the designee is gone, and then the designee again', async () => {
    await staff('cora', 'case_manager');
    await staff('carl', 'case_manager');
    const own = await name({ person: 'cora' });
    const stand = { person: 'carl', standsInFor: own.designeeId };
    expect(problem(await tryName(stand))).toEqual([422, 'designee-unfit']);
    await name({ ...stand, from: '2021-10-18', until: '2021-10-22' });
    expect(await peopleOf('sart')).toEqual(['cora designee']);
    await world.setClock('2021-10-18T17:00:00Z');
    expect(await peopleOf('sart')).toEqual(['carl substitute']);
    const states = expectOk(await admin.get<{ designees: Designee[] }>('/v1/designees')).designees.map(({ person, state }) => [
      person,
      state,
    ]);
    expect(states).toEqual([
      ['cora', 'replaced'],
      ['carl', 'acting'],
    ]);
    await endSignIn(world.db.owner, 'cora');
    expect(await vacant()).not.toContain(`designee sart ${SCHOOL}`);
    await world.setClock('2021-10-23T17:00:00Z');
    expect(await vacant()).toContain(`designee sart ${SCHOOL}`);
    await world.setClock(`${TODAY}T17:00:00Z`);
  });

  test('cases are found by the person, and a school shows open and overdue work by person', async () => {
    const cora = await staff('cora', 'case_manager');
    await staff('petra', 'principal');
    await name({ person: 'petra' });
    expect(expectOk(await admin.cases('?person=petra')).cases).toMatchObject([{ caseId: student.caseId, openTasks: 3 }]);
    const own = expectOk(await cora.cases('?person=me')).cases[0]!;
    const { people } = await status();
    expect(people.map(({ person, open }) => [person, open])).toEqual([
      ['cora', own.openTasks],
      ['petra', 3],
    ]);
    await world.setClock('2021-10-29T17:00:00Z');
    const later = (await status()).people.find(({ person }) => person === 'cora')!;
    expect(later.due).toBeGreaterThan(0);
    expect(later.overdue).toBe(expectOk(await cora.cases('?person=me')).cases[0]!.overdueTasks);
    expect(later.overdue).toBeGreaterThan(0);
    await world.setClock(`${TODAY}T17:00:00Z`);
    expect(expectOk(await admin.cases('?person=nobody')).cases).toEqual([]);
  });
});

test('the command line says who does what, and what nobody does', async () => {
  await staff('cora', 'case_manager');
  await staff('petra', 'principal');
  const rollbook = (...args: string[]) => commandLine(api.url, admin.token, args);
  expect(await rollbook('vacancies')).toContain('- 1 open task at Test School (0 overdue) waits for the role teacher');
  expect(await rollbook('standing', '--school', 'Test')).toMatch(/^Vacant: - .*teacher/);
  const named = await rollbook('designees', 'name', 'petra', '--school', 'Test', '--task', 'sart', '--note', 'staff meeting');
  expect(named).toBe(`Person petra is designated for “School Attendance Review Team (SART)” at ${SCHOOL}, from ${TODAY}.`);
  expect(await rollbook('case', student.caseId)).toMatch(/ sart School Attendance Person petra \(case 2021-11-05 Review Team/);
  expect(await rollbook('cases', '--person', 'petra')).toContain('1 case.');
  const [designation] = expectOk(await admin.get<{ designees: Designee[] }>('/v1/designees')).designees;
  const stand = ['--until', '2021-10-22', '--instead-of', designation!.designeeId, '--note', 'leave'];
  expect(await rollbook('designees', 'name', 'cora', '--school', SCHOOL, '--task', 'sart', ...stand)).toContain('until 2021-10-22');
  expect(await rollbook('designees')).toMatch(/Person petra .* replaced .* Person cora, substitute/);
  expect(await rollbook('designees', 'name', 'cora', '--note', 'n')).toContain('say for what: one of --role, --step and --task');
  expect(await rollbook('designees', 'end', designation!.designeeId, '--reason', 'moved', '--give-up')).toContain(
    'is no longer designated',
  );
  expect(await rollbook('posts', 'require', 'Principal', '--clause', 'One each.')).toContain('principal no One each.');
  expect(await rollbook('posts', 'drop', 'principal', '--reason', 'not ours')).not.toContain('One each.');
  expect(await rollbook('posts')).toContain('case manager yes Each school shall designate');
});

describe('a designation is refused', () => {
  test.each<[string, Partial<Named>]>([
    ['of somebody unknown', { person: 'nemo' }],
    ['of somebody whose role may not do the work', { person: 'tara' }],
    ['of somebody of another school', { person: 'other' }],
    ['for the whole district of somebody of a school', { school: null }],
    ['for a task that the policy does not have', { duty: { kind: 'task', name: 'tea' } }],
    ['for a step that the policy does not have', { duty: { kind: 'step', name: 'tea' } }],
    ['for days that are past', { from: '2021-10-01' }],
    ['for a span that ends before it begins', { from: '2021-10-20', until: '2021-10-19' }],
  ])('%s', async (_what, body) => {
    await staff('cora', 'case_manager');
    await staff('tara', 'teacher');
    await staff('other', 'case_manager', ['4712']);
    const reply = await tryName({ person: 'cora', ...body });
    expect(problem(reply)).toEqual([422, 'designee-unfit']);
    expect(reply.problem.detail.length).toBeGreaterThan(20);
    expect(await world.db.owner('designee')).toEqual([]);
  });

  test('of somebody who is designated for it already, and by a principal for another school or the district', async () => {
    await staff('cora', 'case_manager');
    await staff('dora', 'case_manager', null);
    const petra = await staff('petra', 'principal', ['4712']);
    await name({ person: 'cora' });
    expect(problem(await tryName({ person: 'cora' }))).toEqual([409, 'designee-exists']);
    expect(problem(await tryName({ person: 'dora' }, petra))).toEqual([403, 'place-not-allowed']);
    expect(problem(await tryName({ person: 'dora', school: null }, petra))).toEqual([403, 'place-not-allowed']);
    expectOk(await tryName({ person: 'dora', school: '4712' }, petra));
  });

  test('and given twice under one key it is one', async () => {
    await staff('cora', 'case_manager');
    const body: Named = { school: SCHOOL, duty: { kind: 'task', name: 'sart' }, person: 'cora', note: 'n' };
    const replies = await Promise.all([1, 2, 3].map(() => admin.command<Designee>('/v1/designees', body, { key: 'one-and-the-same' })));
    expect(new Set(replies.map((reply) => expectOk(reply).designeeId)).size).toBe(1);
  });
});

test('a district asks its schools for other posts: they stand vacant at once, and no longer when asked for no more', async () => {
  await staff('cora', 'case_manager');
  const posts = async (path: string, body: unknown) => expectOk(await admin.command<z.output<typeof requiredPosts>>(path, body)).posts;
  expect(await posts('/v1/posts', { role: 'principal', certificated: false, clause: 'Every school has a principal.' })).toHaveLength(2);
  expect(await vacant()).toContain(`post principal ${SCHOOL}`);
  expect(await posts('/v1/posts/principal/drop', { reason: 'not ours to ask' })).toEqual([
    expect.objectContaining({ role: 'case_manager', certificated: true, setBy: null }),
  ]);
  expect(await vacant()).not.toContain(`post principal ${SCHOOL}`);
  expect(problem(await admin.command('/v1/posts/principal/drop', { reason: 'again' }))).toEqual([404, 'not-found']);
});

test('whatever is designated, the people on a task are those that the order of designees names', async () => {
  const people = [
    { id: 'a', role: 'case_manager', schools: [SCHOOL] },
    { id: 'b', role: 'case_manager', schools: null },
    { id: 'c', role: 'principal', schools: [SCHOOL] },
    { id: 'd', role: 'attendance_supervisor', schools: null },
  ] as const;
  for (const { id, role, schools } of people) await staff(id, role, schools === null ? null : [...schools]);
  const work = await world.db
    .owner('case_task')
    .where({ case_id: student.caseId, status: 'open' })
    .select<{ task: string; step: string; owner: string }[]>('task', 'step', 'owner');
  const { rows: rules } = await world.db.owner.raw<{ rows: { task: string; roles: string[] }[] }>(
    `SELECT e ->> 'task' AS task, ARRAY[e ->> 'owner'] || ARRAY(SELECT jsonb_array_elements_text(coalesce(e -> 'also', '[]'))) AS roles
     FROM policy_version v CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') e WHERE v.in_force`,
  );
  const may = (person: (typeof people)[number], task: string): boolean =>
    rules.find((rule) => rule.task === task)!.roles.includes(person.role);
  const duties = [
    { kind: 'role', name: 'case_manager' },
    { kind: 'role', name: 'attendance_supervisor' },
    { kind: 'step', name: 'far-below-basic' },
    { kind: 'task', name: 'sart' },
    { kind: 'task', name: 'attorney-consult' },
  ] as const;
  const named = fc.array(
    fc.record({
      duty: fc.constantFrom(...duties),
      person: fc.constantFrom(...people),
      school: fc.constantFrom(SCHOOL, null),
      // Mostly in effect, so that several speak of one task.
      from: fc.constantFrom('2021-10-01', '2021-10-01', TODAY, TODAY, '2021-10-16'),
      until: fc.constantFrom(null, null, null, TODAY, '2021-10-14'),
      ended: fc.constantFrom(false, false, false, false, true),
    }),
    { minLength: 1, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(named, async (designations) => {
      const held = designations.filter(({ from, until }) => until === null || until >= from);
      const acting = held.filter(({ duty, person, school, from, until, ended }) => {
        const roles = rules.filter(({ task }) =>
          duty.kind === 'task' ? task === duty.name : work.some((one) => one.task === task && one.step === duty.name),
        );
        const fit = duty.kind === 'role' ? person.role === duty.name : roles.some((rule) => rule.roles.includes(person.role));
        return !ended && from <= TODAY && (until === null || until >= TODAY) && fit && (person.schools === null || school !== null);
      });
      const expected = work.map(({ task, step, owner }) => {
        const levels = (['task', 'step', 'role'] as const).flatMap((kind) => [SCHOOL, null].map((school) => ({ kind, school })));
        for (const { kind, school } of levels) {
          const own = { task, step, role: owner }[kind];
          const found = acting.filter(
            (one) => one.duty.kind === kind && one.duty.name === own && one.school === school && may(one.person, task),
          );
          if (found.length) return [task, [...new Set(found.map(({ person }) => person.id))].sort()];
        }
        const holders = people.filter(({ role }) => role === owner);
        const near = holders.filter(({ schools }) => schools !== null);
        return [task, (near.length ? near : holders).map(({ id }) => id)];
      });
      await world.db.owner('designee').delete();
      if (held.length)
        await world.db.owner('designee').insert(
          held.map(({ duty, person, school, from, until, ended }) => ({
            school_id: school,
            duty_kind: duty.kind,
            duty: duty.name,
            person_id: person.id,
            from_day: from,
            until_day: until,
            note: 'n',
            named_by: 'admin',
            named_role: 'administrator',
            named_at: `${TODAY}T12:00:00Z`,
            ...(ended ? { ended_by: 'admin', ended_role: 'administrator', ended_at: `${TODAY}T12:00:00Z`, ended_why: 'n' } : {}),
          })),
        );
      const found = await peopleOfTasks(world.db.api, { caseId: student.caseId, school: SCHOOL }, TODAY);
      expect(work.map(({ task }) => [task, (found.get(task) ?? []).map(({ person }) => person).sort()])).toEqual(expected);
    }),
    { numRuns: runs(40, 1_500) },
  );
});
