import type { Command } from 'commander';
import type { z } from 'zod';
import type { policyDraft, policyDraftLine, policyText, policyVersions } from '../../api/contracts/policy.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import type { ApiClient } from '../cli/client.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { positive } from '../cli/parse.ts';
import { policyText as textOf } from '../cli/policy-text.ts';
import { count, list, table, words, wrap } from '../cli/table.ts';

type Draft = z.infer<typeof policyDraft>;
type DraftLine = z.infer<typeof policyDraftLine>;
type Versions = z.infer<typeof policyVersions>;

const DRAFT = 'id of the draft (default: the one that is open)';

/** `rollbook policy propose`, `approve` and what else makes a document the policy of the district. */
export function policyVersionCommands(policy: Command, surroundings: Surroundings): void {
  action<{ effective: string; note: string; key?: string }>(
    policy
      .command('propose')
      .description('propose a document as the next version of the policy; two other people have to approve it')
      .argument('<file>', 'a policy document (YAML), or the id of a shipped one')
      .requiredOption('--effective <day>', 'first day on which it is to be in force, YYYY-MM-DD; it lies ahead')
      .requiredOption('--note <text>', 'why, and who decided it: for those who approve')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [file = ''], { effective, note, key }) => {
      const document = await textOf(file);
      const draft = await (await cli.client()).command<Draft>('/v1/policy/drafts', { document, effective, note }, { key });
      cli.output.answer(draft, () => proposedText(draft, cli.output.width));
    },
  );

  action(
    policy.command('drafts').description('the versions that were ever proposed, and what became of each'),
    surroundings,
    async (cli) => {
      const found = await (await cli.client()).get<{ drafts: DraftLine[] }>('/v1/policy/drafts');
      cli.output.answer(found, () => draftsText(found.drafts, cli.output.width));
    },
  );

  action<{ document?: boolean }>(
    policy
      .command('draft')
      .description('a proposed version: what it changes in the policy in force, in sentences')
      .argument('[draft]', DRAFT)
      .option('--document', 'the whole text instead'),
    surroundings,
    async (cli, [id], { document }) => {
      const client = await cli.client();
      const { body: draft, headers } = await client.send<Draft>('GET', `/v1/policy/drafts/${await draftId(client, id)}`);
      const seen = (headers.get('etag') ?? '').replaceAll('"', '');
      cli.output.answer({ ...draft, seen }, () => (document ? draft.document.trimEnd() : draftText(draft, seen, cli.output.width)));
    },
  );

  action<{ seen: string; key?: string }>(
    policy
      .command('approve')
      .description('approve a proposed version as you have read it')
      .argument('[draft]', DRAFT)
      .requiredOption('--seen <mark>', 'the mark that `rollbook policy draft` showed: what you have read')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [id], { seen, key }) => {
      const client = await cli.client();
      const headers = { 'if-match': `"${seen}"`, 'idempotency-key': key ?? crypto.randomUUID() };
      const path = `/v1/policy/drafts/${await draftId(client, id)}/approve`;
      const { body: draft } = await client.send<Draft>('POST', path, { body: {}, headers });
      cli.output.answer(draft, () => wrap(approvedText(draft), cli.output.width));
    },
  );

  for (const [verb, description] of [
    ['reject', 'reject a proposed version, with a reason'],
    ['withdraw', 'withdraw a version that you have proposed, with a reason'],
  ] as const)
    action<{ reason: string; key?: string }>(
      policy
        .command(verb)
        .description(description)
        .argument('[draft]', DRAFT)
        .requiredOption('--reason <text>', 'why')
        .option('--key <key>', 'idempotency key'),
      surroundings,
      async (cli, [id], { reason, key }) => {
        const client = await cli.client();
        const draft = await client.command<Draft>(`/v1/policy/drafts/${await draftId(client, id)}/${verb}`, { reason }, { key });
        cli.output.answer(draft, () => `${nameOf(draft.policy)} is ${draft.status}.`);
      },
    );

  action(
    policy
      .command('versions')
      .description('which version was in force on which days, and how many open cases are on each; or the text of one')
      .argument('[policy]', 'id of the policy, as lausd')
      .argument('[version]', 'number of the version'),
    surroundings,
    (cli, [id, version]) => (id === undefined ? versions(cli) : text(cli, id, version)),
  );
}

async function versions(cli: Cli): Promise<void> {
  const found = await (await cli.client()).get<Versions>('/v1/policy/versions');
  cli.output.answer(found, () =>
    table(
      ['Policy', 'Version', 'In force from', 'Until', 'Open cases'],
      found.versions.map((one) => [one.id, one.version, one.from ?? 'the beginning', one.until ?? '', one.openCases]),
      cli.output.width,
    ),
  );
}

async function text(cli: Cli, id: string, version: string | undefined): Promise<void> {
  if (version === undefined) throw new UsageError('say which version, as: rollbook policy versions lausd 1');
  const found = await (
    await cli.client()
  ).get<z.infer<typeof policyText>>(`/v1/policy/versions/${encodeURIComponent(id)}/${positive(version, 'the version')}`);
  cli.output.answer(found, () => found.document.trimEnd());
}

async function draftId(client: ApiClient, given: string | undefined): Promise<string> {
  if (given !== undefined) return encodeURIComponent(given);
  const { drafts } = await client.get<{ drafts: DraftLine[] }>('/v1/policy/drafts');
  const [open, another] = drafts.filter(({ status }) => status === 'proposed');
  if (open === undefined || another !== undefined)
    throw new CliError(open === undefined ? 'no draft of a policy is open' : 'more than one draft is open; name one', {
      detail: 'See them with: rollbook policy drafts',
    });
  return open.draftId;
}

function nameOf({ id, version }: { id: string; version: number }): string {
  return `${id} version ${version}`;
}

function changesText({ differences, comparedTo }: Draft, width: number): string {
  if (comparedTo === null) return 'No policy is in force that it could be compared with.';
  if (differences === null) return `The document of ${nameOf(comparedTo)} cannot be read by this release; compare the texts.`;
  const changes = list(
    differences.map(({ sentence }) => sentence),
    width,
  );
  return `Compared with ${nameOf(comparedTo)}, which is in force:\n${changes}`;
}

function proposedText(draft: Draft, width: number): string {
  return [
    `Proposed: ${nameOf(draft.policy)}, to be in force from ${draft.effective}.`,
    changesText(draft, width),
    `${count(draft.approvalsNeeded, 'other person has', 'other people have')} to approve it; they read it with: rollbook policy draft`,
  ].join('\n');
}

function draftText(draft: Draft, seen: string, width: number): string {
  const approvals = draft.approvals.map(({ by, role, at }) => `Approved by ${by} (${words(role)}) on ${at.slice(0, 10)}.`);
  return [
    `${nameOf(draft.policy)}, ${draft.status}, to be in force from ${draft.effective}`,
    wrap(`Proposed by ${draft.proposedBy} (${words(draft.proposedRole)}): ${draft.note}`, width, '  '),
    ...approvals,
    ...(draft.closedWhy === null ? [] : [`${words(draft.status)} by ${draft.closedBy}: ${draft.closedWhy}`]),
    changesText(draft, width),
    ...(draft.status === 'proposed'
      ? ['Read its whole text with --document. Approve what you have read with:', `  rollbook policy approve --seen ${seen}`]
      : []),
  ].join('\n');
}

function approvedText({ policy, status, approvals, approvalsNeeded, effective }: Draft): string {
  return status === 'approved'
    ? `${nameOf(policy)} is approved by ${approvals.map(({ by }) => by).join(' and ')}; it comes into force on ${effective}. Open cases stay on their version.`
    : `Approved. ${nameOf(policy)} needs ${count(approvalsNeeded - approvals.length, 'more approval')}.`;
}

function draftsText(drafts: DraftLine[], width: number): string {
  if (drafts.length === 0) return 'Nothing was proposed yet; propose a document with: rollbook policy propose FILE --help';
  const rows = drafts.map((one) => [
    nameOf(one.policy),
    one.status,
    one.effective,
    one.proposedBy,
    one.approvals.map(({ by }) => by).join(', '),
    one.draftId,
  ]);
  return table(['Version', 'Status', 'From', 'Proposed by', 'Approved by', 'Draft'], rows, Math.max(width, 120));
}
