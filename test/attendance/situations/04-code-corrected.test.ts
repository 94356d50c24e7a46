import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { deliver, deliverRows, rosterCsv, setUpDistrict, standingOf } from '../world.ts';

/** Hard situation 4: a teacher had entered 31 minutes, and it were 20. */
let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-29');
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students: { '1': { born: '2010-01-01' } } }));
});
afterAll(() => world.close());

test('a corrected tardy is no event any more; the old value stays with who, when and why', async () => {
  const coverage = { from: '2021-09-06', to: '2021-10-29', complete: true };
  const tardy = (minutes: string) => [{ student: '1', date: '2021-09-08', code: 't', minutes }];
  await deliverRows(world.worker, 'aeries', tardy('31'), coverage);
  expect((await standingOf(world.worker, '1'))!.truancy).toEqual(['2021-09-08']);
  const { deliveryId, days } = await deliverRows(world.worker, 'aeries', tardy('20'), coverage);
  expect(days).toMatchObject({ added: 0, changed: 1 });
  expect((await standingOf(world.worker, '1'))!.truancy).toEqual([]);
  const [line, ...more] = await world.worker('attendance_correction').select('*');
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    date: '2021-09-08',
    reason: 'changed',
    recorded_by: 'tester',
    delivery_id: deliveryId,
    old: { minutes: 31, truancy: 'occasion' },
    new: { minutes: 20, truancy: null, line: 2 },
  });
});
