import { readAttendanceRows } from '../../../store/read/attendance-rows.ts';
import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { idOf, mergeRows, pupil, weekdays } from '../roster-rows.ts';
import { attendanceCsv, deliver, setToday, setUpDistrict, standingOf } from '../world.ts';
import { turn } from '../../../attendance/turn.ts';
import { RULES } from '../world.ts';

/** Situation 19, and suspensions: what a program or an order of the school makes of a day. Today is Friday, 1 October 2021. */
let world: TestDatabase;

beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  await mergeRows(world.worker, {
    school: [{ school: 'S1', name: 'One' }],
    calendar: weekdays('S1', '2021-09-06', '2021-12-31'),
    student: [pupil('1')],
  });
});
afterEach(() => world.close());

test('a stay in independent study or a continuation program flags the standing for as long as it lasts', async () => {
  await mergeRows(world.worker, {
    enrollment: [
      { student: '1', school: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-24', program: 'Continuation' },
      { student: '1', school: 'S1', entry_date: '2021-09-27', program: 'Independent study' },
    ],
  });
  expect(await standingOf(world.worker, '1')).toMatchObject({ flags: ['independent_study'] });
});

test('a suspension out of school counts as absent and is never unexcused, whatever the day’s row says; one in school counts as attended', async () => {
  await deliver(world.worker, {
    'a.csv': attendanceCsv('S1', [
      ['1', '2021-09-13', 'absent', 'Unexcused'],
      ['1', '2021-09-20', 'absent', 'Unexcused'],
      ['1', '2021-09-27', 'absent', 'Unexcused'],
    ]),
  });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 3, unexcused: 3 });
  await mergeRows(world.worker, {
    suspension: [
      { student: '1', school: 'S1', first_day: '2021-09-13', last_day: '2021-09-14', suspension: 'OSS' },
      { student: '1', school: 'S1', first_day: '2021-09-20', last_day: '2021-09-20', suspension: 'ISS' },
    ],
  });
  // 13 and 14 September out of school, the 14th without any row; the 20th in school; the 27th as it was.
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 3, excused: 2, unexcused: 1 });
  const rows = await readAttendanceRows(world.worker, await idOf(world.worker, '1'), '2021-09-06', '2021-10-01');
  expect(rows.filter(({ counts }) => counts).map(({ date, excuse }) => [date, excuse])).toEqual([
    ['2021-09-13', 'excused'],
    ['2021-09-14', 'excused'],
    ['2021-09-27', 'unexcused'],
  ]);
  await mergeRows(world.worker, {
    suspension: [{ student: '1', school: 'S1', first_day: '2021-09-13', last_day: '2021-09-13', suspension: 'OSS' }],
  });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, excused: 1, unexcused: 1 });
});

test('a suspension that was known before counts when its day has come', async () => {
  await mergeRows(world.worker, {
    suspension: [{ student: '1', school: 'S1', first_day: '2021-10-04', last_day: '2021-10-05', suspension: 'OSS' }],
  });
  await turn(world.worker, '2021-10-01', { rules: RULES });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 0 });
  await setToday(world.owner, '2021-10-05');
  await turn(world.worker, '2021-10-05', { rules: RULES });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, unexcused: 0 });
});
