import type { Command } from 'commander';
import type { z } from 'zod';
import type { feedSettings } from '../../policy/feeds.ts';
import type { addFeed, feedChanged, feedEdited, feedList, pullAsked } from '../../api/contracts/feeds.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { list, table } from '../cli/table.ts';
import { feedDryRunCommand } from './feed-dry-run.ts';

type Feeds = z.infer<typeof feedList>;

interface SettingFlags {
  schools?: string | undefined;
  at?: string;
  reconcileOn?: string;
  dayEndsAt?: string;
  windowDays?: string;
  files?: string;
  exports?: string;
  doneMarker?: string;
  hostKey?: string;
}

interface ChangeFlags extends SettingFlags {
  note: string;
  url?: string;
  secret?: string;
  client?: string;
  key?: string;
}

interface AddFlags extends SettingFlags {
  client?: string;
  secret: string;
  paused?: boolean;
  key?: string;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `rollbook feed`: the systems that Rollbook asks for their data, and how each of them is. */
export function feedCommand(program: Command, surroundings: Surroundings): void {
  const feed = program.command('feed').description('systems that are asked for their data: add one, pull it, see how it is');

  action<AddFlags>(
    feed
      .command('add')
      .description('add a feed; everything is read at once, then changes every night, and everything once a week')
      .argument('<name>', 'a name for it, such as sis')
      .argument('<system>', 'edfi, aeries or sftp')
      .argument('<url>', 'Ed-Fi: where the API describes itself; Aeries: what comes before /api/v5; files: sftp://HOST/FOLDER')
      .requiredOption('--secret <place>', 'where the secret lies: env:ROLLBOOK_FEED_NAME, or file:NAME in the folder of secrets')
      .option('--client <id>', 'Ed-Fi: the key of the client; SFTP: the user')
      .option('--schools <ids>', 'only these schools, joined by commas')
      .option('--at <times>', 'when it is pulled, HH:MM joined by commas (02:00 if absent)')
      .option('--reconcile-on <weekday>', 'when everything is read anew (saturday if absent)')
      .option('--day-ends-at <time>', 'from when on a day is complete, HH:MM (16:00 if absent)')
      .option('--window-days <n>', 'days that are read anew where the system cannot tell what changed (15 if absent)')
      .option('--files <patterns>', 'SFTP: which files are taken, with * and ?, joined by commas')
      .option('--exports <what>', 'SFTP: what each export tells: changes, window (the last days whole) or year (the whole year)')
      .option('--done-marker <ending>', 'SFTP: take a file when one of its name and this ending lies beside it, such as .done')
      .option('--host-key <fingerprint>', 'SFTP: the server’s host key that you have confirmed, SHA256:…')
      .option('--paused', 'do not pull it yet: try it out with "feed dry-run", then "feed resume"')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [name = '', system = '', url = ''], flags) => {
      const settings = settingsOf(flags);
      const body = {
        name,
        system: system as 'edfi',
        url,
        secret: flags.secret,
        clientId: flags.client ?? null,
        settings,
        paused: flags.paused ?? false,
      };
      const client = await cli.client();
      const answer = await client.command<z.infer<typeof feedChanged>>('/v1/feeds', body satisfies z.input<typeof addFeed>, {
        key: flags.key,
      });
      cli.output.answer(answer, () =>
        flags.paused
          ? `Added ${name}, paused. What its first pull would do: rollbook feed dry-run ${name}`
          : `Added ${name}. Everything is read within the next minutes; see how it goes with: rollbook feed list`,
      );
    },
  );

  action(feed.command('list').description('the feeds, and how each of them is'), surroundings, async (cli) => {
    const found = await (await cli.client()).get<Feeds>('/v1/feeds');
    cli.output.answer(found, () => feedsText(found, cli.output.width));
  });

  action<{ everything?: boolean; key?: string }>(
    feed
      .command('pull')
      .description('pull a feed now')
      .argument('<name>', 'the feed')
      .option('--everything', 'read everything anew, as once a week')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [name = ''], { everything, key }) => {
      const body = { kind: everything ? ('reconcile' as const) : null };
      const answer = await (
        await cli.client()
      ).command<z.infer<typeof pullAsked>>(`/v1/feeds/${encodeURIComponent(name)}/pull`, body, { key });
      cli.output.answer(answer, () => `${name} is being pulled; see how it goes with: rollbook feed list`);
    },
  );

  feedDryRunCommand(feed, surroundings);

  action<ChangeFlags>(
    feed
      .command('change')
      .description('change where a feed’s source is, where its secret lies, of which schools it speaks, or when it is pulled')
      .argument('<name>', 'the feed')
      .requiredOption('--note <text>', 'why, and who decided it')
      .option('--url <url>', 'another address; everything is read anew')
      .option('--secret <place>', 'where the secret lies now')
      .option('--client <id>', 'Ed-Fi: the key of the client; SFTP: the user')
      .option('--schools <ids>', 'only these schools, joined by commas, or “all”; everything is read anew')
      .option('--at <times>', 'when it is pulled, HH:MM joined by commas')
      .option('--reconcile-on <weekday>', 'when everything is read anew')
      .option('--day-ends-at <time>', 'from when on a day is complete, HH:MM')
      .option('--window-days <n>', 'days that are read anew where the system cannot tell what changed')
      .option('--files <patterns>', 'SFTP: which files are taken, with * and ?, joined by commas')
      .option('--exports <what>', 'SFTP: what each export tells: changes, window (the last days whole) or year (the whole year)')
      .option('--done-marker <ending>', 'SFTP: take a file when one of its name and this ending lies beside it, such as .done')
      .option('--host-key <fingerprint>', 'SFTP: the server’s host key that you have confirmed, SHA256:…')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [name = ''], flags) => {
      const { url, secret, client: clientId, note, schools, key } = flags;
      const settings = {
        ...settingsOf({ ...flags, schools: undefined }),
        ...(schools === undefined ? {} : { schools: schools === 'all' ? null : schools.split(',') }),
      };
      const body = { ...(url && { url }), ...(secret && { secret }), ...(clientId && { clientId }), settings, note };
      const answer = await (
        await cli.client()
      ).command<z.infer<typeof feedEdited>>(`/v1/feeds/${encodeURIComponent(name)}/change`, body, { key });
      cli.output.answer(answer, () => `${name} is changed${answer.readsAnew ? '; everything is read anew with its next pull' : ''}.`);
    },
  );

  const change = (verb: 'pause' | 'resume' | 'remove', description: string, done: string): void =>
    action<{ key?: string }>(
      feed.command(verb).description(description).argument('<name>', 'the feed').option('--key <key>', 'idempotency key'),
      surroundings,
      async (cli, [name = ''], { key }) => {
        const answer = await (
          await cli.client()
        ).command<z.infer<typeof feedChanged>>(`/v1/feeds/${encodeURIComponent(name)}/${verb}`, {}, { key });
        cli.output.answer(answer, () => `${name} ${done}`);
      },
    );
  change('pause', 'pull a feed no more until it is resumed', 'is paused; pages that show its numbers say so.');
  change('resume', 'pull a feed again from its next time on', 'is pulled again from its next time on.');
  change('remove', 'remove a feed for good; what it has brought stays', 'is removed; what it has brought stays.');
}

/** The settings that were given, and no others. */
function settingsOf(flags: SettingFlags): Partial<z.input<typeof feedSettings>> {
  return {
    ...(flags.schools === undefined ? {} : { schools: flags.schools.split(',') }),
    ...(flags.at === undefined ? {} : { at: flags.at.split(',') }),
    ...(flags.reconcileOn === undefined ? {} : { reconcileOn: weekdayOf(flags.reconcileOn) }),
    ...(flags.dayEndsAt === undefined ? {} : { dayEndsAt: flags.dayEndsAt }),
    ...(flags.windowDays === undefined ? {} : { windowDays: Number(flags.windowDays) }),
    ...(flags.files === undefined ? {} : { files: flags.files.split(',') }),
    // What it may be, the API says.
    ...(flags.exports === undefined ? {} : { exports: flags.exports as 'changes' }),
    ...(flags.doneMarker === undefined ? {} : { doneMarker: flags.doneMarker }),
    ...(flags.hostKey === undefined ? {} : { hostKey: flags.hostKey }),
  };
}

function weekdayOf(word: string): number {
  const at = WEEKDAYS.findIndex((day) => word.length > 1 && day.startsWith(word.toLowerCase()));
  if (at === -1) throw new UsageError(`"${word}" is no weekday`);
  return at + 1;
}

function feedsText({ feeds }: Feeds, width: number): string {
  if (feeds.length === 0) return 'There is no feed; add one with: rollbook feed add --help';
  const time = (instant: string | null): string => instant?.slice(0, 16).replace('T', ' ') ?? '';
  const rows = feeds.map(({ name, system, health }) => [
    name,
    system,
    health.running === null ? health.state : `pulling (${health.running})`,
    health.numbersOf ?? '',
    time(health.lastSuccess),
    time(health.nextAttempt),
    time(health.nextReconcile),
  ]);
  const told = feeds.flatMap(({ name, health }) => [
    ...(health.sentence === null ? [] : [health.sentence]),
    ...(health.rowsBehind === null ? [] : [`${name}: ${health.rowsBehind.toLocaleString('en-US')} rows wait to be taken in.`]),
    ...(health.leftOut.length === 0
      ? []
      : [`${name}: not read, since the source does not allow or hold it: ${health.leftOut.join(', ')}.`]),
  ]);
  return [
    table(['Feed', 'System', 'State', 'Numbers of', 'Last success (UTC)', 'Next attempt', 'Next reconcile'], rows, Math.max(width, 110)),
    ...(told.length === 0 ? [] : [list(told, width)]),
  ].join('\n');
}
