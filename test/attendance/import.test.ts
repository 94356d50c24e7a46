import { createDatabase, type TestDatabase } from '../world/database.ts';
import { ATTENDANCE_HEADER, attendanceCsv, deliver, rosterCsv, setToday, setUpDistrict, standingOf } from './world.ts';

/** One school, S1, weekdays from 6 September (a Monday) to 31 December 2021; today is Friday, 1 October. */
let world: TestDatabase;
const STUDENTS = {
  '1': { born: '2010-01-01' },
  '2': { born: '2010-01-01' },
  '3': { born: '2010-01-01' },
};

beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2021-09-06',
      to: '2021-12-31',
      students: STUDENTS,
    }),
  );
});
afterEach(() => world.close());

const days = () =>
  world
    .worker('attendance_day AS d')
    .join('student AS k', 'k.student_id', 'd.student_id')
    .orderBy(['local_id', 'date'])
    .select('local_id', 'date', 'status', 'excuse');
const ledger = () => world.worker('attendance_correction').orderBy('date').select('date', 'old', 'new', 'reason', 'recorded_by');
const complete = { from: '2021-09-06', to: '2021-10-01', complete: true };

test('each row that cannot be taken is rejected with its own reason, and the rest goes on', async () => {
  const file = [
    ATTENDANCE_HEADER,
    '1,S1,,2021-09-07,daily,absent,Unexcused,1',
    '9,S1,,2021-09-07,daily,absent,Unexcused,1',
    '1,S9,,2021-09-07,daily,absent,Unexcused,1',
    '1,S1,,2021-10-04,daily,absent,Unexcused,1',
    '1,S1,,2021-09-12,daily,absent,Unexcused,1',
    '1,S1,,2021-09-03,daily,absent,Unexcused,1',
    '1,S1,,2021-09-31,daily,absent,Unexcused,1',
    '1,S1,,8. September 2021,daily,absent,Unexcused,1',
    '1,S1,,2021-09-08,daily,absent,XQ,1',
    '1,S1,,2021-09-08,daily,vanished,Unexcused,1',
    '1,S1,7,2021-09-08,section,absent,Unexcused,1',
    ',S1,,2021-09-08,daily,absent,Unexcused,1',
    '1,S1,,2021-09-08,daily,absent',
    '1,"S1,,2021-09-08,daily,absent,Unexcused,1',
    '2,S1,,2021-09-08,daily,absent,Excused,1',
    '2,S1,,2021-08-30,daily,absent,Excused,1',
  ].join('\n');
  const { counts, deliveryId } = await deliver(world.worker, { 'attendance.csv': file }, { from: '2021-09-01', to: '2021-10-31' });
  const rows = await world
    .worker('delivery_row')
    .where({ delivery_id: deliveryId })
    .orderBy('line')
    .select('line', 'outcome', 'reason', 'message');
  expect(rows.map(({ line, reason }) => [line, reason])).toEqual([
    [3, 'unknown-student'],
    [4, 'unknown-school'],
    [5, 'after-today'],
    [6, 'not-a-school-day'],
    [7, 'no-calendar'],
    [8, 'bad-date'],
    [9, 'bad-date'],
    [10, 'unknown-code'],
    [11, 'unknown-code'],
    [13, 'missing-field'],
    [14, 'wrong-number-of-fields'],
    [15, 'bad-quoting'],
    [17, 'outside-coverage'],
  ]);
  expect(rows.every(({ outcome }) => outcome === 'rejected')).toBe(true);
  expect(rows.find(({ line }) => line === 5).message).toBe(
    'The day 2021-10-04 lies after the district’s day 2021-10-01; send it when the day has come.',
  );
  expect(rows.some(({ message }) => /[{}]/.test(message))).toBe(false);
  expect(counts).toMatchObject({
    read: 16,
    accepted: 3,
    rejected: 13,
    ignored: 0,
  });
  expect(await days()).toEqual([
    {
      local_id: '1',
      date: '2021-09-07',
      status: 'absent',
      excuse: 'unexcused',
    },
    { local_id: '1', date: '2021-09-08', status: 'partial', excuse: 'unexcused' },
    { local_id: '2', date: '2021-09-08', status: 'absent', excuse: 'excused' },
  ]);
});

test('an absence without an excuse code is unverified, and unknown is never unexcused', async () => {
  await deliver(world.worker, {
    'a.csv': attendanceCsv('S1', [
      ['1', '2021-09-07', 'absent', ''],
      ['1', '2021-09-08', 'absent', 'Zebra'],
      ['1', '2021-09-09', 'tardy', 'Tardy'],
    ]),
  });
  expect(await standingOf(world.worker, '1')).toMatchObject({
    absences: 1,
    unverified: 1,
    unexcused: 0,
  });
});

test('a file that no format knows is rejected row by row, and the other files are taken', async () => {
  const { counts } = await deliver(world.worker, {
    'notes.csv': 'who,what\na,b\nc,d\n',
    'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Excused']]),
  });
  expect(counts.files).toMatchObject({
    'notes.csv': { kind: null, read: 2, rejected: 2 },
    'a.csv': { read: 1, accepted: 1 },
  });
  expect(counts.reasons).toEqual({ 'unknown-file': 2 });
});

test('a changed day and a day that comes late go to the ledger with old and new value', async () => {
  await deliver(
    world.worker,
    {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Unexcused']]),
    },
    complete,
  );
  expect(await ledger()).toEqual([]);
  const { counts } = await deliver(world.worker, {
    'a.csv': attendanceCsv('S1', [
      ['1', '2021-09-07', 'absent', 'Excused'],
      ['2', '2021-09-08', 'absent', 'Unexcused'],
    ]),
  });
  expect(counts.days).toMatchObject({ added: 1, changed: 1, withdrawn: 0 });
  expect(await ledger()).toMatchObject([
    {
      date: '2021-09-07',
      reason: 'changed',
      recorded_by: 'tester',
      old: { excuse: 'unexcused' },
      new: { excuse: 'excused' },
    },
    {
      date: '2021-09-08',
      reason: 'late',
      old: null,
      new: { status: 'absent', excuse: 'unexcused' },
    },
  ]);
  expect(await standingOf(world.worker, '1')).toMatchObject({
    absences: 1,
    excused: 1,
    unexcused: 0,
    pending: [],
  });
});

describe('days that a delivery no longer has', () => {
  beforeEach(async () => {
    await deliver(
      world.worker,
      {
        'a.csv': attendanceCsv('S1', [
          ['1', '2021-09-07', 'absent', 'Unexcused'],
          ['2', '2021-09-08', 'absent', 'Unexcused'],
          ['3', '2021-09-30', 'absent', 'Unexcused'],
        ]),
      },
      complete,
    );
  });
  const left = attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Unexcused']]);

  test('are withdrawn inside its complete coverage, and only there', async () => {
    const { counts } = await deliver(world.worker, { 'a.csv': left }, { from: '2021-09-06', to: '2021-09-17', complete: true });
    expect(counts.days).toMatchObject({ withdrawn: 1, withdrawalsHeld: false });
    expect((await days()).map(({ local_id }) => local_id)).toEqual(['1', '3']);
    expect(await ledger()).toMatchObject([
      {
        date: '2021-09-08',
        reason: 'withdrawn',
        old: { excuse: 'unexcused' },
        new: null,
      },
    ]);
    expect(await standingOf(world.worker, '2')).toMatchObject({
      absences: 0,
      unexcused: 0,
    });
  });

  test('stay when it has changes only, or covers another school', async () => {
    await deliver(world.worker, { 'a.csv': left }, { ...complete, complete: false });
    await deliver(world.worker, { 'a.csv': ATTENDANCE_HEADER }, { ...complete, schools: ['S2'] });
    await deliver(world.worker, { 'schools.csv': 'School_id,School_name\nS2,Two\n' }, complete);
    expect(await days()).toHaveLength(3);
  });

  test('stay when it mentions them in a row that was rejected', async () => {
    await deliver(
      world.worker,
      {
        'a.csv': attendanceCsv('S1', [
          ['1', '2021-09-07', 'absent', 'Unexcused'],
          ['2', '2021-09-08', 'absent', 'Q?'],
        ]),
      },
      complete,
    );
    expect((await days()).map(({ local_id }) => local_id)).toEqual(['1', '2']);
  });

  test('stay while a row of it cannot be read, since that may be the missing one', async () => {
    const { counts } = await deliver(world.worker, { 'a.csv': `${left}2,S1,,2021-09-08\n` }, complete);
    expect(counts.days).toMatchObject({ withdrawn: 0, withdrawalsHeld: true });
    expect(await days()).toHaveLength(3);
  });
});

test('of two rows for a day the more certain one counts, whatever their order', async () => {
  const order = ['present', 'tardy', 'unverified', 'unexcused', 'excused'] as const;
  const row = (what: (typeof order)[number]): [string, string, string, string] =>
    what === 'present' || what === 'tardy' ? ['1', '2021-09-07', what, ''] : ['1', '2021-09-07', 'absent', what];
  for (let better = 1; better < order.length; better++) {
    for (const pair of [
      [order[better]!, order[better - 1]!],
      [order[better - 1]!, order[better]!],
    ] as const) {
      await world.owner('attendance_day').delete();
      const { counts } = await deliver(world.worker, {
        'a.csv': attendanceCsv('S1', pair.map(row)),
      });
      expect(counts.reasons).toEqual({ 'duplicate-day': 1 });
      const [day] = await days();
      expect(['present', 'tardy'].includes(order[better]!) ? day.status : day.excuse).toBe(order[better]);
    }
  }
});

test('a changed calendar is counted anew and moves windows', async () => {
  await setToday(world.owner, '2021-10-29');
  await deliver(
    world.worker,
    {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Unexcused']]),
    },
    { ...complete, to: '2021-10-29' },
  );
  const spell = () => world.worker('spell').first('returned_on', 'window_ends');
  expect(await spell()).toEqual({
    returned_on: '2021-09-08',
    window_ends: '2021-09-22',
  });
  await deliver(world.worker, {
    'calendar.csv': 'School_id,Date,Calendar_event,Session\nS1,2021-09-15,Weather day,\nS1,2021-09-16,Moon landing,\n',
  });
  expect(await spell()).toEqual({
    returned_on: '2021-09-08',
    window_ends: '2021-09-23',
  });
  const { school_day } = await world.worker('calendar_day').where({ date: '2021-09-16' }).first('school_day');
  expect(school_day).toBe(8);
  expect(await world.worker('delivery_row').pluck('reason')).toEqual(['unknown-event']);
});
