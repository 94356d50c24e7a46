import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import { readCalendars, readPasts } from '../../attendance/past/read.ts';
import { StudentPast } from '../../attendance/past/standings.ts';
import { turn } from '../../attendance/turn.ts';
import { resolveDues } from '../../store/calendar.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { idOf, mergeRows, pupil, weekdays } from './roster-rows.ts';
import { attendanceCsv, deliver, RULES, setToday, setUpDistrict, standingOf } from './world.ts';

/**
 * A year-round school: weekdays from 6 September to 31 December 2021, and track B off from 4 to 15 October. Student 1 is of no track,
 * student 2 of track B; both were absent on Friday, 1 October, and every weekday's attendance until 19 November has come.
 */
let world: TestDatabase;

beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-11-19');
  await mergeRows(world.worker, {
    school: [{ school: 'S1', name: 'One' }],
    calendar: [
      ...weekdays('S1', '2021-09-06', '2021-12-31'),
      ...weekdays('S1', '2021-10-04', '2021-10-15', 'B').map((day) => ({ ...day, event: 'Off track', instructional: 'false' })),
    ],
    student: [pupil('1'), pupil('2', { track: 'B' })],
  });
  await deliver(
    world.worker,
    {
      'attendance.csv': attendanceCsv('S1', [
        ['1', '2021-10-01', 'absent', 'Unexcused'],
        ['2', '2021-10-01', 'absent', 'Unexcused'],
        ['1', '2021-11-15', 'absent', 'Unexcused'],
        ['2', '2021-11-15', 'absent', 'Unexcused'],
        ['2', '2021-10-06', 'absent', 'Unexcused'],
      ]),
    },
    { from: '2021-09-06', to: '2021-11-19', complete: true },
  );
});
afterAll(() => world.close());

const spells = async (student: string) =>
  world
    .worker('spell')
    .where({ student_id: await idOf(world.worker, student) })
    .orderBy('first_day')
    .select('first_day', 'returned_on', 'window_ends');

test('a student comes back on the first day of the own track, and has its school days to clear an absence', async () => {
  expect(await spells('1')).toEqual([
    { first_day: '2021-10-01', returned_on: '2021-10-04', window_ends: '2021-10-18' },
    { first_day: '2021-11-15', returned_on: '2021-11-16', window_ends: '2021-11-30' },
  ]);
  expect(await spells('2')).toEqual([
    { first_day: '2021-10-01', returned_on: '2021-10-18', window_ends: '2021-11-01' },
    { first_day: '2021-11-15', returned_on: '2021-11-16', window_ends: '2021-11-30' },
  ]);
});

test('an absence on a day on which the own track is off is refused, and says so', async () => {
  const row = await world.worker('delivery_row').where({ reason: 'off-track' }).first('outcome', 'message');
  expect(row).toEqual({
    outcome: 'rejected',
    message: 'The student’s track of school S1 is off on 2021-10-06; correct the date, or the track’s calendar if it is wrong.',
  });
  expect(await standingOf(world.worker, '2')).toMatchObject({ absences: 2, days_enrolled: 45 });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, days_enrolled: 55 });
});

test('due days are counted on the own track', async () => {
  const student = await idOf(world.worker, '2');
  const due = { schoolId: 'S1', from: '2021-09-30', schoolDays: 5 };
  expect(
    await resolveDues(world.worker, [
      { ...due, student: null },
      { ...due, student: await idOf(world.worker, '1') },
      { ...due, student },
      { ...due, student, from: '2021-10-04', schoolDays: 0 },
    ]),
  ).toMatchObject([{ on: '2021-10-07' }, { on: '2021-10-07' }, { on: '2021-10-21' }, { on: '2021-10-18' }]);
});

test('a past is counted through by the own track as the database counts it', async () => {
  const until = '2021-11-19';
  const calendars = await readCalendars(world.worker, until);
  for (const student of ['1', '2']) {
    const id = await idOf(world.worker, student);
    for await (const [past] of readPasts(world.worker, until, { students: [id] }, { batch: 1, rules: RULES })) {
      const counted = new StudentPast(past!, calendars, RULES, dayNumber(until));
      const { truancy, pending, days_enrolled: days } = await standingOf(world.worker, student);
      expect(counted.truancyOn(dayNumber(until))).toEqual(truancy);
      expect(counted.pendingOn(dayNumber(until))).toEqual(pending);
      expect(counted.daysEnrolledOn(dayNumber(until))).toBe(days);
      expect(dayText(counted.calendarAt('S1', dayNumber('2021-10-04')).after(dayNumber('2021-10-04'), 0)!)).toBe(
        student === '1' ? '2021-10-04' : '2021-10-18',
      );
    }
  }
});

test('a return that a night notes by itself is of the own track, too', async () => {
  await setToday(world.owner, '2021-11-22');
  await turn(world.worker, '2021-11-22', { rules: RULES });
  await deliver(
    world.worker,
    { 'attendance.csv': attendanceCsv('S1', [['2', '2021-11-22', 'absent', 'Unexcused']]) },
    { from: '2021-11-22', to: '2021-11-22', complete: true },
  );
  await mergeRows(world.worker, {
    calendar: weekdays('S1', '2021-11-23', '2021-11-26', 'B').map((day) => ({ ...day, event: 'Off track', instructional: 'false' })),
  });
  for (const day of ['2021-11-23', '2021-11-29']) {
    await setToday(world.owner, day);
    await turn(world.worker, day, { rules: RULES });
    await deliver(
      world.worker,
      { 'attendance.csv': attendanceCsv('S1', [['1', day, 'present', '']]) },
      { from: day, to: day, complete: true },
    );
  }
  expect((await spells('2')).at(-1)).toEqual({ first_day: '2021-11-22', returned_on: '2021-11-29', window_ends: '2021-12-13' });
});

test('who was off track on days that nobody submitted does not wait for them', async () => {
  await setToday(world.owner, '2021-12-06');
  await deliver(
    world.worker,
    { 'attendance.csv': attendanceCsv('S1', [['1', '2021-11-30', 'present', '']]) },
    { from: '2021-11-30', to: '2021-12-06', complete: true },
  );
  await turn(world.worker, '2021-12-06', { rules: RULES });
  expect(await world.worker('missing_submission').where({ came_on: null }).orderBy('date').pluck('date')).toEqual([
    '2021-11-24',
    '2021-11-25',
    '2021-11-26',
  ]);
  const holds = await world.worker('standing_hold').select('student_id', 'why', 'since');
  expect(holds).toEqual([{ student_id: await idOf(world.worker, '1'), why: 'day_not_submitted', since: '2021-11-24' }]);
});
