import { Writable } from 'node:stream';
import { pino } from 'pino';
import { refusalProblem } from '../../api/problems.ts';
import { inWords } from '../../api/wording.ts';
import type { Refusal } from '../../cases/messages.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { NOBODY_ANSWERS, startTestApi } from '../world/api.ts';
import { call, HIGH, openSampleDistrict, someStudent, type SampleDistrict, type SampleStudent } from './sample-district.ts';

describe('problems', () => {
  let district: SampleDistrict;
  let student: SampleStudent;
  const lines: string[] = [];

  beforeAll(async () => {
    const log = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString('utf8'));
        done();
      },
    });
    district = await openSampleDistrict({ logger: pino({ level: 'trace' }, log) });
    student = await someStudent(district, HIGH);
  });
  afterAll(() => district.close());

  test('have the shape of RFC 9457, and name the request as the log does', async () => {
    const clerk = await district.person('clerk', [HIGH]);
    const reply = await clerk.send('GET', '/v1/nowhere');
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(reply.problem).toEqual({
      type: 'urn:rollbook:problem:not-found',
      title: 'Not found',
      status: 404,
      detail: expect.stringContaining('/v1/nowhere'),
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    });
    expect(lines.join('')).toContain(reply.problem.instance?.slice('urn:uuid:'.length));
  });

  test.each([
    ['{', 'application/json', 400, 'bad-request'],
    ['"words"', 'application/json', 400, 'bad-request'],
    ['{}', 'text/plain', 415, 'media-type'],
    [JSON.stringify({ note: 'x'.repeat(200_000) }), 'application/json', 413, 'too-large'],
  ])('a body that cannot be taken is a problem, not a crash', async (body, type, status, kind) => {
    const clerk = await district.person('clerk', [HIGH]);
    const reply = await clerk.send('POST', `/v1/cases/${student.caseId}/actions`, {
      body,
      headers: { 'content-type': type, 'idempotency-key': 'any-key-at-all' },
    });
    expect([reply.status, reply.problem.type]).toEqual([status, `urn:rollbook:problem:${kind}`]);
  });

  test('a cursor of somebody’s own making is refused', async () => {
    const clerk = await district.person('clerk', [HIGH]);
    const reply = await clerk.cases('?cursor=nonsense');
    expect([reply.status, reply.problem.errors?.[0]?.path]).toEqual([422, 'query.cursor']);
  });

  test('what is missing is named', () => {
    const missing = [{ requirement: 'sart', title: 'sart', why: 'Open, not documented yet.' }];
    const problem = refusalProblem({
      type: 'requirements-missing',
      detail: 'The referral is not ready: 1 requirement is missing.',
      missing,
    });
    expect(problem).toMatchObject({ type: 'urn:rollbook:problem:requirements-missing', status: 409, missing });
  });

  test('a refusal names tasks by their titles, and changes no other word', () => {
    const wording = {
      'letter-1': { title: 'Notification of Truancy', clause: '', step: 'truancy' },
      act: { title: 'Abolish Chronic Truancy (ACT)', clause: '', step: 'far-below-basic' },
    };
    const refusal: Refusal = {
      type: 'needs-other-tasks',
      detail: 'An act of “letter-1” comes after: act. Document these first, letter-1 too.',
    };
    expect(inWords(refusal, { wording } as unknown as Ladder).detail).toBe(
      'An act of “Notification of Truancy” comes after: act. Document these first, Notification of Truancy too.',
    );
    const listed = { ...refusal, detail: 'It comes after: act.', missing: [{ requirement: 'act', title: 'act', why: '' }] };
    const worded = inWords(listed, { wording } as unknown as Ladder);
    expect(worded.detail).toBe('It comes after: Abolish Chronic Truancy (ACT).');
    expect(worded.missing?.[0]?.title).toBe('Abolish Chronic Truancy (ACT)');
  });

  test('no log line holds a name, a number, a note or a token', async () => {
    const token = (await district.person('clerk', [HIGH])).token ?? '';
    const clerk = district.api.as(token);
    const contact = await district.db
      .owner('contact')
      .where({ contact_id: student.contactId })
      .first<{ phone: string; last_name: string; first_name: string }>('phone', 'last_name', 'first_name');
    await clerk.findStudents({ q: student.lastName });
    await clerk.findStudents({ phone: contact.phone });
    await clerk.document(student.caseId, call(student, 'She is in the Marigold clinic.'));
    await clerk.absenceList(HIGH);
    const log = lines.join('');
    expect(log).toContain(`/v1/cases/${student.caseId}/actions`);
    for (const secret of [student.lastName, contact.phone, encodeURIComponent(contact.phone), 'Marigold', token])
      expect(log).not.toContain(secret);
  });

  test('when the database is gone, the answer says so and what to do', async () => {
    const nowhere = new URL(district.db.apiUrl);
    nowhere.port = '1';
    const lost = await startTestApi({ databaseUrl: nowhere.href, ...NOBODY_ANSWERS });
    const clerk = lost.as('rb_any_token_at_all_will_do');
    const reply = await clerk.me();
    expect([reply.status, reply.problem.type]).toEqual([503, 'urn:rollbook:problem:unavailable']);
    expect(reply.headers.get('retry-after')).toBe('2');
    await lost.close();
  });
});
