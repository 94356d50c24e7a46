import { importDelivery } from '../../attendance/import.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { packetModel } from '../../documents/packet/model.ts';
import type { PacketSource } from '../../cases/documents.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { shippedPolicies } from '../../policy/index.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import { openWorld, SCHOOL, type TestStudent, type TestWorld } from '../world/world.ts';
import { stranger } from './probes.ts';
import { replay } from './replay.ts';
import { ladderOf, shipped } from './shipped.ts';
import { Walk } from './walk.ts';

describe.each(shippedPolicies())('%s, on the real servers', (id) => {
  const document = shipped(id);
  const walk = new Walk(ladderOf(document)).go();
  let world: TestWorld;
  let api: ApiWorld;
  let students: Map<string, TestStudent>;
  const people = new Map<Role, PersonAtApi>();
  const refusedSchoolTasks = new Map<string, number>();

  beforeAll(async () => {
    world = await openWorld({ policy: id });
    api = await startEngineApi(world.db.apiUrl, world.client);
    for (const role of ['clerk', 'teacher', 'case_manager', 'principal'] as const)
      people.set(role, api.as(await addPerson(world.db.owner, role, [SCHOOL])));
    for (const role of ['attendance_supervisor', 'administrator'] as const)
      people.set(role, api.as(await addPerson(world.db.owner, role, null)));
    students = await replay(world, walk, async (task, on) => {
      const rule = document.schoolTasks.find((one) => one.task === task)!;
      const outsider = people.get(stranger([rule.owner, ...(rule.also ?? [])]))!;
      refusedSchoolTasks.set(task, (await outsider.recordSchoolTask(SCHOOL, task, on, 'Not mine to record.')).status);
      expectOk(await people.get(rule.owner)!.recordSchoolTask(SCHOOL, task, on, 'Done for the whole school.'));
    });
  });
  afterAll(async () => {
    await api.close();
    await world.close();
  });

  test('what people did came out as the rules alone say, and every element is in the record and in the packet', async () => {
    const packets = new Map<string, Set<string>>();
    for (const [name, student] of students) packets.set(name, await citedInPacket(student));
    for (const { task } of document.tasks) {
      const taken = walk.taken.get(task)!;
      const student = students.get(taken.student)!;
      const state = (await world.caughtUp(student)).state;
      const paper = walk.pupil(taken.student).state.tasks.find((one) => one.task === task && one.round === taken.round)!;
      const real = state.tasks.find((one) => one.task === task && one.round === taken.round);
      expect({ task, ...pick(real) }).toEqual({ task, ...pick(paper) });
      const row = await world.db
        .owner('case_task')
        .where({ case_id: student.caseId, task, round: taken.round })
        .first<{ status: string }>();
      expect(row).toMatchObject({ status: paper.status });
      const completed = (await world.eventsOf(student, 'task_completed')).filter(
        ({ type, body }) => type === 'task_completed' && body.task === task && body.round === taken.round,
      );
      expect([task, completed.length > 0]).toEqual([task, true]);
      for (const { seq } of completed) expect([task, packets.get(taken.student)?.has(`E-${seq}`)]).toEqual([task, true]);
    }
    for (const name of ['truant', 'chronic']) expect((await world.recorded(students.get(name)!)).referrals).toHaveLength(1);
  });

  test('a school task is recorded by those whose work it is, and cited on the cases', async () => {
    const asked = document.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : []));
    for (const { task } of document.schoolTasks) {
      expect([task, refusedSchoolTasks.get(task)]).toEqual([task, 403]);
      expect(asked).toContain(task);
    }
  });

  test('a new spell of absence is on the daily list, a call without its reason is refused, and a documented one stands with it', async () => {
    const { day } = expectOk(await people.get('administrator')!.clock());
    const student = await absent(day);
    const caller = people.get(document.absenceList.owner)!;
    const lineOf = async () => expectOk(await caller.absenceList(SCHOOL, day)).spells.find(({ caseId }) => caseId === student.caseId);
    const line = await lineOf();
    expect(line).toMatchObject({ firstDay: day, call: { status: 'none' } });
    const contact = line!.contacts[0]!.contactId;
    const call = (details: object) =>
      caller.document(student.caseId, {
        on: day,
        time: '09:00',
        action: { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact, spell: day, ...details } },
        note: 'Asked after the absence.',
      });
    expect((await call({})).status).toBeGreaterThanOrEqual(400);
    expectOk(await call({ reason: 'illness', expectedReturn: day }));
    expect((await lineOf())?.call.status).toBe('reached');
    expect(await citedInPacket(student)).toContain('E-3');
  });

  /** A student with an address on file who is absent on a day, as that day's file says. */
  async function absent(day: string): Promise<TestStudent> {
    const student = await world.enroll();
    const identifier = { student_id: student.studentId, scheme: 'local', value: 'A1', since: '2021-08-23', recorded_by: 'test' };
    await world.db.owner('student_identifier').insert(identifier);
    const mother = {
      local_id: 'M1',
      first_name: 'Given',
      last_name: 'Family',
      relationship: 'Mother',
      phone: '555 0100',
      recorded_by: 'test',
    };
    await world.db.owner('contact').insert({ student_id: student.studentId, ...mother });
    const text = `Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id\nA1,${SCHOOL},,${day},daily,absent,Unexcused,1\n`;
    const coverage = { schools: [SCHOOL], from: day, to: day, complete: false };
    const files = [{ name: 'attendance.csv', bytes: Buffer.from(text) }];
    const { worker } = world.db;
    await importDelivery(worker, await createDelivery(worker, { source: 'test', coverage, receivedBy: 'tester', files }));
    return student;
  }

  /** What the packet of a case cites in its chronology; the packet is printed on the way. */
  async function citedInPacket({ caseId }: TestStudent): Promise<Set<string>> {
    const printed = await people.get('attendance_supervisor')!.packet(caseId);
    expect(printed.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const { source } = await world.db
      .owner('document')
      .where({ case_id: caseId, kind: 'packet' })
      .orderBy('version', 'desc')
      .first<{ source: PacketSource }>('source');
    const model = packetModel(source, 1, 'x');
    // A packet never cites the law of another state.
    if (document.state !== 'california') expect(JSON.stringify(model)).not.toMatch(/\bEC \d|Education Code|SARB/);
    const chronology = model.sections.find(({ title }) => title === 'Chronological record')!;
    return new Set(chronology.blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flatMap((row) => row.cites) : [])));
  }
});

function pick(task: { status: string; openedOn: string; due: { on: string | null }; evidence: string[] } | undefined) {
  return { status: task?.status, openedOn: task?.openedOn, due: task?.due.on, records: task?.evidence.length };
}
