import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { PART_BYTES, storedFiles } from '../../store/delivery-files.ts';
import { expectOk, type PersonAtApi } from '../world/api.ts';
import { HIGH, openSampleDistrict, TODAY, type SampleDistrict } from './sample-district.ts';

/** Files come in as streams, whatever their size, and an upload that broke off is taken up again. */
let district: SampleDistrict;
let administrator: PersonAtApi;

beforeAll(async () => {
  district = await openSampleDistrict();
  administrator = await district.person('administrator');
});
afterAll(() => district.close());

async function open(): Promise<string> {
  const coverage = { schools: [HIGH], from: TODAY, to: TODAY, complete: false };
  return expectOk(await administrator.command<{ deliveryId: string }>('/v1/deliveries', { coverage })).deliveryId;
}

const line = (n: number): string => `${n},absent,a line of a file that is larger than a part\n`;
const large = Buffer.from(Array.from({ length: 250_000 }, (_none, n) => line(n)).join(''));
const sha256 = createHash('sha256').update(large).digest('hex');

/** Sends so many bytes of the file, and goes away without a word. */
async function breakOff(address: string, bytes: number): Promise<void> {
  const url = new URL(address, administrator.url);
  const sending = request(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${administrator.token}`, 'content-type': 'application/octet-stream', 'content-length': large.length },
  });
  sending.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => sending.write(large.subarray(0, bytes), (error) => (error ? reject(error) : resolve())));
  for (let tries = 0; tries < 400; tries += 1) {
    const { bytes: kept } = expectOk(await administrator.get<{ bytes: number }>(address));
    if (kept >= Math.floor(bytes / PART_BYTES) * PART_BYTES) break;
    await wait(10);
  }
  sending.destroy();
}

test('an upload that broke off is kept so far, and taken up again where it broke off', async () => {
  const deliveryId = await open();
  const address = `/v1/deliveries/${deliveryId}/files/${encodeURIComponent('Attendance (1) å.csv')}`;
  const state = async () => expectOk(await administrator.get<{ bytes: number; complete: boolean; sha256: string | null }>(address));
  expect(await state()).toMatchObject({ bytes: 0, complete: false, sha256: null });
  await breakOff(address, 2 * PART_BYTES + 1000);
  expect(await state()).toMatchObject({ bytes: 2 * PART_BYTES, complete: false });

  const wrong = await administrator.send('PUT', `${address}?offset=17`, { body: large.subarray(17) });
  expect([wrong.status, wrong.problem.type, wrong.problem['bytes']]).toEqual([409, 'urn:rollbook:problem:upload-offset', 2 * PART_BYTES]);
  const rest = await administrator.send<object>('PUT', `${address}?offset=${2 * PART_BYTES}`, { body: large.subarray(2 * PART_BYTES) });
  expect(expectOk(rest)).toMatchObject({ name: 'Attendance (1) å.csv', bytes: large.length, sha256 });
  expect(await state()).toMatchObject({ bytes: large.length, complete: true, sha256 });
  const [file] = await storedFiles(district.db.worker, deliveryId);
  const hash = createHash('sha256');
  for await (const piece of file!.open()) hash.update(piece);
  expect(hash.digest('hex')).toBe(sha256);

  // The whole once more, and another one under its name.
  expect((await administrator.send('PUT', address, { body: large })).status).toBe(200);
  expect((await administrator.send('PUT', address, { body: large.subarray(1) })).problem.type).toBe('urn:rollbook:problem:file-differs');
});

test('bytes of attempts that broke off are dropped when the delivery is committed', async () => {
  const deliveryId = await open();
  const address = `/v1/deliveries/${deliveryId}/files/attendance.csv`;
  await breakOff(address, PART_BYTES + 1);
  expectOk(await administrator.send('PUT', address, { body: large }));
  const uploads = () => district.db.owner('delivery_upload').where({ delivery_id: deliveryId });
  expect(await uploads()).toHaveLength(2);
  expectOk(await administrator.command(`/v1/deliveries/${deliveryId}/commit`, {}));
  expect(await uploads()).toHaveLength(1);
  const [file] = await storedFiles(district.db.worker, deliveryId);
  expect(file).toMatchObject({ name: 'attendance.csv', size: large.length });
});

test.each(['../passwd', 'a/b.csv', '.hidden', 'a\\b', 'c:d', 'new\nline'])('a name like %j is no file name', async (name) => {
  const reply = await administrator.send('PUT', `/v1/deliveries/${await open()}/files/${encodeURIComponent(name)}`, { body: 'a,b\n' });
  expect([reply.status, reply.problem.errors?.[0]?.path]).toEqual([404, 'path.name']);
});
