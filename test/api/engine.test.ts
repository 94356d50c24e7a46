import { randomUUID } from 'node:crypto';
import { createDistrictJobs } from '../../api/jobs.ts';
import { sendCommand } from '../../activities/send.ts';
import { addPerson, expectOk, startEngineApi, startTestApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import { openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

/** The API over a living district: real PostgreSQL, real Temporal, a real worker. */
describe('the API with the engine', () => {
  let world: TestWorld;
  let api: ApiWorld;
  const people: Record<'clerk' | 'teacher' | 'case_manager' | 'principal' | 'attendance_supervisor' | 'administrator', PersonAtApi> =
    {} as never;

  beforeAll(async () => {
    world = await openWorld();
    api = await startEngineApi(world.db.apiUrl, world.client);
    for (const role of ['clerk', 'teacher', 'case_manager', 'principal'] as const)
      people[role] = api.as(await addPerson(world.db.owner, role, [SCHOOL]));
    for (const role of ['attendance_supervisor', 'administrator'] as const)
      people[role] = api.as(await addPerson(world.db.owner, role, null));
  });
  afterAll(async () => {
    await api.close();
    await world.close();
  });

  async function pupil(truancy: string[] = [], absences = truancy.length): Promise<TestStudent & { contactId: string }> {
    const student = await world.enroll();
    const [contact] = await world.db
      .owner('contact')
      .insert({
        student_id: student.studentId,
        first_name: 'Ada',
        last_name: 'Family',
        relationship: 'Mother',
        phone: '555 010 0100',
        recorded_by: 'test',
      })
      .returning<{ contact_id: string }[]>('contact_id');
    await world.stand(student, { truancy, absences }, false);
    return { ...student, contactId: contact?.contact_id ?? '' };
  }

  const call = (contactId: string | null, note = 'Spoke with the mother.') => ({
    on: TODAY,
    time: '09:10',
    action: { kind: 'contact' as const, details: { channel: 'phone' as const, outcome: 'reached' as const, contact: contactId } },
    note,
  });

  test('the first documented action begins the case, and the page shows it with who may do what next', async () => {
    const student = await pupil();
    expect((await people.clerk.case(student.caseId)).status).toBe(404);
    const reply = await people.clerk.document(student.caseId, call(student.contactId));
    expect([reply.status, reply.body.outcome]).toEqual([201, 'applied']);
    expect(reply.headers.get('etag')).toBe(`"${reply.body.seq}"`);
    const page = expectOk(await people.clerk.case(student.caseId));
    expect(page.seq).toBe(reply.body.seq);
    expect(page.actions).toEqual([expect.objectContaining({ id: reply.body.commandId, kind: 'contact', role: 'clerk', on: TODAY })]);
    expect(page.possible.length).toBeGreaterThan(0);
    for (const { you, roles } of page.possible) expect(you).toBe(roles.includes('clerk'));
    expect(page.readiness.map(({ ground, ready }) => [ground, ready])).toEqual([
      ['habitual_truant', false],
      ['chronic_absentee', false],
    ]);
    const { events } = expectOk(await people.clerk.history(student.caseId));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(events.find(({ type }) => type === 'action_documented')).toMatchObject({ text: 'Spoke with the mother.', textWithheld: false });
    const withheld = expectOk(await people.administrator.history(student.caseId)).events.find(({ type }) => type === 'action_documented');
    expect(withheld).toMatchObject({ text: null, textWithheld: true });
  });

  test('the same command 50 times at once has one effect and one answer', async () => {
    const student = await pupil();
    const key = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => people.clerk.document(student.caseId, call(student.contactId), { key })),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map(({ bytes }) => bytes.toString())).size).toBe(1);
    expect(await world.eventsOf(student, 'action_documented')).toHaveLength(1);
  });

  test('a refusal keeps its reason, changes nothing, and is the same when asked again', async () => {
    const student = await pupil();
    const { seq } = expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const key = randomUUID();
    const tomorrow = { ...call(student.contactId), on: '2021-10-16' };
    for (let n = 0; n < 2; n += 1) {
      const refused = await people.clerk.document(student.caseId, tomorrow, { key });
      expect([refused.status, refused.problem.type]).toEqual([422, 'urn:rollbook:problem:future-date']);
      const outcome = expectOk(await people.clerk.outcome(String(refused.problem['commandId'])));
      expect(outcome).toMatchObject({ outcome: 'refused', result: { type: 'urn:rollbook:problem:future-date' } });
    }
    expect(expectOk(await people.clerk.case(student.caseId)).seq).toBe(seq);
  });

  test('a judgement of a case that has moved on is 412, with the case as it is now', async () => {
    const student = await pupil();
    const { seq } = expectOk(await people.case_manager.openCase(student.studentId, 'His aunt asked for help.'));
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const supervisor = people.attendance_supervisor;
    const stale = await supervisor.refer(student.caseId, 'habitual_truant', { ifSeq: seq });
    expect([stale.status, stale.problem.type]).toEqual([412, 'urn:rollbook:problem:stale']);
    const present = stale.problem['present'] as { seq: number; actions: unknown[] };
    expect(present.actions).toHaveLength(1);
    expect(stale.headers.get('etag')).toBe(`"${present.seq}"`);
    const fresh = await supervisor.refer(student.caseId, 'habitual_truant', { ifSeq: present.seq });
    expect([fresh.status, fresh.problem.type]).toEqual([409, 'urn:rollbook:problem:requirements-missing']);
    const lines = (fresh.problem.missing ?? []).map(({ requirement, title }) => [requirement, title]);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter(([requirement, title]) => requirement === title)).toEqual([]);
    const again = await people.case_manager.openCase(student.studentId, 'Again.');
    expect([again.status, again.problem.type]).toEqual([409, 'urn:rollbook:problem:case-already-open']);
  });

  test('the fine rule is the policy’s: a teacher may document, but not what is the case manager’s', async () => {
    const student = await pupil();
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const referral = { kind: 'agency_referral' as const, details: { service: 'food_bank', status: 'made' as const } };
    const refused = await people.teacher.document(student.caseId, { on: TODAY, action: referral, note: 'They asked for it.' });
    expect([refused.status, refused.problem.type]).toEqual([403, 'urn:rollbook:problem:role-not-allowed']);
    expectOk(await people.case_manager.document(student.caseId, { on: TODAY, action: referral, note: 'They asked for it.' }));
    const { steps } = expectOk(await people.clerk.case(student.caseId));
    const done = steps.flatMap(({ tasks }) => tasks).find(({ task }) => task === 'agency-referral-1');
    expect(done).toMatchObject({ status: 'done', evidence: [expect.any(String)] });
  });

  test('an erroneous entry is superseded and its task asked for again; what is not available is said so', async () => {
    const student = await pupil();
    const referral = { kind: 'agency_referral' as const, details: { service: 'food_bank', status: 'made' as const } };
    const { commandId } = expectOk(await people.case_manager.document(student.caseId, { on: TODAY, action: referral, note: 'Yes.' }));
    expectOk(await people.case_manager.supersede(student.caseId, commandId, 'It was for the brother.'));
    const task = async () =>
      expectOk(await people.clerk.case(student.caseId))
        .steps.flatMap(({ tasks }) => tasks)
        .find((one) => one.task === 'agency-referral-1');
    expect(await task()).toMatchObject({ status: 'open', evidence: [] });
    const unknown = await people.case_manager.supersede(student.caseId, randomUUID(), 'It never was.');
    expect([unknown.status, unknown.problem.type]).toEqual([422, 'urn:rollbook:problem:unknown-action']);
    const round = (await task())?.round ?? 1;
    expectOk(await people.case_manager.unavailable(student.caseId, 'agency-referral-1', round, 'There is no agency in this town.'));
    expect(await task()).toMatchObject({ status: 'unavailable' });
    const never = await people.case_manager.unavailable(student.caseId, 'mass-notification', 1, 'We do not like it.');
    expect(never.problem.type).toMatch(/not-optional|role-not-allowed/);
  });

  test('a contact is corrected by a new one, with the action that says so; repeated, it changes nothing more', async () => {
    const student = await pupil();
    const correction = {
      result: 'corrected' as const,
      changes: { phone: '555 010 0199' },
      on: TODAY,
      note: 'The father gave the new number.',
    };
    const late = await people.clerk.correctContact(student.studentId, student.contactId, { ...correction, on: '2021-10-16' });
    expect([late.status, late.problem.type]).toEqual([422, 'urn:rollbook:problem:future-date']);
    const contacts = () =>
      world.db
        .owner('contact')
        .where({ student_id: student.studentId })
        .orderBy('recorded_at')
        .select<{ contact_id: string; phone: string; superseded_by: string | null; recorded_by: string }[]>('*');
    expect(await contacts()).toHaveLength(1);
    const key = randomUUID();
    const replies = [];
    for (let n = 0; n < 3; n += 1)
      replies.push(expectOk(await people.clerk.correctContact(student.studentId, student.contactId, correction, { key })));
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
    const [before, after, ...more] = await contacts();
    expect(more).toEqual([]);
    expect(before).toMatchObject({ phone: '555 010 0100', superseded_by: after?.contact_id });
    expect(after).toMatchObject({ phone: '555 010 0199', superseded_by: null, contact_id: replies[0]?.contact });
    expect(after?.recorded_by).toMatch(/^clerk\./);
    expect(await world.eventsOf(student, 'action_documented')).toHaveLength(1);
    expect((await people.clerk.correctContact(student.studentId, student.contactId, correction)).status).toBe(404);
    expect(expectOk(await people.clerk.case(student.caseId)).contacts.map(({ phone }) => phone)).toEqual(['555 010 0199']);
  });

  test('a school task done once is cited on every case it reaches', async () => {
    const student = await pupil();
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const recorded = expectOk(await people.clerk.recordSchoolTask(SCHOOL, 'mass-notification-check', TODAY, 'Both messages went out.'));
    expect(recorded.cases).toBeGreaterThan(0);
    await world.quiet();
    const { steps } = expectOk(await people.clerk.case(student.caseId));
    const cited = steps.flatMap(({ tasks }) => tasks).find(({ task }) => task === 'mass-notification');
    expect(cited).toMatchObject({ status: 'done', evidence: [recorded.recordId] });
  });

  test('a report is filed on its events, withdrawn with a reason, and a letter is printed as it was approved', async () => {
    const days = ['2021-09-01', '2021-09-02', '2021-09-03'];
    const student = await pupil(days);
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const due = expectOk(await people.clerk.case(student.caseId)).standing?.truancyTrack;
    expect(due).toMatchObject({ reportDue: { due: true, ordinal: 1, events: days }, reportsStanding: 0, habitualTruant: false });
    const filed = expectOk(await people.case_manager.fileReport(student.caseId, days, TODAY));
    expect(expectOk(await people.clerk.case(student.caseId)).standing?.truancyTrack.events).toEqual(
      days.map((day) => ({ day, report: 1 })),
    );
    const evaluated = { on: TODAY, action: { kind: 'evaluation_list' as const, details: { decision: 'send' as const } } };
    const early = await people.principal.approveLetter(student.caseId, 'letter-1', 1, { ifSeq: filed.seq });
    expect([early.status, early.problem.type]).toEqual([409, 'urn:rollbook:problem:needs-other-tasks']);
    expect(early.problem.detail).toContain('Evaluate the list for the Notification of Truancy');
    expectOk(await people.case_manager.document(student.caseId, evaluated));
    const page = expectOk(await people.principal.case(student.caseId));
    expect(page.possible.find(({ command }) => command === 'approve_letter')).toMatchObject({ you: true, waitsFor: [] });
    const approved = expectOk(await people.principal.approveLetter(student.caseId, 'letter-1', 1, { ifSeq: page.seq }));
    const printed = await people.clerk.letter(student.caseId, approved.commandId);
    expect([printed.status, printed.bytes.subarray(0, 5).toString()]).toEqual([200, '%PDF-']);
    const again = await people.principal.letter(student.caseId, approved.commandId);
    expect(again.bytes.equals(printed.bytes)).toBe(true);
    expect(filed.seq).toBeLessThan(page.seq);
    const { seq } = expectOk(await people.clerk.case(student.caseId));
    expectOk(await people.case_manager.withdrawReport(student.caseId, 1, 'The third day was excused after all.', { ifSeq: seq }));
    expect(expectOk(await people.clerk.case(student.caseId)).reports).toEqual([expect.objectContaining({ ordinal: 1, withdrawn: true })]);
  });

  test('the packet is a PDF, and whoever gets it is logged', async () => {
    const student = await pupil();
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const packet = await people.principal.packet(student.caseId);
    expect([packet.status, packet.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(packet.bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const again = await people.principal.packet(student.caseId);
    expect(again.headers.get('x-source-sha256')).toBe(packet.headers.get('x-source-sha256'));
    expect(again.bytes.equals(packet.bytes)).toBe(true);
    expect(await world.db.owner('disclosure').where({ case_id: student.caseId, what: 'packet' })).toHaveLength(2);
  });

  test('the ladder is a picture: the policy for everybody, and with where the case stands for who may read it', async () => {
    const student = await pupil();
    expect((await people.principal.picture(student.caseId)).status).toBe(404);
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    const ladder = await people.teacher.picture();
    const own = await people.principal.picture(student.caseId);
    for (const { status, headers, bytes } of [ladder, own]) {
      expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
      expect(bytes.toString()).toMatch(/^<svg [^>]*role="img"/);
    }
    expect(own.bytes.toString()).toContain('○ open');
  });

  test('cases are found by the ground that stands on them', async () => {
    const chronic = await pupil([], 5);
    const other = await pupil([], 1);
    for (const { caseId, contactId } of [chronic, other]) expectOk(await people.clerk.document(caseId, call(contactId)));
    const found = expectOk(await people.principal.cases('?ground=chronic_absentee&limit=200')).cases.map(({ caseId }) => caseId);
    expect(found).toContain(chronic.caseId);
    expect(found).not.toContain(other.caseId);
    expect(expectOk(await people.principal.cases('?ground=habitual_truant')).cases).toEqual([]);
  });

  test('a delivery comes in by upload, is imported, and every row that was not taken is named, page by page', async () => {
    const csv = [
      'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id',
      ...Array.from({ length: 5 }, (_none, n) => `nobody-${n},${SCHOOL},,2021-10-14,daily,absent,Excused,${n}`),
      '',
    ].join('\n');
    const coverage = { schools: [SCHOOL], from: '2021-10-14', to: '2021-10-14', complete: false };
    const deliveryId = await people.administrator.deliver(coverage, { 'attendance.csv': csv });
    const read = (query = '') => people.administrator.delivery(deliveryId, query).then(expectOk);
    await world.until('the delivery is imported', async () => ['done', 'failed'].includes((await read()).status));
    expect(await read()).toMatchObject({ status: 'done', problem: null, counts: { read: 5, accepted: 0, rejected: 5, ignored: 0 } });
    const lines: number[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await read(`?limit=2${next === '' ? '' : `&cursor=${next}`}`);
      lines.push(...page.rows.map(({ line }) => line));
      next = page.next;
    }
    expect(lines).toHaveLength(5);
    expect(new Set(lines).size).toBe(5);
  });

  describe('while no worker runs', () => {
    test('a command is answered with 202, and carried out once when one comes back', async () => {
      const student = await pupil();
      await world.stopWorkers();
      const impatient = await startTestApi({
        databaseUrl: world.db.apiUrl,
        gateway: (db) => ({ deliver: (commandId, timeoutMs) => sendCommand({ client: world.client, db }, commandId, timeoutMs) }),
        jobs: createDistrictJobs(world.client),
        patienceMs: 300,
      });
      const clerk = impatient.as(people.clerk.token);
      const key = randomUUID();
      const reply = await clerk.document(student.caseId, call(student.contactId), { key });
      expect(reply.status).toBe(202);
      expect(expectOk(await clerk.outcome(reply.body.commandId)).outcome).toBeNull();
      await world.startWorker();
      await world.until(
        'the command has its outcome',
        async () => expectOk(await clerk.outcome(reply.body.commandId)).outcome === 'applied',
        60_000,
      );
      const repeated = await clerk.document(student.caseId, call(student.contactId), { key });
      expect([repeated.status, repeated.body.commandId]).toEqual([201, reply.body.commandId]);
      expect(await world.eventsOf(student, 'action_documented')).toHaveLength(1);
      await impatient.close();
    });
  });

  test('the clock advances by command, says how far it has come, and takes the date of every standing along', async () => {
    const student = await pupil();
    expectOk(await people.clerk.document(student.caseId, call(student.contactId)));
    expect(expectOk(await people.clerk.case(student.caseId)).standing?.asOf).toBe(TODAY);
    expect((await people.administrator.advance({ days: 3 })).status).toBe(202);
    await world.until('the clock has been advanced', async () => expectOk(await people.clerk.clock()).advance.state === 'done', 60_000);
    expect(expectOk(await people.clerk.clock())).toMatchObject({ day: '2021-10-18', lastDayTurned: '2021-10-18', advance: { planned: 3 } });
    // Nothing but the date changed for this one.
    expect(expectOk(await people.clerk.case(student.caseId)).standing).toMatchObject({ asOf: '2021-10-18', judged: true });
  });
});
