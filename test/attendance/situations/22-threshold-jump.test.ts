import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, setUpDistrict, standingOf } from '../world.ts';

/** Hard situation 22, the data's side: a late synchronization brings six unexcused days at once. */
let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-12-01');
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students: { '1': { born: '2010-01-01' } } }));
});
afterAll(() => world.close());

test('from three to nine unexcused days in one load is one message to the case, with the whole standing and every late day in the ledger', async () => {
  const days = ['07', '08', '09', '14', '15', '16', '21', '22', '23'].map((day) => `2021-09-${day}`);
  const rows = (n: number) =>
    attendanceCsv(
      'S1',
      days.slice(0, n).map((day): [string, string, string, string] => ['1', day, 'absent', 'Unexcused']),
    );
  const coverage = { from: '2021-09-06', to: '2021-12-01', complete: true };
  await deliver(world.worker, { 'a.csv': rows(3) }, coverage);
  const { counts, standing } = await deliver(world.worker, { 'a.csv': rows(9) }, coverage);
  expect(counts.days).toMatchObject({ added: 6, changed: 0 });
  expect(standing!.crossings).toHaveLength(1);
  const now = (await standingOf(world.worker, '1'))!;
  expect(now.truancy).toEqual(days);
  expect(await world.worker('outbox').select('case_id', 'standing_version')).toEqual([
    { case_id: now.case_id, standing_version: now.version },
  ]);
  expect(await world.worker('attendance_correction').where({ reason: 'late' }).orderBy('date').pluck('date')).toEqual(days.slice(3));
});
