import fc from 'fast-check';
import { importDelivery } from '../../attendance/import.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { createDelivery, type OpenCoverage } from '../../store/attendance-delivery.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { weekday } from './delivery-world.ts';
import { stateOf } from './killing.ts';
import { deliver, setToday, setUpDistrict } from './world.ts';
import { runs } from '../world/runs.ts';

/**
 * A row that only says "present" is noted as a bit and not staged. Whatever the rows, an import that notes comes to the same account and
 * the same end as one that stages everything.
 */
let template: TestDatabase;
const TODAY = '2021-10-01';

beforeAll(async () => {
  template = await createDatabase();
  await setUpDistrict(template.owner, '2021-09-05');
  await loadShippedPolicy(template.owner, 'lausd');
  const days = Array.from({ length: 40 }, (_none, n) => weekday(n));
  await deliver(template.worker, {
    'schools.csv': 'School_id,School_name\nS1,One\nS2,Two\n',
    'calendar.csv': `School_id,Date,Calendar_event,Session\n${['S1', 'S2']
      .flatMap((school) => days.map((day, n) => `${school},${day},${school === 'S2' && n === 3 ? 'Holiday' : 'Instructional day'},\n`))
      .join('')}`,
    // The fourth moves from one school to the other, and the fifth leaves and comes back.
    'students.csv': `Student_id,State_id,Sis_id,First_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n${[1, 2, 3, 4, 5]
      .map((n) => `${n},state${n},key${n},Given,Family,2010-01-01,05,S${1 + (n % 2)},2021-09-06,${n > 3 ? weekday(4) : ''}\n`)
      .join('')}`,
  });
  await deliver(template.worker, {
    'enrollments.csv': `student id,school id,entry date,exit date\n4,S1,2021-09-06,${weekday(4)}\n4,S2,${weekday(5)},\n5,S2,2021-09-06,${weekday(4)}\n5,S2,${weekday(8)},\n`,
  });
  await setToday(template.owner, TODAY);
  await Promise.all([template.owner, template.worker, template.api].map((db) => db.destroy()));
});
afterAll(() => template.close());

const mostly = <T>(usual: T[], rare: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });
/** One way of naming a student, or two that agree, or two that do not. */
const named = mostly(
  [1, 2, 3, 4, 5].flatMap((n) => [`${n},,`, `,state${n},`, `,,key${n}`, `${n},,key${n}`, `${n},,`, `${n},,`]),
  ['9,,', '1,state2,', ',,', '0001,,'],
);
const date = mostly(
  Array.from({ length: 12 }, (_none, n) => weekday(n)),
  ['2021-09-11', '2021-08-31', '2021-10-04', '0003-09-07', '2021-02-30', 'soon', '', '9/8/2021'],
);
const code = mostly(['present', 'p', '', 'present', 'p', 'present', 'absent', 'excused', 'tardy'], ['zebra', 'remote', 'oss']);
const row = fc
  .tuple(named, mostly(['S1', 'S2'], ['S9', '']), date, code, mostly([''], ['3']))
  .map(([who, school, day, said, period]) => `${who},${school},${day},${said},${period}`);
const line = fc.oneof({ weight: 30, arbitrary: row }, { weight: 1, arbitrary: fc.constant('1,,,S1') });
const HEADER = 'student id,ssid,sis id,school,date,code,period';
const delivery = fc.record({
  // Two files, so that one row contradicts another across them, too.
  files: fc.array(fc.array(line, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 2 }),
  coverage: fc.constantFrom<OpenCoverage>(
    { schools: 'all', from: weekday(0), to: weekday(11), complete: true },
    { schools: ['S1'], from: weekday(0), to: weekday(11), complete: true },
    { schools: 'all', from: weekday(2), to: weekday(9), complete: false },
    { schools: 'all', from: null, to: null, complete: true },
  ),
});
type Given = typeof delivery extends fc.Arbitrary<infer T> ? T : never;

/** Imports deliveries one after the other into a copy of the district. @returns their accounts, and what the database then holds */
async function endOf(deliveries: Given[], noted: number): Promise<unknown> {
  const world = await createDatabase({ like: template });
  try {
    const accounts: unknown[] = [];
    for (const { files, coverage } of deliveries) {
      const deliveryId = await createDelivery(world.worker, {
        source: 'test',
        coverage,
        receivedBy: 'tester',
        files: files.map((lines, n) => ({ name: `${n}.csv`, bytes: Buffer.from(`${[HEADER, ...lines].join('\n')}\n`) })),
      });
      const taken = await importDelivery(world.worker, deliveryId, { noted }).catch((error: Error) => error.message);
      accounts.push(typeof taken === 'string' ? taken : taken.counts);
    }
    return { accounts, held: await stateOf(world.owner) };
  } finally {
    await world.close();
  }
}

test('noting rows that say no more than "present" comes to the same account and the same end as staging them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 3 }), fc.constantFrom(1_000, 1_000, 3), async (deliveries, noted) => {
      expect(await endOf(deliveries, noted)).toEqual(await endOf(deliveries, 0));
    }),
    { numRuns: runs(5, 60), seed: 20261125 },
  );
});
