import { randomBytes } from 'node:crypto';
import { rebuildReadTables } from '../../activities/rebuild.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { startWorker, type DistrictWorker } from '../../bin/engine/worker.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { packetModel } from '../../documents/packet/model.ts';
import type { PacketSource } from '../../cases/documents.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { verifyChains } from '../../store/verify.ts';
import { attendanceCsv, rosterCsv, SAMPLES, setUpDistrict } from '../attendance/world.ts';
import { addPerson, expectOk, startEngineApi, type Applied, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import { createDatabase, servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import { notice, SCHOOL_TASKS, STEPS } from './steps.ts';

/**
 * A district begins with Rollbook in February, on real servers: a year of attendance at once, and a file of what was done before. Nothing
 * begins until the school is released; then the climb goes on to SARB with the steps of elsewhere.
 */
const SCHOOL = 'S1';
const FEBRUARY = '2022-02-07';
const ROLES = ['clerk', 'teacher', 'case_manager', 'principal'] as const;

let db: TestDatabase;
let api: ApiWorld;
let worker: DistrictWorker;
let disconnect: () => Promise<void>;
const people = {} as Record<Role, PersonAtApi>;
let caseId: string;

const weekdays = (from: string, count: number): string[] => {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; at += 86_400_000)
    if (new Date(at).getUTCDay() % 6 !== 0) found.push(new Date(at).toISOString().slice(0, 10));
  return found;
};
const EVENTS = ['2021-09-07', '2021-09-08', '2021-09-09', '2021-09-28', '2021-10-26'];
const ILL = [...weekdays('2021-11-01', 11), ...weekdays('2022-01-10', 10)];

/** What the office of the school kept on paper. Each line is one thing that was done. */
const PAPER = `Student ID,Record,Date,Done By,Role,Number,Events,Letter,Channel,Outcome,Reached,Team,Invited,Present,Status,Signers,From,Until,About,Review,Service,Consulted,Decision,Reference,Note
1,report,2021-09-24,R. Ortiz,case manager,1,"${EVENTS.slice(0, 3).join(', ')}",,,,,,,,,,,,,,,,,T-117,
1,evaluation list,2021-09-24,R. Ortiz,case manager,,,,,,,,,,,,,,,,,,send,,
1,letter,2021-09-27,D. Brand,clerk,,,letter 1,mail,,Mother,,,,,,,,,,,,,,
1,contact,2021-09-28,D. Brand,clerk,,,,phone,left message,Mother,,,,,,,,,,,,,,
1,contact,2021-09-29,M. Lund,teacher,,,,phone,reached,Mother,,,,,,,,,,,,,,The bus comes too late.
1,contact,2021-09-30,D. Brand,clerk,,,,phone,reached,Mother,,,,,,,,,,,,,,
1,contact,2021-10-01,D. Brand,clerk,,,,email,sent,Mother,,,,,,,,,,,,,,
1,report,2021-10-14,R. Ortiz,case manager,2,${EVENTS[3]},,,,,,,,,,,,,,,,,T-140,
1,letter,2021-10-18,D. Brand,clerk,,,letter 2,mail,,Mother,,,,,,,,,,,,,,
1,conference,2021-10-25,R. Ortiz,case manager,,,,in person,held,,,"parent, pupil","parent, pupil",,,,,,,,,,,Another bus was found.
1,contract,2021-10-25,R. Ortiz,case manager,,,,,,,,,,signed,"parent, pupil",2021-10-25,2022-05-27,,,,,,,
1,report,2021-11-12,R. Ortiz,case manager,3,${EVENTS[4]},,,,,,,,,,,,,,,,,T-171,
1,plan,2021-11-15,R. Ortiz,case manager,,,,,,,,,,,,,,case management,2022-03-01,,,,,
1,agency referral,2021-11-16,R. Ortiz,case manager,,,,,,,,,,accepted,,,,,,transport,,,,
1,agency referral,2021-11-17,R. Ortiz,case manager,,,,,,,,,,made,,,,,,counseling,,,,
1,consultation,2021-11-18,R. Ortiz,case manager,,,,,,,,,,,,,,case,,,PSA counselor,,,
1,consultation,2021-11-18,R. Ortiz,case manager,,,,,,,,,,,,,,home visit,,,PSA counselor,,,
1,meeting,2021-12-02,R. Ortiz,case manager,,,,,held,,SST,,parent,,,,,,,,,,,
1,meeting,2021-12-09,A. Vega,principal,,,,,held,,SART,,"parent, pupil",,,,,,,,,,,
`;

beforeAll(async () => {
  db = await createDatabase();
  await setUpDistrict(db.owner, FEBRUARY);
  await db.owner('district').update({ sample: null });
  await loadShippedPolicy(db.owner, 'lausd');
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: randomBytes(32).toString('base64') };
  const { client, close } = await connectClient(engine);
  disconnect = close;
  worker = await startWorker({ ...engine, db: db.worker, databaseUrl: db.workerUrl, samplesDir: SAMPLES, bundle: servers().bundle });
  api = await startEngineApi(db.apiUrl, client);
  for (const role of ['attendance_supervisor', 'resource_panel_member', 'administrator'] as const)
    people[role] = api.as(await addPerson(db.owner, role, null));
  const roster = rosterCsv({
    school: SCHOOL,
    from: '2021-09-06',
    to: '2022-05-27',
    students: { '1': { born: '2009-05-05' }, '2': { born: '2009-05-05' }, '3': { born: '2009-05-05' } },
  });
  const contacts =
    'Student_id,Contact_id,First_name,Last_name,Relationship,Primary,Emergency,Lives_with,Phone,Phone_type,Email,Street,City,State,Zip,Language\n' +
    '1,M1,Ana,Family,Mother,true,true,true,(950) 342 7522,Cell,,1 Oak Street,Town,CA,90001,en\n';
  const absent = (student: string, days: string[], code: string) =>
    days.map((day): [string, string, string, string] => [student, day, 'absent', code]);
  await deliver(
    {
      ...roster,
      'contacts.csv': contacts,
      'attendance.csv': attendanceCsv(SCHOOL, [
        ...absent('1', EVENTS, 'Unexcused'),
        ...absent('1', ILL, 'Excused'),
        ...absent('2', EVENTS.slice(0, 3), 'Unexcused'),
        ...absent('3', ILL.slice(0, 8), 'Excused'),
      ]),
    },
    true,
  );
  for (const role of ROLES) people[role] = api.as(await addPerson(db.owner, role, [SCHOOL]));
  const [student] = expectOk(await people.clerk.findStudents({ id: '1' })).students;
  caseId = student?.caseId ?? '';
});
afterAll(async () => {
  await api.close();
  await worker.stop();
  await disconnect();
  await db.close();
});

async function deliver(files: Record<string, string>, complete: boolean, from = '2021-09-06', to = '2022-02-04'): Promise<void> {
  const id = await people.administrator.deliver({ schools: 'all', from, to, complete }, files);
  await until('the delivery is done', async () => expectOk(await people.administrator.delivery(id)).status === 'done');
  const { counts } = expectOk(await people.administrator.delivery(id));
  expect(counts).toMatchObject({ rejected: 0 });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > end) throw new Error(`waited a minute in vain: ${what}`);
  }
}

/** School days pass, on which everybody is there. */
async function pass(schoolDays: number): Promise<void> {
  expectOk(await people.administrator.advance({ schoolDays }));
  await until('the clock stands', async () => {
    const { advance } = expectOk(await people.administrator.clock()) as unknown as { advance: { state: string } };
    return advance.state === 'done';
  });
  await deliver({ 'attendance.csv': attendanceCsv(SCHOOL, []) }, true, FEBRUARY, await today());
}

/** Every message to a case has taken effect. */
const quiet = () => until('the outbox is empty', async () => (await db.owner('outbox').select()).length === 0);
const page = async () => expectOk(await people.case_manager.case(caseId));
const today = async (): Promise<string> => expectOk(await people.clerk.clock()).day;
const openTasks = async (): Promise<string[]> =>
  (await page()).steps.flatMap(({ tasks }) => tasks.filter(({ status }) => status === 'open').map(({ task }) => task));
const overdue = async () => expectOk(await people.principal.cases()).cases.reduce((sum, one) => sum + one.overdueTasks, 0);
interface Release {
  state: string;
  students: number;
  schoolDays: number;
  earlier: { records: number; students: number };
  would: { begin: number; goOn: number; reportsDue: number; tasks: { task: string; students: number }[] } | null;
}
const releaseOf = async () => expectOk(await people.principal.get<Release>(`/v1/schools/${SCHOOL}/release`));

test('a school that begins in February: nothing is overdue and nothing goes out, until it is released; then the climb goes on to SARB', async () => {
  // What the office had on paper comes in. A case begins for it to stand in, and says why nothing else begins.
  await deliver({ 'office.csv': PAPER }, false);
  await until('the case has the steps of before', async () => (await people.case_manager.case(caseId)).status === 200);
  const first = await page();
  expect(first.openedWhy).toBe('elsewhere');
  expect(first.reports.map(({ ordinal, on, sound, elsewhere }) => [ordinal, on, sound, elsewhere?.reference])).toEqual([
    [1, '2021-09-24', true, 'T-117'],
    [2, '2021-10-14', true, 'T-140'],
    [3, '2021-11-12', true, 'T-171'],
  ]);
  expect(first.letters.map(({ letter, elsewhere }) => [letter, elsewhere?.doneBy, elsewhere?.file])).toEqual([
    ['letter-1', 'D. Brand', 'office.csv'],
    ['letter-2', 'D. Brand', 'office.csv'],
  ]);
  expect(first.actions).toHaveLength(16);
  expect(first.holds).toEqual([expect.objectContaining({ why: 'school_not_released', since: FEBRUARY })]);
  await pass(12);
  expect(await openTasks()).toEqual([]);
  expect(await overdue()).toBe(0);
  expect(expectOk(await people.clerk.absenceList(SCHOOL)).overdueCalls).toBe(0);
  expect(await db.owner('case_task').select()).toEqual([]);
  expect(await db.owner('document').select()).toEqual([]);
  expect(await db.owner('submission_reminder').select()).toEqual([]);

  // What a release would begin is told in advance, and only an attendance supervisor or administrator may release.
  const preview = await releaseOf();
  expect(preview).toMatchObject({ state: 'waits', students: 3, earlier: { records: 19, students: 1 } });
  expect(preview.would).toMatchObject({ begin: 2, goOn: 1, reportsDue: 1 });
  const status = expectOk(await people.principal.get<{ release: Release }>(`/v1/schools/${SCHOOL}/status`)).release;
  expect(preview.would).toMatchObject({ ...status.would });
  const release = (role: Role) =>
    people[role].command<{ opens: number; woken: number; reportsDue: number }>(`/v1/schools/${SCHOOL}/release`, {
      note: 'The office’s papers are in.',
    });
  expect((await release('principal')).status).toBe(403);
  const released = await release('attendance_supervisor');
  expect([released.status, released.body.opens, released.body.woken, released.body.reportsDue]).toEqual([201, 2, 3, 1]);
  const day = await today();
  await quiet();
  expect((await releaseOf()).would).toBeNull();
  const told = Object.fromEntries(preview.would?.tasks.map(({ task, students }) => [task, students]) ?? []);
  const { rows } = await db.owner.raw<{ rows: { task: string; n: number }[] }>(
    `SELECT task, count(*) AS n FROM case_task WHERE status = 'open' GROUP BY task`,
  );
  expect(Object.fromEntries(rows.map(({ task, n }) => [task, n]))).toEqual(told);

  // Due days count from the release; what was done is not asked again; nobody has to file a fourth report.
  const tasks = (await page()).steps.flatMap((step) => step.tasks);
  expect(tasks.filter(({ status, due }) => status === 'open' && due.from !== day)).toEqual([]);
  expect(await overdue()).toBe(0);
  const open = await openTasks();
  for (const done of ['letter-1', 'letter-2', 'parent-conference', 'contract', 'sst', 'sart', 'teacher-call', 'not-evaluation-list'])
    expect(tasks.find(({ task }) => task === done)?.status).toBe('done');
  expect(open).not.toContain('truancy-report');
  expect(open).toEqual(expect.arrayContaining(['letter-3', 'cost', 'act', 'resource-panel', 'agency-referral-3', 'monitoring']));

  // The climb goes on, with people doing and documenting what is left.
  const [student] = expectOk(await people.clerk.findStudents({ id: '1' })).students;
  const mother = student?.contacts[0]?.contactId ?? '';
  for (const step of STEPS.filter(({ task }) => open.includes(task))) {
    expectOk(
      await people[step.by].document(caseId, {
        on: day,
        time: '10:00',
        task: { task: step.task, round: 1 },
        action: step.action(mother),
        note: 'Done as planned.',
      }),
    );
  }
  for (const [task, by] of SCHOOL_TASKS) expectOk(await people[by].recordSchoolTask(SCHOOL, task, day, 'Held for the whole school.'));
  await quiet();
  const approved: Applied = expectOk(await people.principal.approveLetter(caseId, 'letter-3', 1, { ifSeq: (await page()).seq }));
  expect((await people.clerk.letter(caseId, approved.commandId)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const mailed = { kind: 'letter_mailed' as const, details: { letter: 'letter-3', channel: 'mail' as const, contact: mother } };
  expectOk(
    await people.clerk.document(caseId, { on: day, task: { task: 'letter-3', round: 1 }, action: mailed, note: 'To the address on file.' }),
  );
  const told48263 = notice('habitual_truant');
  expectOk(
    await people[told48263.by].document(caseId, {
      on: day,
      time: '11:00',
      task: { task: told48263.task, round: 1 },
      action: told48263.action(mother),
      note: 'Both were told in writing.',
    }),
  );
  expect((await page()).readiness[0]).toMatchObject({ ground: 'habitual_truant', ready: true });
  expectOk(await people.attendance_supervisor.refer(caseId, 'habitual_truant', { ifSeq: (await page()).seq }));

  // The packet shows each step of elsewhere as what it is, and every line has its record.
  const packet = await people.attendance_supervisor.packet(caseId);
  expect(packet.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const { source } = await db.owner('document').where({ case_id: caseId, kind: 'packet' }).first<{ source: PacketSource }>('source');
  const sections = packetModel(source, 1, 'x').sections;
  const textOf = (title: string): string => JSON.stringify(sections.find((one) => one.title === title));
  expect(textOf('Truancy reports')).toContain('Recorded elsewhere: done by R. Ortiz, number T-117 there; office.csv, line 2, entered by');
  expect(textOf('Letters')).toContain('Recorded elsewhere: done by D. Brand, reaching Mother; office.csv, line 4');
  expect(textOf('Contact attempts')).toContain('“The bus comes too late.” Recorded elsewhere: done by M. Lund, reaching Mother');
  expect(textOf('Meetings and conferences')).toContain('A. Vega, elsewhere');
  expect(textOf('Plans, contracts and directives')).toContain('Recorded elsewhere');
  const history = expectOk(await people.case_manager.history(caseId)).events.filter(({ elsewhere }) => elsewhere !== null);
  expect(history).toHaveLength(19);
  expect(history.find(({ type }) => type === 'report_recorded_elsewhere')?.elsewhere).toMatchObject({
    line: 2,
    doneBy: 'R. Ortiz',
    reference: 'T-117',
  });

  // The chain holds, words included, and the read tables come out the same when they are remade.
  expect(await verifyChains(db.owner)).toMatchObject({ broken: [] });
  const readTables = async () => ({
    page: await page(),
    actions: await db.owner('case_action').orderBy('action_id').select(),
    reports: await db.owner('truancy_report_event').orderBy(['ordinal', 'date']).select(),
    untold: await db.owner('earlier_record').whereNull('seq').select(),
  });
  const before = await readTables();
  await rebuildReadTables(db.owner);
  expect(await readTables()).toEqual(before);
  expect(before.untold).toEqual([]);
  await db.owner('earlier_record').whereNotNull('text').update({ text: 'Told otherwise.' });
  expect((await verifyChains(db.owner)).broken).toMatchObject([{ caseId, what: 'text' }]);
}, 300_000);
