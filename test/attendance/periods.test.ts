import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliver, deliverRows, rosterCsv, setUpDistrict, standingOf } from './world.ts';

/** One school, S1, weekdays from 6 September (a Monday) to 31 December 2021; today is Friday, 29 October. A day has six periods. */
let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-29');
  await loadShippedPolicy(world.owner, 'lausd');
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2021-09-06',
      to: '2021-12-31',
      students: { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } },
    }),
  );
});
afterEach(() => world.close());

const complete = { from: '2021-09-06', to: '2021-10-29', complete: true };
const day = (date: string) =>
  world.worker('attendance_day').where({ date }).first('status', 'excuse', 'absent', 'truancy', 'minutes', 'basis', 'derivation', 'line');
const policyDays = (from: string, to: string) =>
  world.owner('policy_version').update({ document: world.owner.raw('replace(document, ?, ?)', [from, to]) });
/** Six periods of a day: letters in their order, "-" for present. */
const six = (codes: string) =>
  codes
    .split('')
    .map((code, n) => `${n + 1}=${code === '-' ? '' : code}`)
    .join(',');

test('three tardies of 31 minutes are three occasions, and of 30 minutes none', async () => {
  const tardy = (student: string, date: string, minutes: string) => ({ student, date, code: 't', minutes });
  const { reasons } = await deliverRows(
    world.worker,
    'aeries',
    ['2021-09-07', '2021-09-08', '2021-09-09'].flatMap((date) => [tardy('1', date, '31'), tardy('2', date, '30')]),
    complete,
  );
  expect(reasons).toEqual({});
  expect((await standingOf(world.worker, '1'))!.truancy).toEqual(['2021-09-07', '2021-09-08', '2021-09-09']);
  expect(await standingOf(world.worker, '2')).toMatchObject({ truancy: [], pending: [], absences: 0 });
  expect(await day('2021-09-07')).toMatchObject({ basis: 'minutes', derivation: { over: 30 } });
});

test('a district’s guide may say “30 minutes or more”', async () => {
  await policyDays('{ minutes: 30, operator: over }', '{ minutes: 30, operator: at_least }');
  await deliverRows(world.worker, 'aeries', [{ student: '2', date: '2021-09-07', code: 't', minutes: '30' }], complete);
  expect(await day('2021-09-07')).toMatchObject({ truancy: 'occasion', derivation: { at_least: 30, minutes: 30, occasion: true } });
});

describe('a day from its periods', () => {
  test.each<[string, string, object]>([
    ['all missed without excuse is a full day', 'uuuuuu', { status: 'absent', excuse: 'unexcused', absent: true, truancy: 'full_day' }],
    ['all missed, one not verified, is a full day of truancy', 'uuuuua', { status: 'absent', excuse: 'unexcused', truancy: 'full_day' }],
    ['all missed and nothing verified is unverified', 'aaaaaa', { status: 'absent', excuse: 'unverified', truancy: 'full_day' }],
    ['all missed with excuse counts as absent and is no truancy', 'iiiiii', { status: 'absent', excuse: 'excused', absent: true }],
    ['half of it excused is absent, and an occasion for the rest', 'iiiuuu', { absent: true, excuse: 'unexcused', truancy: 'occasion' }],
    [
      'one period cut is an occasion and no absence',
      '--u---',
      { status: 'partial', absent: false, excuse: 'unexcused', truancy: 'occasion' },
    ],
    ['one period not verified is that', '--a---', { status: 'partial', absent: false, excuse: 'unverified', truancy: 'occasion' }],
    ['a tardy without minutes is none', '--t---', { status: 'tardy', absent: false, truancy: null }],
    ['late by code, of more than 30 minutes, is an occasion', 'l-----', { status: 'tardy', truancy: 'occasion', excuse: 'unexcused' }],
    ['a suspension out of school is absent and never unexcused', 'ssssss', { absent: true, excuse: 'excused', truancy: null }],
  ])('%s', async (_what, codes, expected) => {
    await deliverRows(world.worker, 'aeries', [{ student: '1', date: '2021-09-07', code: '', periods: six(codes) }], complete);
    expect(await day('2021-09-07')).toMatchObject({ basis: 'periods', line: 2, ...expected });
  });

  test('is kept with its rule and its periods, and nothing of a day without anything to tell', async () => {
    await deliverRows(
      world.worker,
      'aeries',
      [
        { student: '1', date: '2021-09-07', code: '', periods: six('-u-t--') },
        { student: '1', date: '2021-09-08', code: '', periods: six('------') },
      ],
      complete,
    );
    expect((await day('2021-09-07')).derivation).toEqual({
      periods: [
        { period: '2', code: 'u' },
        { period: '4', code: 't' },
      ],
      missed: 1,
      of: 6,
      fullDayShare: 1,
      over: 30,
      longestMinutes: 50,
    });
    expect(await world.worker('attendance_period').orderBy('period').pluck('code')).toEqual(['', 'u', '', 't', '', '']);
    expect(await day('2021-09-08')).toBeUndefined();
  });

  test('makes no full day where nobody says how many periods there are', async () => {
    await policyDays('{ share: 1, periods: 6 }', '{ share: 1 }');
    const row = (period: string, code: string) => ({ student: '1', date: '2021-09-07', scope: 'period', period, code });
    await deliverRows(world.worker, 'aeries', [row('1', 'u'), row('2', 'u')]);
    expect(await day('2021-09-07')).toMatchObject({ status: 'partial', absent: false, truancy: 'occasion' });
    await deliverRows(world.worker, 'aeries', ['3', '4'].map((period) => row(period, 'u')).concat(row('5', '')));
    expect(await day('2021-09-07')).toMatchObject({ status: 'partial', derivation: { missed: 4, of: 5 } });
  });

  test('asks the student’s sections how many periods there are', async () => {
    const { student_id } = await world.owner('student').where({ local_id: '1' }).first<{ student_id: string }>('student_id');
    for (const n of [1, 2]) {
      await world.owner('section').insert({ school_id: 'S1', section_id: `s${n}`, period: String(n) });
      await world.owner('section_enrollment').insert({ student_id, school_id: 'S1', section_id: `s${n}`, since: '2021-09-06' });
    }
    await deliverRows(world.worker, 'aeries', [{ student: '1', date: '2021-09-07', code: '', periods: '1=u,2=u' }]);
    expect(await day('2021-09-07')).toMatchObject({ status: 'absent', truancy: 'full_day', derivation: { of: 2 } });
  });

  test('follows a period that comes later, is corrected, or is taken back by a complete delivery', async () => {
    const row = (period: string, code: string) => ({ student: '1', date: '2021-09-07', scope: 'period', period, code });
    await deliverRows(
      world.worker,
      'aeries',
      ['1', '2', '3', '4', '5'].map((period) => row(period, 'u')),
      complete,
    );
    expect(await day('2021-09-07')).toMatchObject({ status: 'partial', truancy: 'occasion' });
    await deliverRows(world.worker, 'aeries', [row('6', 'u')]);
    expect(await day('2021-09-07')).toMatchObject({ status: 'absent', truancy: 'full_day' });
    expect((await deliverRows(world.worker, 'aeries', [row('6', 'u')])).reasons).toEqual({ unchanged: 1 });
    await deliverRows(world.worker, 'aeries', [row('6', 'i'), row('5', 'i')]);
    expect(await day('2021-09-07')).toMatchObject({ status: 'absent', truancy: 'occasion' });
    await deliverRows(world.worker, 'aeries', [row('1', 'i')], complete);
    expect(await day('2021-09-07')).toMatchObject({ status: 'partial', excuse: 'excused', truancy: null });
    await deliverRows(world.worker, 'aeries', [], complete);
    expect(await day('2021-09-07')).toBeUndefined();
    expect(await world.worker('attendance_period')).toEqual([]);
    expect((await standingOf(world.worker, '1'))!.absences).toBe(0);
  });
});

describe('a row about the whole day beside its periods', () => {
  const rows = [
    { student: '1', date: '2021-09-07', code: 'i' },
    { student: '1', date: '2021-09-07', code: '', periods: six('uuuuuu') },
  ];

  test('is settled by the order of certainty, and both are kept', async () => {
    await deliverRows(world.worker, 'aeries', rows, complete);
    expect(await day('2021-09-07')).toMatchObject({ excuse: 'excused', basis: 'day', derivation: { wins: 'day', missed: 6 } });
    expect(await world.worker('attendance_period').where({ period: '' }).first('code')).toEqual({ code: 'i' });
    expect(await deliverRows(world.worker, 'aeries', rows, complete)).toMatchObject({
      reasons: { unchanged: 2 },
      days: { changed: 0, added: 0 },
    });
  });

  test('is settled by what the policy says wins', async () => {
    await policyDays('wins: certainty', 'wins: periods');
    await deliverRows(world.worker, 'aeries', rows, complete);
    expect(await day('2021-09-07')).toMatchObject({ excuse: 'unexcused', basis: 'periods', derivation: { wins: 'periods', dayCode: 'i' } });
  });

  test('stands beside them in whichever order they come', async () => {
    const whole = { student: '1', date: '2021-09-07', code: 'i' };
    const periods = ['1', '2'].map((period) => ({ student: '1', date: '2021-09-07', scope: 'period', period, code: 't' }));
    await deliverRows(world.worker, 'aeries', [whole]);
    await deliverRows(world.worker, 'aeries', periods);
    expect(await day('2021-09-07')).toMatchObject({ status: 'absent', excuse: 'excused', absent: true });
    expect(await world.worker('attendance_period').orderBy('period').pluck('code')).toEqual(['i', 't', 't']);
    // Taken back, the periods are what is left.
    await deliverRows(world.worker, 'aeries', [{ ...whole, withdrawn: 'true' }]);
    expect(await day('2021-09-07')).toMatchObject({ status: 'tardy', absent: false });
  });
});

test('a period with an unknown code holds its whole row until each of its codes is mapped', async () => {
  await deliverRows(world.worker, 'aeries', [{ student: '1', date: '2021-09-07', code: '', periods: six('uu??z-') }]);
  expect(await world.worker('held_row').orderBy('code').pluck('code')).toEqual(['?', 'z']);
  expect(await day('2021-09-07')).toBeUndefined();
});

test('a remote day is kept with its mode, present or absent, and half a day is part of one', async () => {
  await deliverRows(world.worker, 'edfi', [
    { student: '1', date: '2021-09-07', code: 'present', mode: 'remote' },
    { student: '1', date: '2021-09-08', code: 'unexcused absence', portion: '0.5' },
  ]);
  expect(await world.worker('attendance_day').where({ date: '2021-09-07' }).first('status', 'mode')).toEqual({
    status: 'present',
    mode: 'remote',
  });
  expect(await day('2021-09-08')).toMatchObject({ status: 'partial', absent: false, truancy: 'occasion', derivation: { minutes: 180 } });
});
