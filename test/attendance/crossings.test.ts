import { turn } from '../../attendance/turn.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict, standingOf } from './world.ts';

/** One school from 6 September to 31 December 2021; the lines stand at 1, 8, 16 and 25 absences. */
let world: TestDatabase;
beforeEach(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2021-09-06',
      to: '2021-12-31',
      students: { '1': { born: '2010-01-01' } },
    }),
  );
  await setToday(world.owner, '2021-12-01');
});
afterEach(() => world.close());

const outbox = () => world.worker('outbox').select('case_id', 'standing_version');
const sent = () => world.owner('outbox').delete();

/** Weekdays from 6 September on. */
const weekday = (n: number) =>
  new Date(Date.parse('2021-09-06') + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10);
const absences = (count: number, code = 'Excused') =>
  attendanceCsv(
    'S1',
    Array.from({ length: count }, (_, n): [string, string, string, string] => ['1', weekday(n), 'absent', code]),
  );
const complete = { from: '2021-09-06', to: '2021-12-01', complete: true };

test('a band line wakes the case in both directions, from the second band on', async () => {
  expect((await deliver(world.worker, { 'a.csv': absences(7) }, complete)).standing!.crossings).toEqual([]);
  expect(await outbox()).toEqual([]);

  const { case_id } = await standingOf(world.worker, '1');
  const up = await deliver(world.worker, { 'a.csv': absences(8) }, complete);
  expect(up.standing!.crossings).toEqual([{ caseId: case_id, why: ['band'] }]);
  const { version } = await standingOf(world.worker, '1');
  expect(await outbox()).toEqual([{ case_id, standing_version: version }]);
  await sent();

  expect((await deliver(world.worker, { 'a.csv': absences(9) }, complete)).standing).toMatchObject({ changed: 1, crossings: [] });
  expect(await outbox()).toEqual([]);

  const down = await deliver(world.worker, { 'a.csv': absences(6) }, complete);
  expect(down.counts.days.withdrawn).toBe(3);
  expect(down.standing!.crossings).toEqual([{ caseId: case_id, why: ['band'] }]);
  await sent();

  // From the first band to none: no case is woken.
  expect((await deliver(world.worker, { 'a.csv': absences(0) }, complete)).standing!.crossings).toEqual([]);
  expect(await outbox()).toEqual([]);
});

test('two crossings before the first was sent leave one message, with the newest standing', async () => {
  await deliver(world.worker, { 'a.csv': absences(8) }, complete);
  await deliver(world.worker, { 'a.csv': absences(16) }, complete);
  const { case_id, version } = await standingOf(world.worker, '1');
  expect(await outbox()).toEqual([{ case_id, standing_version: version }]);
});

describe('a truancy report', () => {
  /** Three unexcused days from Monday, 6 September; return on the 9th; the window ends on the 23rd. */
  const three = absences(3, 'Unexcused');

  /** The case as it stands when somebody has filed a report on these days. */
  async function filed(ordinal: number, dates: string[]): Promise<void> {
    const { student_id, case_id } = await standingOf(world.worker, '1');
    await world
      .owner('policy_version')
      .insert({
        policy_id: 'p',
        version: 1,
        digest: 'd',
        document: '',
        ladder: JSON.stringify({
          statute: { firstReportEvents: 3, furtherReportEvents: 1 },
        }),
      })
      .onConflict()
      .ignore();
    await world
      .owner('policy_band')
      .insert(
        RULES.bands.map((band) => ({
          policy_id: 'p',
          version: 1,
          position: band.position,
          band: `b${band.position}`,
          absences_from: band.from,
        })),
      )
      .onConflict()
      .ignore();
    await world
      .owner('attendance_case')
      .insert({
        case_id,
        student_id,
        school_id: 'S1',
        school_year: '2021-2022',
        policy_id: 'p',
        policy_version: 1,
        opened_on: '2021-10-01',
        opened_why: 'action',
        seq: 1,
        last_hash: '',
        last_at: '2021-10-01T12:00:00Z',
        standing_version: 1,
      })
      .onConflict()
      .ignore();
    await world.owner('truancy_report').insert({
      case_id,
      school_id: 'S1',
      school_year: '2021-2022',
      ordinal,
      filed_on: '2021-10-01',
      filed_with: 'x',
      filed_by: '{}',
      seq: 1,
    });
    await world.owner('truancy_report_event').insert(
      dates.map((date) => ({
        case_id,
        school_year: '2021-2022',
        ordinal,
        date,
        basis: '{}',
      })),
    );
  }

  test('falls due when the window of the third event has ended, not a day sooner, though no file comes', async () => {
    await setToday(world.owner, '2021-09-10');
    await deliver(world.worker, { 'a.csv': three }, { ...complete, to: '2021-09-10' });
    await turn(world.worker, '2021-09-10', { rules: RULES });
    // Every day's file has come when the window ends with the 23rd; of the 24th nothing comes.
    await setToday(world.owner, '2021-09-23');
    await deliver(world.worker, { 'a.csv': attendanceCsv('S1', []) }, { from: '2021-09-13', to: '2021-09-23', complete: true });
    expect((await turn(world.worker, '2021-09-23', { rules: RULES })).map((day) => day.crossings)).not.toContain(1);
    expect(await turn(world.worker, '2021-09-24', { rules: RULES })).toMatchObject([{ date: '2021-09-24', crossings: 1, windowsEnded: 1 }]);
    expect(await standingOf(world.worker, '1')).toMatchObject({
      truancy: ['2021-09-06', '2021-09-07', '2021-09-08'],
      pending: [],
    });
    expect(await outbox()).toHaveLength(1);
  });

  test('disappears when an event is cleared', async () => {
    await deliver(world.worker, { 'a.csv': three }, complete);
    await sent();
    const cleared = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', weekday(1), 'absent', 'Excused']]),
    });
    expect(cleared.standing!.crossings).toMatchObject([{ why: ['report_not_due'] }]);
  });

  test('that was filed wakes nobody by itself; one further event makes the next one due', async () => {
    await deliver(world.worker, { 'a.csv': three }, complete);
    await filed(1, [0, 1, 2].map(weekday));
    await sent();
    const quiet = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', '2021-11-30', 'absent', 'Excused']]),
    });
    expect(quiet.standing).toMatchObject({ changed: 1, crossings: [] });
    const further = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', '2021-10-04', 'absent', 'Unexcused']]),
    });
    expect(further.standing!.crossings).toMatchObject([{ why: ['report_due'] }]);
  });

  test('wakes the case when a day on which it rests is corrected, however old it is', async () => {
    await deliver(world.worker, { 'a.csv': absences(5, 'Unexcused') }, complete);
    await filed(1, [0, 1, 2, 3, 4].map(weekday));
    await sent();
    const { crossings } = (
      await deliver(world.worker, {
        'a.csv': attendanceCsv('S1', [['1', weekday(4), 'absent', 'Excused']]),
      })
    ).standing!;
    expect(crossings).toMatchObject([{ why: ['basis_touched'] }]);
    await sent();
    await world.owner('truancy_report').update({ withdrawn: true });
    const later = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [['1', weekday(3), 'absent', 'Excused']]),
    });
    expect(later.standing!.crossings).toEqual([]);
  });

  test('wakes the case when a late absence beside its days opens their window again, and when that has ended', async () => {
    await setToday(world.owner, '2021-09-24');
    await deliver(world.worker, { 'a.csv': three }, { ...complete, to: '2021-09-24' });
    await turn(world.worker, '2021-09-24', { rules: RULES });
    await filed(1, [0, 1, 2].map(weekday));
    await sent();
    // Thursday, 9 September, was an absence, too: the return moves to the 10th, and the window ends a day later.
    const late = await deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['1', weekday(3), 'absent', 'Unexcused']]) });
    expect(await standingOf(world.worker, '1')).toMatchObject({ truancy: [] });
    expect(late.standing!.crossings).toMatchObject([{ why: ['basis_touched'] }]);
    await sent();
    await setToday(world.owner, '2021-09-27');
    await deliver(world.worker, { 'a.csv': attendanceCsv('S1', []) }, { from: '2021-09-27', to: '2021-09-27', complete: true });
    await turn(world.worker, '2021-09-27', { rules: RULES });
    expect(await standingOf(world.worker, '1')).toMatchObject({ truancy: [0, 1, 2, 3].map(weekday) });
    expect(await outbox()).toHaveLength(1);
  });

  test('whose basis fell carries no further one: the next needs three events again, as the case says', async () => {
    await deliver(world.worker, { 'a.csv': three }, complete);
    await filed(1, [0, 1, 2].map(weekday));
    await sent();
    const cleared = [0, 1].map((n): [string, string, string, string] => ['1', weekday(n), 'absent', 'Excused']);
    const fallen = await deliver(world.worker, { 'a.csv': attendanceCsv('S1', cleared) });
    expect(fallen.standing!.crossings).toMatchObject([{ why: ['basis_touched'] }]);
    await sent();
    const more = (days: string[]) =>
      deliver(world.worker, {
        'a.csv': attendanceCsv(
          'S1',
          days.map((day): [string, string, string, string] => ['1', day, 'absent', 'Unexcused']),
        ),
      });
    expect((await more(['2021-10-04'])).standing!.crossings).toEqual([]);
    expect((await more(['2021-10-05'])).standing!.crossings).toEqual([]);
    expect((await more(['2021-10-06'])).standing!.crossings).toMatchObject([{ why: ['report_due'] }]);
  });

  test('that stands again carries the next one again', async () => {
    await deliver(world.worker, { 'a.csv': three }, complete);
    await filed(1, [0, 1, 2].map(weekday));
    const day = (code: string, date = weekday(0)) => deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['1', date, 'absent', code]]) });
    await day('Excused');
    await day('Unexcused', '2021-10-04');
    await sent();
    expect((await day('Unexcused')).standing!.crossings).toMatchObject([{ why: ['report_due', 'basis_touched'] }]);
  });

  test('is not due for a child under six', async () => {
    await deliver(
      world.worker,
      rosterCsv({
        school: 'S5',
        from: '2021-09-06',
        to: '2021-12-31',
        students: { '5': { born: '2015-09-08' } },
      }),
    );
    await deliver(
      world.worker,
      {
        'a.csv': attendanceCsv(
          'S5',
          [0, 1, 2, 3].map((n) => ['5', weekday(n), 'absent', 'Unexcused']),
        ),
      },
      complete,
    );
    // Six on Wednesday, 8 September: the first two days are absences and no truancy.
    expect(await standingOf(world.worker, '5')).toMatchObject({
      absences: 4,
      unexcused: 4,
      truancy: ['2021-09-08', '2021-09-09'],
    });
    expect(await outbox()).toEqual([]);
  });
});

/** An open case under a policy of its own, with lines at 1 and 4 absences. */
async function openUnderOwnPolicy(
  { student_id, case_id }: { student_id: string; case_id: string },
  tasks: { fullDays?: number }[] = [],
): Promise<void> {
  await world.owner('policy_version').insert({
    policy_id: 'own',
    version: 1,
    digest: 'd',
    document: '',
    ladder: JSON.stringify({
      statute: { firstReportEvents: 3, furtherReportEvents: 1 },
      tasks,
    }),
  });
  await world.owner('policy_band').insert(
    [1, 4].map((absences_from, n) => ({
      policy_id: 'own',
      version: 1,
      position: n + 1,
      band: `b${n}`,
      absences_from,
    })),
  );
  await world.owner('attendance_case').insert({
    case_id,
    student_id,
    school_id: 'S1',
    school_year: '2021-2022',
    policy_id: 'own',
    policy_version: 1,
    opened_on: '2021-10-01',
    opened_why: 'action',
    seq: 1,
    last_hash: '',
    last_at: '2021-10-01T12:00:00Z',
    standing_version: 1,
  });
}

test('the lines are those of the policy that the case is pinned to', async () => {
  await deliver(world.worker, { 'a.csv': absences(2) }, complete);
  const { student_id, case_id } = await standingOf(world.worker, '1');
  await openUnderOwnPolicy({ student_id, case_id });
  expect((await deliver(world.worker, { 'a.csv': absences(3) }, complete)).standing!.crossings).toEqual([]);
  expect((await deliver(world.worker, { 'a.csv': absences(4) }, complete)).standing!.crossings).toEqual([
    { caseId: case_id, why: ['band'] },
  ]);
  await sent();
  expect((await deliver(world.worker, { 'a.csv': absences(8) }, complete)).standing!.crossings).toEqual([]);
});

test('an open case hears of a flag and of an age that change its path, and of a new school year, whatever its band', async () => {
  await deliver(world.worker, { 'a.csv': absences(2) }, complete);
  const { student_id, case_id } = await standingOf(world.worker, '1');
  await openUnderOwnPolicy({ student_id, case_id });
  await world.owner('student_flag').insert({ student_id, flag: 'foster', since: '2021-10-01', recorded_by: 'test' });
  expect((await deliver(world.worker, { 'a.csv': absences(3) }, complete)).standing!.crossings).toEqual([
    { caseId: case_id, why: ['situation'] },
  ]);
  await world.owner('student').where({ student_id }).update({ birthdate: '2003-10-01' });
  const grown = (await deliver(world.worker, { 'a.csv': absences(2) }, complete)).standing!.crossings;
  expect(grown).toEqual([{ caseId: case_id, why: ['situation'] }]);
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2022-08-22', to: '2022-09-30', students: {} }));
  await sent();
  await setToday(world.owner, '2022-08-22');
  await turn(world.worker, '2022-08-22', { rules: RULES });
  expect(await outbox()).toMatchObject([{ case_id }]);
});

test('an open case hears when as many full days have come together, or have not any more, as a letter of its policy waits for', async () => {
  const unexcused = (count: number) => deliver(world.worker, { 'a.csv': absences(count, 'Unexcused') }, complete);
  await unexcused(4);
  await openUnderOwnPolicy(await standingOf(world.worker, '1'), [{ fullDays: 6 }, {}]);
  await unexcused(3);
  expect((await unexcused(5)).standing!.crossings).not.toMatchObject([{ why: expect.arrayContaining(['full_days']) }]);
  expect((await unexcused(6)).standing!.crossings).toMatchObject([{ why: ['full_days'] }]);
  expect((await unexcused(7)).standing!.crossings).toEqual([]);
  expect((await unexcused(5)).standing!.crossings).toMatchObject([{ why: ['full_days'] }]);
});

test('a new school year takes the counts back to nothing and wakes a case of the second band', async () => {
  await deliver(
    world.worker,
    rosterCsv({
      school: 'S1',
      from: '2022-08-22',
      to: '2022-09-30',
      students: {},
    }),
  );
  await deliver(world.worker, { 'a.csv': absences(8) }, complete);
  await sent();
  await setToday(world.owner, '2022-08-22');
  await turn(world.worker, '2022-08-22', { rules: RULES });
  expect(await standingOf(world.worker, '1')).toMatchObject({
    school_year: '2022-2023',
    absences: 0,
    days_enrolled: 0,
  });
  expect(await outbox()).toHaveLength(1);
  expect(await world.worker('spell').where('first_day', '<', '2022-07-01')).toHaveLength(1);
});
