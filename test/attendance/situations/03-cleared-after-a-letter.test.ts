import { randomUUID } from 'node:crypto';
import { importDelivery } from '../../../attendance/import.ts';
import { createDelivery } from '../../../store/attendance-delivery.ts';
import { readAttendanceOutcome, writeAttendanceCommand } from '../../../store/attendance-commands.ts';
import { writeDistrictCommand } from '../../../store/intake/district-commands.ts';
import { openWorld, SCHOOL, type TestStudent, type TestWorld } from '../../world/world.ts';
import { ATTENDANCE_HEADER } from '../world.ts';

/**
 * Hard situation 3, on real servers from the file to the case: five months after, a clerk clears an absence on which a truancy report
 * and a letter rest.
 */
let world: TestWorld;
let student: TestStudent;
const CUT = ['2021-09-07', '2021-09-08', '2021-09-09'];
const ILL = ['2021-09-20', '2021-09-21', '2021-09-22', '2021-09-23', '2021-09-24'];
const LATER = '2022-02-15';

async function nightly(to: string): Promise<ReturnType<typeof importDelivery>> {
  const { local_id: id } = await world.db.owner('student').where({ student_id: student.studentId }).first<{ local_id: string }>('local_id');
  const rows = [...CUT.map((day) => [day, 'Unexcused']), ...ILL.map((day) => [day, 'Excused'])];
  const file = [ATTENDANCE_HEADER, ...rows.map(([day, code], n) => `${id},${SCHOOL},,${day},daily,absent,${code},${n}`), ''].join('\n');
  const deliveryId = await createDelivery(world.db.worker, {
    source: 'nightly',
    coverage: { schools: 'all', from: '2021-08-23', to, complete: true },
    receivedBy: 'nightly',
    files: [{ name: 'attendance.csv', bytes: Buffer.from(file) }],
  });
  return importDelivery(world.db.worker, deliveryId);
}

/** Clears a day as the API does, and waits for the worker's desk to have done it. */
async function clear(date: string, key: string) {
  const commandId = await world.db.api.transaction(async (trx) => {
    const row = await writeDistrictCommand(trx, { caller: 'clerk.test', idempotencyKey: key, kind: 'correct_day', requestSha256: date });
    const asked = {
      student: student.studentId,
      date,
      says: 'excused',
      reason: 'illness',
      verifier: 'School nurse',
      method: 'physician',
    } as const;
    const command = {
      kind: 'correct_day',
      ...asked,
      minutes: null,
      incident: null,
      approvedBy: null,
      note: 'A note of the doctor came in.',
    } as const;
    if (row.fresh)
      await writeAttendanceCommand(trx, { commandId: row.commandId, command, actor: { id: 'clerk.test', role: 'clerk', place: SCHOOL } });
    return row.commandId;
  });
  await world.until('the correction has its outcome', async () => (await readAttendanceOutcome(world.db.api, commandId)).outcome !== null);
  return readAttendanceOutcome(world.db.api, commandId);
}

const standing = () =>
  world.db.owner('standing').where({ student_id: student.studentId }).first('absences', 'excused', 'unexcused', 'truancy', 'version');

beforeAll(async () => {
  world = await openWorld();
  student = await world.enroll();
  const { local_id: value } = await world.db
    .owner('student')
    .where({ student_id: student.studentId })
    .first<{ local_id: string }>('local_id');
  await world.db
    .owner('student_identifier')
    .insert({ student_id: student.studentId, scheme: 'local', value, since: '2021-08-23', recorded_by: 'test' })
    .onConflict()
    .ignore();
  await nightly('2021-10-15');
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  const on = '2021-10-15';
  const given = [
    await world.give(student, { kind: 'file_report', events: CUT, filedWith: 'attendance_supervisor', on }, { role: 'principal' }),
    await world.give(
      student,
      {
        kind: 'document_action',
        on,
        time: null,
        task: { task: 'not-evaluation-list', round: 1 },
        action: { kind: 'evaluation_list', details: { decision: 'send' } },
      },
      { text: 'looked through' },
    ),
    await world.give(
      student,
      { kind: 'approve_letter', letter: 'letter-1', round: 1 },
      { role: 'principal', ifSeq: (await world.recorded(student)).seq },
    ),
  ];
  expect(given.map(({ outcome, body }) => (outcome === 'applied' ? outcome : body))).toEqual(['applied', 'applied', 'applied']);
  await world.setClock(`${LATER}T17:00:00Z`);
  await nightly(LATER);
  await world.quiet();
}, 120_000);
afterAll(() => world.close());

test('count, truancy events, report, letter and tasks all change, once; the same file again changes nothing', async () => {
  expect(await standing()).toMatchObject({ absences: 8, excused: 5, unexcused: 3, truancy: CUT });
  const key = randomUUID();
  expect(await clear(CUT[1]!, key)).toMatchObject({ outcome: 'applied', answer: { standingChanged: true, caseWoken: true } });
  await world.quiet();
  expect(await standing()).toMatchObject({ absences: 8, excused: 6, unexcused: 2, truancy: [CUT[0], CUT[2]] });
  const lost = await world.eventsOf(student, 'basis_lost');
  expect(lost.map(({ body }) => body)).toEqual([
    { what: 'report', ref: '1', days: [CUT[1]] },
    { what: 'letter', ref: expect.any(String), days: [CUT[1]] },
  ]);
  const after = { standing: await standing(), events: (await world.events(student)).length };

  // Given again under its key, and the file of the night once more, in which the day is unexcused still.
  await clear(CUT[1]!, key);
  const { counts } = await nightly(LATER);
  expect(counts).toMatchObject({ days: { added: 0, changed: 0, withdrawn: 0 }, standing: { changed: 0, crossings: 0 } });
  expect(counts.reasons).toMatchObject({ 'day-corrected-by-hand': 1, unchanged: 7 });
  await world.quiet();
  expect({ standing: await standing(), events: (await world.events(student)).length }).toEqual(after);
});
