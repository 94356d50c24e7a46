import type { z } from 'zod';
import type { pastRetention } from '../../api/contracts/retention.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { beginCase, HIGH, openSampleDistrict, type SampleDistrict, type SampleStudent } from './sample-district.ts';

type Page = z.output<typeof pastRetention>;

/** Which records of closed cases have been kept long enough, by the policy in force and the district's day. Nothing is destroyed. */
let district: SampleDistrict;
let admin: PersonAtApi;
let students: SampleStudent[];

beforeAll(async () => {
  district = await openSampleDistrict();
  admin = await district.person('administrator');
  students = await district.db
    .owner('student AS s')
    .join('standing AS g', 'g.student_id', 's.student_id')
    .where('s.school_id', HIGH)
    .orderBy('s.local_id')
    .limit(3)
    .select<SampleStudent[]>('s.student_id AS studentId', 's.case_id AS caseId', 's.school_id AS school', 's.last_name AS lastName');
  // One left in March of a school year, one on the last day of the same one; the case of the third goes on.
  for (const [student, on] of [
    [students[0]!, '2017-03-10'],
    [students[1]!, '2017-06-30'],
  ] as const) {
    await beginCase(district, student, { phase: 'closed' });
    await district.db
      .owner('standing')
      .where({ student_id: student.studentId })
      .update({ departed: JSON.stringify({ on, reason: null }) });
  }
  await beginCase(district, students[2]!);
});
afterAll(() => district.close());

const read = async (query = ''): Promise<Page> => expectOk(await admin.get<Page>(`/v1/retention${query}`));
const lines = ({ records }: Page): string[] =>
  records.map((one) => `${students.findIndex(({ caseId }) => caseId === one.caseId)} ${one.class} ${one.keptUntil}`);

test('each class of a closed case is listed once its time is over, and never what is kept for ever or belongs to an open case', async () => {
  const page = await read();
  expect(lines(page)).toEqual(
    [
      ...['case', 'letters'].map((name) => `0 ${name} 2020-03-10`),
      ...['case', 'letters'].map((name) => `1 ${name} 2020-06-30`),
      '0 access_log 2021-03-10',
      ...['0 attendance', '1 access_log', '1 attendance'].map((one) => `${one} 2021-06-30`).sort(),
    ].sort((a, b) => a.slice(-10).localeCompare(b.slice(-10)) || byCase(a, b)),
  );
  expect(page.records[0]).toMatchObject({ leftOn: '2017-03-10', school: HIGH, clause: expect.stringContaining('5 CCR 432(b)(3)') });
  expect(page.rules.map(({ class: name, months }) => [name, months])).toEqual([
    ['identity', null],
    ['attendance', 48],
    ['case', 36],
    ['letters', 36],
    ['access_log', 48],
  ]);
  expect(page.rules[1]!.sentence).toContain('kept 4 years after the end of the school year in which the student left (5 CCR 16025');
});

/** Records of one day stand by case and class. */
function byCase(a: string, b: string): number {
  const key = (line: string): string => `${students[Number(line[0])]!.caseId} ${line.split(' ')[1]}`;
  return key(a) < key(b) ? -1 : 1;
}

test('the last day is kept, and the next one is past it', async () => {
  await district.db
    .owner('standing')
    .where({ student_id: students[0]!.studentId })
    .update({ departed: JSON.stringify({ on: '2018-10-15', reason: null }) });
  // Three years after 15 October 2018 is today.
  expect(lines(await read()).filter((line) => line.startsWith('0'))).toEqual([]);
  await district.db
    .owner('standing')
    .where({ student_id: students[0]!.studentId })
    .update({ departed: JSON.stringify({ on: '2018-10-14', reason: null }) });
  expect(lines(await read()).filter((line) => line.startsWith('0'))).toEqual(['0 case 2021-10-14', '0 letters 2021-10-14']);
});

test('a page goes on where the one before ended, each look is logged, and a school does not see it', async () => {
  const first = await read('?limit=3');
  const second = await read(`?limit=3&cursor=${first.next}`);
  expect([...lines(first), ...lines(second)]).toEqual(lines(await read()).slice(0, 6));
  expect(await district.db.owner('disclosure').where({ what: 'retention', case_id: students[1]!.caseId }).first('role')).toEqual({
    role: 'administrator',
  });
  const atSchool = await district.person('attendance_supervisor', [HIGH]);
  expect((await atSchool.get('/v1/retention')).status).toBe(403);
});
