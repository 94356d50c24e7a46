import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { migrationAsked, migrationPreview, policyMigration, policyVersions } from '../../api/contracts/policy.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import type { ApiClient } from '../cli/client.ts';
import { UsageError } from '../cli/errors.ts';
import { findCase } from '../cli/find-case.ts';
import { positive } from '../cli/parse.ts';
import { count, list, table, wrap } from '../cli/table.ts';

interface Flags {
  to: string;
  policy?: string;
  school?: string;
  case?: string;
  preview?: boolean;
  reason?: string;
  key?: string;
}

type Previewed = z.infer<typeof migrationPreview>;
type Migration = z.infer<typeof policyMigration>;
/** How many cases a page of the preview has. */
const PAGE = 200;
/** The cases are looked after four times a second, so often at most. */
const LOOKS = 2400;
/** So many cases are told one by one. */
const SHOWN = 20;

/** `rollbook policy migrate`: moves open cases to another version, after showing whom that gives or takes which work. */
export function policyMigrateCommand(policy: Command, surroundings: Surroundings): void {
  action<Flags>(
    policy
      .command('migrate')
      .description('move open cases to a version that is in force; with --preview, only say who would gain or lose which tasks')
      .requiredOption('--to <version>', 'number of the version')
      .option('--policy <id>', 'id of the policy (default: the one in force)')
      .option('--school <id>', 'only the open cases of this school')
      .option('--case <case>', 'only this case')
      .option('--preview', 'write nothing')
      .option('--reason <text>', 'why; it stands in the record of each case')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    migrate,
  );
}

async function migrate(cli: Cli, _args: (string | undefined)[], flags: Flags): Promise<void> {
  if (flags.school !== undefined && flags.case !== undefined) throw new UsageError('name a school or a case, not both');
  if (!flags.preview && flags.reason === undefined) throw new UsageError('say why with --reason, or look first with --preview');
  const client = await cli.client();
  const caseId = flags.case === undefined ? undefined : (await findCase(cli, flags.case)).caseId;
  const to = { policy: flags.policy ?? (await inForce(client)), version: positive(flags.to, '--to') };
  if (flags.preview) return preview(cli, client, to, { school: flags.school, case: caseId });
  const scope = caseId !== undefined ? { case: caseId } : flags.school !== undefined ? { school: flags.school } : { all: true as const };
  const asked = await client.command<z.infer<typeof migrationAsked>>(
    '/v1/policy/migrations',
    { to, scope, reason: flags.reason },
    { key: flags.key },
  );
  const seen = await followed(client, asked.readAt);
  cli.output.answer(seen, () => migrationText(seen, cli.output.width));
}

async function inForce(client: ApiClient): Promise<string> {
  const { versions } = await client.get<z.infer<typeof policyVersions>>('/v1/policy/versions');
  const last = versions.at(-1);
  if (last === undefined) throw new UsageError('no policy is in force; name one with --policy');
  return last.id;
}

async function followed(client: ApiClient, readAt: string): Promise<Migration> {
  for (let looks = 1; ; looks += 1) {
    const seen = await client.get<Migration>(readAt);
    if (seen.waiting === 0 || looks === LOOKS) return seen;
    await wait(250);
  }
}

async function preview(
  cli: Cli,
  client: ApiClient,
  to: { policy: string; version: number },
  scope: { school: string | undefined; case: string | undefined },
): Promise<void> {
  const cases: Previewed['cases'] = [];
  for (let after: string | undefined; ;) {
    const page = await client.get<Previewed>('/v1/policy/migrations/preview', { ...to, ...scope, after, limit: PAGE });
    cases.push(...page.cases);
    if (page.next === null) break;
    after = page.next;
  }
  cli.output.answer({ to, cases }, () => previewText(to, cases, cli.output.width));
}

function previewText(to: { policy: string; version: number }, cases: Previewed['cases'], width: number): string {
  if (cases.length === 0) return `Every open case is on ${to.policy} version ${to.version} already.`;
  const tally = new Map<string, Record<'gains' | 'loses' | 'completes', number>>();
  for (const one of cases)
    for (const what of ['gains', 'loses', 'completes'] as const)
      for (const { title } of one[what]) {
        const row = tally.get(title) ?? { gains: 0, loses: 0, completes: 0 };
        row[what] += 1;
        tally.set(title, row);
      }
  const touched = cases.filter(({ gains, loses, completes }) => gains.length + loses.length + completes.length > 0);
  const refused = cases.filter(({ refused: why }) => why !== null);
  const told = touched.slice(0, SHOWN).map(({ localId, school, gains, loses, completes }) => {
    const parts = [
      ...gains.map(({ title }) => `+ ${title}`),
      ...loses.map(({ title }) => `- ${title}`),
      ...completes.map(({ title }) => `done: ${title}`),
    ];
    return `Student ${localId}, school ${school}: ${parts.join('; ')}`;
  });
  const sum = `${count(cases.length, 'open case')} would move to ${to.policy} version ${to.version}; the work on ${touched.length} of them would change. Nothing has been written.`;
  return [
    wrap(sum, width),
    ...(tally.size
      ? [
          table(
            ['Task', 'Gained', 'Lost', 'Done at once'],
            [...tally].map(([title, { gains, loses, completes }]) => [title, gains || '', loses || '', completes || '']),
            width,
          ),
          list(told, width),
        ]
      : []),
    ...(touched.length > SHOWN ? [`and ${touched.length - SHOWN} more; --json tells all`] : []),
    ...refused.map(({ localId, refused: why }) => wrap(`Student ${localId} would stay: ${why}`, width, '  ')),
  ].join('\n');
}

function migrationText(seen: Migration, width: number): string {
  const { to, cases, moved, waiting, refused } = seen;
  return [
    wrap(
      `${moved} of ${count(cases, 'open case')} ${moved === 1 ? 'is' : 'are'} on ${to.id} version ${to.version} now; the record of each says who moved it, and why.`,
      width,
    ),
    ...(waiting ? [`${waiting} wait for a worker; nothing is lost.`] : []),
    ...refused.map(({ caseId, detail }) => wrap(`Case ${caseId} stays: ${detail}`, width, '  ')),
  ].join('\n');
}
