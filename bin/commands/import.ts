import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import type { ApiClient } from '../cli/client.ts';
import { accountReport, type Account } from '../cli/delivery-text.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { day } from '../cli/parse.ts';
import { writeRejected } from '../cli/rejected-file.ts';
import { sourceFiles } from '../cli/source-files.ts';
import { cancel, commit, sendFiles, tryOut, type Coverage } from '../cli/upload.ts';

interface Options {
  coverage: string;
  from?: string;
  to?: string;
  schools: string;
  source: string;
  dryRun?: boolean;
  rejectedTo?: string;
}

/** `rollbook import`: a delivery of a student information system's files. */
export function importCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('import')
      .description('read files of a student information system; every row is accounted for')
      .argument('<folder or files...>', 'files as the system exports them (.csv, .txt, .tsv, .json, .xml, .gz, .zip), or a folder of them')
      .option('--dry-run', 'change nothing: say what would be taken, and what would follow for cases and schools')
      .option(
        '--rejected-to <file>',
        'write the rejected rows into this file, as they came, each with its reason: mend it and send it again',
      )
      .option('--coverage <what>', '"complete": days without a row have nothing to say; "changes": nothing is withdrawn', 'changes')
      .option('--from <date>', 'first day it speaks of (default: the first day in its rows)')
      .option('--to <date>', 'last day it speaks of (default: the last day in its rows)')
      .option('--schools <ids>', 'ids of the schools it speaks of, with commas', 'all')
      .option('--source <name>', 'where it comes from', 'upload'),
    surroundings,
    run,
  );
}

async function run(cli: Cli, paths: string[], options: Options): Promise<void> {
  const coverage = coverageOf(options);
  const files = await sourceFiles(paths);
  const client = await cli.client();
  const say = (line: string): void => cli.output.progress(line);
  const account = await cancellable(client, say, async (opened) => {
    const deliveryId = await sendFiles(client, { source: options.source, files, coverage, progress: say, opened });
    return options.dryRun ? tryOut(client, deliveryId, say) : commit(client, deliveryId, say);
  });
  const written = options.rejectedTo === undefined ? [] : await writeRejected(client, account, options.rejectedTo);
  cli.output.answer(account, () =>
    [
      accountReport(account, cli.output.width),
      ...written.map(({ path, rows }) => `Rejected rows, ${rows.toLocaleString('en-US')} of them: ${path}.`),
      ...(options.dryRun ? ['', `Nothing was changed. To have it taken: rollbook deliveries commit ${account.deliveryId}`] : []),
    ].join('\n'),
  );
}

function coverageOf(options: Options): Coverage {
  if (!['complete', 'changes'].includes(options.coverage))
    throw new UsageError(`--coverage is "complete" or "changes", not "${options.coverage}"`);
  const complete = options.coverage === 'complete';
  if (complete && (options.from === undefined || options.to === undefined)) {
    throw new UsageError(
      'a complete delivery must say of which days it speaks: add --from DATE --to DATE (a dry run with --coverage changes tells which days the files name)',
    );
  }
  return {
    schools: options.schools === 'all' ? 'all' : options.schools.split(',').map((id) => id.trim()),
    from: options.from === undefined ? null : day(options.from, '--from'),
    to: options.to === undefined ? null : day(options.to, '--to'),
    complete,
  };
}

/**
 * Does work on a delivery that Ctrl-C can cancel. The first Ctrl-C only says what the second one does: an import goes on without the
 * terminal that began it, and whoever leaves may not want it stopped.
 */
async function cancellable(
  client: ApiClient,
  say: (line: string) => void,
  work: (opened: (deliveryId: string) => void) => Promise<Account>,
): Promise<Account> {
  let deliveryId: string | null = null;
  let asked = false;
  let interrupted: (error: Error) => void = () => undefined;
  const interruption = new Promise<never>((_resolve, reject) => (interrupted = reject));
  const onInterrupt = (): void => {
    if (deliveryId === null || asked) {
      const cancelled = deliveryId === null ? Promise.resolve() : cancel(client, deliveryId);
      cancelled.then(() => interrupted(new CliError('Cancelled; nothing was taken')), interrupted);
      return;
    }
    asked = true;
    say(`Ctrl-C once more cancels this delivery: nothing of it will be taken. (From elsewhere: rollbook deliveries cancel ${deliveryId})`);
  };
  process.on('SIGINT', onInterrupt);
  try {
    return await Promise.race([work((id) => (deliveryId = id)), interruption]);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
