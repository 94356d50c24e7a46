import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder for a cluster of PostgreSQL to lie in. PostgreSQL does not run as root, so others may pass through it; else its files would
 * be put elsewhere, and stay when the folder goes.
 */
export function openFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `rollbook-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}
