import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importDelivery } from '../../attendance/import.ts';
import { turn } from '../../attendance/turn.ts';
import type { z } from 'zod';
import type { yearRecords, yearReport } from '../../api/contracts/year-report.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { startWorker, type DistrictWorker } from '../../bin/engine/worker.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { packetModel } from '../../documents/packet/model.ts';
import type { PacketSource } from '../../cases/documents.ts';
import type { Ground, Role } from '../../policy/vocabulary.ts';
import { createDelivery, type Coverage } from '../../store/attendance-delivery.ts';
import { verifyChains } from '../../store/verify.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type Applied, type PersonAtApi, type Reply } from '../world/api.ts';
import { createDatabase, servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import { notice, SCHOOL_TASKS, STEPS, type Step } from './steps.ts';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const ELEMENTARY = '255901107';
/** The sample's first day for visitors. */
const FIRST = '2021-10-15';
const ROLES = ['clerk', 'teacher', 'case_manager', 'principal'] as const;

/** Two students of the sample who have no absences of their own up to the first day, with 26 more days from a further file. */
const TRUANT = '604821';

let db: TestDatabase;
let api: ApiWorld;
let worker: DistrictWorker;
let disconnect: () => Promise<void>;
const people = {} as Record<Role, PersonAtApi>;

beforeAll(async () => {
  db = await createDatabase();
  await db.owner('district').insert({ name: 'Grand Bend', time_zone: 'America/Chicago', sample: 'grand-bend', live: false });
  await loadShippedPolicy(db.owner, 'lausd');
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: randomBytes(32).toString('base64') };
  const { client, close } = await connectClient(engine);
  disconnect = close;
  worker = await startWorker({ ...engine, db: db.worker, databaseUrl: db.workerUrl, samplesDir: SAMPLES, bundle: servers().bundle });
  const coverage: Coverage = { schools: 'all', from: '2021-08-23', to: FIRST, complete: true };
  // The roster comes on the day before school begins, and the attendance up to the first day.
  const arrivals = [
    ['2021-08-22', ['schools.csv', 'calendar.csv', 'students.csv', 'contacts.csv']],
    [FIRST, ['attendance.csv']],
  ] as const;
  for (const [day, names] of arrivals) {
    await db.owner('district').update({ clock_offset: db.owner.raw('CAST(? AS timestamptz) - now()', [`${day}T23:00:00Z`]) });
    const files = names.map((name) => ({ name, bytes: readFileSync(`${SAMPLES}grand-bend/${name}`) }));
    await importDelivery(db.worker, await createDelivery(db.worker, { source: 'test', coverage, receivedBy: 'test', files }));
  }
  await turn(db.worker, FIRST);
  api = await startEngineApi(db.apiUrl, client);
  for (const role of ROLES) people[role] = api.as(await addPerson(db.owner, role, [ELEMENTARY]));
  for (const role of ['attendance_supervisor', 'resource_panel_member', 'sarb_member', 'administrator'] as const) {
    people[role] = api.as(await addPerson(db.owner, role, null));
  }
});
afterAll(async () => {
  await api.close();
  await worker.stop();
  await disconnect();
  await db.close();
});

interface Pupil {
  caseId: string;
  studentId: string;
  mother: string;
}

async function pupil(localId: string): Promise<Pupil> {
  const found = expectOk(await people.clerk.findStudents({ id: localId }));
  const [one] = found.students;
  return { caseId: one?.caseId ?? '', studentId: one?.studentId ?? '', mother: one?.contacts[0]?.contactId ?? '' };
}

/** The clock's today, as everybody sees it. */
async function today(): Promise<string> {
  return expectOk(await people.clerk.clock()).day;
}

/** A school day passes, in the sample's own way. */
async function pass(schoolDays: number): Promise<void> {
  expectOk(await people.administrator.advance({ schoolDays }));
  await until(async () => {
    const { advance } = expectOk(await people.administrator.clock()) as unknown as { advance: { state: string } };
    return advance.state === 'done';
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (Date.now() > end) throw new Error('waited a minute in vain');
  }
}

/** A further file: so many school days absent from the second one on. */
async function absent(localId: string, count: number, excuse: 'Excused' | 'Unexcused'): Promise<string[]> {
  const rows = await db
    .owner('calendar_day')
    .where({ school_id: ELEMENTARY, instructional: true })
    .andWhere('date', '>', '2021-08-23')
    .orderBy('date')
    .limit(count)
    .select<{ date: string }[]>('date');
  const lines = rows.map(({ date }, n) => `${localId},${ELEMENTARY},,${date},daily,absent,${excuse},further-${localId}-${n}`);
  const csv = ['Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id', ...lines, ''].join(
    '\n',
  );
  const id = await people.administrator.deliver(
    { schools: [ELEMENTARY], from: '2021-08-23', to: await today(), complete: false },
    { 'further.csv': csv },
  );
  await until(async () => expectOk(await people.administrator.delivery(id)).status === 'done');
  return rows.map(({ date }) => date);
}

async function seqOf(caseId: string): Promise<number> {
  return expectOk(await people.attendance_supervisor.case(caseId)).seq;
}

function typeOf(reply: Reply<unknown>): string {
  return `${reply.status} ${reply.problem.type ?? ''}`;
}

/** Documents a step; before that, the wrong role is refused. */
async function take(student: Pupil, step: Step): Promise<string> {
  const given = {
    on: await today(),
    time: '10:00',
    task: { task: step.task, round: 1 },
    action: step.action(student.mother),
    note: `${step.task}: done as planned.`,
  };
  const wrong = await people[step.never].document(student.caseId, given);
  expect(`${step.task} by ${step.never}: ${wrong.status}`).toMatch(/: (403|404)$/);
  return expectOk(await people[step.by].document(student.caseId, given)).commandId;
}

/** The referral is refused, and names what is missing. */
async function missing(student: Pupil, ground: Ground): Promise<string[]> {
  const reply = await people.attendance_supervisor.refer(student.caseId, ground, { ifSeq: await seqOf(student.caseId) });
  expect(typeOf(reply)).toContain('requirements-missing');
  const list = (reply.problem as unknown as { missing: { requirement: string; title: string; why: string }[] }).missing;
  for (const item of list) expect([item.title, item.why].every(Boolean)).toBe(true);
  return list.map((item) => item.requirement);
}

test('a student climbs every step to SARB, by eight roles, refused on the way for each missing thing by its name', async () => {
  const student = await pupil(TRUANT);
  const events = await absent(TRUANT, 26, 'Unexcused');
  const documented: string[] = [];

  // The daily call, and the attempt before it; a wrong number asks for a correction.
  const spell = events[0] ?? '';
  for (const outcome of ['no_answer', 'reached', 'reached'] as const) {
    const reply = await people.clerk.document(student.caseId, {
      on: await today(),
      time: '09:00',
      action: {
        kind: 'contact',
        details: {
          channel: 'phone',
          outcome,
          contact: student.mother,
          spell,
          ...(outcome === 'reached' ? { reason: 'transport' as const, expectedReturn: await today() } : {}),
        },
      },
      note: 'Asked after the absence and told of the ten days to clear it.',
    });
    documented.push(expectOk(reply).commandId);
  }
  const page = expectOk(await people.case_manager.case(student.caseId));
  expect(page.standing?.absenceLadder.absences).toBe(26);
  const before = await missing(student, 'habitual_truant');
  for (const requirement of [
    'truancy-reports',
    'conference-effort',
    'notice-of-referral',
    'letter-1',
    'sart',
    'panel-decision',
    'staff-meeting-held',
  ])
    expect(before).toContain(requirement);

  // Three reports on final events; a teacher may not file, and an event serves one report.
  const file = async (days: string[]): Promise<void> =>
    void expectOk(await people.case_manager.fileReport(student.caseId, days, await today()));
  expect((await people.teacher.fileReport(student.caseId, events.slice(0, 3), await today())).status).toBe(403);
  await file(events.slice(0, 3));
  expect(typeOf(await people.case_manager.fileReport(student.caseId, events.slice(0, 3), await today()))).toContain('report-events');

  const mail = async (letter: string, approver: Role): Promise<void> => {
    const ifSeq = await seqOf(student.caseId);
    expect((await people.clerk.approveLetter(student.caseId, letter, 1, { ifSeq })).status).toBe(403);
    const sent = {
      on: await today(),
      task: { task: letter, round: 1 },
      action: { kind: 'letter_mailed' as const, details: { letter, channel: 'mail' as const, contact: student.mother } },
      note: 'To the address on file.',
    };
    expect(typeOf(await people.clerk.document(student.caseId, sent))).toContain('letter-not-approved');
    const approved: Applied = expectOk(await people[approver].approveLetter(student.caseId, letter, 1, { ifSeq }));
    expect((await people.clerk.letter(student.caseId, approved.commandId)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    documented.push(expectOk(await people.clerk.document(student.caseId, sent)).commandId);
  };
  documented.push(
    await take(student, {
      task: 'not-evaluation-list',
      by: 'case_manager',
      never: 'teacher',
      action: () => ({ kind: 'evaluation_list', details: { decision: 'send' } }),
    }),
  );
  await mail('letter-1', 'case_manager');
  // Five school days lie between letters.
  for (let day = 0; day < 6; day += 1) await pass(1);
  await file(events.slice(3, 4));
  await mail('letter-2', 'case_manager');

  // Every step of the ladder; the panel waits for the teams, the contract for the conference.
  const panel = STEPS.find((s) => s.task === 'resource-panel')!;
  const early = await people.resource_panel_member.document(student.caseId, {
    on: await today(),
    task: { task: 'resource-panel', round: 1 },
    action: panel.action(student.mother),
    note: 'Too early.',
  });
  expect(typeOf(early)).toContain('needs-other-tasks');
  for (const step of STEPS) {
    const left = await missing(student, 'habitual_truant');
    expect(left).toContain(step.task === 'resource-panel' ? 'panel-decision' : step.task);
    documented.push(await take(student, step));
  }
  for (const [task, by] of SCHOOL_TASKS)
    expectOk(await people[by].recordSchoolTask(ELEMENTARY, task, await today(), 'Held for the whole school.'));
  await file(events.slice(4, 5));
  for (let day = 0; day < 6; day += 1) await pass(1);
  await mail('letter-3', 'principal');
  await until(async () => (await missing(student, 'habitual_truant')).join() === 'notice-of-referral');
  documented.push(await take(student, notice('habitual_truant')));

  // The referral itself: only by the attendance supervisor, only on the case as it is.
  const ifSeq = await seqOf(student.caseId);
  for (const role of ['clerk', 'principal', 'administrator'] as const)
    expect((await people[role].refer(student.caseId, 'habitual_truant', { ifSeq })).status).toBe(403);
  expect((await people.attendance_supervisor.refer(student.caseId, 'habitual_truant', { ifSeq: ifSeq - 1 })).status).toBe(412);
  expectOk(await people.attendance_supervisor.refer(student.caseId, 'habitual_truant', { ifSeq }));

  // The packet: each documented action once in its chronology, twice the same bytes, an unbroken chain behind it.
  const packet = await people.attendance_supervisor.packet(student.caseId);
  expect(packet.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect((await people.attendance_supervisor.packet(student.caseId)).bytes.equals(packet.bytes)).toBe(true);
  const { source } = await db
    .owner('document')
    .where({ case_id: student.caseId, kind: 'packet' })
    .orderBy('version', 'desc')
    .first<{ source: PacketSource }>('source');
  const chronology = packetModel(source, 1, 'x').sections.find((s) => s.title === 'Chronological record')!;
  const cited = chronology.blocks.flatMap((b) => (b.kind === 'table' ? b.rows.flatMap((r) => r.cites) : []));
  for (const action of documented) {
    const { seq } = await db.owner('case_action').where({ action_id: action }).first<{ seq: number }>('seq');
    expect(cited.filter((c) => c === `E-${seq}`)).toHaveLength(1);
  }
  expect(await verifyChains(db.owner)).toMatchObject({ broken: [] });
}, 300_000);

test('a student with 26 days, all excused, gets every support step, no report, no letter, and a referral as chronic absentee', async () => {
  const { rows } = await db.owner.raw<{ rows: { local_id: string }[] }>(
    `SELECT s.local_id FROM student s JOIN standing t USING (student_id) WHERE s.school_id = ? AND t.absences = 0 AND t.age >= 7 AND s.local_id <> ? ORDER BY s.local_id LIMIT 1`,
    [ELEMENTARY, TRUANT],
  );
  const localId = rows[0]!.local_id;
  const student = await pupil(localId);
  await absent(localId, 26, 'Excused');
  await until(async () => (await people.case_manager.case(student.caseId)).status === 200);
  for (let n = 0; n < 3; n += 1) {
    expectOk(
      await people.clerk.document(student.caseId, {
        on: await today(),
        time: `0${8 + (n % 2)}:30`,
        action: { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: student.mother } },
        note: 'Talked about the illness.',
      }),
    );
  }
  for (const step of STEPS) await take(student, step);
  await take(student, notice('chronic_absentee'));
  const refused = await people.attendance_supervisor.refer(student.caseId, 'habitual_truant', { ifSeq: await seqOf(student.caseId) });
  expect(typeOf(refused)).toContain('requirements-missing');
  expectOk(await people.attendance_supervisor.refer(student.caseId, 'chronic_absentee', { ifSeq: await seqOf(student.caseId) }));
  const page = expectOk(await people.attendance_supervisor.case(student.caseId));
  expect([page.reports, page.letters]).toEqual([[], []]);
  const tasks = await db.owner('case_task').where({ case_id: student.caseId }).select<{ task: string }[]>('task');
  for (const task of ['truancy-report', 'letter-1', 'letter-2', 'letter-3']) expect(tasks.map((t) => t.task)).not.toContain(task);
  const { source } = await db
    .owner('document')
    .where({ case_id: student.caseId, kind: 'referral' })
    .first<{ source: PacketSource }>('source');
  const letters = source.readiness.flatMap((r) => r.requirements.filter((q) => q.requirement.startsWith('letter-')));
  expect(letters.map((l) => l.status)).toEqual(['not_applicable', 'not_applicable', 'not_applicable']);
}, 300_000);

test('the figures of the year are what the record says of both, and each leads to its records', async () => {
  const { attendance_supervisor: supervisor } = people;
  const report = expectOk(await supervisor.get<z.output<typeof yearReport>>('/v1/reports/year'));
  expect(report.district).toMatchObject({
    'referral:habitual_truant': 1,
    'referral:chronic_absentee': 1,
    referred: 2,
    truants: 1,
    habitual_truants: 1,
    'letter:letter-1': 1,
    'letter:letter-2': 1,
    'letter:letter-3': 1,
    'meeting:sart': 2,
  });
  for (const { key } of report.columns.filter((column) => !/^(students|chronic|severe|band)/.test(column.key))) {
    const { records } = expectOk(await supervisor.get<z.output<typeof yearRecords>>(`/v1/reports/year/records?key=${key}`));
    expect([key, records.length]).toEqual([key, report.district![key]]);
  }
});
