import type { z } from 'zod';
import type { partners as partnersContract, partnerTasks } from '../../api/contracts/partners.ts';
import type { Action } from '../../cases/actions.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import { commandLine } from '../world/command-line.ts';
import { openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

/**
 * Community partners share tasks: a partner sees the tasks that partners have on the cases referred to it, as long as an agreement or a
 * consent lets the district tell it, documents them, and comes to nothing else. On the real servers, under Attendance Works' tiers.
 */
let world: TestWorld;
let api: ApiWorld;
let admin: PersonAtApi;
let manager: PersonAtApi;
let centre: PersonAtApi;
let clinic: PersonAtApi;

beforeAll(async () => {
  world = await openWorld({ policy: 'attendance-works' });
  api = await startEngineApi(world.db.apiUrl, world.client);
  admin = api.as(await addPerson(world.db.owner, 'administrator', null, 'admin'));
  manager = api.as(await addPerson(world.db.owner, 'case_manager', [SCHOOL], 'mia'));
  for (const [partner, name] of [
    ['family-center', 'Family Center'],
    ['clinic', 'Clinic'],
  ])
    expectOk(await admin.command('/v1/partners', { partner, name }));
  centre = api.as(await addPerson(world.db.owner, 'partner', [SCHOOL], 'paz', 'family-center'));
  clinic = api.as(await addPerson(world.db.owner, 'partner', null, 'kim', 'clinic'));
});
afterAll(async () => {
  await api.close();
  await world.close();
});
afterEach(async () => {
  await world.db.owner('partner_agreement').delete();
  await world.db.owner('disclosure').delete();
});

const problem = ({ status, problem: { type } }: Reply<unknown>): [number, string] => [status, type.replace('urn:rollbook:problem:', '')];
const tasksOf = async (who: PersonAtApi) => expectOk(await who.get<z.output<typeof partnerTasks>>('/v1/partner-tasks')).tasks;
const agree = async (partner: string, more: object = {}) =>
  expectOk(
    await admin.command<z.output<typeof partnersContract>>(`/v1/partners/${partner}/agreements`, {
      until: '2022-06-30',
      purpose: 'Outreach to families; signed, in the binder of the superintendent.',
      ...more,
    }),
  );
const documents = (who: PersonAtApi, { caseId }: TestStudent, action: Action, task: string | null = null, note = 'In words.') =>
  who.document(caseId, { on: TODAY, time: '10:00', task: task === null ? null : { task, round: 1 }, action, note });

/** A student in tier 2, with a mother. */
async function inTierTwo(last = 'Family'): Promise<TestStudent & { mother: string }> {
  const student = await world.enroll({ first: 'Given', last });
  const [contact] = await world.db
    .owner('contact')
    .insert({
      student_id: student.studentId,
      first_name: 'Ana',
      last_name: last,
      relationship: 'Mother',
      phone: '555 0100',
      recorded_by: 'test',
    })
    .returning<{ contact_id: string }[]>('contact_id');
  await world.stand(student, { absences: 6 });
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  return { ...student, mother: contact!.contact_id };
}
const consent = (status: 'given' | 'refused' | 'withdrawn', more: object = {}): Action => ({
  kind: 'consent',
  details: { partner: 'family-center', status, by: 'parent', ...more },
});
const referral = (status: 'made' | 'closed', partner = 'family-center'): Action => ({
  kind: 'agency_referral',
  details: { service: 'mentoring', status, to: 'community_partner', partner },
});
const outreach = (contact: string): Action => ({
  kind: 'contact',
  details: { channel: 'home_visit', outcome: 'reached', contact, topics: ['support_offered', 'resources_offered'] },
});
/** The partner was asked; the need before it was met as the school has it. */
async function referred(student: TestStudent, status: 'given' | 'refused' = 'refused'): Promise<void> {
  expectOk(await documents(manager, student, consent(status), 'partner-consent'));
  expectOk(await documents(manager, student, referral('made'), 'partner-asked'));
}

test('a partner sees nothing of a case before it is referred to it, and nothing after without an agreement or a consent', async () => {
  const student = await inTierTwo();
  expect(await tasksOf(centre)).toEqual([]);
  await agree('family-center');
  expect(await tasksOf(centre)).toEqual([]);
  await world.db.owner('partner_agreement').delete();
  await referred(student);
  expect(await tasksOf(centre)).toEqual([]);
  expect(problem(await documents(centre, student, outreach(student.mother), 'partner-outreach'))).toEqual([404, 'not-found']);
  await agree('family-center');
  expect((await tasksOf(centre)).map(({ task }) => task)).toEqual(['partner-outreach']);
  // Another organisation has an agreement too, and was not asked.
  await agree('clinic');
  expect(await tasksOf(clinic)).toEqual([]);
});

test('it reads the name, the task and whom to reach, and each look is in the disclosure log with what allows it', async () => {
  const student = await inTierTwo('Ortega');
  await referred(student);
  const { partners } = await agree('family-center');
  const agreement = partners.find(({ partner }) => partner === 'family-center')!.agreements[0]!.agreementId;
  const task = (await tasksOf(centre)).find(({ caseId }) => caseId === student.caseId)!;
  expect(task).toMatchObject({
    student: { firstName: 'Given', lastName: 'Ortega' },
    school: 'Test School',
    task: 'partner-outreach',
    evidence: { action: 'contact' },
    release: { by: 'agreement', id: agreement },
    contacts: [{ contactId: student.mother, relationship: 'Mother', phone: '555 0100' }],
  });
  expect(JSON.stringify(task)).not.toMatch(/absen|truan|studentId|birth|grade|flags/i);
  const logged = await world.db.owner('disclosure').where({ case_id: student.caseId, person_id: 'paz' }).select('what', 'role', 'detail');
  expect(logged).toEqual([
    { what: 'partner tasks', role: 'partner', detail: { operation: 'listPartnerTasks', basis: `agreement ${agreement}` } },
  ]);
});

test('with the consent of a parent it is told without an agreement, until that is withdrawn or its days are over', async () => {
  const student = await inTierTwo();
  await referred(student, 'given');
  const own = async () => (await tasksOf(centre)).filter(({ caseId }) => caseId === student.caseId);
  expect((await own()).map(({ release }) => release.by)).toEqual(['consent']);
  expectOk(await documents(manager, student, consent('withdrawn')));
  expect(await own()).toEqual([]);
  expectOk(await documents(manager, student, consent('given', { until: TODAY })));
  expect(await own()).toHaveLength(1);
  const next = await inTierTwo();
  expect(problem(await documents(manager, next, consent('given', { by: 'pupil' })))).toEqual([422, 'bad-command']);
});

test('it documents its task in the case, under its name, and comes to no page and no other work of the case', async () => {
  const student = await inTierTwo();
  await referred(student);
  await agree('family-center');
  expect(problem(await documents(centre, student, outreach(student.mother)))).toEqual([403, 'role-not-allowed']);
  expect(problem(await documents(centre, student, outreach(student.mother), 'early-outreach'))).toEqual([403, 'role-not-allowed']);
  expectOk(await documents(centre, student, outreach(student.mother), 'partner-outreach', 'Met the mother; she will come on Thursday.'));
  const state = await world.recorded(student);
  expect(state.tasks.find(({ task }) => task === 'partner-outreach')?.status).toBe('done');
  expect(state.actions.at(-1)).toMatchObject({ by: 'paz', role: 'partner' });
  expect((await tasksOf(centre)).filter(({ caseId }) => caseId === student.caseId)).toEqual([]);
  for (const path of [`/v1/cases/${student.caseId}`, `/v1/cases/${student.caseId}/history`, '/v1/cases', '/v1/students?q=Family'])
    expect([path, (await centre.get(path)).status]).toEqual([path, 403]);
  // An entry of somebody else is not the partner's to supersede, and a partner of another organisation finds no case at all.
  const others = state.actions.find(({ by }) => by === 'mia')!;
  expect(problem(await centre.supersede(student.caseId, others.id, 'Not so.'))).toEqual([403, 'role-not-allowed']);
  expect((await clinic.supersede(student.caseId, others.id, 'Not so.')).status).toBe(404);
});

test('the people of a task name those of the organisation that was asked, and a closed referral ends what it sees', async () => {
  const student = await inTierTwo();
  await referred(student);
  await agree('family-center');
  const page = expectOk(await admin.case(student.caseId));
  const people = page.steps.flatMap(({ tasks }) => tasks).find(({ task }) => task === 'partner-outreach')!.people;
  expect(people.map(({ person }) => person)).toEqual(['paz']);
  expectOk(await documents(manager, student, referral('closed')));
  expect((await tasksOf(centre)).filter(({ caseId }) => caseId === student.caseId)).toEqual([]);
});

test('on the command line it is set up, given work, and done, by people who know the case by the student’s name', async () => {
  const by = (who: PersonAtApi, ...args: string[]) => commandLine(api.url, who.token, args);
  expect(await by(admin, 'partners', 'agree', 'family-center', '--until', '2022-06-30', '--purpose', 'Mentoring.')).toContain('in force');
  const student = await inTierTwo('Nakamura');
  await referred(student);
  const listed = await by(centre, 'partner-tasks');
  expect(listed).toContain('Given Nakamura, Test School: The community partner gets to know the family and offers its support');
  expect(listed).toContain('Reach Ana Nakamura (Mother, 555 0100). Document a contact for partner-outreach (round 1)');
  const outreachByHand = ['contact', 'channel=home_visit', 'outcome=reached', 'contact=mother', 'topics=support_offered,resources_offered'];
  const rest = ['--task', 'partner-outreach', '--time', '10:00', '--note', 'Met the mother.'];
  expect(await by(centre, 'act', 'Nakamura', ...outreachByHand, ...rest)).toContain('Documented: contact');
  expect((await world.recorded(student)).tasks.find(({ task }) => task === 'partner-outreach')?.status).toBe('done');
  const next = await inTierTwo('Olsen');
  await referred(next);
  expect(await by(centre, 'act', next.caseId, ...outreachByHand, ...rest)).toContain('Documented: contact');
  expect(await by(centre, 'case', 'show', 'Olsen')).toContain('exit ');
});

test('an agreement is for its schools and days, ends with a reason, and takes an organisation that is known', async () => {
  const student = await inTierTwo();
  await referred(student);
  const sees = async () => (await tasksOf(centre)).some(({ caseId }) => caseId === student.caseId);
  await world.db.owner('school').insert({ school_id: '4712', name: 'Other School' });
  await agree('family-center', { schools: ['4712'] });
  expect(await sees()).toBe(false);
  await agree('family-center', { from: '2021-12-01' });
  expect(await sees()).toBe(false);
  const { partners } = await agree('family-center', { schools: [SCHOOL], until: TODAY });
  expect(await sees()).toBe(true);
  const { agreementId } = partners
    .find(({ partner }) => partner === 'family-center')!
    .agreements.find(({ inForce, schools }) => inForce && schools?.[0] === SCHOOL)!;
  expectOk(await admin.command(`/v1/partner-agreements/${agreementId}/end`, { reason: 'The service has closed.' }));
  expect(await sees()).toBe(false);
  expect(problem(await admin.command(`/v1/partner-agreements/${agreementId}/end`, { reason: 'Again.' }))).toEqual([404, 'not-found']);
  expect(problem(await admin.command('/v1/partners/nobody/agreements', { until: TODAY, purpose: 'x' }))).toEqual([404, 'not-found']);
  expect(problem(await admin.command('/v1/partners', { partner: 'clinic', name: 'Clinic' }))).toEqual([409, 'partner-exists']);
  const unknown = await documents(manager, student, referral('made', 'nobody'));
  expect([unknown.status, unknown.problem.detail]).toEqual([422, expect.stringContaining('no partner nobody')]);
  expect(problem(await manager.command('/v1/partners', { partner: 'x', name: 'X' }))).toEqual([403, 'role-not-allowed']);
});
