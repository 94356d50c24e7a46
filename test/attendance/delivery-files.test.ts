import fc from 'fast-check';
import { createDelivery } from '../../store/attendance-delivery.ts';
import { inParts, PART_BYTES, storedFiles } from '../../store/delivery-files.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { YEAR } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await createDatabase();
});
afterAll(() => world.close());

/** Bytes that tell their place, so that a part in the wrong place is seen. */
const bytesOf = (size: number): Buffer =>
  Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_none, n) => n).buffer).subarray(0, size);

async function all(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a stream is cut into full parts and a rest, however it comes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: PART_BYTES * 2 + 7 }), { maxLength: 4 }), async (sizes) => {
      const whole = bytesOf(sizes.reduce((sum, size) => sum + size, 0));
      let at = 0;
      const pieces = sizes.map((size) => whole.subarray(at, (at += size)));
      const parts: Buffer[] = [];
      for await (const part of inParts(pieces)) parts.push(part);
      expect(Buffer.concat(parts).equals(whole)).toBe(true);
      expect(parts.slice(0, -1).every((part) => part.length === PART_BYTES)).toBe(true);
      expect(parts.every((part) => part.length > 0 && part.length <= PART_BYTES)).toBe(true);
    }),
    { numRuns: 8, seed: 9 },
  );
});

test.each([0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])(
  'a file of %i bytes comes back as it was sent, also from the middle',
  async (size) => {
    const bytes = bytesOf(size);
    const deliveryId = await createDelivery(world.worker, {
      source: 'test',
      coverage: YEAR,
      receivedBy: 'test',
      files: [{ name: 'a.csv', bytes }],
    });
    const [file] = await storedFiles(world.worker, deliveryId);
    expect(file).toMatchObject({ name: 'a.csv', size });
    expect((await all(file!.open())).equals(bytes)).toBe(true);
    expect((await all(file!.open())).equals(bytes)).toBe(true);
    for (const offset of [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 3, size]) {
      expect((await all(file!.openAt(offset))).equals(bytes.subarray(offset))).toBe(true);
    }
  },
);

test('a reader that stops early leaves no connection behind', async () => {
  const files = [{ name: 'a.csv', bytes: bytesOf(3 * PART_BYTES) }];
  const deliveryId = await createDelivery(world.worker, { source: 'test', coverage: YEAR, receivedBy: 'test', files });
  const [file] = await storedFiles(world.worker, deliveryId);
  for (let n = 0; n < 30; n += 1) {
    for await (const piece of file!.open()) {
      expect(piece).toHaveLength(PART_BYTES);
      break;
    }
  }
  const { pool } = world.worker.client as { pool: { numUsed(): number; numPendingAcquires(): number } };
  await world.worker.raw('SELECT 1');
  expect(pool.numPendingAcquires()).toBe(0);
});
