import { createHash, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { schoolTasks } from '../../api/contracts/school.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { call, HIGH, openSampleDistrict, someStudent, TODAY, type SampleDistrict, type SampleStudent } from './sample-district.ts';

/** What happens to a command before any case has answered: it is written down, once. */
describe('a command', () => {
  let district: SampleDistrict;
  let student: SampleStudent;
  let clerk: PersonAtApi;
  const written = (caseId: string) => district.db.owner('command').where({ case_id: caseId });

  beforeAll(async () => {
    district = await openSampleDistrict();
    student = await someStudent(district, HIGH);
    clerk = await district.person('clerk', [HIGH]);
  });
  afterAll(() => district.close());
  beforeEach(() => written(student.caseId).delete());

  test('is written down first, and answered with 202 and where to read its outcome when nobody could answer in time', async () => {
    const reply = await clerk.document(student.caseId, call(student));
    expect(reply.status).toBe(202);
    expect(reply.headers.get('location')).toBe(`/v1/commands/${reply.body.commandId}`);
    const [row] = await written(student.caseId).select<Record<string, unknown>[]>('*');
    expect(row).toMatchObject({ command_id: reply.body.commandId, kind: 'document_action', outcome: null, if_seq: null });
    expect(row?.['actor']).toMatchObject({ role: 'clerk', place: HIGH });
    expect(expectOk(await clerk.outcome(reply.body.commandId))).toMatchObject({ outcome: null, result: null });
  });

  test('with the same key and body is the same command, 20 times at once', async () => {
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => clerk.document(student.caseId, call(student), { key })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(replies.map(({ body }) => body.commandId)).size).toBe(1);
    expect(await written(student.caseId).select('command_id')).toHaveLength(1);
  });

  test.each([
    ['another day', { on: '2021-10-14' }],
    ['other words', { note: 'Spoke with the father.' }],
    ['no time', { time: null }],
  ])('with a used key and %s is refused', async (_what, change) => {
    const key = randomUUID();
    expectOk(await clerk.document(student.caseId, call(student), { key }));
    const reply = await clerk.document(student.caseId, { ...call(student), ...change }, { key });
    expect([reply.status, reply.problem.type]).toEqual([422, 'urn:rollbook:problem:idempotency-key-reused']);
    expect(await written(student.caseId).select('command_id')).toHaveLength(1);
  });

  test('with a used key for another case, or another thing, is refused', async () => {
    const key = randomUUID();
    expectOk(await clerk.document(student.caseId, call(student), { key }));
    expect((await clerk.openCase(student.studentId, 'His aunt asked for help.', { key })).status).toBe(422);
    const principal = await district.person('principal', [HIGH]);
    const judged = randomUUID();
    expectOk(await principal.refer(student.caseId, 'habitual_truant', { key: judged, ifSeq: 3 }));
    const again = await principal.refer(student.caseId, 'habitual_truant', { key: judged, ifSeq: 4 });
    expect([again.status, again.problem.type]).toEqual([422, 'urn:rollbook:problem:idempotency-key-reused']);
  });

  test('of two people may have the same key', async () => {
    const key = randomUUID();
    const other = await district.person('clerk', [HIGH]);
    expectOk(await clerk.document(student.caseId, call(student), { key }));
    expectOk(await other.document(student.caseId, call(student), { key }));
    expect(await written(student.caseId).select('command_id')).toHaveLength(2);
  });

  test('keeps its words apart from its body, with a salted digest', async () => {
    const note = 'She has been in hospital since Tuesday.';
    expectOk(await clerk.document(student.caseId, call(student, note)));
    const [row] = await written(student.caseId).select<
      { text: string; text_salt: string; text_digest: string; body: unknown; body_sha256: string }[]
    >('*');
    expect(row?.text).toBe(note);
    expect(row?.text_digest).toBe(createHash('sha256').update(`${row?.text_salt}${note}`).digest('hex'));
    expect(JSON.stringify(row?.body)).not.toContain('hospital');
    expect(row?.body_sha256).not.toBe(createHash('sha256').update(note).digest('hex'));
  });

  test('about a day inside a spell is about the spell', async () => {
    const row = await district.db
      .owner('spell AS p')
      .join('student AS s', 's.student_id', 'p.student_id')
      .where('p.days', '>', 1)
      .where('s.school_id', HIGH)
      .first<{ case_id: string; first_day: string; last_day: string }>('s.case_id', 'p.first_day', 'p.last_day');
    const spell = { ...call(student).action.details, contact: null, spell: row.last_day };
    expectOk(await clerk.document(row.case_id, { ...call(student), action: { kind: 'contact', details: spell } }));
    const [command] = await written(row.case_id).select<{ body: { action: { details: { spell: string } } } }[]>('body');
    expect(command?.body.action.details.spell).toBe(row.first_day);
  });

  test('is refused, with every place named, when it says what cannot be', async () => {
    const stranger = randomUUID();
    const details = { ...call(student).action.details, contact: stranger, spell: '2021-07-04' };
    const reply = await clerk.document(student.caseId, { on: TODAY, action: { kind: 'contact', details } });
    expect(reply.status).toBe(422);
    expect(reply.problem.errors?.map(({ path }) => path)).toEqual([
      'body.note',
      'body.action.details.contact',
      'body.action.details.spell',
    ]);
    expect(await written(student.caseId).select('command_id')).toHaveLength(0);
  });

  test('a call that reached nobody needs no words', async () => {
    const details = { channel: 'phone' as const, outcome: 'no_answer' as const, contact: student.contactId };
    expect((await clerk.document(student.caseId, { on: TODAY, action: { kind: 'contact', details } })).status).toBe(202);
  });

  describe('for no case', () => {
    test('a school task is recorded once, cited on the cases it reaches, and repeated without effect', async () => {
      const key = randomUUID();
      const principal = await district.person('principal', [HIGH]);
      const give = (note: string) => principal.recordSchoolTask(HIGH, 'staff-meeting', TODAY, note, { key });
      const first = expectOk(await give('All teachers; tracking and case management.'));
      expect(expectOk(await give('All teachers; tracking and case management.'))).toEqual(first);
      expect((await give('Something else.')).problem.type).toBe('urn:rollbook:problem:idempotency-key-reused');
      expect(await district.db.owner('school_record').select('record_id')).toHaveLength(1);
      const future = await principal.recordSchoolTask(HIGH, 'staff-meeting', '2021-10-18', 'Next week.');
      expect([future.status, future.problem.errors?.[0]?.path]).toEqual([422, 'body.on']);
      expect((await principal.recordSchoolTask(HIGH, 'tea-party', TODAY, 'Nice.')).status).toBe(404);
      const refused = await clerk.recordSchoolTask(HIGH, 'staff-meeting', TODAY, 'I was there.');
      expect([refused.status, refused.problem.type]).toEqual([403, 'urn:rollbook:problem:role-not-allowed']);
    });

    test('a school sees what the policy asks of itself: how often, when it was last done, and until when it is to be done', async () => {
      const principal = await district.person('principal', [HIGH]);
      const { tasks } = expectOk(await principal.get<z.infer<typeof schoolTasks>>(`/v1/schools/${HIGH}/school-tasks`));
      const told = (task: string) => tasks.find((one) => one.task === task);
      expect(told('staff-meeting')).toMatchObject({
        cadence: 'term',
        lastOn: TODAY,
        done: true,
        span: { from: '2021-07-01', to: '2021-12-31' },
      });
      expect(told('mass-notification-check')).toMatchObject({
        cadence: 'daily',
        lastOn: null,
        done: false,
        span: { from: TODAY, to: TODAY },
      });
      expect(told('parent-assembly')).toMatchObject({ owner: 'principal', lastOn: null, done: false });
    });

    test('a delivery is opened once, takes each file once, and is committed once', async () => {
      const administrator = await district.person('administrator');
      const coverage = { schools: [HIGH], from: TODAY, to: TODAY, complete: false };
      const key = randomUUID();
      const open = () => administrator.command<{ deliveryId: string }>('/v1/deliveries', { coverage }, { key });
      const { deliveryId } = expectOk(await open());
      expect(expectOk(await open()).deliveryId).toBe(deliveryId);
      const put = (content: string) =>
        administrator.send<{ sha256: string }>('PUT', `/v1/deliveries/${deliveryId}/files/attendance.csv`, { body: content });
      const commit = (commitKey: string) => administrator.command(`/v1/deliveries/${deliveryId}/commit`, {}, { key: commitKey });
      expect((await commit(randomUUID())).problem.type).toBe('urn:rollbook:problem:delivery-closed');
      expect(expectOk(await put('a,b\n')).sha256).toBe(createHash('sha256').update('a,b\n').digest('hex'));
      expect((await put('a,b\n')).status).toBe(200);
      expect((await put('a,c\n')).problem.type).toBe('urn:rollbook:problem:file-differs');
      const commitKey = randomUUID();
      expect((await commit(commitKey)).status).toBe(202);
      expect((await commit(commitKey)).status).toBe(202);
      expect((await commit(randomUUID())).problem.type).toBe('urn:rollbook:problem:delivery-closed');
      const late = await administrator.send<unknown>('PUT', `/v1/deliveries/${deliveryId}/files/late.csv`, { body: 'a\n' });
      expect(late.problem.type).toBe('urn:rollbook:problem:delivery-closed');
      expect(expectOk(await administrator.delivery(deliveryId))).toMatchObject({
        status: 'queued',
        files: ['attendance.csv'],
        rows: [],
        next: null,
      });
    });

    test('the clock of a live district is not moved', async () => {
      const administrator = await district.person('administrator');
      expect((await administrator.advance({ schoolDays: 1 })).status).toBe(202);
      await district.db.owner('district').update({ live: true, clock_offset: '0' });
      const reply = await administrator.advance({ schoolDays: 1 });
      expect([reply.status, reply.problem.type]).toEqual([409, 'urn:rollbook:problem:live-district']);
      await district.db
        .owner('district')
        .update({ live: false, clock_offset: district.db.owner.raw(`CAST(? AS timestamptz) - now()`, [`${TODAY}T23:00:00Z`]) });
    });
  });
});
