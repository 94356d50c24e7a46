import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { letterRegister, letterVersion } from '../../api/contracts/letter-texts.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { count, list, table, wrap } from '../cli/table.ts';

type Version = z.infer<typeof letterVersion>;
type Register = z.infer<typeof letterRegister>;

const LETTER = 'the letter, such as letter-1';
const VERSION = 'number of the version, or “shipped” (default: the one in use)';

/** `rollbook texts`: the register of letters, and how a district words them itself. */
export function textCommands(program: Command, surroundings: Surroundings): void {
  const texts = program.command('texts').description('the texts of letters: their versions and languages');
  action(texts, surroundings, async (cli) => {
    const found = await register(cli);
    cli.output.answer(found, () => registerText(found, cli.output.width));
  });

  action<{ export?: string }>(
    texts
      .command('show')
      .description('one version: its languages side by side, what is wrong with it, what it changes in the one in use')
      .argument('<letter>', LETTER)
      .argument('[version]', VERSION)
      .option('--export <file>', 'write its texts to a JSON file, to change them and propose them'),
    surroundings,
    async (cli, [letter = '', version], { export: file }) => {
      const { body, headers } = await (await cli.client()).send<Version>('GET', await pathOf(cli, letter, version));
      const seen = (headers.get('etag') ?? '').replaceAll('"', '');
      if (file !== undefined) await writeFile(file, `${JSON.stringify(body.texts, null, 2)}\n`);
      cli.output.answer({ ...body, seen }, () =>
        file === undefined ? versionText(body, seen, cli.output.width) : `Written: ${file}, ${count(body.languages.length, 'language')}.`,
      );
    },
  );

  action<{ language?: string; out?: string }>(
    texts
      .command('preview')
      .description('a version in print, for a made-up student')
      .argument('<letter>', LETTER)
      .argument('[version]', VERSION)
      .option('--language <tag>', 'in this language (default: en)')
      .option('-o, --out <file>', 'where to write it (default: LETTER-preview.pdf)'),
    surroundings,
    async (cli, [letter = '', version], { language, out }) => {
      const file = out ?? `${letter}-preview.pdf`;
      const path = `${await pathOf(cli, letter, version)}/preview`;
      const { bytes } = await (await cli.client()).send('GET', path, { query: { language } });
      await writeFile(file, bytes);
      cli.output.answer({ file, bytes: bytes.length }, () => `Written: ${file}, ${count(bytes.length, 'byte')}.`);
    },
  );

  action<{ effective: string; note: string; key?: string }>(
    texts
      .command('propose')
      .description('propose the next version of a text; two other people have to approve it')
      .argument('<letter>', LETTER)
      .argument('<file>', 'JSON: the texts by language, as “texts show --export” writes them')
      .requiredOption('--effective <day>', 'first day on which letters are issued in it, YYYY-MM-DD; it lies ahead')
      .requiredOption('--note <text>', 'why, and who decided it: for those who approve')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [letter = '', file = ''], { effective, note, key }) => {
      const body = { texts: await textsIn(file), effective, note };
      const path = `/v1/letter-texts/${encodeURIComponent(letter)}/versions`;
      const version = await (await cli.client()).command<Version>(path, body, { key });
      cli.output.answer(version, () => proposedText(version, cli.output.width));
    },
  );

  action<{ seen: string; key?: string }>(
    texts
      .command('approve')
      .description('approve a version as you have read it')
      .argument('<letter>', LETTER)
      .argument('<version>', 'number of the version')
      .requiredOption('--seen <mark>', 'the mark that “rollbook texts show” showed: what you have read')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [letter = '', version], { seen, key }) => {
      const headers = { 'if-match': `"${seen}"`, 'idempotency-key': key ?? crypto.randomUUID() };
      const path = `${await pathOf(cli, letter, version)}/approve`;
      const { body } = await (await cli.client()).send<Version>('POST', path, { body: {}, headers });
      cli.output.answer(body, () => wrap(approvedText(body), cli.output.width));
    },
  );

  for (const [verb, description] of [
    ['reject', 'reject a version that is not in use yet, with a reason'],
    ['withdraw', 'withdraw a version that you have proposed, with a reason'],
  ] as const)
    action<{ reason: string; key?: string }>(
      texts
        .command(verb)
        .description(description)
        .argument('<letter>', LETTER)
        .argument('<version>', 'number of the version')
        .requiredOption('--reason <text>', 'why')
        .option('--key <key>', 'idempotency key'),
      surroundings,
      async (cli, [letter = '', version], { reason, key }) => {
        const path = `${await pathOf(cli, letter, version)}/${verb}`;
        const body = await (await cli.client()).command<Version>(path, { reason }, { key });
        cli.output.answer(body, () => `${nameOf(body)} is ${body.status}.`);
      },
    );
}

async function register(cli: Cli): Promise<Register> {
  return (await cli.client()).get<Register>('/v1/letter-texts');
}

async function pathOf(cli: Cli, letter: string, version: string | undefined): Promise<string> {
  const asked = version ?? (await register(cli)).letters.find((one) => one.letter === letter)?.inUse;
  if (asked === undefined) throw new CliError(`There is no letter ${letter}; see: rollbook texts`, { type: 'not-found' });
  return `/v1/letter-texts/${encodeURIComponent(letter)}/versions/${encodeURIComponent(String(asked))}`;
}

async function textsIn(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read as JSON (${(error as Error).message}); begin with: rollbook texts show LETTER --export FILE`,
    );
  }
}

function nameOf({ letter, version }: Pick<Version, 'letter' | 'version'>): string {
  return version === 'shipped' ? `The shipped text of ${letter}` : `Version ${version} of ${letter}`;
}

function registerText({ letters }: Register, width: number): string {
  const rows = letters.flatMap(({ letter, title, versions }) =>
    versions.map((one, index) => [
      index === 0 ? letter : '',
      index === 0 ? title : '',
      String(one.version),
      one.inUse ? 'in use' : one.status,
      one.effective,
      one.languages.join(', '),
    ]),
  );
  return table(['Letter', 'Title', 'Version', '', 'From', 'Languages'], rows, width);
}

/** Every part in a row, every language in a column. */
function sideBySide({ texts }: Version, width: number): string {
  const languages = Object.keys(texts);
  const columns = languages.map((language) => {
    const { title, greeting, paragraphs } = texts[language]!;
    const parts = paragraphs.map((part) =>
      'list' in part ? '(the school days)' : 'bullets' in part ? part.bullets.map((one) => `• ${marked(one)}`).join(' ') : marked(part),
    );
    return [title, greeting, ...parts];
  });
  const rows = Array.from({ length: Math.max(...columns.map(({ length }) => length)) }, (_, row) => [
    row === 0 ? 'title' : row === 1 ? 'greeting' : String(row - 1),
    ...columns.map((parts) => parts[row] ?? ''),
  ]);
  return table(['', ...languages], rows, Math.max(width, 40 * languages.length));
}

function marked({ text, clause }: { text: string; clause?: string | undefined }): string {
  return clause === undefined ? text : `${text} [${clause}]`;
}

function versionText(version: Version, seen: string, width: number): string {
  const { faults, warnings, readingGrade, differences, comparedTo, approvals, note, closedWhy } = version;
  return [
    `${nameOf(version)}, ${version.status}${version.effective === null ? '' : `, from ${version.effective}`}${version.inUse ? ', in use' : ''}`,
    ...(note === null ? [] : [wrap(`Proposed by ${version.proposedBy}: ${note}`, width, '  ')]),
    ...approvals.map(({ by, at }) => `Approved by ${by} on ${at.slice(0, 10)}.`),
    ...(closedWhy === null ? [] : [`${version.closedBy}: ${closedWhy}`]),
    sideBySide(version, width),
    ...(readingGrade === null ? [] : [`Reading grade of the English text: ${readingGrade}.`]),
    ...listed(
      'It may not be used:',
      faults.map(({ path, message }) => `${path}: ${message}`),
      width,
    ),
    ...listed('To know:', warnings, width),
    ...listed(
      `Compared with the version in use (${comparedTo}):`,
      differences.map(({ path, sentence }) => `${path}: ${sentence}`),
      width,
    ),
    ...(version.status === 'proposed'
      ? ['Approve what you have read with:', `  rollbook texts approve ${version.letter} ${version.version} --seen ${seen}`]
      : []),
  ].join('\n');
}

function listed(title: string, items: string[], width: number): string[] {
  return items.length ? [title, list(items, width)] : [];
}

function proposedText(version: Version, width: number): string {
  return [
    `Proposed: ${nameOf(version)}, in which letters are to be issued from ${version.effective}.`,
    ...listed('To know:', version.warnings, width),
    `${count(version.approvalsNeeded, 'other person has', 'other people have')} to approve it; they read it with: rollbook texts show ${version.letter} ${version.version}`,
  ].join('\n');
}

function approvedText(version: Version): string {
  const { approvals, approvalsNeeded, effective, status } = version;
  return status === 'approved'
    ? `${nameOf(version)} is approved by ${approvals.map(({ by }) => by).join(' and ')}; letters are issued in it from ${effective}.`
    : `Approved. ${nameOf(version)} needs ${count(approvalsNeeded - approvals.length, 'more approval')}.`;
}
