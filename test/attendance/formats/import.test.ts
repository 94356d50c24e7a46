import { readFileSync } from 'node:fs';
import { importDelivery } from '../../../attendance/import.ts';
import { createDelivery } from '../../../store/attendance-delivery.ts';
import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { deliver, RULES, setUpDistrict } from '../world.ts';

/** School 990 teaches on weekdays of 2 to 5 September 2025; today is the 5th. Roster and calendar come as plain files. */
let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2025-09-05');
  const dates = ['2025-09-02', '2025-09-03', '2025-09-04', '2025-09-05'];
  await deliver(world.worker, {
    'schools.csv': 'School Code,School Name\n990,Example High\n',
    'calendar.csv': `Campus,Date,School Day\n${dates.map((date) => `990,${date},yes\n`).join('')}`,
    'students.csv': [
      'Local ID,SSID,SIS ID,First,Last,DOB,Grd,Campus,Enroll Date',
      "120001,9012345671,u-501,Ana,Peña-O'Brien,3/14/2011,09,990,9/2/2025",
      '120002,9012345672,u-502,Le,Tran,1/5/2010,10,990,9/2/2025',
      '',
    ].join('\n'),
  });
});
afterEach(() => world.close());

const fixture = (path: string): Record<string, Buffer> => ({
  [path.split('/')[1]!]: readFileSync(new URL(`./fixtures/${path}`, import.meta.url)),
});
const days = () =>
  world
    .worker('attendance_day AS d')
    .join('student AS k', 'k.student_id', 'd.student_id')
    .orderBy(['local_id', 'date'])
    .select('local_id', 'date', 'status', 'excuse');
const covers = { from: '2025-09-02', to: '2025-09-05', complete: true };

describe('the file of each system becomes days, with the codes that come with Rollbook', () => {
  const ana = (excuse: string) => ({ local_id: '120001', date: '2025-09-02', status: 'absent', excuse });
  const le = { local_id: '120002', date: '2025-09-03', status: 'absent', excuse: 'excused' };
  test.each([
    ['aeries/ATT.csv', ana('unexcused')],
    ['powerschool/attendance.txt', ana('unexcused')],
    ['infinite-campus/attendance.csv', ana('unexcused')],
    ['clever/attendance.csv', ana('unexcused')],
    ['aspen/student_attendance.csv', ana('unverified')],
    ['ed-fi/studentSchoolAttendanceEvents.json', ana('unexcused')],
    ['plain/absences.csv', ana('unverified')],
  ])('%s', async (path, first) => {
    const { counts } = await deliver(world.worker, fixture(path), covers);
    expect(counts.read).toBe(counts.accepted + counts.rejected + counts.ignored);
    expect(await days()).toEqual(expect.arrayContaining([first, le]));
  });
});

test('SIF: a status in words becomes a day, a number of the district’s own is held until somebody says what it means', async () => {
  const { counts } = await deliver(world.worker, fixture('sif/StudentDailyAttendances.xml'), covers);
  expect(await days()).toEqual([{ local_id: '120001', date: '2025-09-02', status: 'absent', excuse: 'unexcused' }]);
  expect(counts.reasons).toMatchObject({ 'unknown-code': 1 });
});

test('dates of the years 0003 and 2173 are rejected, with the value and what to do', async () => {
  const { deliveryId } = await deliver(world.worker, fixture('aspen/student_attendance.csv'), covers);
  const rows = await world
    .worker('delivery_row')
    .where({ delivery_id: deliveryId, reason: 'date-out-of-range' })
    .orderBy('line')
    .pluck<string[]>('message');
  expect(rows).toEqual(
    ['0003-09-04', '2173-09-04'].map(
      (date) => `The attendance date "${date}" lies outside the years 1900 to 2099; correct it and send the row again.`,
    ),
  );
});

test('a delivery that leaves its days to its rows is not stretched by a slip of the keyboard', async () => {
  const rows = ['120001,990,0003-09-04,A', '120001,990,9/4/2025,A', '120001,990,2173-09-04,A'];
  const deliveryId = await createDelivery(world.worker, {
    source: 'test',
    coverage: { schools: 'all', from: null, to: null, complete: false },
    receivedBy: 'tester',
    files: [{ name: 'absences.csv', bytes: Buffer.from(`Stu #,Site,Date,Status\n${rows.join('\n')}\n`) }],
  });
  const { counts } = await importDelivery(world.worker, deliveryId, { rules: RULES });
  expect(counts).toMatchObject({ accepted: 1, rejected: 2, span: { first: '2025-09-04', last: '2025-09-04' } });
});

test('a damaged archive is refused as a whole, and nothing of it is taken', async () => {
  await expect(deliver(world.worker, { 'night.zip': Buffer.from('PK\u0003\u0004 and no more') }, covers)).rejects.toThrow(
    'night.zip: this file is damaged or incomplete',
  );
  expect(await days()).toEqual([]);
});
