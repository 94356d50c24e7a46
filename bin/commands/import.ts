import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { day } from '../cli/parse.ts';
import { accountReport, uploadDelivery, type Coverage, type UploadFile } from '../cli/upload.ts';

interface Options {
  coverage: string;
  from?: string;
  to?: string;
  schools: string;
  source?: string;
}

/** `rollbook import`: a delivery of a student information system's files. */
export function importCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('import')
      .description('read files of a student information system; every row is accounted for')
      .argument('<dir or files...>', 'CSV files, or a folder of them')
      .option('--coverage <what>', '"complete": days without a row have nothing to say; "changes": nothing is withdrawn', 'changes')
      .option('--from <date>', 'first day it speaks of (default: the first day in its attendance files)')
      .option('--to <date>', 'last day it speaks of (default: the last day in its attendance files)')
      .option('--schools <ids>', 'ids of the schools it speaks of, with commas', 'all')
      .option('--source <name>', 'where it comes from', 'upload'),
    surroundings,
    run,
  );
}

async function run(cli: Cli, paths: string[], options: Options): Promise<void> {
  if (!['complete', 'changes'].includes(options.coverage))
    throw new UsageError(`--coverage is "complete" or "changes", not "${options.coverage}"`);
  const complete = options.coverage === 'complete';
  const files = await readFiles(paths);
  const found = daysIn(files);
  if (complete && (options.from === undefined || options.to === undefined)) {
    throw new UsageError('a complete delivery must say of which days it speaks: add --from DATE --to DATE');
  }
  const client = await cli.client();
  const today = async (): Promise<string> => (await client.get<{ day: string }>('/v1/clock')).day;
  const from = options.from === undefined ? (found[0] ?? (await today())) : day(options.from, '--from');
  const to = options.to === undefined ? (found.at(-1) ?? from) : day(options.to, '--to');
  const coverage: Coverage = {
    schools: options.schools === 'all' ? 'all' : options.schools.split(',').map((id) => id.trim()),
    from,
    to,
    complete,
  };
  const account = await uploadDelivery(client, {
    source: options.source ?? 'upload',
    files,
    coverage,
    progress: (line) => cli.output.progress(line),
  });
  cli.output.answer(account, () => accountReport(account, cli.output.width));
}

async function readFiles(paths: string[]): Promise<UploadFile[]> {
  const names: string[] = [];
  for (const path of paths) {
    try {
      if ((await stat(path)).isDirectory()) {
        names.push(
          ...(await readdir(path))
            .filter((name) => /\.csv$/i.test(name))
            .sort()
            .map((name) => join(path, name)),
        );
      } else names.push(path);
    } catch (error) {
      throw new CliError(`${path} cannot be read: ${(error as Error).message}`);
    }
  }
  if (names.length === 0) throw new CliError(`There is no CSV file in ${paths.join(', ')}`);
  return Promise.all(names.map(async (name) => ({ name: basename(name), bytes: await readFile(name) })));
}

/** Days that stand in the files' attendance rows, in order: only to offer a coverage; the service reads the rows itself. */
function daysIn(files: UploadFile[]): string[] {
  const days = new Set<string>();
  for (const { bytes } of files) {
    const [header = '', ...rows] = bytes.toString('utf8').split(/\r?\n/);
    const column = header.split(',').findIndex((name) => /^"?attendance_date"?$/i.test(name.trim()));
    if (column === -1) continue;
    for (const row of rows) {
      const value = row.split(',')[column]?.replaceAll('"', '').trim();
      if (value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value)) days.add(value);
    }
  }
  return [...days].sort();
}
