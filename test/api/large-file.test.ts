import { memoryOfImport, memoryOfUpload } from './large-file.ts';

const MB = 1024 * 1024;

test('an upload takes far less memory than the file has bytes', async () => {
  const { before, peak, kept } = await memoryOfUpload(120 * MB);
  expect(kept).toBeGreaterThan(120 * MB);
  expect(peak - before).toBeLessThan(100);
  expect(peak).toBeLessThan(512);
}, 600_000);

test('so does its import', async () => {
  const { peak, counts } = await memoryOfImport(8 * MB);
  expect(counts.read).toBeGreaterThan(140_000);
  expect(peak).toBeLessThan(512);
}, 600_000);
