import { MOST_ROWS } from '../../attendance/account.ts';
import { memoryOfImport, memoryOfUpload } from './large-file.ts';

const GB = 1024 ** 3;

test('an upload of 3 GB takes less than 512 MB of memory', async () => {
  const { peak, kept } = await memoryOfUpload(3 * GB);
  expect(kept).toBeGreaterThan(3 * GB);
  expect(peak).toBeLessThan(512);
}, 3_600_000);

test('an import of half a gigabyte takes less than 512 MB, and of a file that is wrong from end to end the first rows are kept', async () => {
  const { peak, counts, kept } = await memoryOfImport(GB / 2);
  expect(peak).toBeLessThan(512);
  expect(counts.rejected).toBeGreaterThan(9_000_000);
  expect(counts).toMatchObject({ read: counts.rejected + 1, notKept: { rejected: counts.rejected - MOST_ROWS, ignored: 0 } });
  expect(kept).toBe(MOST_ROWS);
}, 3_600_000);
