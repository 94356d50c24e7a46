import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliver, ROSTER, sampleFile, setUpDistrict, standingOf, YEAR } from './world.ts';

/** The numbers that the sample's page states, found by importing it. */
let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2022-05-27');
});
afterAll(() => world.close());

const attendance = {
  name: 'attendance.csv',
  bytes: sampleFile('attendance.csv'),
};

async function bands(db: Database): Promise<Record<string, number>> {
  const { rows } = await db.raw<{ rows: Record<string, number>[] }>(`
    SELECT count(*) FILTER (WHERE absences = 0)::integer AS none, count(*) FILTER (WHERE absences BETWEEN 1 AND 7)::integer AS "1-7",
      count(*) FILTER (WHERE absences BETWEEN 8 AND 15)::integer AS "8-15", count(*) FILTER (WHERE absences BETWEEN 16 AND 24)::integer AS "16-24",
      count(*) FILTER (WHERE absences >= 25)::integer AS "25+", count(*) FILTER (WHERE unexcused >= 3)::integer AS "3+ unexcused",
      count(*) FILTER (WHERE cardinality(truancy) + jsonb_array_length(pending) >= 3)::integer AS "3+ at compulsory age",
      max(unexcused) AS "most unexcused", min(days_enrolled) AS "days enrolled"
    FROM current_standing`);
  return rows[0]!;
}

test('the whole year in one delivery: every row is accounted for and the counts are those of the sample', async () => {
  const { counts, standing } = await deliver(world.worker, [...ROSTER, attendance], YEAR);
  expect(counts.files['attendance.csv']).toEqual({
    kind: 'attendance',
    read: 1917,
    accepted: 1913,
    rejected: 3,
    ignored: 1,
    reasons: { 'duplicate-day': { rows: 1, first: 5, last: 5 }, 'not-a-school-day': { rows: 3, first: 1224, last: 1250 } },
  });
  expect(counts).toMatchObject({
    read: 3164,
    accepted: 3160,
    rejected: 3,
    ignored: 1,
    days: { added: 1913, covered: 507 },
  });
  expect(counts.reasons).toEqual({ 'not-a-school-day': 3, 'duplicate-day': 1 });
  expect(standing).toMatchObject({
    day: '2022-05-27',
    students: 227,
    changed: 227,
  });
  expect(await bands(world.worker)).toEqual({
    none: 35,
    '1-7': 96,
    '8-15': 50,
    '16-24': 46,
    '25+': 0,
    '3+ unexcused': 91,
    // Eight of the 91 were under six on so many of these days that fewer than three are left.
    '3+ at compulsory age': 83,
    'most unexcused': 19,
    'days enrolled': 169,
  });
});

test('the Sunday rows are rejected and the less certain row of a day is kept as ignored, each with file, line and sentence', async () => {
  const rows = await world.worker('delivery_row').orderBy('line').select('file', 'line', 'outcome', 'reason', 'message');
  expect(rows.filter((row) => row.outcome === 'rejected').map(({ line, reason }) => [line, reason])).toEqual([
    [1224, 'not-a-school-day'],
    [1235, 'not-a-school-day'],
    [1250, 'not-a-school-day'],
  ]);
  expect(rows[0]).toEqual({
    file: 'attendance.csv',
    line: 5,
    outcome: 'ignored',
    reason: 'duplicate-day',
    message: 'Another row of this delivery says something more certain about the same student and day (line 4); nothing needs to be done.',
  });
  const day = await world.worker('attendance_day').where({ date: '2021-12-15', line: 4 }).first();
  expect(day).toMatchObject({ status: 'absent', excuse: 'excused' });
});

test('the same files again change nothing', async () => {
  const before = await world.worker('standing').orderBy('student_id');
  const { counts, standing } = await deliver(world.worker, [...ROSTER, attendance], YEAR);
  expect(counts).toMatchObject({
    read: 3164,
    accepted: 0,
    rejected: 3,
    ignored: 3161,
    days: { added: 0, changed: 0, withdrawn: 0, covered: 0 },
  });
  expect(counts.reasons).toEqual({
    unchanged: 3160,
    'duplicate-day': 1,
    'not-a-school-day': 3,
  });
  expect(standing).toMatchObject({ changed: 0, crossings: [] });
  expect(await world.worker('standing').orderBy('student_id')).toEqual(before);
  expect(await world.worker('attendance_correction')).toEqual([]);
});

test('a delivery that is done is not imported again', async () => {
  const { deliveryId, counts } = await deliver(world.worker, [attendance], YEAR);
  const { importDelivery } = await import('../../attendance/import.ts');
  expect(await importDelivery(world.worker, deliveryId)).toEqual({
    counts,
    standing: null,
  });
});

test('a window that nobody cleared in ends ten school days after the return', async () => {
  // Student 604822 was away on 9 November only and came back on the 10th; Thanksgiving takes three days out of the window.
  const { student_id } = await standingOf(world.worker, '604822');
  const spell = await world.worker('spell').where({ student_id, first_day: '2021-11-09' }).first();
  expect(spell).toMatchObject({
    last_day: '2021-11-09',
    returned_on: '2021-11-10',
    window_ends: '2021-11-29',
  });
});
