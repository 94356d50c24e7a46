import { deliver } from '../attendance/world.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import { openWorld, SCHOOL, type TestWorld } from '../world/world.ts';

/** Deliveries through the API, with a real worker: tried out, committed, cancelled, and their rejected rows fetched. */
let world: TestWorld;
let api: ApiWorld;
let administrator: PersonAtApi;

beforeAll(async () => {
  world = await openWorld();
  api = await startEngineApi(world.db.apiUrl, world.client);
  administrator = api.as(await addPerson(world.db.owner, 'administrator', null));
  const students = `Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n100,Given,,Family,2010-03-01,05,${SCHOOL},2021-08-23,\n`;
  await deliver(world.db.worker, { 'students.csv': students });
});
afterAll(async () => {
  await api.close();
  await world.close();
});

const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';
const DAYS = ['08-23', '08-24', '08-25', '08-26', '08-27', '08-30', '08-31', '09-01'];
const CSV = [
  HEADER,
  ...DAYS.map((day) => `100,${SCHOOL},,2021-${day},daily,absent,Excused,1`),
  `nobody,${SCHOOL},,2021-09-02,daily,absent,Excused,1`,
  '',
].join('\n');
const CHANGES = { schools: 'all', complete: false } as const;

async function open(files: Record<string, string>): Promise<string> {
  const { deliveryId } = expectOk(await administrator.command<{ deliveryId: string }>('/v1/deliveries', { coverage: CHANGES }));
  for (const [name, body] of Object.entries(files)) {
    expectOk(await administrator.send('PUT', `/v1/deliveries/${deliveryId}/files/${name}`, { body }));
  }
  return deliveryId;
}
const read = async (deliveryId: string) => expectOk(await administrator.delivery(deliveryId));
const ask = (deliveryId: string, what: 'dry-run' | 'commit' | 'cancel') =>
  administrator.command<object>(`/v1/deliveries/${deliveryId}/${what}`, {});
const until = (deliveryId: string, status: string) =>
  world.until(`the delivery is ${status}`, async () => (await read(deliveryId)).status === status, 60_000);

test('a delivery is tried out, its rejected rows are fetched, and committing it does what was said', async () => {
  const deliveryId = await open({ 'attendance.csv': CSV });
  expect((await ask(deliveryId, 'dry-run')).status).toBe(202);
  await world.until('the dry run is done', async () => (await read(deliveryId)).dryRun?.state === 'done', 60_000);
  const tried = await read(deliveryId);
  expect(tried).toMatchObject({
    status: 'receiving',
    counts: null,
    progress: null,
    dryRun: { counts: { read: 9, accepted: 8, rejected: 1, consequences: { opens: 1, advances: 0, retracts: 0 } } },
    rows: [{ line: 10, reason: 'unknown-student' }],
  });
  expect(await world.db.owner('attendance_day')).toEqual([]);

  const rejected = await administrator.get<undefined>(`/v1/deliveries/${deliveryId}/rejected`);
  expect([rejected.status, rejected.headers.get('content-type'), rejected.headers.get('content-disposition')]).toEqual([
    200,
    'text/csv; charset=utf-8',
    `attachment; filename*=UTF-8''rejected%20attendance.csv`,
  ]);
  expect(rejected.bytes.toString()).toMatch(
    /^\uFEFFStudent_id,.*,rollbook_line,rollbook_reason\r\nnobody,.*,10,Student nobody is not known/,
  );

  expect((await ask(deliveryId, 'commit')).status).toBe(202);
  await until(deliveryId, 'done');
  const done = await read(deliveryId);
  expect(done.counts).toEqual(tried.dryRun?.counts);
  expect(done).toMatchObject({ differences: [], coverage: { from: '2021-08-23', to: '2021-09-02' } });
  await world.until('the case has begun', async () => (await world.db.owner('attendance_case')).length === 1, 60_000);

  const late = await ask(deliveryId, 'cancel');
  expect([late.status, late.problem.type]).toEqual([409, 'urn:rollbook:problem:delivery-done']);
  expect((await ask(deliveryId, 'dry-run')).problem.type).toBe('urn:rollbook:problem:delivery-closed');
});

test('a cancelled delivery takes no more files, and its bytes are gone', async () => {
  const deliveryId = await open({ 'attendance.csv': CSV });
  expect(expectOk(await ask(deliveryId, 'cancel'))).toEqual({ deliveryId, status: 'cancelled' });
  expect(await world.db.owner('delivery_upload').where({ delivery_id: deliveryId })).toEqual([]);
  for (const what of ['commit', 'dry-run'] as const)
    expect((await ask(deliveryId, what)).problem.type).toBe('urn:rollbook:problem:delivery-closed');
  const put = await administrator.send('PUT', `/v1/deliveries/${deliveryId}/files/more.csv`, { body: 'a,b\n' });
  expect(put.problem.type).toBe('urn:rollbook:problem:delivery-closed');
});

test('a delivery that cannot be taken at all fails at once with its sentence, and can be committed again', async () => {
  const deliveryId = await open({ 'notes.csv': 'who,what\na,b\n' });
  await ask(deliveryId, 'dry-run');
  await world.until('the dry run has failed', async () => (await read(deliveryId)).dryRun?.state === 'failed', 60_000);
  expect((await read(deliveryId)).dryRun?.problem).toMatch(/^No known format has the columns of notes\.csv/);
  await ask(deliveryId, 'commit');
  await until(deliveryId, 'failed');
  expect((await read(deliveryId)).problem).toMatch(/^No known format has the columns of notes\.csv/);
  expect((await ask(deliveryId, 'commit')).status).toBe(202);
  await world.until('it has failed again', async () => (await read(deliveryId)).status === 'failed', 60_000);
});

test('the list has them all, the latest first, page by page', async () => {
  type Page = { deliveries: { deliveryId: string; status: string; files: number; bytes: number }[]; next: string | null };
  const all = expectOk(await administrator.get<Page>('/v1/deliveries')).deliveries;
  expect(all.map(({ status }) => status)).toEqual(['failed', 'cancelled', 'done', 'done']);
  expect(all[2]).toMatchObject({ files: 1, bytes: CSV.length });
  const pages: string[] = [];
  for (let next: string | null = ''; next !== null;) {
    const page: Page = expectOk(await administrator.get<Page>(`/v1/deliveries?limit=1${next === '' ? '' : `&cursor=${next}`}`));
    pages.push(...page.deliveries.map(({ deliveryId }) => deliveryId));
    next = page.next;
  }
  expect(pages).toEqual(all.map(({ deliveryId }) => deliveryId));
  expect(expectOk(await administrator.get<Page>('/v1/deliveries?status=cancelled')).deliveries).toHaveLength(1);
});

test('a complete delivery must say of which days it speaks', async () => {
  const reply = await administrator.command('/v1/deliveries', { coverage: { schools: 'all', complete: true } });
  expect([reply.status, reply.problem.errors?.[0]]).toEqual([
    422,
    { path: 'body.coverage.from', message: 'a complete delivery must say of which days it speaks: give from and to' },
  ]);
});
