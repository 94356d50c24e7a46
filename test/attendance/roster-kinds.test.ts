import { siblingsOf } from '../../store/households.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { idOf, mergeRows, pupil, weekdays } from './roster-rows.ts';
import { setToday, setUpDistrict, standingOf } from './world.ts';

/** Two schools, S1 and S2, weekdays from 6 September (a Monday) to 31 December 2021; today is Friday, 1 October. */
let world: TestDatabase;
const SCHOOLS = {
  school: [
    { school: 'S1', name: 'One' },
    { school: 'S2', name: 'Two' },
  ],
  calendar: [...weekdays('S1', '2021-09-06', '2021-12-31'), ...weekdays('S2', '2021-09-06', '2021-12-31')],
};

beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  await mergeRows(world.worker, {
    ...SCHOOLS,
    student: [pupil('1', { ssid: '9000000001', sis_id: 'k1' }), pupil('2', { ssid: '9000000002' })],
  });
});
afterEach(() => world.close());

const of = async (table: string, columns: string[], order = 'since') =>
  world
    .worker(table)
    .where({ student_id: await idOf(world.worker, '1') })
    .orderBy(order)
    .select(columns);

describe('numbers', () => {
  test('a row may name a student by the local, the state or the system number', async () => {
    const { refused } = await mergeRows(world.worker, {
      demographics: [
        { student: '1', since: '2021-09-06', iep: 'true' },
        { ssid: '9000000001', since: '2021-09-13', foster: 'true' },
        { sis_id: 'k1', since: '2021-09-20', homeless: 'true' },
      ],
    });
    expect(refused).toEqual([]);
    expect(await of('student_flag', ['flag', 'since'])).toEqual([
      { flag: 'iep', since: '2021-09-06' },
      { flag: 'foster', since: '2021-09-13' },
      { flag: 'homeless', since: '2021-09-20' },
    ]);
  });

  test('one scheme is never taken for another, and numbers that contradict each other are refused', async () => {
    const { refused } = await mergeRows(world.worker, {
      demographics: [
        { student: '9000000001', iep: 'true' },
        { ssid: '1', iep: 'true' },
        { student: '1', ssid: '9000000002', iep: 'true' },
        { student: '1', ssid: '9000000777', iep: 'true' },
        { iep: 'true' },
      ],
    });
    expect(refused).toEqual([
      'demographics 1 unknown-student',
      'demographics 2 unknown-student',
      'demographics 3 two-students',
      'demographics 4 other-number',
      'demographics 5 missing-field',
    ]);
  });

  test('a new local number under the same SSID is the same student, and the old number still leads to the student', async () => {
    await mergeRows(world.worker, { student: [pupil('71', { ssid: '9000000001' })] });
    expect(await world.worker('student').count('* AS n').first()).toEqual({ n: 2 });
    const { refused } = await mergeRows(world.worker, { demographics: [{ student: '1', since: '2021-09-13', iep: 'true' }] });
    expect(refused).toEqual([]);
    expect(
      await world
        .worker('student_flag')
        .where({ student_id: await idOf(world.worker, '71') })
        .select('flag'),
    ).toEqual([{ flag: 'iep' }]);
    expect(await world.worker('student_identifier').where({ value: '1' }).select('scheme', 'until')).toEqual([
      { scheme: 'local', until: '2021-10-01' },
    ]);
  });

  test('two students of one file cannot have one number', async () => {
    const { refused } = await mergeRows(world.worker, {
      student: [pupil('5', { ssid: '9000000005' }), pupil('6', { ssid: '9000000005' })],
    });
    expect(refused).toEqual(['student 2 number-taken']);
  });
});

describe('stays', () => {
  const stays = () => of('enrollment', ['school_id', 'entry_date', 'exit_date', 'track', 'program'], 'entry_date');

  test('spans with a gap and a move stand side by side in whatever order they come, and days outside them do not count', async () => {
    const rows = [
      { student: '1', school: 'S2', entry_date: '2021-09-27' },
      { student: '1', school: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-10' },
      { student: '1', school: 'S1', entry_date: '2021-09-20' },
    ];
    for (const row of rows) await mergeRows(world.worker, { enrollment: [row] });
    expect(await stays()).toMatchObject([
      { school_id: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-10' },
      { school_id: 'S1', entry_date: '2021-09-20', exit_date: '2021-09-26' },
      { school_id: 'S2', entry_date: '2021-09-27', exit_date: null },
    ]);
    expect(await standingOf(world.worker, '1')).toMatchObject({ school_id: 'S2', days_enrolled: 5 + 5 + 4 });
  });

  test('the program of a stay is a flag for as long as the stay lasts', async () => {
    await mergeRows(world.worker, {
      enrollment: [
        { student: '1', school: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-17', program: 'Independent Study' },
        { student: '1', school: 'S2', entry_date: '2021-09-20', program: 'Continuation' },
      ],
    });
    expect(await of('student_flag', ['flag', 'since', 'until'])).toEqual([
      { flag: 'independent_study', since: '2021-09-06', until: '2021-09-17' },
      { flag: 'continuation', since: '2021-09-20', until: null },
    ]);
    await mergeRows(world.worker, { enrollment: [{ student: '1', school: 'S2', entry_date: '2021-09-20', program: 'Regular' }] });
    expect(await of('student_flag', ['flag'])).toEqual([{ flag: 'independent_study' }]);
  });

  test('a stay that a complete file leaves out is taken back and kept in the ledger; a student’s last one is not', async () => {
    await mergeRows(world.worker, { enrollment: [{ student: '1', school: 'S2', entry_date: '2021-09-20' }] });
    const { retracted } = await mergeRows(
      world.worker,
      { enrollment: [{ student: '1', school: 'S1', entry_date: '2021-09-06' }] },
      { complete: true },
    );
    expect(retracted).toBe(1);
    expect(await stays()).toMatchObject([{ school_id: 'S1', entry_date: '2021-09-06', exit_date: null }]);
    expect(await of('enrollment_change', ['entry_date', 'old', 'new'], 'change_id')).toMatchObject([
      { entry_date: '2021-09-06', old: { exit: null }, new: { exit: '2021-09-19' } },
      { entry_date: '2021-09-06', old: { exit: '2021-09-19' }, new: { exit: null } },
      { entry_date: '2021-09-20', old: { school: 'S2' }, new: null },
    ]);
    expect(await world.worker('enrollment').where({ student_id: await idOf(world.worker, '2') })).toHaveLength(1);
  });

  test('a standing says when and why the student left, and that the student is back', async () => {
    await mergeRows(world.worker, {
      enrollment: [{ student: '1', school: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-24', exit_reason: 'T180' }],
    });
    const left = await standingOf(world.worker, '1');
    expect(left).toMatchObject({ departed: { on: '2021-09-24', reason: 'T180' } });
    await mergeRows(world.worker, { enrollment: [{ student: '1', school: 'S2', entry_date: '2021-09-29' }] });
    const back = await standingOf(world.worker, '1');
    expect(back.departed).toBeNull();
    expect(back.version).toBeGreaterThan(left.version);
  });
});

describe('flags and groups', () => {
  test('statements make spans, whatever their order; a row without a day speaks from the day on which it came', async () => {
    await mergeRows(world.worker, { demographics: [{ student: '1', since: '2021-09-20', homeless: 'false', lunch: 'Paid' }] });
    await mergeRows(world.worker, { demographics: [{ student: '1', since: '2021-09-06', homeless: 'true', lunch: 'Free' }] });
    await setToday(world.owner, '2021-10-05');
    const { refused } = await mergeRows(world.worker, { demographics: [{ student: '1', homeless: 'true', lunch: 'Paid' }] });
    expect(refused).toEqual([]);
    expect(await of('student_flag', ['flag', 'since', 'until'])).toEqual([
      { flag: 'homeless', since: '2021-09-06', until: '2021-09-19' },
      { flag: 'homeless', since: '2021-10-05', until: null },
    ]);
    expect(await of('student_group', ['dimension', 'since', 'until', 'value'])).toEqual([
      { dimension: 'lunch', since: '2021-09-06', until: '2021-09-19', value: 'Free' },
      { dimension: 'lunch', since: '2021-09-20', until: null, value: 'Paid' },
    ]);
    const again = await mergeRows(world.worker, {
      demographics: [
        { student: '1', homeless: 'true' },
        { student: '1', since: '2021-09-06', lunch: 'Free' },
      ],
    });
    expect(again.refused).toEqual(['demographics 1 unchanged', 'demographics 2 unchanged']);
  });

  test('a corrected statement supersedes, and what was said before is kept', async () => {
    await mergeRows(world.worker, { demographics: [{ student: '1', since: '2021-09-06', iep: 'true' }] });
    await mergeRows(world.worker, { demographics: [{ student: '1', since: '2021-09-06', iep: 'false' }] });
    expect(await of('student_flag', ['flag'])).toEqual([]);
    expect(
      await world.worker('student_profile').orderBy('profile_id').select('facts', world.worker.raw('superseded_by IS NULL AS stands')),
    ).toEqual([
      { facts: { iep: true }, stands: false },
      { facts: { iep: false }, stands: true },
    ]);
    const { refused } = await mergeRows(world.worker, { demographics: [{ student: '1', iep: 'maybe' }, { student: '2' }] });
    expect(refused).toEqual(['demographics 1 not-yes-or-no', 'demographics 2 nothing-said']);
  });
});

test('sections keep their teachers with dates; who leaves a section in a complete file left on the day before', async () => {
  const section = (teacher: string) => ({ section: [{ school: 'S1', section: 'H1', homeroom: 'true', teacher }] });
  await mergeRows(world.worker, {
    ...section('Ana Ortiz'),
    section_enrollment: [
      { student: '1', school: 'S1', section: 'H1' },
      { student: '2', school: 'S1', section: 'H1' },
      { student: '2', school: 'S1', section: 'H9' },
    ],
  });
  await setToday(world.owner, '2021-10-08');
  const { refused, retracted } = await mergeRows(
    world.worker,
    { ...section('Bea Kim'), section_enrollment: [{ student: '2', school: 'S1', section: 'H1' }] },
    { complete: true },
  );
  expect(refused).toEqual(['section_enrollment 1 unchanged']);
  expect(retracted).toBe(1);
  expect(await world.worker('section_teacher').orderBy('since').select('teacher', 'since', 'until')).toEqual([
    { teacher: 'Ana Ortiz', since: '2021-10-01', until: '2021-10-07' },
    { teacher: 'Bea Kim', since: '2021-10-08', until: null },
  ]);
  expect(await of('section_enrollment', ['since', 'until'])).toEqual([{ since: '2021-10-01', until: '2021-10-07' }]);
});

test('a suspension is corrected by its first day, and taken back when a complete file leaves it out', async () => {
  const row = { student: '1', school: 'S1', first_day: '2021-09-13', last_day: '2021-09-15', suspension: 'OSS' };
  const { refused } = await mergeRows(world.worker, {
    suspension: [row, { ...row, student: '2', last_day: '2021-09-10' }, { ...row, student: '2', suspension: 'EXP' }],
  });
  expect(refused).toEqual(['suspension 2 last-before-first', 'suspension 3 unknown-suspension']);
  await mergeRows(world.worker, { suspension: [{ ...row, last_day: '2021-09-14' }] });
  expect(await world.worker('student_suspension').select('first_day', 'last_day', 'kind')).toEqual([
    { first_day: '2021-09-13', last_day: '2021-09-14', kind: 'OSS' },
  ]);
  await mergeRows(world.worker, { suspension: [] }, { complete: true });
  expect(await world.worker('student_suspension')).toEqual([]);
  expect(await world.worker('suspension').count('* AS n').first()).toEqual({ n: 2 });
});

describe('contacts', () => {
  const contact = (more: Record<string, string> = {}) => ({
    student: '1',
    contact: 'C1001',
    first_name: 'Ann',
    last_name: 'Lee',
    relationship: 'Mother',
    lives_with: 'true',
    phone: '(213) 555-0100',
    street: '12 Main Street #4',
    zip: '90012',
    ...more,
  });
  const standing = async () =>
    world
      .worker('contact')
      .whereNull('superseded_by')
      .orderBy('contact_id')
      .select('local_id', 'phone', 'court_order', 'court_order_date', 'court_order_limits', 'legal_role');

  test('an order of a court is kept when a later file is silent about it, and stands when its date cannot be read', async () => {
    const { refused } = await mergeRows(world.worker, {
      contact: [
        contact({ court_order: 'No contact, LASC 21-0042', court_order_date: '2021-09-14', legal_role: 'Parent' }),
        contact({ student: '2', court_order: 'Restraining order', court_order_date: '14 Sept' }),
        contact({ contact: 'C7', legal_role: 'judge' }),
      ],
    });
    expect(refused).toEqual(['contact 3 unknown-role']);
    await mergeRows(world.worker, { contact: [contact({ phone: '213 555 0199' })] });
    expect(await standing()).toEqual([
      {
        local_id: 'C1001',
        phone: '(213) 555-0100',
        court_order: 'Restraining order (dated "14 Sept")',
        court_order_date: null,
        court_order_limits: ['contact', 'letters'],
        legal_role: null,
      },
      {
        local_id: 'C1001',
        phone: '213 555 0199',
        court_order: 'No contact, LASC 21-0042',
        court_order_date: '2021-09-14',
        court_order_limits: ['contact', 'letters'],
        legal_role: 'parent',
      },
    ]);
  });

  test('a contact that a complete file leaves out goes out of use, and comes back with the file; one removed by hand does not', async () => {
    await mergeRows(world.worker, { contact: [contact(), contact({ contact: 'C1002', first_name: 'Bob' })] });
    const { retracted } = await mergeRows(world.worker, { contact: [contact()] }, { complete: true });
    expect(retracted).toBe(1);
    expect(await standing()).toMatchObject([{ local_id: 'C1001' }]);
    await mergeRows(world.worker, { contact: [contact(), contact({ contact: 'C1002', first_name: 'Bob' })] });
    expect(await standing()).toHaveLength(2);
    await world
      .owner('contact')
      .whereNull('superseded_by')
      .where({ local_id: 'C1002' })
      .update({ superseded_by: world.owner.ref('contact_id'), removed_by: 'clerk-1' });
    const { refused } = await mergeRows(world.worker, { contact: [contact({ contact: 'C1002', first_name: 'Bob' })] });
    expect(refused).toEqual(['contact 1 corrected-by-hand']);
  });

  test('a correction by hand stands until the file says something else than it said before', async () => {
    await mergeRows(world.worker, { contact: [contact()] });
    const [{ contact_id: old }] = await world.worker('contact').select('contact_id');
    const [next] = await world
      .owner('contact')
      .insert({
        student_id: await idOf(world.worker, '1'),
        local_id: 'other',
        first_name: 'Ann',
        last_name: 'Lee',
        relationship: 'Mother',
        phone: '1112223333',
        lives_with: true,
        street: '12 Main Street #4',
        zip: '90012',
        recorded_by: 'clerk-1',
      })
      .returning('contact_id');
    await world.owner('contact').where({ contact_id: old }).update({ superseded_by: next.contact_id });
    await world.owner('contact').where({ contact_id: next.contact_id }).update({ local_id: 'C1001' });
    expect((await mergeRows(world.worker, { contact: [contact()] })).refused).toEqual(['contact 1 corrected-by-hand']);
    expect((await mergeRows(world.worker, { contact: [contact({ phone: '9998887777' })] })).refused).toEqual([]);
    expect(await standing()).toMatchObject([{ phone: '9998887777' }]);
  });

  test('students who share an address, a telephone or a person are one household; a shelter, an office and a social worker link nobody', async () => {
    await mergeRows(world.worker, {
      student: ['3', '4', '5', '6'].map((one) => pupil(one)),
      contact: [
        contact(),
        contact({ student: '2', contact: 'C2001', first_name: 'Carl', phone: '', street: '12 MAIN ST., Apt. 4' }),
        contact({ student: '3', contact: 'C3001', first_name: 'Dan', street: '9 Elm Road', phone: '+1 213 555 0100' }),
        contact({ student: '4', street: '77 Far Away', phone: '' }),
        contact({ student: '5', contact: 'W0001', relationship: 'Social worker', legal_role: 'social_worker', lives_with: 'false' }),
        contact({ student: '6', contact: 'E0001', relationship: 'Neighbour', lives_with: 'false' }),
      ],
    });
    const siblings = await siblingsOf(world.worker, [await idOf(world.worker, '1')]);
    expect(siblings.map(({ lastName, links }) => [lastName, links])).toEqual([
      ['Family 2', ['address']],
      ['Family 3', ['phone']],
      ['Family 4', ['contact']],
    ]);
    await mergeRows(world.worker, {
      student: Array.from({ length: 12 }, (_, n) => pupil(`2${n}`)),
      contact: Array.from({ length: 12 }, (_, n) =>
        contact({ student: `2${n}`, contact: `C5${n}00`, first_name: 'Eve', phone: '', street: '12 Main St Apt 4' }),
      ),
    });
    const crowded = await siblingsOf(world.worker, [await idOf(world.worker, '1')]);
    expect(crowded.map(({ lastName }) => lastName)).toEqual(['Family 3', 'Family 4']);
  });
});

test('a track has its own calendar: what speaks of all tracks, and what speaks of the track before it', async () => {
  await mergeRows(world.worker, {
    calendar: [
      { school: 'S1', track: 'B', date: '2021-09-06', event: 'Off track', instructional: 'false' },
      { school: 'S1', track: 'B', date: '2021-09-18', event: 'Instructional day', instructional: 'true' },
    ],
  });
  const day = (track: string, date: string) =>
    world.worker('calendar_of').where({ school_id: 'S1', track, date }).first('instructional', 'school_day');
  expect(await day('', '2021-09-06')).toEqual({ instructional: true, school_day: 1 });
  expect(await day('B', '2021-09-06')).toEqual({ instructional: false, school_day: 0 });
  expect(await day('', '2021-09-18')).toEqual({ instructional: true, school_day: 11 });
  expect(await day('B', '2021-09-18')).toEqual({ instructional: true, school_day: 10 });
  expect(await day('B', '2021-12-31')).toMatchObject({ instructional: true });
  // The denominator of each student comes from the calendar of the student's own track.
  await mergeRows(world.worker, { enrollment: [{ student: '1', school: 'S1', track: 'B', entry_date: '2021-09-06' }] });
  expect(await standingOf(world.worker, '1')).toMatchObject({ days_enrolled: 19 });
  expect(await standingOf(world.worker, '2')).toMatchObject({ days_enrolled: 20 });
});
