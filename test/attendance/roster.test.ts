import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, setUpDistrict, standingOf } from './world.ts';

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

const complete = { from: '2021-09-06', to: '2021-10-01', complete: true };

describe('the roster', () => {
  const students = (rows: string[]) =>
    ['Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date', ...rows, ''].join('\n');
  const enrollments = () =>
    world
      .worker('enrollment AS e')
      .join('student AS k', 'k.student_id', 'e.student_id')
      .where({ local_id: '1' })
      .orderBy('e.entry_date')
      .select('e.school_id', 'e.entry_date', 'e.exit_date');

  beforeEach(async () => {
    await deliver(
      world.worker,
      rosterCsv({
        school: 'S2',
        from: '2021-09-06',
        to: '2021-12-31',
        students: {},
      }),
    );
  });

  test('a move closes one enrollment and opens the next, and the days of both schools count', async () => {
    await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Excused']]),
    });
    await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S2,2021-09-20,']),
    });
    expect(await enrollments()).toEqual([
      { school_id: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-19' },
      { school_id: 'S2', entry_date: '2021-09-20', exit_date: null },
    ]);
    const { deliveryId } = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', '2021-09-21', 'absent', 'Excused']]),
      'b.csv': attendanceCsv('S2', [
        ['1', '2021-09-17', 'absent', 'Excused'],
        ['1', '2021-09-22', 'absent', 'Excused'],
      ]),
    });
    const rejected = await world.worker('delivery_row').where({ delivery_id: deliveryId }).orderBy('file').select('file', 'reason');
    expect(rejected).toEqual([
      { file: 'a.csv', reason: 'after-exit' },
      { file: 'b.csv', reason: 'before-entry' },
    ]);
    expect(await standingOf(world.worker, '1')).toMatchObject({
      school_id: 'S2',
      absences: 2,
      days_enrolled: 19,
    });
  });

  test('absent to the last day at one school and from the first at the next is a spell at each, and one return', async () => {
    await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S2,2021-09-20,']),
    });
    const { counts } = await deliver(
      world.worker,
      {
        'a.csv': attendanceCsv('S1', [['1', '2021-09-17', 'absent', 'Unexcused']]),
        'b.csv': attendanceCsv('S2', [['1', '2021-09-20', 'absent', 'Unexcused']]),
      },
      complete,
    );
    expect(counts.rejected).toBe(0);
    expect(
      await world.worker('spell').orderBy('first_day').select('school_id', 'first_day', 'last_day', 'returned_on', 'window_ends'),
    ).toEqual([
      {
        school_id: 'S1',
        first_day: '2021-09-17',
        last_day: '2021-09-17',
        returned_on: '2021-09-21',
        window_ends: '2021-10-05',
      },
      {
        school_id: 'S2',
        first_day: '2021-09-20',
        last_day: '2021-09-20',
        returned_on: '2021-09-21',
        window_ends: '2021-10-05',
      },
    ]);
  });

  test('an exit and a return are two enrollments; a corrected entry date is not', async () => {
    await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S1,2021-09-06,2021-09-10']),
    });
    await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S1,2021-09-27,']),
    });
    await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S1,2021-09-28,']),
    });
    expect(await enrollments()).toEqual([
      { school_id: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-10' },
      { school_id: 'S1', entry_date: '2021-09-28', exit_date: null },
    ]);
    const { counts } = await deliver(world.worker, {
      'students.csv': students(['1,Given,,Family,2010-01-01,05,S1,2021-09-08,']),
    });
    expect(counts.reasons).toEqual({ 'enrollment-overlaps': 1 });
  });

  test('rows that cannot be a student are rejected one by one', async () => {
    const { counts } = await deliver(world.worker, {
      'students.csv': students([
        '7,A,,B,2010-01-01,05,S9,2021-09-06,',
        '8,A,,B,01.02.2010,05,S1,2021-09-06,',
        '9,A,,B,2010-01-01,05,S1,2021-09-06,2021-09-01',
        '10,A,,,2010-01-01,05,S1,2021-09-06,',
        '11,A,,B,2010-01-01,05,S1,2021-09-06,',
        '11,C,,D,2010-01-01,05,S1,2021-09-06,',
      ]),
    });
    expect(counts).toMatchObject({
      read: 6,
      accepted: 1,
      rejected: 4,
      ignored: 1,
    });
    expect(counts.reasons).toEqual({
      'unknown-school': 1,
      'bad-date': 1,
      'exit-before-entry': 1,
      'missing-field': 1,
      'duplicate-row': 1,
    });
  });
});

test('a changed contact supersedes; one corrected by hand is not undone by the file', async () => {
  const file = (phone: string) => ({
    'contacts.csv': `Student_id,Contact_id,First_name,Last_name,Relationship,Primary,Emergency,Lives_with,Phone\n1,C1,Ann,Lee,Mother,true,false,true,${phone}\n`,
  });
  const contacts = () => world.worker('contact').orderBy('contact_id').select('contact_id', 'phone', 'superseded_by', 'recorded_by');
  await deliver(world.worker, file('111'));
  await deliver(world.worker, file('222'));
  const [first, second] = await contacts();
  expect(first).toMatchObject({
    phone: '111',
    superseded_by: second.contact_id,
  });
  expect(second).toMatchObject({ phone: '222', superseded_by: null });

  await world.owner.transaction(async (trx) => {
    const { rows } = await trx.raw('SELECT uuidv7() AS id');
    await trx('contact').where({ contact_id: second.contact_id }).update({ superseded_by: rows[0].id });
    const { student_id } = await trx('contact').where({ contact_id: second.contact_id }).first('student_id');
    await trx('contact').insert({
      contact_id: rows[0].id,
      student_id,
      local_id: 'C1',
      first_name: 'Ann',
      last_name: 'Lee',
      relationship: 'Mother',
      is_primary: true,
      lives_with: true,
      phone: '333',
      recorded_by: 'clerk-1',
    });
  });
  const unlike = await deliver(world.worker, file('222'));
  expect(unlike.counts.reasons).toEqual({ 'corrected-by-hand': 1 });
  const agrees = await deliver(world.worker, file('333'));
  expect(agrees.counts.reasons).toEqual({ unchanged: 1 });
  expect((await contacts()).filter((row) => row.superseded_by === null)).toMatchObject([{ phone: '333', recorded_by: 'clerk-1' }]);

  // Somebody removed the contact: it is superseded by itself, and the file does not bring it back.
  await world
    .owner('contact')
    .whereNull('superseded_by')
    .update({ superseded_by: world.owner.ref('contact_id') });
  const removed = await deliver(world.worker, file('333'));
  expect(removed.counts.reasons).toEqual({ 'corrected-by-hand': 1 });
  expect(await world.worker('contact').whereNull('superseded_by')).toEqual([]);
});
