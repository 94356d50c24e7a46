import fc from 'fast-check';
import { settleMerges } from '../../attendance/roster/settle.ts';
import type { Rows } from './roster-rows.ts';
import { askMerge, askParting } from '../../store/intake/merges.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { runs } from '../world/runs.ts';
import { idOf, mergeRows, pupil, weekdays } from './roster-rows.ts';
import { attendanceCsv, deliver, RULES, setUpDistrict, standingOf } from './world.ts';
import type { Database } from '../../store/database.ts';

/** ING-08. Two schools, weekdays from 6 September 2021; today is Friday, 1 October. Students 1 and 2 are one child. */
const BY = { id: 'registrar-1', role: 'administrator', place: 'district' } as const;
const ids = async (db: Database) => ({ survivor: await idOf(db, '1'), absorbed: await idOf(db, '2') });
const asked = { reason: 'same birth certificate', by: BY, day: '2021-10-01' };

async function district(): Promise<TestDatabase> {
  const world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  await mergeRows(world.worker, {
    school: [
      { school: 'S1', name: 'One' },
      { school: 'S2', name: 'Two' },
    ],
    calendar: [...weekdays('S1', '2021-09-06', '2021-12-31'), ...weekdays('S2', '2021-09-06', '2021-12-31')],
    student: [pupil('1', { ssid: '9000000001', school: 'S2', entry_date: '2021-09-20' }), pupil('2'), pupil('3')],
  });
  return world;
}

/** Merges students 1 and 2, as the API and the worker do. */
async function merge(world: TestDatabase): Promise<void> {
  const { survivor, absorbed } = await ids(world.worker);
  await world.api.transaction((trx) => askMerge(trx, { survivor, absorbed, ...asked }));
  await settleMerges(world.worker, { rules: RULES });
}

async function part(world: TestDatabase): Promise<void> {
  const { survivor, absorbed } = await ids(world.worker).catch(() => ({ survivor: '', absorbed: '' }));
  const [row] = await world.owner('student_merge').select('survivor', 'absorbed');
  await world.api.transaction((trx) =>
    askParting(trx, { survivor: row.survivor ?? survivor, absorbed: row.absorbed ?? absorbed, ...asked }),
  );
  await settleMerges(world.worker, { rules: RULES });
}

/** All that is known of every student who counts, without what differs from one database to the next. */
async function everything(db: Database) {
  const table = async (name: string, columns: string) =>
    (
      await db.raw<{ rows: unknown[] }>(
        `SELECT k.local_id, ${columns} FROM ${name} t JOIN student k USING (student_id) WHERE k.merged_into IS NULL ORDER BY k.local_id, ${columns}`,
      )
    ).rows;
  return {
    students: await db('student')
      .whereNull('merged_into')
      .orderBy('local_id')
      .select('local_id', 'first_name', 'last_name', 'grade', 'school_id', 'entry_date', 'exit_date'),
    numbers: await table('student_identifier', 't.scheme, t.value, t.until'),
    stays: await table('enrollment', 't.entry_date, t.exit_date, t.school_id, t.program, t.track'),
    days: await table('attendance_day', 't.date, t.school_id, t.status, t.excuse, t.absent'),
    flags: await table('student_flag', 't.flag, t.since, t.until'),
    groups: await table('student_group', 't.dimension, t.since, t.until, t.value'),
    suspensions: await table('suspended_day', 't.date, t.kind'),
    contacts: await table('contact', 't.local_id, t.phone, t.superseded_by IS NULL'),
    standings: await table(
      'standing',
      't.absences, t.excused, t.unexcused, t.truancy, t.pending::text, t.flags, t.merged_into::text, t.joined::text',
    ),
    spells: await table('spell', 't.first_day, t.last_day, t.days'),
  };
}

const ROWS: Rows = {
  demographics: [
    { student: '1', since: '2021-09-20', iep: 'true', lunch: 'Free' },
    { student: '2', since: '2021-09-06', iep: 'true', foster: 'true', lunch: 'Paid' },
  ],
  contact: [
    { student: '1', contact: 'C1001', first_name: 'Ann', last_name: 'Lee', relationship: 'Mother', phone: '1' },
    { student: '2', contact: 'C1001', first_name: 'Ann', last_name: 'Lee', relationship: 'Mother', phone: '2' },
  ],
  suspension: [{ student: '2', school: 'S1', first_day: '2021-09-13', last_day: '2021-09-13', suspension: 'OSS' }],
};
const attendance = {
  'a.csv': attendanceCsv('S1', [
    ['2', '2021-09-07', 'absent', 'Unexcused'],
    ['2', '2021-09-21', 'absent', ''],
    ['3', '2021-09-21', 'absent', ''],
  ]),
  'b.csv': attendanceCsv('S2', [
    ['1', '2021-09-21', 'absent', 'Excused'],
    ['1', '2021-09-22', 'absent', 'Unexcused'],
  ]),
};

test('the surviving student has both histories: stays without overlap, of two rows for one day the more certain, flags, contacts and numbers', async () => {
  const world = await district();
  await mergeRows(world.worker, ROWS);
  await deliver(world.worker, attendance);
  await merge(world);
  const { stays, days, flags, standings, students } = await everything(world.worker);
  expect(students.map(({ local_id }) => local_id)).toEqual(['1', '3']);
  expect(stays).toMatchObject([
    { local_id: '1', entry_date: '2021-09-06', exit_date: '2021-09-19', school_id: 'S1' },
    { local_id: '1', entry_date: '2021-09-20', exit_date: null, school_id: 'S2' },
    { local_id: '3' },
  ]);
  expect(days).toMatchObject([
    { local_id: '1', date: '2021-09-07', excuse: 'unexcused' },
    { local_id: '1', date: '2021-09-21', school_id: 'S2', excuse: 'excused' },
    { local_id: '1', date: '2021-09-22', excuse: 'unexcused' },
    { local_id: '3' },
  ]);
  expect(flags).toEqual([
    { local_id: '1', flag: 'foster', since: '2021-09-06', until: null },
    { local_id: '1', flag: 'iep', since: '2021-09-06', until: null },
  ]);
  expect(standings[0]).toMatchObject({ absences: 4, excused: 2, unexcused: 2 });
  const { survivor, absorbed } = {
    survivor: (await world.owner('student_merge').first('survivor')).survivor,
    absorbed: (await world.owner('student_merge').first('absorbed')).absorbed,
  };
  expect(await standingOf(world.worker, '2')).toMatchObject({ merged_into: { student: survivor } });
  expect(await standingOf(world.worker, '1')).toMatchObject({ joined: [{ student: absorbed, reports: [] }] });
  // A row under the absorbed student's number speaks of the surviving student.
  await deliver(world.worker, { 'c.csv': attendanceCsv('S1', [['2', '2021-09-08', 'absent', 'Unexcused']]) });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 5, unexcused: 3 });
  await world.close();
});

test('merged and parted again, with deliveries before, between and after, both are as they would be had they never been merged', async () => {
  const steps: ((world: TestDatabase) => Promise<unknown>)[] = [
    (world) => mergeRows(world.worker, ROWS),
    (world) => deliver(world.worker, attendance),
    (world) =>
      mergeRows(world.worker, {
        contact: [{ student: '2', contact: 'C1001', first_name: 'Ann', last_name: 'Lee', relationship: 'Mother', phone: '22' }],
        enrollment: [{ student: '2', school: 'S1', entry_date: '2021-09-06', exit_date: '2021-09-28', program: 'Continuation' }],
        demographics: [{ student: '1', since: '2021-09-27', iep: 'false', lunch: 'Paid' }],
      }),
    (world) =>
      deliver(
        world.worker,
        {
          'a.csv': attendanceCsv('S1', [
            ['2', '2021-09-07', 'absent', 'Excused'],
            ['2', '2021-09-09', 'absent', 'Unexcused'],
            ['3', '2021-09-21', 'absent', ''],
          ]),
          'b.csv': attendanceCsv('S2', [['1', '2021-09-22', 'absent', 'Unexcused']]),
        },
        { from: '2021-09-06', to: '2021-10-01', complete: true },
      ),
  ];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), async (first, length) => {
      const [one, two] = [await district(), await district()];
      for (const [n, step] of steps.entries()) {
        if (n === first) await merge(one);
        if (n === first + length) await part(one);
        await step(one);
        await step(two);
      }
      if (first + length >= steps.length) await part(one);
      expect(await everything(one.worker)).toEqual(await everything(two.worker));
      await Promise.all([one.close(), two.close()]);
    }),
    { seed: 8, numRuns: runs(2, 30) },
  );
}, 120_000);

test('records are not merged in a circle, and a merge is settled once', async () => {
  const world = await district();
  const { survivor, absorbed } = await ids(world.worker);
  const third = await idOf(world.worker, '3');
  await merge(world);
  const ask = (one: string, other: string) => world.api.transaction((trx) => askMerge(trx, { survivor: one, absorbed: other, ...asked }));
  expect(await ask(absorbed, third)).toEqual({ problem: expect.stringContaining('counts as another student now') as unknown });
  expect(await ask(third, survivor)).toEqual({ problem: expect.stringContaining('Other records are merged') as unknown });
  expect(await ask(third, absorbed)).toEqual({ problem: expect.stringContaining('already') as unknown });
  expect(await settleMerges(world.worker, { rules: RULES })).toEqual([]);
  await ask(survivor, third);
  expect(await settleMerges(world.worker, { rules: RULES })).toHaveLength(1);
  await world.close();
});

test('every table that names a student is kept by record, united, or told otherwise', async () => {
  const world = await createDatabase();
  const { KEPT_BY_RECORD, UNITED } = await import('../../attendance/roster/merge.ts');
  const { rows } = await world.owner.raw<{ rows: { name: string }[] }>(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'student_id'`,
  );
  const OTHERWISE = [
    'student',
    'own_record',
    'student_merge', // the merge itself
    'attendance_case',
    'case_watch',
    'standing',
    'spell', // each record's case and what is counted of it
    'attendance_correction',
    'enrollment_change', // ledgers: what happened to a record stays with it
    'standing_hold', // told anew with the standing
    'attendance_command',
    'earlier_record', // stands in the record's own case, as what was documented there
    'day_correction', // what a person did, to the record it was done to; the day itself goes with the union
    'policy_rehearsal_student', // a forecast as it was made, of the record it was made of; gone after thirty days
  ];
  expect(rows.map(({ name }) => name).filter((name) => ![...KEPT_BY_RECORD, ...UNITED, ...OTHERWISE].includes(name))).toEqual([]);
  await world.close();
});
