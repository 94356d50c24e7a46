import { importDelivery } from '../../../attendance/import.ts';
import type { StandingRules } from '../../../attendance/rules.ts';
import { turn } from '../../../attendance/turn.ts';
import { createDelivery } from '../../../store/attendance-delivery.ts';
import { createDatabase, type TestDatabase } from '../../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf, YEAR } from '../world.ts';

/**
 * Hard situation 8: a student enters in the middle of the year. Ten per cent of five enrolled days is one absence: no rate escalates before
 * the policy's minimum of enrolled days; what the statute counts, counts from the first day.
 */
const BY_RATE: StandingRules = {
  ...RULES,
  bandsBy: 'rate',
  minimumDays: 30,
  bands: [
    { position: 1, from: null },
    { position: 2, from: null, limit: 960 },
    { position: 3, from: null, limit: 920 },
    { position: 4, from: null, limit: 870 },
  ],
};
/** Monday; the student's first day. */
const ENTRY = '2021-11-15';

let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  const roster = rosterCsv({ school: 'S1', from: '2021-09-06', to: '2022-05-27', students: { '1': { born: '2010-01-01' } } });
  await deliver(world.worker, { ...roster, 'students.csv': roster['students.csv']!.replace('05,S1,2021-09-06', `05,S1,${ENTRY}`) });
});
afterEach(() => world.close());

/** The complete attendance from the student's first day until a day, told on that day. */
async function told(until: string, absent: string[], code: string, rules: StandingRules = BY_RATE) {
  await setToday(world.owner, until);
  const rows = absent.map((date): [string, string, string, string] => ['1', date, 'absent', code]);
  const files = [{ name: 'a.csv', bytes: Buffer.from(attendanceCsv('S1', rows)) }];
  const coverage = { ...YEAR, from: ENTRY, to: until };
  const { standing } = await importDelivery(
    world.worker,
    await createDelivery(world.worker, { source: 'test', coverage, receivedBy: 'tester', files }),
    {
      rules,
    },
  );
  const turned = await turn(world.worker, until, { rules });
  return [
    ...(standing?.crossings ?? []).map(({ why }) => why),
    ...turned.flatMap(({ crossings }) => Array.from({ length: crossings }, () => ['by the turn'])),
  ].flat();
}

test('one absence of five enrolled days is 20 %, and no case begins on it; at the policy’s minimum of days the rate decides', async () => {
  expect(await told('2021-11-19', ['2021-11-16'], 'Excused')).toEqual([]);
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 1, days_enrolled: 5, chronic: true });
  expect(await world.owner('outbox').select()).toEqual([]);
  // Four of 29 days: 86 %, and still below the minimum.
  const four = ['2021-11-16', '2021-11-22', '2021-11-29', '2021-12-06'];
  expect(await told('2021-12-23', four, 'Excused')).toEqual([]);
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 4, days_enrolled: 29 });
  // The thirtieth day alone brings the line, though no absence is added.
  expect(await told('2021-12-24', four, 'Excused')).toEqual(['by the turn']);
  expect(await world.owner('case_watch').first('band', 'report_due')).toEqual({ band: 4, report_due: false });
  expect(await world.owner('outbox').select()).toHaveLength(1);
});

test('three unexcused days in the first week make a report due when their window has ended, however few days were enrolled', async () => {
  const three = ['2021-11-15', '2021-11-16', '2021-11-17'];
  expect(await told('2021-11-19', three, 'Unexcused')).toEqual([]);
  // Back on the 18th; the tenth school day after it is 2 December.
  expect(await told('2021-12-03', three, 'Unexcused')).toEqual(['by the turn']);
  expect(await world.owner('case_watch').first('band', 'report_due')).toEqual({ band: 1, report_due: true });
  expect(await standingOf(world.worker, '1')).toMatchObject({ truancy: three, days_enrolled: 15 });
});

test('the days enrolled are those since the entry, and never the school’s year', async () => {
  await told('2021-12-03', [], 'Excused');
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 0, days_enrolled: 15 });
});

test('two absences in the first school month begin a case where the policy takes them for an early warning', async () => {
  const rules = { ...BY_RATE, firstMonths: [2, 4, 6] };
  expect(await told('2021-11-19', ['2021-11-16'], 'Excused', rules)).toEqual([]);
  expect(await told('2021-12-07', ['2021-11-16', '2021-12-07'], 'Excused', rules)).toContain('band');
  expect(await world.owner('outbox').select()).toHaveLength(1);
});

test('as many absences spread over more school months than the warning is about begin none', async () => {
  const rules = { ...BY_RATE, firstMonths: [2, 4] };
  expect(await told('2022-02-25', ['2021-11-16', '2022-02-14', '2022-02-24'], 'Excused', rules)).toEqual([]);
});
