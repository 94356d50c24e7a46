import type { Command } from 'commander';
import type { z } from 'zod';
import type { deliveryList } from '../../api/contracts/delivery.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { accountReport, sizeText, type Account } from '../cli/delivery-text.ts';
import { CliError } from '../cli/errors.ts';
import { writeRejected } from '../cli/rejected-file.ts';
import { table } from '../cli/table.ts';
import { cancel, commit } from '../cli/upload.ts';

/** `rollbook deliveries`: what was sent, what became of it, and what can still be done about it. */
export function deliveriesCommand(program: Command, surroundings: Surroundings): void {
  const deliveries = program.command('deliveries').description('deliveries of files: what became of each; show, commit or cancel one');
  action<{ status?: string; limit: string }>(
    deliveries
      .option('--status <status>', 'only those that are receiving, queued, running, done, failed or cancelled')
      .option('--limit <n>', 'so many, the latest first', '20'),
    surroundings,
    async (cli, _args, { status, limit }) => {
      const answer = await (await cli.client()).get<z.infer<typeof deliveryList>>('/v1/deliveries', { status, limit });
      cli.output.answer(answer, () =>
        answer.deliveries.length === 0
          ? 'No delivery has come yet.'
          : table(
              ['Delivery', 'Received', 'From', 'Files', 'Size', 'Status', 'Read', 'Rejected'],
              answer.deliveries.map((one) => [
                one.deliveryId,
                one.receivedAt.slice(0, 16).replace('T', ' '),
                one.source,
                one.files,
                sizeText(one.bytes),
                one.status,
                one.counts?.read,
                one.counts?.rejected,
              ]),
              Math.max(cli.output.width, 132),
            ),
      );
    },
  );
  const one = (name: string, description: string): Command =>
    deliveries.command(name).description(description).argument('<delivery>', 'id of the delivery');

  action(one('show', 'one delivery: its account, or how far it has come'), surroundings, async (cli, [id]) => {
    const account = await (await cli.client()).get<Account>(`/v1/deliveries/${id}`, { limit: 1000 });
    cli.output.answer(account, () => showText(account, cli.output.width));
  });
  action(one('commit', 'have a delivery taken that was only tried out, or that failed'), surroundings, async (cli, [id = '']) => {
    const account = await commit(await cli.client(), id, (line) => cli.output.progress(line));
    cli.output.answer(account, () => accountReport(account, cli.output.width));
  });
  action(one('cancel', 'cancel a delivery that is not done: nothing of it is taken'), surroundings, async (cli, [id = '']) => {
    await cancel(await cli.client(), id);
    cli.output.answer({ deliveryId: id, status: 'cancelled' }, () => 'Cancelled; nothing of it was taken.');
  });
  action<{ to: string }>(
    one('rejected', 'the rejected rows as they came, each with its reason: mend them and import them').requiredOption(
      '--to <file>',
      'where to write them',
    ),
    surroundings,
    async (cli, [id], { to }) => {
      const client = await cli.client();
      const account = await client.get<Account>(`/v1/deliveries/${id}`, { limit: 1 });
      const written = await writeRejected(client, account, to);
      if (written.length === 0) throw new CliError('No row of this delivery was rejected');
      cli.output.answer({ written }, () => written.map(({ path, rows }) => `${path}: ${rows.toLocaleString('en-US')} rows.`).join('\n'));
    },
  );
}

function showText(account: Account, width: number): string {
  const { deliveryId, source, status, receivedBy, receivedAt, files, problem, cancelledBy, dryRun } = account;
  const head = [
    `Delivery ${deliveryId} from ${source}, received ${receivedAt.slice(0, 16).replace('T', ' ')} UTC by ${receivedBy}.`,
    `Files: ${files.join(', ') || 'none yet'}.`,
  ];
  if (status === 'done') return [...head, 'Done.', accountReport(account, width)].join('\n');
  // What a dry run of a feed fetched is let go of when it ends; what it would have done stays to be read.
  if (cancelledBy !== null && dryRun?.state === 'done')
    return [...head, 'Tried out; nothing of it was taken.', accountReport(account, width)].join('\n');
  if (cancelledBy !== null) return [...head, `Cancelled by ${cancelledBy}; nothing of it was taken.`].join('\n');
  if (problem !== null) head.push(`Failed: ${problem}`);
  else head.push(`Status: ${status}.`);
  if (dryRun?.state === 'done') head.push('Tried out:', accountReport(account, width));
  else if (dryRun) head.push(`Dry run: ${dryRun.problem ?? dryRun.state}.`);
  return head.join('\n');
}
