import { randomUUID } from 'node:crypto';
import { startDesk, type Desk } from '../../activities/desk.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import type { Database } from '../../store/database.ts';
import {
  writeAttendanceCommand,
  readAttendanceOutcome,
  type AttendanceCommand,
  type DayCorrectionAsked,
} from '../../store/attendance-commands.ts';
import { writeDistrictCommand } from '../../store/intake/district-commands.ts';
import { readSisDifferences } from '../../store/read/corrections.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, setUpDistrict, standingOf } from './world.ts';

/** One school, S1, weekdays from 6 September (a Monday) to 31 December 2021; today is Friday, 1 October. */
let world: TestDatabase;
let desk: Desk;
const failures: unknown[] = [];
beforeEach(async () => {
  world = await createDatabase();
  failures.length = 0;
  await setUpDistrict(world.owner, '2021-10-01');
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
  desk = startDesk({ db: world.worker, idleMs: 10, failed: (_id, error) => failures.push(error) });
});
afterEach(async () => {
  await desk.stop();
  expect(failures).toEqual([]);
  await world.close();
});

const complete = { from: '2021-09-06', to: '2021-10-01', complete: true };
const FILE = attendanceCsv('S1', [
  ['1', '2021-09-07', 'absent', 'Unexcused'],
  ['1', '2021-09-08', 'absent', 'Unexcused'],
]);

/** Gives a command as the API does and waits for its one outcome. */
async function give(db: Database, command: AttendanceCommand) {
  const commandId = await db.transaction(async (trx) => {
    const row = await writeDistrictCommand(trx, { caller: 'clerk', idempotencyKey: randomUUID(), kind: command.kind, requestSha256: 'x' });
    await writeAttendanceCommand(trx, { commandId: row.commandId, command, actor: { id: 'clerk', role: 'clerk', place: 'S1' } });
    return row.commandId;
  });
  for (;;) {
    const outcome = await readAttendanceOutcome(db, commandId);
    if (outcome.outcome !== null) return outcome;
    if (failures.length > 0) throw failures[0];
    await new Promise(setImmediate);
  }
}

async function correct(date: string, asked: Partial<DayCorrectionAsked> = {}) {
  const { student_id: student } = await world.owner('student').where({ local_id: '1' }).first<{ student_id: string }>('student_id');
  return give(world.api, {
    kind: 'correct_day',
    student,
    date,
    says: 'excused',
    minutes: null,
    reason: 'illness',
    incident: null,
    verifier: 'School nurse',
    method: 'conversation',
    approvedBy: null,
    note: null,
    ...asked,
  });
}

const day = (date: string) => world.worker('attendance_day').where({ date }).first('status', 'excuse', 'basis', 'file', 'line');
const corrections = () => world.worker('day_correction').orderBy('correction_id').select('date', 'ended');

test('a day cleared by hand counts as excused at once, and the nightly file does not undo it', async () => {
  await deliver(world.worker, { 'a.csv': FILE }, complete);
  expect(await correct('2021-09-07')).toMatchObject({ outcome: 'applied', answer: { says: 'excused', cap: null, standingChanged: true } });
  expect(await day('2021-09-07')).toEqual({ status: 'absent', excuse: 'excused', basis: 'hand', file: 'a.csv', line: 2 });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, excused: 1, unexcused: 1 });

  const { counts } = await deliver(world.worker, { 'a.csv': FILE }, complete);
  expect(counts).toMatchObject({ reasons: { 'day-corrected-by-hand': 1, unchanged: 1 }, days: { changed: 0, withdrawn: 0 } });
  expect(await day('2021-09-07')).toMatchObject({ excuse: 'excused', basis: 'hand' });
  expect(await corrections()).toEqual([{ date: '2021-09-07', ended: null }]);
  const ledger = await world.worker('attendance_correction').select('reason', 'recorded_by', 'old', 'new');
  expect(ledger).toMatchObject([{ reason: 'by-hand', recorded_by: 'clerk', old: { excuse: 'unexcused' }, new: { excuse: 'excused' } }]);
});

test('when the system agrees the correction ends and leaves the list; when it says something new that counts', async () => {
  await deliver(world.worker, { 'a.csv': FILE }, complete);
  await correct('2021-09-07');
  await correct('2021-09-08');
  expect(await readSisDifferences(world.api, 'S1')).toMatchObject([
    {
      kind: 'day',
      localId: '1',
      date: '2021-09-07',
      sis: 'absent unexcused code absent/unexcused',
      rollbook: 'absent excused',
      reason: 'illness',
      by: 'clerk',
    },
    { date: '2021-09-08' },
  ]);
  await deliver(
    world.worker,
    {
      'a.csv': attendanceCsv('S1', [
        ['1', '2021-09-07', 'absent', 'Excused'],
        ['1', '2021-09-08', 'tardy', ''],
      ]),
    },
    complete,
  );
  expect(await corrections()).toEqual([
    { date: '2021-09-07', ended: 'agreed' },
    { date: '2021-09-08', ended: 'changed' },
  ]);
  expect(await day('2021-09-07')).toMatchObject({ excuse: 'excused', basis: 'day' });
  expect(await day('2021-09-08')).toMatchObject({ status: 'tardy', basis: 'day' });
  expect(await readSisDifferences(world.api, 'S1')).toEqual([]);
});

test('an absence entered by hand stays while the system says nothing of it, and a day cleared to present stays while the file repeats it', async () => {
  await deliver(world.worker, { 'a.csv': FILE }, complete);
  await correct('2021-09-14', { says: 'unexcused', reason: 'no_valid_excuse', method: 'record' });
  await correct('2021-09-07', { says: 'present', reason: 'record_error', method: 'record' });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, unexcused: 2 });
  const { counts } = await deliver(world.worker, { 'a.csv': FILE }, complete);
  expect(counts.days).toMatchObject({ added: 0, changed: 0, withdrawn: 0 });
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 2, unexcused: 2 });

  // The system takes both rows back: it agrees that the student was there on the 7th, and has nothing to say of the 14th.
  await deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['2', '2021-09-07', 'absent', 'Excused']]) }, complete);
  expect(await corrections()).toEqual([
    { date: '2021-09-14', ended: null },
    { date: '2021-09-07', ended: 'agreed' },
  ]);
  expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 1, unexcused: 1 });
});

describe('a reason', () => {
  beforeEach(() => deliver(world.worker, { 'a.csv': FILE }, complete));

  test.each<[string, Partial<DayCorrectionAsked>, string]>([
    ['that is not on the list', { reason: 'shopping' }, 'unknown-reason'],
    ['of an excuse does not say why the record was wrong', { says: 'present' }, 'unknown-reason'],
    ['at discretion needs the administrator’s name', { reason: 'discretion' }, 'approval-missing'],
    ['of the parent’s own needs the principal’s approval', { reason: 'personal', method: 'written' }, 'approval-missing'],
    ['of the parent’s own needs their request in writing', { reason: 'personal', approvedBy: 'P. Rincipal' }, 'written-request-missing'],
    ['capped by incident needs the incident', { reason: 'bereavement' }, 'incident-missing'],
  ])('%s', async (_what, asked, type) => {
    expect(await correct('2021-09-07', asked)).toMatchObject({ outcome: 'refused', answer: { type, detail: expect.any(String) } });
    expect(await day('2021-09-07')).toMatchObject({ excuse: 'unexcused', basis: 'day' });
    expect(await corrections()).toEqual([]);
  });

  test('is counted against its cap, and beyond it only discretion excuses', async () => {
    expect(await correct('2021-09-07', { reason: 'civic' })).toMatchObject({ answer: { cap: { days: 1, per: 'year', used: 1 } } });
    const second = await correct('2021-09-08', { reason: 'civic' });
    expect(second).toMatchObject({
      outcome: 'refused',
      answer: { type: 'cap-reached', detail: expect.stringContaining('EC 48205(a)(12)') },
    });
    expect(await correct('2021-09-08', { reason: 'discretion', approvedBy: 'A. Dministrator' })).toMatchObject({ outcome: 'applied' });
  });

  test.each([
    ['2021-10-04', 'future-day'],
    ['2021-09-12', 'not-a-school-day'],
    ['2021-06-01', 'year-closed'],
    ['2021-09-03', 'not-enrolled'],
  ])('cannot correct %s: %s', async (date, type) => {
    expect(await correct(date)).toMatchObject({ outcome: 'refused', answer: { type } });
  });
});

describe('many retractions at once', () => {
  const rows = (n: number) =>
    attendanceCsv(
      'S1',
      Array.from({ length: n }, (_, at): [string, string, string, string] => {
        const date = new Date(Date.parse('2021-09-06') + (Math.floor(at / 5) * 7 + (at % 5)) * 86_400_000).toISOString().slice(0, 10);
        return ['1', date, 'absent', 'Excused'];
      }),
    );

  beforeEach(async () => {
    await world.owner('policy_version').update({
      document: world.owner.raw(
        `replace(document, 'retractions: { share: 0.05, atLeast: 50 }', 'retractions: { share: 0.25, atLeast: 4 }')`,
      ),
    });
    await deliver(world.worker, { 'a.csv': rows(10) }, complete);
  });
  const held = () => world.worker('held_day').distinct().pluck('why');

  test('up to the policy’s share are withdrawn', async () => {
    expect((await deliver(world.worker, { 'a.csv': rows(8) }, complete)).counts.days).toMatchObject({
      withdrawn: 2,
      retractionsWaiting: 0,
    });
    expect(await held()).toEqual([]);
  });

  test('above it they wait, hold the student, and go ahead when a person releases them', async () => {
    const { deliveryId, counts } = await deliver(world.worker, { 'a.csv': rows(4) }, complete);
    expect(counts.days).toMatchObject({ withdrawn: 0, retractionsWaiting: 6 });
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 10 });
    expect(await held()).toEqual(['retractions_waiting']);
    const release = { kind: 'settle_retractions', delivery: deliveryId, release: true, reason: 'The export was right.' } as const;
    expect(await give(world.api, release)).toMatchObject({ outcome: 'applied', answer: { days: 6, students: 1 } });
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 4 });
    expect(await held()).toEqual([]);
    expect(await give(world.api, release)).toMatchObject({ outcome: 'refused', answer: { type: 'nothing-waits' } });
  });

  test('refused, or mended by the next delivery, they leave the days on record', async () => {
    const { deliveryId } = await deliver(world.worker, { 'a.csv': rows(3) }, complete);
    await give(world.api, { kind: 'settle_retractions', delivery: deliveryId, release: false, reason: 'Half the export is missing.' });
    expect(await held()).toEqual([]);
    await deliver(world.worker, { 'a.csv': rows(3) }, complete);
    expect(await held()).toEqual(['retractions_waiting']);
    await deliver(world.worker, { 'a.csv': rows(10) }, complete);
    expect(await held()).toEqual([]);
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 10 });
  });
});
