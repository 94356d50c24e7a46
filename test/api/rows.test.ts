import type { z } from 'zod';
import type { casePage } from '../../api/contracts/case.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { beginCase, openSampleDistrict, TODAY, type SampleDistrict, type SampleStudent } from './sample-district.ts';

type Page = z.output<typeof casePage>;
interface Rows {
  value: number;
  rows: { date: string; kind: string; file: string | null; line: number | null }[];
}

/** Every number of a case page that rows sum to, by its name. */
function numbersOf({ why, standing, reports }: Page): Map<string, number> {
  const ladder = standing!.absenceLadder;
  return new Map([
    ...why.flatMap(({ numbers }) => numbers.map(({ number, value }) => [number, value] as const)),
    ['absences', ladder.absences],
    ['excused', ladder.excused],
    ['unexcused', ladder.unexcused],
    ['unverified', ladder.unverified],
    ['days_enrolled', ladder.daysEnrolled],
    ['truancy', standing!.truancyTrack.events.length],
    ['pending', standing!.truancyTrack.pending.length],
    ...reports.map(({ ordinal, events }) => [`report:${ordinal}`, events.length] as const),
  ]);
}

/** The check of THR-06: every number on the case page drills to rows that sum to it. */
describe('the rows behind a number', () => {
  let district: SampleDistrict;
  let clerk: PersonAtApi;
  let students: SampleStudent[];

  beforeAll(async () => {
    district = await openSampleDistrict();
    clerk = await district.person('attendance_supervisor');
    students = await district.db
      .owner('standing AS s')
      .join('student AS k', 'k.student_id', 's.student_id')
      .orderBy([{ column: 's.absences', order: 'desc' }, 's.student_id'])
      .limit(12)
      .select<SampleStudent[]>('k.student_id AS studentId', 'k.case_id AS caseId', 'k.school_id AS school');
    for (const student of students) await beginCase(district, student);
  });
  afterAll(() => district.close());

  const read = async (caseId: string, number: string): Promise<Rows> =>
    expectOk(await clerk.get<Rows>(`/v1/cases/${caseId}/rows?number=${number}`));

  test('are as many as the number says, for every number of every page', async () => {
    for (const { caseId } of students) {
      const page = expectOk(await clerk.get<Page>(`/v1/cases/${caseId}`));
      const numbers = numbersOf(page);
      expect([...numbers.keys()]).toEqual(expect.arrayContaining(['absences', 'days_enrolled']));
      for (const [number, value] of numbers) {
        const { rows, value: sum } = await read(caseId, number);
        expect([caseId, number, rows.length, sum]).toEqual([caseId, number, value, value]);
      }
    }
  });

  test('each attendance row names its file and line, and lies in the school year so far', async () => {
    const { rows } = await read(students[0]!.caseId, 'absences');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toMatchObject({ kind: 'attendance', file: 'attendance.csv', line: expect.any(Number) as number });
      expect(row.date >= '2021-08-01' && row.date <= TODAY).toBe(true);
    }
  });

  test('the parts sum to the whole: excused, unexcused and unverified are all the absences', async () => {
    const { caseId } = students[0]!;
    const dates = async (number: string): Promise<string[]> => (await read(caseId, number)).rows.map(({ date }) => date);
    const parts = [...(await dates('excused')), ...(await dates('unexcused')), ...(await dates('unverified'))];
    expect(parts.toSorted()).toEqual(await dates('absences'));
  });

  test('a number that the page does not have is refused with the names it has', async () => {
    const reply = await clerk.get(`/v1/cases/${students[0]!.caseId}/rows?number=happiness`);
    expect(reply.status).toBe(422);
  });
});
