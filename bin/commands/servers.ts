import type { Command } from 'commander';
import { CannotStart } from '../cannot-start.ts';
import { action, DEFAULT_DATA, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import type { RunningProcess } from '../run-process.ts';
import { wholeNumber } from './sample.ts';

interface StartFlags {
  port: string;
  empty?: boolean;
  sample?: string;
  students?: string;
  seed?: string;
  temporalUi?: string;
}

/** Commands that run Rollbook. What they run is heavy and imported only when it is asked for. */
export function serverCommands(program: Command, surroundings: Surroundings): void {
  const say = (line: string): void => void surroundings.streams.err(`${line}\n`);

  const start = program
    .command('start')
    .description('run a whole district on this machine: servers, worker, API, and a sample at the first start')
    .option('--port <port>', 'where the service listens', '8080')
    .option('--empty', 'start without a district')
    .option('--sample <name>', 'the sample district to load: tres-robles, which is made at the first start (if absent), or grand-bend')
    .option('--students <n>', 'how large tres-robles is to be (3,000 if absent)')
    .option('--seed <s>', 'of which chance tres-robles is made (1 if absent)')
    .option('--temporal-ui <port>', 'offer Temporal’s own web page on this port');
  action<StartFlags>(start, surroundings, async (cli, _args, flags) => {
    const { start: startAll } = await import('../start.ts');
    const interrupted = interruption();
    const running = await sentence(
      startAll({
        dataDir: cli.dataDir,
        defaultDataDir: cli.dataDir === DEFAULT_DATA,
        port: portNumber(flags.port),
        empty: flags.empty ?? false,
        ...(flags.sample === undefined ? {} : { sample: flags.sample }),
        size: {
          ...(flags.students === undefined ? {} : { students: wholeNumber(flags.students, '--students', 1) }),
          ...(flags.seed === undefined ? {} : { seed: wholeNumber(flags.seed, '--seed', 0) }),
        },
        ...(flags.temporalUi ? { temporalUi: portNumber(flags.temporalUi) } : {}),
        env: cli.env,
        say,
      }),
    );
    await interrupted;
    say('Stopping.');
    await running.stop();
  });

  const worker = program.command('worker').description('run one worker of its own (docs/operations.md)');
  action(worker, surroundings, async (cli) => {
    const [{ runWorker }, { readSettings }] = await Promise.all([import('../run-process.ts'), import('../settings.ts')]);
    await untilStopped(() => runWorker(readSettings(cli.env), cli.env), say);
  });

  const api = program.command('api').description('run one API process of its own (docs/operations.md)');
  action(api, surroundings, async (cli) => {
    const [{ runApi }, { readSettings }] = await Promise.all([import('../run-process.ts'), import('../settings.ts')]);
    await untilStopped(() => runApi(readSettings(cli.env)), say);
  });

  const migrate = program.command('migrate').description('bring the database of DATABASE_URL to the present schema');
  action(migrate, surroundings, async (cli) => {
    const { migrate: migrateAll } = await import('../../store/migrate.ts');
    const ownerUrl = needed(cli.env, 'DATABASE_URL');
    const applied = await migrateAll({
      ownerUrl,
      workerPassword: needed(cli.env, 'ROLLBOOK_WORKER_PASSWORD'),
      apiPassword: needed(cli.env, 'ROLLBOOK_API_PASSWORD'),
    });
    cli.output.answer({ applied }, () => (applied.length ? `Applied ${applied.join(', ')}.` : 'The database is up to date.'));
  });
}

/** Runs a process of its own until it is told to stop, or its parent is gone. */
async function untilStopped(run: () => Promise<RunningProcess>, say: (line: string) => void): Promise<void> {
  const interrupted = interruption();
  try {
    const running = await sentence(run());
    say(running.url ? `Listening on ${running.url}.` : 'Running.');
    process.send?.('ready');
    await Promise.race([interrupted, running.ended]);
    await running.stop();
  } finally {
    // An open channel to the parent would keep this process alive.
    if (process.connected) process.disconnect();
  }
}

/** Resolves at Ctrl-C and its kin, or when the parent that started us is gone. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.send) process.on('disconnect', () => resolve());
  });
}

/** A reason not to start is told as one sentence, without a stack. */
async function sentence<T>(starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof CannotStart) throw new CliError(error.message);
    throw error;
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new CliError(`“${text}” is no port: give a number from 1 to 65535`);
  return port;
}

function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new CliError(`${name} is not set: see docs/operations.md`);
  return value;
}
