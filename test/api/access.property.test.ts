import fc from 'fast-check';
import { admit, onCaseTeam, PERMISSIONS, reachOf, type Permission } from '../../api/access.ts';
import { Problem } from '../../api/problems.ts';
import type { Person } from '../../api/signin.ts';
import { ROLES, type Role } from '../../policy/vocabulary.ts';
import { asCaller } from '../../store/database.ts';
import { listCases } from '../../store/read/cases.ts';
import { findStudents } from '../../store/read/students.ts';
import { beginCase, HIGH, MIDDLE, openSampleDistrict, TODAY, type SampleDistrict, type SampleStudent } from './sample-district.ts';

/** A student as the oracle sees them. */
interface Known extends SampleStudent {
  open: boolean;
  referred: boolean;
  lastBand: boolean;
  panelTask: 'none' | 'open' | 'done';
}

const SCHOOLS = [HIGH, MIDDLE];

/** The oracle: written from the words of the rule, with no look at the code. */
function maySee(role: Role, schools: string[] | null, student: Known): boolean {
  const inPlace = schools === null || schools.includes(student.school);
  if (!inPlace) return false;
  // Nothing was referred to a partner here: see the test of partners.
  if (role === 'partner') return false;
  if (role === 'sarb_member') return student.open && student.referred;
  if (role === 'resource_panel_member') return student.open && (student.lastBand || student.panelTask === 'open');
  return true;
}

/** Who may do it at all, named here once more and by hand. */
const HOLDERS: Partial<Record<Permission, Role[]>> = {
  read_case: ROLES.filter((role) => role !== 'partner'),
  read_packet: ['case_manager', 'principal', 'attendance_supervisor', 'resource_panel_member', 'sarb_member'],
  document_action: ['clerk', 'teacher', 'case_manager', 'principal', 'attendance_supervisor', 'resource_panel_member', 'partner'],
  withdraw_report: ['clerk', 'case_manager', 'principal', 'attendance_supervisor'],
  find_students: ['clerk', 'teacher', 'case_manager', 'principal', 'attendance_supervisor', 'administrator'],
  move_clock: ['administrator'],
  deliver_attendance: ['administrator'],
};

describe('access: role by place by school', () => {
  let district: SampleDistrict;
  const students: Known[] = [];

  beforeAll(async () => {
    district = await openSampleDistrict();
    const rows = await district.db
      .owner('student AS s')
      .whereIn('s.school_id', SCHOOLS)
      .orderBy('s.local_id')
      .select<SampleStudent[]>('s.student_id AS studentId', 's.case_id AS caseId', 's.school_id AS school', 's.last_name AS lastName');
    // Every combination of what can matter, at both schools.
    const combinations = [false, true].flatMap((referred) =>
      [false, true].flatMap((lastBand) =>
        (['none', 'open', 'done'] as const).map((panelTask) => ({ open: true, referred, lastBand, panelTask })),
      ),
    );
    for (const school of SCHOOLS) {
      const here = rows.filter((row) => row.school === school);
      const closed = { open: false, referred: false, lastBand: false, panelTask: 'none' as const };
      for (const [index, combination] of [...combinations, closed].entries()) {
        const student = here[index];
        if (!student) throw new Error('the sample has too few students for this');
        students.push({ ...student, ...combination });
      }
    }
    for (const student of students.filter(({ open }) => open)) await begin(student);
  });
  afterAll(() => district.close());

  async function begin(student: Known): Promise<void> {
    const band = student.lastBand ? 'far-below-basic' : 'below-basic';
    await beginCase(district, student, { band, referred_on: student.referred ? TODAY : null });
    const task = {
      case_id: student.caseId,
      round: 1,
      school_id: student.school,
      step: 'x',
      kind: 'meeting',
      title: 'x',
      owner: 'x',
      opened_on: TODAY,
    };
    // Work of somebody else is always open: it must not open the case to the panel.
    await district.db.owner('case_task').insert({ ...task, task: 'sst', status: 'open' });
    if (student.panelTask !== 'none')
      await district.db.owner('case_task').insert({ ...task, task: 'resource-panel', status: student.panelTask });
  }

  const person = fc.record({
    role: fc.constantFrom(...ROLES),
    schools: fc.oneof(fc.constant(null), fc.subarray(SCHOOLS)),
  });
  const asPerson = ({ role, schools }: { role: Role; schools: string[] | null }): Person => ({
    id: 'p',
    name: 'p',
    certificated: false,
    role,
    schools,
  });
  const allowed = async (who: Person, permission: Permission, place: Parameters<typeof admit>[3]): Promise<number> => {
    try {
      await asCaller(district.db.api, who, (trx) => admit(trx, who, permission, place));
      return 200;
    } catch (error) {
      if (error instanceof Problem) return error.body.status;
      throw error;
    }
  };

  test('a person comes through to a case exactly when the words of the rule say so', async () => {
    await fc.assert(
      fc.asyncProperty(
        person,
        fc.constantFrom(...(Object.keys(HOLDERS) as Permission[])),
        fc.nat({ max: 25 }),
        fc.constantFrom('case' as const, 'student' as const),
        async (who, permission, index, kind) => {
          const student = students[index % students.length];
          if (!student) return;
          const holds = HOLDERS[permission]?.includes(who.role) === true;
          const expected = !holds ? 403 : maySee(who.role, who.schools, student) ? 200 : 404;
          const id = kind === 'case' ? student.caseId : student.studentId;
          expect(await allowed(asPerson(who), permission, { kind, id })).toBe(expected);
        },
      ),
      { numRuns: 300, seed: 48260 },
    );
  });

  test('a list shows exactly the cases whose pages can be opened', async () => {
    await fc.assert(
      fc.asyncProperty(person, fc.integer({ min: 1, max: 7 }), async (who, limit) => {
        const seen: string[] = [];
        await asCaller(district.db.api, asPerson(who), async (trx) => {
          for (let after: { nextDue: string | null; caseId: string } | null = null; ;) {
            const page = await listCases(trx, reachOf(asPerson(who)), {}, { today: TODAY, after, limit });
            seen.push(...page.map(({ caseId }) => caseId));
            const last = page.at(-1);
            if (page.length < limit || !last) break;
            after = { nextDue: last.nextDue, caseId: last.caseId };
          }
        });
        const expected = students.filter((student) => student.open && maySee(who.role, who.schools, student)).map(({ caseId }) => caseId);
        expect(seen.sort()).toEqual(expected.sort());
      }),
      { numRuns: 40, seed: 48263 },
    );
  });

  test('finding students goes no further than their pages', async () => {
    await fc.assert(
      fc.asyncProperty(person, async (who) => {
        const reached = new Set<string>();
        await asCaller(district.db.api, asPerson(who), async (trx) => {
          for (const { lastName } of students) {
            for (const { studentId } of await findStudents(trx, reachOf(asPerson(who)), { q: lastName, limit: 100 }))
              reached.add(studentId);
          }
        });
        for (const student of students) expect(reached.has(student.studentId)).toBe(maySee(who.role, who.schools, student));
      }),
      { numRuns: 15, seed: 48262 },
    );
  });

  test('a school and the district are places, too', async () => {
    await fc.assert(
      fc.asyncProperty(person, fc.constantFrom(...SCHOOLS), async (who, school) => {
        const atSchool = who.schools === null || who.schools.includes(school);
        const sees = HOLDERS.find_students?.includes(who.role) === true;
        expect(await allowed(asPerson(who), 'see_schools', { kind: 'school', id: school })).toBe(sees && atSchool ? 200 : 403);
        const whole = who.role === 'administrator' && who.schools === null;
        expect(await allowed(asPerson(who), 'move_clock', { kind: 'district' })).toBe(whole ? 200 : 403);
      }),
      { numRuns: 60, seed: 48264 },
    );
  });

  test('the case team is whoever holds a role at the student’s present school, panels apart', () => {
    fc.assert(
      fc.property(person, fc.constantFrom(...SCHOOLS), (who, school) => {
        const panel = ['sarb_member', 'resource_panel_member', 'partner'].includes(who.role);
        const atSchool = who.schools !== null && who.schools.includes(school);
        expect(onCaseTeam(asPerson(who), school)).toBe(atSchool && !panel);
      }),
      { seed: 49064 },
    );
  });

  test('every permission belongs to roles of the field', () => {
    for (const [name, roles] of Object.entries(PERMISSIONS)) {
      if (name === 'anyone') continue;
      expect(roles.length).toBeGreaterThan(0);
      for (const role of roles) expect(ROLES).toContain(role);
    }
  });
});
