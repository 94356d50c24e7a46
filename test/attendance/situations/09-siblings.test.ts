import { refreshHouseholds } from '../../../store/households.ts';
import { expectOk, type PersonAtApi } from '../../world/api.ts';
import { HIGH, openSampleDistrict, type SampleDistrict } from '../../api/sample-district.ts';

/** Situations 9, 12 and 16: siblings, foster care and separated parents, as people at a school see them. */
let district: SampleDistrict;
let clerk: PersonAtApi;
let pair: { student_id: string; case_id: string; local_id: string; last_name: string; school_id: string }[];

interface StudentPage {
  identifiers: { scheme: string; value: string }[];
  enrollments: { school: string }[];
  contacts: { contactId: string; relationship: string; legalRole: string; mayBeContacted: boolean; receivesLetters: boolean }[];
  household: { siblings: { studentId: string; caseId: string; links: string[] }[]; elsewhere: number };
}

beforeAll(async () => {
  district = await openSampleDistrict();
  clerk = await district.person('clerk', [HIGH]);
  const here = await district.db.owner('student').where({ school_id: HIGH }).orderBy('local_id').limit(2).select();
  const [elsewhere] = await district.db.owner('student').whereNot({ school_id: HIGH }).orderBy('local_id').limit(1).select();
  pair = [...here, elsewhere];
  // Three children of one mother, whom the source knows under one number.
  for (const { student_id } of pair) {
    await district.db.owner('contact').insert({
      student_id,
      local_id: 'M-4711',
      first_name: 'Maya',
      last_name: 'Quill',
      relationship: 'Mother',
      recorded_by: 'delivery:test',
      lives_with: true,
      phone: '(951) 555 0100',
      street: '1 Quill Lane',
      zip: '78834',
    });
    await district.db.worker.transaction((trx) => refreshHouseholds(trx, [student_id]));
  }
});
afterAll(() => district.close());

test('a student is shown with siblings by name and case id, with what links them, and not those at schools one cannot see', async () => {
  const page = expectOk(await clerk.get<StudentPage>(`/v1/students/${pair[0]!.student_id}`));
  const sibling = page.household.siblings.find(({ studentId }) => studentId === pair[1]!.student_id);
  expect(sibling).toEqual({
    studentId: pair[1]!.student_id,
    caseId: pair[1]!.case_id,
    firstName: expect.any(String) as unknown,
    lastName: pair[1]!.last_name,
    grade: expect.any(String) as unknown,
    school: HIGH,
    caseOpen: false,
    links: ['address', 'contact', 'phone'],
  });
  expect(page.household.siblings.map(({ studentId }) => studentId)).not.toContain(pair[2]!.student_id);
  expect(page.household.elsewhere).toBeGreaterThan(0);
  expect(page.identifiers).toEqual([expect.objectContaining({ scheme: 'local', value: pair[0]!.local_id })]);
  expect(page.enrollments).toHaveLength(1);
  const logged = await district.db.owner('disclosure').where({ case_id: pair[1]!.case_id }).count('* AS n').first();
  // The case team's own reads are no disclosure; a district administrator's are.
  expect(logged).toEqual({ n: 0 });
});

test('a parent under an order of a court is shown as not to be contacted, gets no letters, and the order ends only by a person', async () => {
  const student = pair[0]!.student_id;
  const before = expectOk(await clerk.get<StudentPage>(`/v1/students/${student}`));
  const father = before.contacts.find(({ relationship }) => relationship === 'Father')!;
  expect(father).toMatchObject({ legalRole: 'parent', mayBeContacted: true, receivesLetters: true });
  const reply = await clerk.command(`/v1/students/${student}/contacts/${father.contactId}/correct`, {
    result: 'corrected',
    changes: { courtOrder: { text: 'Superior Court 21-0042: no contact', on: '2021-10-01', limits: ['contact', 'letters'] } },
    on: '2021-10-15',
    note: 'Order shown by the mother',
  });
  expect([201, 202]).toContain(reply.status);
  const after = expectOk(await clerk.get<StudentPage>(`/v1/students/${student}`));
  expect(after.contacts.find(({ relationship }) => relationship === 'Father')).toMatchObject({
    mayBeContacted: false,
    receivesLetters: false,
    courtOrder: { text: 'Superior Court 21-0042: no contact', on: '2021-10-01', until: null },
  });
  expect(after.contacts.at(-1)).toMatchObject({ relationship: 'Father' });
});

test('a student is found by the state’s number and by the system’s', async () => {
  await district.db.owner('student_identifier').insert({
    student_id: pair[0]!.student_id,
    scheme: 'ssid',
    value: '9812345670',
    since: '2021-08-23',
    recorded_by: 'test',
  });
  const { students } = expectOk(await clerk.get<{ students: { studentId: string }[] }>('/v1/students?id=9812345670'));
  expect(students.map(({ studentId }) => studentId)).toEqual([pair[0]!.student_id]);
});
