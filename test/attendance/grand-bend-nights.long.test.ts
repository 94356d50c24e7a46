import { turn } from '../../attendance/turn.ts';
import type { Database } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { readRows } from './read/world.ts';
import { ATTENDANCE_HEADER, deliver, ROSTER, RULES, sampleFile, setToday, setUpDistrict, YEAR } from './world.ts';

/** The sample's whole year in one delivery, to compare with. */
let world: TestDatabase;
const attendance = { name: 'attendance.csv', bytes: sampleFile('attendance.csv') };
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2022-05-27');
  await deliver(world.worker, [...ROSTER, attendance], YEAR);
});
afterAll(() => world.close());

test('the year night by night, in a database of its own, ends in the same standings as in one file', async () => {
  const other = await createDatabase();
  try {
    await setUpDistrict(other.owner, '2021-08-22');
    await deliver(other.worker, ROSTER);
    const byDay = new Map<string, string[]>();
    for (const row of await readRows(attendance.bytes)) {
      const fields = 'fields' in row ? row.fields : [];
      byDay.set(fields[3]!, [...(byDay.get(fields[3]!) ?? []), fields.join(',')]);
    }
    const taught = await other.worker('calendar_day').where({ instructional: true }).distinct('date').pluck<string[]>('date');
    let rejected = 0;
    let written = 0;
    for (const date of [...new Set([...taught, ...byDay.keys()])].sort()) {
      await setToday(other.owner, date);
      const before = await outbox(other.worker);
      const file = [ATTENDANCE_HEADER, ...(byDay.get(date) ?? []), ''].join('\n');
      const { counts, standing } = await deliver(other.worker, { 'attendance.csv': file }, { from: date, to: date, complete: true });
      rejected += counts.rejected;
      const after = await outbox(other.worker);
      // Only crossings are sent: a night without one leaves the outbox as it was.
      if (standing!.crossings.length === 0) expect(after).toEqual(before);
      // The day's turn tells of its deliveries' crossings and of its own.
      for (const { crossings } of await turn(other.worker, date, { rules: RULES })) written += crossings;
    }
    expect(rejected).toBe(3);
    expect(written).toBeGreaterThan(96);
    const view = (db: Database) =>
      db('current_standing AS s')
        .join('student AS k', 'k.student_id', 's.student_id')
        .orderBy('local_id')
        .select('local_id', 'as_of', 'age', 'absences', 'excused', 'unexcused', 'unverified', 'days_enrolled', 'truancy', 'pending');
    expect(await view(other.worker)).toEqual(await view(world.worker));
    const spells = (db: Database) =>
      db('spell AS s')
        .join('student AS k', 'k.student_id', 's.student_id')
        .orderBy(['local_id', 'first_day'])
        .select('local_id', 'first_day', 'last_day', 'days', 's.unexcused', 'returned_on', 'window_ends');
    expect(await spells(other.worker)).toEqual(await spells(world.worker));
  } finally {
    await other.close();
  }
}, 120_000);

async function outbox(db: Database): Promise<unknown> {
  return db('outbox').orderBy('case_id').select('case_id', 'standing_version');
}
