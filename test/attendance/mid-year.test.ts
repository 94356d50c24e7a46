import { readFileSync } from 'node:fs';
import { dryRun } from '../../attendance/dry-run.ts';
import { turn } from '../../attendance/turn.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { refusedRows } from '../../store/attendance-delivery.ts';
import { readAbsenceList } from '../../store/read/absence-list.ts';
import { readStanding } from '../../store/standing.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { askDryRun, received } from './delivery-world.ts';
import {
  attendanceCsv,
  deliver as deliverTo,
  release as releaseSchool,
  rosterCsv,
  RULES,
  setToday,
  setUpDistrict,
  standingOf,
  SUPERVISOR,
} from './world.ts';

/** Schools that come in February, when their year is under way: what waits, what a file of earlier steps brings in, and the release. */
const TODAY = '2022-02-07';
const STUDENTS = Object.fromEntries(Array.from({ length: 6 }, (_none, n) => [String(n + 1), { born: '2010-01-01' }]));
const ROSTER = rosterCsv({ school: 'S1', from: '2021-09-06', to: '2022-05-27', students: STUDENTS });

/** Delivers, and releases nothing. */
const deliver = (...[db, files, coverage]: Parameters<typeof deliverTo>) => deliverTo(db, files, coverage ?? {}, { release: false });

let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, TODAY);
  await loadShippedPolicy(world.owner, 'lausd');
});
afterEach(() => world.close());

/** Student 1 is in the second band with three unexcused days; student 2 in the third; student 3 hardly ever absent. */
const absences = (student: string, dates: string[], code: string): [string, string, string, string][] =>
  dates.map((date) => [student, date, 'absent', code]);
const weekdays = (from: string, count: number): string[] => {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count; at += 86_400_000)
    if (new Date(at).getUTCDay() % 6 !== 0) found.push(new Date(at).toISOString().slice(0, 10));
  return found;
};
const UNEXCUSED = weekdays('2021-09-07', 3);
const firstLoad = () =>
  deliver(
    world.worker,
    {
      ...ROSTER,
      'attendance.csv': attendanceCsv('S1', [
        ...absences('1', UNEXCUSED, 'Unexcused'),
        ...absences('1', weekdays('2021-10-04', 7), 'Excused'),
        ...absences('2', weekdays('2021-10-04', 16), 'Excused'),
        ...absences('3', ['2022-02-03'], 'Excused'),
      ]),
    },
    { from: '2021-09-06', to: '2022-02-04', complete: true },
  );

const release = (school = 'S1') => releaseSchool(world.worker, school, 'All letters are in.');

const holds = async (student: string) => ((await standingOf(world.worker, student))?.holds ?? []) as { why: string; since: string }[];
const outbox = () => world.owner('outbox').pluck<string[]>('case_id');
const HELD = [{ why: 'school_not_released', since: TODAY }];

describe('the first load of a year under way', () => {
  test('is counted as any other, and wakes nobody: every student of the school is held, and the account says so', async () => {
    const { counts } = await firstLoad();
    expect(counts.consequences).toMatchObject({ woken: 0, opens: 0, holds: { students: 6, schools: ['S1'] } });
    expect(await standingOf(world.worker, '2')).toMatchObject({ absences: 16, holds: HELD });
    expect(await outbox()).toEqual([]);
    expect(await world.owner('school_start').first('known_on', 'school_days', 'under_way')).toEqual({
      known_on: TODAY,
      school_days: 110,
      under_way: true,
    });
  });

  test('turns of the day and later deliveries wake nobody either, and nobody is reminded of what is missing', async () => {
    await firstLoad();
    await setToday(world.owner, '2022-02-11');
    const turned = await turn(world.worker, '2022-02-11', { rules: RULES });
    expect(turned.at(-1)).toMatchObject({ crossings: 0, reminded: 0 });
    expect(await world.owner('missing_submission').select('date')).not.toEqual([]);
    expect(await holds('1')).toEqual(expect.arrayContaining(HELD));
    expect(await outbox()).toEqual([]);
  });

  test('no call of before is overdue', async () => {
    await firstLoad();
    const calls = await readAbsenceList(world.api, 'S1', TODAY, 1);
    expect(calls.map(({ localId, overdue }) => [localId, overdue])).toEqual([['3', false]]);
    await release();
    expect((await readAbsenceList(world.api, 'S1', TODAY, 1)).map(({ overdue }) => overdue)).toEqual([false]);
    expect((await readAbsenceList(world.api, 'S1', '2022-02-10', 1)).map(({ overdue }) => overdue)).toEqual([true]);
  });

  test('is none where the school came with its calendar and its students before ten school days had begun', async () => {
    await setToday(world.owner, '2021-09-20');
    await deliver(world.worker, ROSTER);
    await setToday(world.owner, TODAY);
    const { counts } = await firstLoad();
    expect(counts.consequences).toMatchObject({ opens: 2, holds: { students: 0 } });
  });

  test('a roster that comes first is enough to know it: attendance that follows day by day is held as well', async () => {
    await deliver(world.worker, ROSTER);
    await setToday(world.owner, '2022-02-08');
    const { counts } = await deliver(
      world.worker,
      { 'attendance.csv': attendanceCsv('S1', absences('2', weekdays('2021-10-04', 16), 'Excused')) },
      { from: '2021-09-06', to: '2022-02-07', complete: true },
    );
    expect(counts.consequences).toMatchObject({ opens: 0 });
    expect(await holds('2')).toEqual(HELD);
  });

  test('one who moves to a school that is not released is held there', async () => {
    await setToday(world.owner, '2021-09-06');
    const other = rosterCsv({ school: 'S2', from: '2021-09-06', to: '2022-05-27', students: { '90': { born: '2010-01-01' } } });
    await deliver(world.worker, other);
    await setToday(world.owner, TODAY);
    await firstLoad();
    expect(await holds('90')).toEqual([]);
    const header = 'Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n';
    await deliver(world.worker, { 'students.csv': `${header}90,Given,,Family,2010-01-01,05,S1,2022-02-07,\n` });
    expect(await holds('90')).toEqual(HELD);
  });
});

describe('the release', () => {
  test('tells the cases what their students crossed, once, and says how many', async () => {
    await firstLoad();
    expect(await release()).toEqual({
      outcome: 'applied',
      answer: { school: 'S1', releasedOn: TODAY, students: 6, woken: 2, opens: 2, reportsDue: 1 },
    });
    expect(await holds('1')).toEqual([]);
    expect(await outbox()).toHaveLength(2);
    expect(await world.owner('school_start').first('released_by', 'note')).toEqual({
      released_by: SUPERVISOR,
      note: 'All letters are in.',
    });
  });

  test('is done once; a school that was never held has nothing to release', async () => {
    await firstLoad();
    await release();
    expect(await release()).toMatchObject({
      outcome: 'refused',
      answer: { type: 'nothing-waits', detail: expect.stringContaining(TODAY) as string },
    });
    expect(await release('S9')).toMatchObject({ outcome: 'refused', answer: { detail: expect.stringContaining('no calendar') as string } });
  });
});

// ---- Steps of before

const HEADER =
  'Student ID,Record,Date,Time,Done By,Role,Number,Events,Letter,Channel,Outcome,Reached,Team,Invited,Present,Status,Signers,From,Until,About,Issued By,Reference,Note';
const COLUMNS = HEADER.split(',');
const row = (values: Record<string, string>): string =>
  COLUMNS.map((column) => (values[column]?.includes(',') ? `"${values[column]}"` : (values[column] ?? ''))).join(',');
const earlier = (...rows: Record<string, string>[]): string =>
  [HEADER, ...rows.map((one) => row({ 'Done By': 'R. Ortiz', ...one })), ''].join('\n');

const REPORT = { 'Student ID': '1', Record: 'Report', Date: '9/24/2021', Number: '1', Events: UNEXCUSED.join('; '), Reference: 'T-117' };
const LETTER = { 'Student ID': '1', Record: 'Letter', Date: '2021-09-27', Letter: 'Letter 1', Reached: 'Mother' };
const CALL = {
  'Student ID': '1',
  Record: 'Call',
  Date: '2021-09-28',
  Time: '4:10 PM',
  Channel: 'phone',
  Outcome: 'Left message',
  Role: 'clerk',
};
const TALK = {
  'Student ID': '1',
  Record: 'conference',
  Date: '2021-10-12',
  Outcome: 'held',
  Invited: 'parent, pupil',
  Present: 'Parent; Pupil; case manager',
  Note: 'The bus comes too late; another one was found.',
};
const SST = { 'Student ID': '1', Record: 'Meeting', Team: 'SST', Date: '2021-11-02', Outcome: 'held', Present: 'parent' };
const CONTRACT = {
  'Student ID': '1',
  Record: 'Contract',
  Date: '2021-11-02',
  Status: 'signed',
  Signers: 'parent,pupil',
  From: '2021-11-02',
  Until: '2022-05-27',
};
const DIRECTIVE = {
  'Student ID': '1',
  Record: 'Directive',
  Date: '2022-01-11',
  'Issued By': 'SARB',
  About: 'attend daily; parent class',
  Until: '2022-05-27',
};
const ALL = [REPORT, LETTER, CALL, TALK, SST, CONTRACT, DIRECTIVE];

const told = async (student = '1') => {
  const { case_id } = await world.owner('student').where({ local_id: student }).first<{ case_id: string }>('case_id');
  return (await readStanding(world.api, case_id))?.earlier ?? [];
};

describe('a file of earlier steps', () => {
  test('brings in every kind as its case is told it: codes and days, the line, and who brought it in', async () => {
    await firstLoad();
    const { counts, deliveryId } = await deliver(world.worker, { 'steps.csv': earlier(...ALL) });
    expect(counts).toMatchObject({ read: 7, accepted: 7, earlier: { records: 7, students: 1, opens: 1, notBorneOut: [] } });
    const records = await told();
    expect(records.map((one) => [one.kind, one.on])).toEqual([
      ['report', '2021-09-24'],
      ['letter', '2021-09-27'],
      ['contact', '2021-09-28'],
      ['conference', '2021-10-12'],
      ['meeting', '2021-11-02'],
      ['contract', '2021-11-02'],
      ['directive', '2022-01-11'],
    ]);
    expect(records[0]).toMatchObject({
      ordinal: 1,
      filedWith: 'attendance_supervisor',
      events: UNEXCUSED,
      source: { delivery: deliveryId, line: 2, enteredBy: 'tester' },
    });
    expect(records[1]).toMatchObject({ letter: 'letter-1', channel: 'mail', events: null });
    expect(records[2]).toMatchObject({
      time: '16:10',
      role: 'clerk',
      details: { channel: 'phone', outcome: 'left_message', contact: null },
    });
    expect(records[3]).toMatchObject({ details: { invited: ['parent', 'pupil'], present: ['parent', 'pupil', 'case_manager'] } });
    expect(records[6]).toMatchObject({ details: { of: 'sarb', about: ['attend_daily', 'parent_class'], until: '2022-05-27' } });
    // Names and words stay in the database.
    expect(JSON.stringify(records)).not.toMatch(/Ortiz|Mother|bus|T-117/);
    expect(records[3]?.textDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(await outbox()).toHaveLength(1);
  });

  test('the example of the guide is taken whole', async () => {
    await firstLoad();
    const example = readFileSync(new URL('./formats/fixtures/plain/earlier-steps.csv', import.meta.url), 'utf8').replaceAll(
      /^1001,/gm,
      '1,',
    );
    const { counts } = await deliver(world.worker, { 'earlier-steps.csv': example });
    expect(counts).toMatchObject({ read: 13, accepted: 13, earlier: { records: 13, notBorneOut: [] } });
    expect(new Set((await told()).map(({ kind }) => kind)).size).toBe(11);
  });

  test('a dry run says the same and leaves nothing; the same file again changes nothing', async () => {
    await firstLoad();
    const deliveryId = await received(world, { 'steps.csv': earlier(...ALL) }, { schools: 'all', from: null, to: null, complete: false });
    await askDryRun(world, deliveryId);
    expect(await dryRun(world.worker, deliveryId)).toMatchObject({ accepted: 7, earlier: { records: 7, students: 1, opens: 1 } });
    expect(await world.owner('earlier_record').select()).toEqual([]);
    await deliver(world.worker, { 'steps.csv': earlier(...ALL) });
    const again = await deliver(world.worker, { 'steps.csv': earlier(...ALL, { ...TALK, Note: 'Told otherwise.' }) });
    expect(again.counts).toMatchObject({ accepted: 0, ignored: 8, earlier: { records: 0, students: 0 } });
    expect(await told()).toHaveLength(7);
  });

  test('comes with the roster and the attendance in one delivery as well', async () => {
    const { counts } = await deliver(world.worker, {
      ...ROSTER,
      'attendance.csv': attendanceCsv('S1', absences('1', UNEXCUSED, 'Unexcused')),
      'steps.csv': earlier(REPORT),
    });
    expect(counts.earlier).toMatchObject({ records: 1, notBorneOut: [] });
    expect(await told()).toHaveLength(1);
  });

  test('a report whose days the attendance does not bear out is taken, and the account names line and days', async () => {
    await firstLoad();
    const { counts } = await deliver(world.worker, { 'steps.csv': earlier({ ...REPORT, Events: '2021-09-07, 2021-09-14, 2021-09-15' }) });
    expect(counts.earlier).toMatchObject({
      records: 1,
      notBorneOut: [{ file: 'steps.csv', line: 2, report: 1, days: ['2021-09-14', '2021-09-15'] }],
    });
  });

  test.each([
    ['a student whom nobody knows', { ...CALL, 'Student ID': '77' }, 'Student 77 is not known'],
    ['a day to come', { ...CALL, Date: '2022-02-08' }, 'The day 2022-02-08 lies after the district’s day 2022-02-07'],
    ['a step of the year before', { ...CALL, Date: '2021-05-03' }, 'before the school year 2021-2022 began'],
    [
      'a record that there is none of',
      { ...CALL, Record: 'Suspension' },
      'The record "suspension" is none that can be brought in; the records are report, letter',
    ],
    ['nobody who did it', { ...CALL, 'Done By': '' }, 'The field done by is empty'],
    ['a report without its days', { ...REPORT, Events: '' }, 'The field events is empty, and a report cannot be recorded without it'],
    ['a report that rests on a later day', { ...REPORT, Events: '2021-10-04' }, 'taken on 2021-09-24 and cannot rest on 2021-10-04'],
    ['a day that is none', { ...REPORT, Events: '2021-09-07, soon' }, 'The events "soon" is not a date'],
    ['a report number that is none', { ...REPORT, Number: 'first' }, 'The field number says "first", which is no number from 1 to 99'],
    [
      'a letter that the policy does not have',
      { ...LETTER, Letter: 'letter 9' },
      'The field letter says "letter-9"; it can say letter-1, letter-2, letter-3',
    ],
    [
      'an outcome that there is none of',
      { ...CALL, Outcome: 'fine' },
      'The field outcome says "fine"; it can say reached, reached no resolution',
    ],
    ['a conference that was held with nobody', { ...TALK, Present: '' }, 'The field present is empty, and a conference'],
    ['a party that there is none of', { ...TALK, Invited: 'parent, uncle' }, 'The field invited says "uncle"'],
    [
      'a contract that ends before it begins',
      { ...CONTRACT, Until: '2021-11-01' },
      'The last day 2021-11-01 lies before the first day 2021-11-02',
    ],
    ['a time that is none', { ...CALL, Time: 'noon' }, 'The field time holds "noon"'],
  ])('%s is refused with a sentence', async (_what, values, sentence) => {
    await firstLoad();
    const { counts, deliveryId } = await deliver(world.worker, { 'steps.csv': earlier(values) });
    expect(counts).toMatchObject({ read: 1, rejected: 1 });
    const [refused] = await refusedRows(world.api, deliveryId, { of: 'import', limit: 10 });
    expect(refused?.message).toContain(sentence);
  });

  test('a report keeps its number and an event serves one report, among the lines of a file and against what is on record', async () => {
    await firstLoad();
    const other = { ...REPORT, Date: '2021-10-01', Reference: 'T-118' };
    const { deliveryId } = await deliver(world.worker, { 'steps.csv': earlier(REPORT, other, { ...other, Number: '2' }) });
    const messages = (await refusedRows(world.api, deliveryId, { of: 'import', limit: 10 })).map(
      ({ line, message }) => `${line}: ${message}`,
    );
    expect(messages).toEqual([
      expect.stringContaining('3: Report 1 of this student is on record already, filed on 2021-09-24 (line 2 of this delivery)'),
      expect.stringContaining('4: The day 2021-09-07 serves report 1 already'),
    ]);
    const later = await deliver(world.worker, { 'steps.csv': earlier(other) });
    expect((await refusedRows(world.api, later.deliveryId, { of: 'import', limit: 10 }))[0]?.message).toContain('(recorded elsewhere)');
  });

  test('nothing is added to the file of a student who has left', async () => {
    await firstLoad();
    const header = 'Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n';
    await deliver(world.worker, { 'students.csv': `${header}1,Given,,Family,2010-01-01,05,S1,2021-09-06,2022-01-20\n` });
    const { deliveryId } = await deliver(world.worker, { 'steps.csv': earlier(CALL) });
    expect((await refusedRows(world.api, deliveryId, { of: 'import', limit: 10 }))[0]?.message).toContain('not enrolled on 2022-02-07');
  });
});
