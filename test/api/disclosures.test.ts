import { expectOk } from '../world/api.ts';
import { beginCase, HIGH, openSampleDistrict, someStudent, type SampleDistrict, type SampleStudent } from './sample-district.ts';

interface Logged {
  person_id: string;
  what: string;
  case_id: string;
  place: string;
}

/** House rule 12: every read outside the case team is logged by the code path that serves it. */
describe('disclosures', () => {
  let district: SampleDistrict;
  let student: SampleStudent;
  const logged = () => district.db.owner('disclosure').select<Logged[]>('person_id', 'what', 'case_id', 'place').orderBy('disclosure_id');

  beforeAll(async () => {
    district = await openSampleDistrict();
    student = await someStudent(district, HIGH);
    await beginCase(district, student, { band: 'far-below-basic', referred_on: '2021-10-15' });
  });
  afterAll(() => district.close());
  beforeEach(() => district.db.owner('disclosure').delete());

  test('the case team reads without a line', async () => {
    for (const role of ['clerk', 'teacher', 'case_manager', 'principal'] as const) {
      const member = await district.person(role, [HIGH]);
      expectOk(await member.findStudents({ q: student.lastName }));
      expectOk(await member.absenceList(HIGH));
      expectOk(await member.cases());
      expectOk(await member.history(student.caseId));
    }
    expect(await logged()).toEqual([]);
  });

  test.each(['attendance_supervisor', 'administrator', 'sarb_member', 'resource_panel_member'] as const)(
    '%s reads with one',
    async (role) => {
      const outsider = await district.person(role);
      expectOk(await outsider.history(student.caseId));
      expect(await logged()).toEqual([expect.objectContaining({ what: 'history', case_id: student.caseId, place: 'district' })]);
    },
  );

  test('a panel member whose role holds at the school is not on the case team', async () => {
    const member = await district.person('resource_panel_member', [HIGH]);
    expectOk(await member.cases());
    expect(await logged()).toEqual([expect.objectContaining({ what: 'case_list', case_id: student.caseId })]);
  });

  test('a list or a search discloses everybody it shows, each by their case', async () => {
    const supervisor = await district.person('attendance_supervisor');
    const { spells } = expectOk(await supervisor.absenceList(HIGH));
    expect((await logged()).map(({ case_id }) => case_id).sort()).toEqual(spells.map(({ caseId }) => caseId).sort());
    await district.db.owner('disclosure').delete();
    const { students } = expectOk(await supervisor.findStudents({ q: student.lastName }));
    expect((await logged()).map(({ case_id }) => case_id).sort()).toEqual(students.map(({ caseId }) => caseId).sort());
    expect(students.length).toBeGreaterThan(0);
  });

  test('what was refused or not found discloses nothing', async () => {
    const clerk = await district.person('clerk', ['255901044']);
    expect((await clerk.case(student.caseId)).status).toBe(404);
    const administrator = await district.person('administrator');
    expect((await administrator.packet(student.caseId)).status).toBe(403);
    expect(await logged()).toEqual([]);
  });
});
