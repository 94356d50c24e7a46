import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command line's program. */
export const ROLLBOOK = fileURLToPath(new URL('../../bin/rollbook.mjs', import.meta.url));
/** A database that nobody serves: with it a start makes no PostgreSQL of its own, and goes straight on to Temporal. */
export const NO_DATABASE = { DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' };

/** The surroundings of a start, without what the person who runs the tests has set. */
export function surroundings(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, TEMPORAL_NAMESPACE: ___, ROLLBOOK_DATA: ____, ...rest } = process.env;
  return { ...rest, NODE_OPTIONS: '', ...env };
}

/**
 * Runs `rollbook` to its end, which must come within half a minute.
 * @returns its exit code and what it told the person: its lines joined, without those about work under way
 */
export function refused(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; told: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [ROLLBOOK, ...args], { env: surroundings(env), timeout: 30_000 }, (error, out, err) => {
      const lines = `${out}${err}`.split('\n').filter((line) => !/^ *\d+\.\d s {2}/.test(line));
      resolve({ code: error ? (error.code ?? error.signal) : 0, told: lines.join(' ').trim() });
    });
  });
}
