import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { count } from '../cli/table.ts';

interface RebuildOptions {
  replace?: boolean;
  readTables?: boolean;
}

/** `rollbook verify` and `rebuild`: proving the record, and making again what can be made from it. Both work below the API. */
export function recordCommands(program: Command, surroundings: Surroundings): void {
  action(
    program.command('verify').description('recompute every chain of the record; names the first broken link of each case'),
    surroundings,
    verify,
  );
  action<RebuildOptions>(
    program
      .command('rebuild')
      .description('begin every case again from the database, when the state of the engine was lost')
      .option('--replace', 'also end and begin again the cases that run')
      .option('--read-tables', 'instead, make the read tables again from the events'),
    surroundings,
    async (cli, _args, options) => {
      await (options.readTables ? readTables(cli) : rebuild(cli, options.replace ?? false));
    },
  );
}

async function rebuild(cli: Cli, replace: boolean): Promise<void> {
  const [{ ServiceError }, { openDatabase }, { rebuildCases }, { connectClient }, { servers }] = await Promise.all([
    import('@temporalio/client'),
    import('../../store/database.ts'),
    import('../../activities/rebuild.ts'),
    import('../engine/connect.ts'),
    import('../cli/direct.ts'),
  ]);
  const { databaseUrl, temporalAddress: address, namespace, payloadKey } = servers(cli);
  const db = openDatabase(databaseUrl, { name: 'rollbook rebuild', max: 25 });
  const engine = await connectClient({ address, namespace, payloadKey }).catch(async (error: Error) => {
    await db.destroy();
    throw new CliError(`The engine does not answer at ${address} (${error.message})`, {
      detail: 'Start it first: rollbook start, or see docs/operations.md.',
    });
  });
  let done = 0;
  try {
    const report = await rebuildCases({ db, client: engine.client }, { replace, onCase: () => (done += 1) });
    cli.output.answer(
      report,
      () => `${count(report.cases, 'case')}: ${report.restarted} begun again from the database, ${report.running} left running.`,
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const why = (error.cause as { details?: string } | undefined)?.details ?? error.message;
    throw new CliError(`The engine at ${address} failed after ${count(done, 'case')} (${why})`, {
      type: 'engine-failed',
      detail: 'See that it runs, then give the command again: what was begun goes on, and a repeat does no harm.',
    });
  } finally {
    await engine.close();
    await db.destroy();
  }
}

async function readTables(cli: Cli): Promise<void> {
  const [{ openDatabase }, { rebuildReadTables }, { ownerUrl }] = await Promise.all([
    import('../../store/database.ts'),
    import('../../activities/rebuild.ts'),
    import('../cli/direct.ts'),
  ]);
  const db = openDatabase(ownerUrl(cli), { name: 'rollbook rebuild', max: 2 });
  try {
    const report = await rebuildReadTables(db);
    cli.output.answer(
      report,
      () => `The read tables of ${count(report.cases, 'case')} were made again from ${count(report.events, 'event')}.`,
    );
  } finally {
    await db.destroy();
  }
}

async function verify(cli: Cli): Promise<void> {
  const [{ openDatabase }, { verifyChains }, { servers }] = await Promise.all([
    import('../../store/database.ts'),
    import('../../store/verify.ts'),
    import('../cli/direct.ts'),
  ]);
  const db = openDatabase(servers(cli).databaseUrl, { name: 'rollbook verify', max: 1 });
  try {
    const { cases, events, broken } = await verifyChains(db);
    if (broken.length === 0) {
      cli.output.answer(
        { whole: true, cases, events },
        () => `The record is whole: ${count(events, 'event')} of ${count(cases, 'case')}, every link recomputed.`,
      );
      return;
    }
    throw new CliError(`The record is broken in ${count(broken.length, 'case')} of ${count(cases, 'case')}`, {
      type: 'record-broken',
      detail: 'First broken link of each:',
      lines: broken.map(({ caseId, seq, detail }) => `case ${caseId}, event ${seq}: ${detail}`),
    });
  } finally {
    await db.destroy();
  }
}
