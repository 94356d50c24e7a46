import type { z } from 'zod';
import type { recordEarlierStep, saidByHand } from '../../api/contracts/earlier.ts';
import { importDelivery } from '../../attendance/import.ts';
import { expectOk, NOBODY_ANSWERS, startTestApi, type PersonAtApi, type Reply } from '../world/api.ts';
import { commandLine } from '../world/command-line.ts';
import { HIGH, MIDDLE, openSampleDistrict, someStudent, TODAY, type SampleDistrict, type SampleStudent } from './sample-district.ts';

/** The fields of a step follow from its kind, and are checked when they come. */
type Step = Omit<z.input<typeof recordEarlierStep>, 'step'> & { step: { kind: string; [field: string]: unknown } };
type Said = z.output<typeof saidByHand>;

/** Steps of before that are told by hand, one at a time: the way of a file with one row. */
let district: SampleDistrict;
let manager: PersonAtApi;
let student: SampleStudent;
beforeAll(async () => {
  district = await openSampleDistrict();
  manager = await district.person('case_manager', [HIGH]);
  student = await someStudent(district, HIGH);
});
afterAll(() => district.close());

const MEETING: Step = {
  step: { kind: 'meeting', team: 'sst', outcome: 'held', present: ['parent', 'case_manager'] },
  on: '2021-10-01',
  time: '15:30',
  doneBy: 'J. Ortiz',
  role: 'case_manager',
  reached: 'the mother',
  reference: 'SST 21-17',
  note: 'Agreed on a ride, “with care”,\nfrom Monday on.',
  reason: 'Found in the folder of the school',
};
const path = ({ studentId }: SampleStudent) => `/v1/students/${studentId}/earlier-steps`;
const tell = (step: Step = MEETING, who = manager, key?: string) =>
  who.command<{ deliveryId: string }>(path(student), step, key === undefined ? {} : { key });
const outcome = async (reply: Reply<{ deliveryId: string }>, who = manager): Promise<Said> => {
  const { deliveryId } = expectOk(reply);
  expect(reply.headers.get('location')).toBe(`/v1/said-by-hand/${deliveryId}`);
  expect(expectOk(await who.get<Said>(`/v1/said-by-hand/${deliveryId}`))).toEqual({ deliveryId, status: 'waiting', sentences: [] });
  await importDelivery(district.db.worker, deliveryId);
  return expectOk(await who.get<Said>(`/v1/said-by-hand/${deliveryId}`));
};

test('a step is on record as done elsewhere, with who did it, who brought it in and why; told again it changes nothing', async () => {
  const reply = await tell(MEETING, manager, 'the-meeting-of-october');
  expect(await outcome(reply)).toMatchObject({ status: 'taken', sentences: [] });
  const [record] = await district.db.owner('earlier_record').where({ student_id: student.studentId });
  expect(record).toMatchObject({
    record: 'meeting',
    on_day: '2021-10-01',
    time: '15:30',
    role: 'case_manager',
    done_by: 'J. Ortiz',
    reached: 'the mother',
    reference: 'SST 21-17',
    text: 'Agreed on a ride, “with care”, from Monday on.',
    body: { kind: 'meeting', details: { team: 'sst', outcome: 'held', present: ['parent', 'case_manager'] } },
    file: 'earlier.csv',
    entered_by: expect.stringMatching(/^case_manager\./),
    entered_on: TODAY,
  });
  expect(await district.db.owner('delivery').where({ delivery_id: reply.body.deliveryId }).first('note', 'received_by')).toEqual({
    note: MEETING.reason,
    received_by: (record as { entered_by: string }).entered_by,
  });
  expect(expectOk(await tell(MEETING, manager, 'the-meeting-of-october')).deliveryId).toBe(reply.body.deliveryId);
  expect((await outcome(await tell())).status).toBe('taken');
  expect(await district.db.owner('earlier_record')).toHaveLength(1);
  const told = await district.db.owner('outbox').where({ case_id: student.caseId });
  expect(told).toHaveLength(1);
});

test.each<[string, Step['step']]>([
  ['report', { kind: 'report', ordinal: 1, events: ['2021-09-01', '2021-09-02', '2021-09-03'] }],
  ['letter', { kind: 'letter', letter: 'letter-1' }],
  ['contact', { kind: 'contact', channel: 'phone', outcome: 'reached' }],
  ['contract', { kind: 'contract', status: 'signed', signers: ['parent'], from: '2021-09-20', until: '2021-12-17' }],
  ['plan', { kind: 'plan', about: 'case_management', review: '2021-11-01' }],
  ['directive', { kind: 'directive', of: 'sarb', about: ['attend-daily', 'counselling'], until: '2021-12-17' }],
])('a %s can be told', async (record, step) => {
  expect(await outcome(await tell({ ...MEETING, on: '2021-09-20', step }))).toMatchObject({ status: 'taken' });
  expect(await district.db.owner('earlier_record').where({ record })).toHaveLength(1);
});

test('what a file would be refused for is refused with the same sentence', async () => {
  const again = await outcome(await tell({ ...MEETING, step: { kind: 'report', ordinal: 1, events: ['2021-09-07'] } }));
  expect(again).toMatchObject({ status: 'refused', sentences: [expect.stringContaining('report')] });
  const tomorrow = await outcome(await tell({ ...MEETING, on: '2021-10-16' }));
  expect(tomorrow).toMatchObject({ status: 'refused', sentences: [expect.stringContaining('2021-10-16')] });
});

test('a field that the kind does not have, or lacks, is refused at once', async () => {
  const wrong = await tell({ ...MEETING, step: { kind: 'meeting', team: 'sst', mood: 'good' } });
  expect([wrong.status, wrong.problem.errors?.map(({ path: at }) => at)]).toEqual([422, ['body.step.outcome', 'body.step']]);
  expect((await tell({ ...MEETING, step: { kind: 'tea' } })).status).toBe(422);
});

test('a teacher brings nothing in, nobody for a student of another school, and nobody reads what another has said', async () => {
  expect((await tell(MEETING, await district.person('teacher', [HIGH]))).status).toBe(403);
  expect((await tell(MEETING, await district.person('case_manager', [MIDDLE]))).status).toBe(404);
  const { deliveryId } = expectOk(await tell({ ...MEETING, on: '2021-10-04' }));
  const other = await district.person('case_manager', [HIGH]);
  expect((await other.get(`/v1/said-by-hand/${deliveryId}`)).status).toBe(404);
});

test('the command line tells one, waits until it is on record, and says why one is not taken', async () => {
  const taking = await startTestApi({
    ...NOBODY_ANSWERS,
    databaseUrl: district.db.apiUrl,
    jobs: { ...NOBODY_ANSWERS.jobs, importDelivery: async (id) => void (await importDelivery(district.db.worker, id)) },
  });
  try {
    const how = ['--on', '2021-10-05', '--done-by', 'J. Ortiz', '--role', 'case manager', '--reason', 'found in a drawer'];
    const { localId } = await district.db
      .owner('student')
      .where({ student_id: student.studentId })
      .first<{ localId: string }>('local_id AS localId');
    const rollbook = (...args: string[]) => commandLine(taking.url, manager.token, ['elsewhere', localId, ...args]);
    expect(await rollbook('conference', 'outcome=held', 'invited=parent,pupil', 'present=parent', ...how)).toContain('recorded elsewhere');
    const [record] = await district.db.owner('earlier_record').where({ record: 'conference' });
    expect(record).toMatchObject({ role: 'case_manager', body: { details: { channel: 'in_person', invited: ['parent', 'pupil'] } } });
    expect(await rollbook('report', 'ordinal=1', 'events=2021-09-08', ...how)).toMatch(/^exit 1: It was not taken: .*report/);
    expect(await rollbook('meeting', 'mood=good', ...how)).toContain(
      'is no field of meeting; its fields are team, outcome, present, decision',
    );
    expect(await rollbook('tea', ...how)).toContain('is no kind of step');
    // So do the other things that are said by hand.
    const principal = await district.person('principal', [HIGH]);
    const school = (...args: string[]) => commandLine(taking.url, principal.token, args);
    expect(await school('calendar', HIGH, '--close', '2021-10-18', '--note', 'flooded')).toMatch(/^Done: 2021-10-18 is no school day/);
    expect(await school('submissions', HIGH, '--taken', TODAY, '--note', 'on paper')).toMatch(/^Done: attendance of 2021-10-15/);
  } finally {
    await taking.close();
  }
});
