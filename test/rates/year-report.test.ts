import fc from 'fast-check';
import type { z } from 'zod';
import type { yearRecords, yearReport } from '../../api/contracts/year-report.ts';
import { hiddenNumbers, inOrder } from '../../api/views/year-report.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { runs } from '../world/runs.ts';
import { sumByHand, unitsByHand } from './by-hand.ts';
import { UPTO } from './district.ts';
import { openRatesWorld, type RatesWorld } from './world.ts';

type Report = z.output<typeof yearReport>;

let world: RatesWorld;
let office: PersonAtApi;
beforeAll(async () => {
  world = await openRatesWorld('csba');
  office = await world.person('attendance_supervisor');
});
afterAll(() => world.close());

const report = async (who = office, query = '') => expectOk(await who.get<Report>(`/v1/reports/year${query}`));
const records = async (key: string, who = office) =>
  expectOk(await who.get<z.output<typeof yearRecords>>(`/v1/reports/year/records?key=${key}`)).records;

/** A case as the record would show it: each action on a day, reports, and a referral. */
async function caseOf(
  index: number,
  input: { actions?: [kind: string, day: string, details: object][]; reports?: string[]; referred?: string; phase?: string },
) {
  const { owner } = world.db;
  const { id } = world.students[index]!;
  const { case_id, school_id } = await owner('student')
    .where({ student_id: id })
    .first<{ case_id: string; school_id: string }>('case_id', 'school_id');
  const pin = await owner('policy_version').first<{ policy_id: string; version: number }>('policy_id', 'version');
  const at = '2021-09-01T12:00:00Z';
  await owner('attendance_case').insert({
    case_id,
    student_id: id,
    school_id,
    school_year: '2021-2022',
    policy_id: pin.policy_id,
    policy_version: pin.version,
    opened_on: '2021-09-01',
    opened_why: 'by_hand',
    seq: 1,
    last_hash: '',
    last_at: at,
    standing_version: 1,
    referred_on: input.referred ?? null,
    phase: input.phase ?? 'open',
  });
  for (const [kind, on_day, details] of input.actions ?? []) {
    const action_id = owner.raw('gen_random_uuid()');
    await owner('case_action').insert({
      action_id,
      case_id,
      school_id,
      seq: 2,
      kind,
      on_day,
      actor: '{}',
      details: JSON.stringify(details),
    });
  }
  for (const [n, filed_on] of (input.reports ?? []).entries()) {
    const key = { case_id, school_id, school_year: '2021-2022', ordinal: n + 1 };
    await owner('truancy_report').insert({ ...key, filed_on, filed_with: 'x', filed_by: '{}', seq: 3 + n });
  }
  if (input.referred !== undefined) {
    const envelope = { actor: '{}', cause: 'x', source: 'x', salt: '', body_digest: '', prev_hash: '', hash: '', schema: 1 };
    const body = JSON.stringify({ to: 'sarb', ground: 'habitual_truant', document: 'x' });
    await owner('case_event').insert({ ...envelope, case_id, seq: 9, type: 'referred', at, day: input.referred, body });
  }
  return { caseId: case_id, school: school_id };
}

test('the figures of a year are those of the record and of the rates, each at the school where the student was then', async () => {
  // Number 3 was at S until 20 October, and is at N since.
  const moved = await caseOf(3, {
    actions: [
      ['letter_mailed', '2021-10-01', { letter: 'letter-1' }],
      ['letter_mailed', '2021-11-01', { letter: 'letter-2' }],
      ['meeting', '2021-11-03', { team: 'sart', outcome: 'held' }],
      ['meeting', '2021-11-02', { team: 'sart', outcome: 'no_show' }],
      ['letter_mailed', '2021-06-01', { letter: 'letter-1' }],
    ],
    reports: ['2021-09-20', '2021-09-30', '2021-10-30'],
    referred: '2021-11-10',
    phase: 'recovered',
  });
  await caseOf(1, { actions: [['agency_referral', '2021-10-01', { service: 'x', status: 'made' }]], reports: ['2021-10-05'] });
  const found = await report();
  expect(found).toMatchObject({ schoolYear: '2021-2022', asOf: UPTO, audience: 'schools', feeds: [] });
  expect(found.owed.map(({ report: name, to }) => [name, to])).toEqual([
    ['board', 'the governing board'],
    ['county', 'the county superintendent of schools'],
  ]);
  const at = (school: string) => found.schools.find((one) => one.school === school)!.numbers;
  const [first, then] = [world.students[3]!.stays[0]!.school, world.students[3]!.stays[1]!.school];
  expect(at(first)).toMatchObject({ 'letter:letter-1': 1, 'letter:letter-2': 0, 'referral:habitual_truant': 0 });
  expect(at(then)).toMatchObject({
    'letter:letter-2': 1,
    'meeting:sart': 1,
    'referral:habitual_truant': 1,
    referred: 1,
    'referred_now:recovered': 1,
  });
  expect(found.district).toMatchObject({ truants: 2, truancy_reports: 4, habitual_truants: 1, agency_referrals: 1, 'meeting:sart': 1 });
  const { leastDays } = expectOk(await office.get<{ rule: { leastDays: number } }>('/v1/rates')).rule;
  const inRates = sumByHand(unitsByHand(world.students, UPTO, 'district'), UPTO, { chronicRate: 0.1, severeRate: 0.2, leastDays });
  expect(found.district!['students']).toBe(inRates.students);
  for (const school of ['N', 'S']) {
    const units = unitsByHand(world.students, UPTO, 'school').filter((unit) => unit.school === school);
    const { students, chronic, severe, enrolled } = sumByHand(units, UPTO, { chronicRate: 0.1, severeRate: 0.2, leastDays });
    expect(at(school)).toMatchObject({ students, chronic, severe });
    const bands = Object.entries(at(school)).filter(([key]) => key.startsWith('band:'));
    expect(bands.reduce((sum, [, number]) => sum + number!, 0)).toBe(enrolled);
  }
  expect(found.columns.map(({ key }) => key)).toEqual(inOrder(found.columns.map(({ key }) => key)));

  // Every number leads to its records, each look logged.
  for (const { key } of found.columns.filter((column) => !/^(students|chronic|severe|band)/.test(column.key)))
    expect([key, (await records(key)).length]).toEqual([key, found.district![key]]);
  expect(await records('referral:habitual_truant')).toEqual([
    { caseId: moved.caseId, localId: '1003', school: then, presentSchool: then, day: '2021-11-10' },
  ]);
  expect(await world.db.owner('disclosure').where({ what: 'year_report', case_id: moved.caseId })).not.toEqual([]);
});

test('a school sees its own figures; a file that leaves hides small numbers; a year that has not begun is refused', async () => {
  const principal = await world.person('principal', ['N']);
  expect(await report(principal)).toMatchObject({ schools: [{ school: 'N' }], district: null });
  expect((await principal.get('/v1/reports/year/records?school=S')).status).toBe(403);
  const outside = await report(office, '?audience=outside');
  for (const { numbers } of outside.schools) expect(numbers['referral:habitual_truant'] ?? 0).toBe(0);
  expect(outside.district!['referral:habitual_truant']).toBeNull();
  const { students } = (await report()).district!;
  expect(outside.district!['students']).toBe(students);
  const csv = await office.get('/v1/reports/year?audience=outside&format=csv');
  const lines = csv.bytes.toString().split('\r\n');
  expect(lines[0]).toContain('school,name,students,chronic,severe,band:');
  expect(lines).toHaveLength(outside.schools.length + 3);
  expect(lines.at(-2)).toContain(`,All,${students},`);
  expect((await office.get('/v1/reports/year?year=2023-2024')).status).toBe(422);
  expect(await report(office, '?year=2019-2020')).toMatchObject({ asOf: '2020-06-30', schools: [] });
});

test('what is hidden of a column cannot be told from its sum: never one number alone, never less than the smallest together, while there is more to hide', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(12), fc.nat(300)), { maxLength: 12 }), (numbers) => {
      const hidden = hiddenNumbers(numbers, 11);
      const gone = numbers.filter((_, index) => hidden[index]);
      expect(numbers.filter((number, index) => number > 0 && number < 11 && !hidden[index])).toEqual([]);
      const sum = gone.reduce((total, number) => total + number, 0);
      const left = numbers.filter((number, index) => number >= 11 && !hidden[index]).length;
      if (gone.length > 0 && left > 0) expect([gone.length > 1, sum >= 11]).toEqual([true, true]);
      if (numbers.every((number) => number === 0 || number >= 11)) expect(gone).toEqual([]);
    }),
    { seed: 5113, numRuns: runs(300, 10_000) },
  );
});
