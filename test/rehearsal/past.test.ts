import { importDelivery } from '../../attendance/import.ts';
import { writePast, type PastInput } from '../../activities/past.ts';
import { rebuildCases, rebuildReadTables } from '../../activities/rebuild.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { ASSUMED } from '../../policy/rehearsal.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { verifyChains } from '../../store/verify.ts';
import { ROSTER, sampleFile, YEAR } from '../attendance/world.ts';
import { call, openWorld, type TestWorld } from '../world/world.ts';

/** The past of Grand Bend up to November, written by the rehearsal, and begun from its record on the real servers. */
const TO = '2021-11-12';
let world: TestWorld;
let past: PastInput;
let written: number;

beforeAll(async () => {
  world = await openWorld({ worker: false });
  const take = async (day: string, files: { name: string; bytes: Buffer }[]): Promise<void> => {
    await world.setClock(`${day}T23:00:00Z`);
    const coverage = { ...YEAR, to: day < TO ? YEAR.to : TO, complete: day === TO };
    await importDelivery(world.db.worker, await createDelivery(world.db.worker, { source: 'test', coverage, receivedBy: 'tester', files }));
  };
  await take(
    '2021-08-22',
    ROSTER.map(({ name, bytes }) => ({ name, bytes: name === 'students.csv' ? some(bytes) : bytes })),
  );
  const lines = sampleFile('attendance.csv').toString().trimEnd().split('\n');
  const upToNow = lines.filter((line, n) => n === 0 || (line.split(',')[3] ?? '') <= TO);
  await take(TO, [{ name: 'attendance.csv', bytes: Buffer.from([...upToNow, ...(await truants(lines)), ''].join('\n')) }]);
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('the shipped policy is not valid');
  past = {
    policy: { document: shippedPolicyText('lausd'), ladder: compile(read.document) },
    from: YEAR.from,
    to: TO,
    responses: ASSUMED,
    staff: [{ id: 'supervisor.grand-bend', role: 'attendance_supervisor', schools: null }],
  };
  written = await writePast(world.db.owner, past);
}, 120_000);
afterAll(() => world.close());

/** A file with the first fifty of its rows. */
const some = (file: Buffer): Buffer => Buffer.from(file.toString().split('\n').slice(0, 51).join('\n'));

/** Rows of two students who, but for every tenth day, are never there: so that every step is reached. */
async function truants(lines: string[]): Promise<string[]> {
  const known = new Set(
    lines.map((line) =>
      line
        .split(',')
        .slice(0, 1)
        .concat(line.split(',')[3] ?? '')
        .join(' '),
    ),
  );
  const days = await world.db
    .owner('student AS s')
    .join('calendar_day AS c', 'c.school_id', 's.school_id')
    .where({ instructional: true })
    .whereBetween('date', [YEAR.from, TO])
    .whereIn(
      's.student_id',
      world.db
        .owner('student')
        .whereExists(world.db.owner('contact').whereRaw('contact.student_id = student.student_id'))
        .orderBy('local_id')
        .limit(2)
        .select('student_id'),
    )
    .orderBy(['s.local_id', 'date'])
    .select<{ local_id: string; school_id: string; date: string }[]>('s.local_id', 's.school_id', 'date');
  return days
    .filter(({ local_id, date }, n) => n % 10 !== 9 && !known.has(`${local_id} ${date}`))
    .map(({ local_id, school_id, date }, n) => [local_id, school_id, '', date, 'daily', 'absent', 'Unexcused', `truant-${n}`].join(','));
}

const count = async (table: string, where: Record<string, unknown> = {}): Promise<number> =>
  (await world.db.owner(table).where(where).count<{ n: number }[]>('* AS n'))[0]!.n;

test('a written past is a whole record: every chain holds, every text has its digest, every letter its frozen document', async () => {
  expect(written).toBeGreaterThan(20);
  const { cases, events, broken } = await verifyChains(world.db.owner);
  expect(broken).toEqual([]);
  expect(cases).toBe(written);
  expect(events).toBeGreaterThan(10 * cases);
  expect(await count('document', { kind: 'letter' })).toBe(await count('case_event', { type: 'letter_approved' }));
  expect(await count('case_event', { type: 'letter_approved' })).toBeGreaterThan(0);
  expect(await count('command', { outcome: null })).toBe(0);
  // What a person did has a command behind it, and who did it is of the role's own place.
  const { rows } = await world.db.owner.raw<{ rows: unknown[] }>(
    `SELECT FROM case_event e WHERE source = 'person' AND NOT EXISTS (SELECT FROM command k WHERE k.command_id = e.cause::uuid AND k.case_id = e.case_id)`,
  );
  expect(rows).toEqual([]);
  // A report is due where a task asks for it, and nowhere else.
  const due = await world.db.owner('case_watch').where({ report_due: true }).orderBy('student_id').pluck<string[]>('student_id');
  const asked = await world.db
    .owner('case_task AS t')
    .join('attendance_case AS c', 'c.case_id', 't.case_id')
    .where({ task: 'truancy-report', status: 'open' })
    .distinct('student_id')
    .orderBy('student_id')
    .pluck<string[]>('student_id');
  expect(due).toEqual(asked);
  // Nothing is on its way to a case that has been written.
  expect(await world.db.owner('outbox').join('attendance_case', 'attendance_case.case_id', 'outbox.case_id').select()).toEqual([]);
});

test('its read tables are those that the record makes', async () => {
  const tables = ['attendance_case', 'case_task', 'case_action', 'truancy_report', 'truancy_report_event'];
  const all = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const table of tables) {
      const { rows } = await world.db.owner.raw<{ rows: { row: unknown }[] }>(
        `SELECT to_jsonb(t) AS row FROM ${table} AS t ORDER BY t::text`,
      );
      found.push(rows);
    }
    return found;
  };
  const before = await all();
  await rebuildReadTables(world.db.owner);
  expect(await all()).toEqual(before);
});

test('its cases stand at several steps, begin from their record, and go on as any other', async () => {
  const bands = await world.db.owner('attendance_case').distinct('band').pluck<string[]>('band');
  expect(bands).toEqual(expect.arrayContaining(['advanced', 'far-below-basic']));
  for (const status of ['open', 'done']) expect(await count('case_task', { status })).toBeGreaterThan(0);
  expect(await rebuildCases(world.sender)).toEqual({ cases: written, restarted: written, running: 0 });
  await world.startWorker();
  const student = await world.db
    .owner('attendance_case')
    .orderBy('seq', 'desc')
    .first<{ studentId: string; caseId: string }>('student_id AS studentId', 'case_id AS caseId');
  const recorded = await world.recorded(student);
  expect((await world.caughtUp(student)).state).toEqual(recorded);
  const { seq } = recorded;
  await world.give(student, call(TO), { role: 'clerk', text: 'Spoke with the mother.' });
  expect((await world.recorded(student)).seq).toBeGreaterThan(seq);
  expect((await verifyChains(world.db.owner)).broken).toEqual([]);
});

test('writing it again changes nothing', async () => {
  const before = await count('case_event');
  expect(await writePast(world.db.owner, past)).toBe(0);
  expect(await count('case_event')).toBe(before);
});
