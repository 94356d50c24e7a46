import { COLUMNS } from '../../../attendance/formats/format.ts';
import { rejectedFile } from '../../../attendance/rejected-file.ts';
import { guessOf } from '../../../attendance/formats/aliases.ts';
import { IMPORT_COLUMNS, IMPORT_KINDS } from '../../../policy/import-columns.ts';
import { readMappings, saveMapping } from '../../../store/import-mappings.ts';
import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { deliver, rosterCsv, setUpDistrict } from '../world.ts';

let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  const students = { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } };
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students }));
});
afterEach(() => world.close());

const MARKS = 'Pupil No;Bldg;When;Mark\n1;S1;9/7/2021;Absent\n2;S1;9/8/2021;Gone\n2;S1;9/33/2021;Absent\n';
const save = (columns: Record<string, string>) =>
  world.api.transaction((trx) => saveMapping(trx, { name: 'plain-tracker', kind: 'attendance', columns, savedBy: 'ada' }));

test('a file of the district’s own making is refused with what it looks like, and read once its columns are named', async () => {
  await expect(deliver(world.worker, { 'marks.csv': MARKS })).rejects.toThrow(
    /No known format has the columns of marks\.csv.*it looks like attendance.*no column says date, nor code; not understood: "When", "Mark"/,
  );
  await save({ student: 'Pupil No', school: 'Bldg', date: 'When', code: 'Mark' });
  const { counts, deliveryId } = await deliver(world.worker, { 'marks.csv': MARKS });
  expect(counts).toMatchObject({ read: 3, accepted: 1, rejected: 2, reasons: { 'unknown-code': 1, 'bad-date': 1 } });
  expect(await world.worker('attendance_day').select('date', 'status', 'excuse')).toEqual([
    { date: '2021-09-07', status: 'absent', excuse: 'unverified' },
  ]);
  expect(await world.worker('delivery').where({ delivery_id: deliveryId }).pluck('format')).toEqual(['plain-tracker']);
  let text = '';
  for await (const piece of rejectedFile((work) => work(world.api), deliveryId, 'marks.csv', 'import')) text += piece;
  expect(text).toContain('2,S1,9/33/2021,Absent');
});

test('a mapping saved again takes the place of the one before, which stays on record', async () => {
  await save({ student: 'Pupil No', school: 'Bldg', date: 'When', code: 'Mark' });
  await save({ student: 'Pupil No', school: 'Bldg', date: 'When', code: 'Mark', reason_raw: 'Why' });
  expect(await readMappings(world.worker)).toMatchObject([
    { name: 'plain-tracker', kind: 'attendance', columns: { reason_raw: 'Why' }, savedBy: 'ada' },
  ]);
  expect(await world.worker('import_mapping').whereNotNull('superseded_by')).toHaveLength(1);
  await expect(deliver(world.worker, { 'marks.csv': MARKS })).rejects.toThrow(/No known format/);
});

test('what a file looks like is said with what was understood, what is missing and what was not understood', () => {
  expect(guessOf(['Stu #', 'Site', 'Absence Date', 'Mark', 'Note'])).toBe(
    'it looks like attendance ("Stu #" as student, "Site" as school, "Absence Date" as date), and no column says code; not understood: "Mark", "Note"',
  );
  expect(guessOf(['one', 'two'])).toBeNull();
});

test('every column that can be named is one of the canonical columns, or one that they are made from', () => {
  const made = ['excused', 'full_name'];
  for (const kind of IMPORT_KINDS) {
    const canonical: readonly string[] = [...COLUMNS[kind], ...made];
    expect(IMPORT_COLUMNS[kind].columns.filter((column) => !canonical.includes(column))).toEqual([]);
  }
});
