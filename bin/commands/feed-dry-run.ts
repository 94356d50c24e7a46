import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { feedDryRun, feedDryRunAsked } from '../../api/contracts/feeds.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import type { ApiClient } from '../cli/client.ts';
import { accountText, consequencesText, phaseText } from '../cli/delivery-text.ts';
import { CliError } from '../cli/errors.ts';
import { count, list, wrap } from '../cli/table.ts';

type DryRun = z.infer<typeof feedDryRun>;

const POLL_MS = 250;
/** At least so long between two lines that say how far it has come. */
const TELL_MS = 2_000;

/** `rollbook feed dry-run`: what the next pull of a feed would bring, before anything of it counts. */
export function feedDryRunCommand(feed: Command, surroundings: Surroundings): void {
  action<{ cancel?: boolean; key?: string }>(
    feed
      .command('dry-run')
      .description('ask the source for real and say what the next pull would do; nothing is taken, and no cursor moves')
      .argument('<name>', 'the feed')
      .option('--cancel', 'cancel the one that is under way')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [name = ''], { cancel, key }) => {
      const client = await cli.client();
      const path = `/v1/feeds/${encodeURIComponent(name)}/dry-run`;
      const headers = { 'idempotency-key': key ?? randomUUID() };
      const to = cancel ? `${path}/cancel` : path;
      const { body: asked } = await client.send<z.infer<typeof feedDryRunAsked>>('POST', to, { body: {}, headers });
      if (cancel) return cli.output.answer(asked, () => 'Cancelled; nothing was taken.');
      const found = await follow(client, path, (line) => cli.output.progress(line));
      cli.output.answer(found, () => dryRunText(name, found, cli.output.width));
    },
  );
}

/** Asks again until it is finished. @throws CliError when it could not be done */
async function follow(client: ApiClient, path: string, say: (line: string) => void): Promise<DryRun> {
  let told = '';
  let toldAt = -TELL_MS;
  for (;;) {
    const found = await client.get<DryRun>(path);
    if (found.state === 'tried') return found;
    if (found.state === 'cancelled') throw new CliError('The dry run was cancelled; nothing was taken');
    if (found.state === 'untried')
      throw new CliError('The feed could not be tried out', { detail: found.problem ?? 'no reason was given' });
    const text = progressText(found);
    if (text !== told && performance.now() - toldAt > TELL_MS) {
      say(text);
      told = text;
      toldAt = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function progressText({ state, read, expected, progress }: DryRun): string {
  if (state === 'trying') return progress === null ? 'All has come; trying it out.' : phaseText(progress);
  const of = expected > 0 ? ` of ${expected.toLocaleString('en-US')}` : '';
  return `Asking the source: ${read.toLocaleString('en-US')}${of} rows have come.`;
}

function dryRunText(name: string, { account, leftOut, deliveries, kind }: DryRun, width: number): string {
  if (account === null) return 'Nothing would come.';
  const { days, reasons, unknownCodes, unknownFiles, newStudents } = account;
  const told = [
    `Days: ${days.added} added, ${days.changed} changed, ${days.withdrawn} withdrawn; ${count(days.covered, 'school day')} covered.`,
    ...(days.retractionsWaiting > 0 ? [`${count(days.retractionsWaiting, 'day')} would wait for a person to let them be withdrawn.`] : []),
    ...(newStudents > 0 ? [`${count(newStudents, 'student')} would be new.`] : []),
    ...Object.entries(reasons).map(([reason, rows]) => `Not taken: ${count(rows, 'row')} (${reason.replaceAll('-', ' ')}).`),
    ...unknownCodes.map(({ codeSet, code, rows }) => `The code ${code} (${codeSet}) has no meaning yet: ${count(rows, 'row')} would wait.`),
    ...unknownFiles.map((file) => `${file}: no known format has its columns.`),
    ...(leftOut.length > 0 ? [`Not read, since the source does not allow or hold it: ${leftOut.join(', ')}.`] : []),
  ];
  return [
    `The next pull of ${name} would be ${kind === 'reconcile' ? 'of everything' : 'of what has changed'}.`,
    `Rows: ${accountText({ counts: account })}.`,
    wrap(consequencesText(account, true), width),
    list(told, width),
    wrap(
      deliveries.length === 0
        ? 'Nothing has come.'
        : `Row by row: rollbook deliveries show ${deliveries.join(', ')}. Nothing was changed. To have it taken: rollbook feed pull ${name} (or feed resume ${name}, if it is paused).`,
      width,
    ),
  ].join('\n');
}
