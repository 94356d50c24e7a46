import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { findCase } from '../cli/find-case.ts';
import { policyText } from '../cli/policy-text.ts';
import { count, table, words, wrap } from '../cli/table.ts';
import { rehearseCommand } from './rehearse.ts';
import type { PolicyDocument } from '../../policy/document.ts';
import type { PolicyProblem } from '../../policy/problems.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { policyComposeCommand } from './policy-compose.ts';
import { policyMigrateCommand } from './policy-migrate.ts';
import { policyVersionCommands } from './policy-versions.ts';

/** `rollbook policy …`: what a district decides, as data. What looks at documents alone needs no service. */
export function policyCommands(program: Command, surroundings: Surroundings): void {
  const policy = program
    .command('policy')
    .description('check a policy document, show its ladder, propose and approve it, and move open cases to it');
  action(
    policy
      .command('validate')
      .description('check a policy document; names every problem, where it is and what to do')
      .argument('<file>', 'a policy document (YAML), or the id of a shipped one'),
    surroundings,
    (cli, [file]) => validate(cli, file!),
  );
  action(
    policy
      .command('show')
      .description('the bands, tasks and requirements of a policy')
      .argument('[file]', 'a policy document (YAML), or the id of a shipped one; without it, the shipped ones are listed'),
    surroundings,
    (cli, [file]) => (file === undefined ? listShipped(cli) : show(cli, file)),
  );
  action<{ out?: string; case?: string }>(
    policy
      .command('draw')
      .description('a policy as a picture (SVG): steps, owners, due times, clocks, and the gate before a referral')
      .argument('[file]', 'a policy document (YAML), or the id of a shipped one; without it, the policy in force')
      .option('--case <case>', 'the ladder of this case instead, with where it stands')
      .option('-o, --out <file>', 'where to write it (default: POLICY.svg, or case-CASE.svg)'),
    surroundings,
    (cli, [file], options) => draw(cli, file, options),
  );
  action(
    policy
      .command('diff')
      .description('what is different between two policy documents, in sentences')
      .argument('<before>', 'a policy document (YAML), or the id of a shipped one')
      .argument('<after>', 'another'),
    surroundings,
    (cli, [before, after]) => diff(cli, before!, after!),
  );
  action(
    policy.command('schema').description('the JSON Schema of policy documents, for an editor that checks them while they are written'),
    surroundings,
    schema,
  );
  policyComposeCommand(policy, surroundings);
  rehearseCommand(policy, surroundings, policyOf);
  policyVersionCommands(policy, surroundings);
  policyMigrateCommand(policy, surroundings);
}

async function validate(cli: Cli, file: string): Promise<void> {
  const { ladder, warnings } = await policyOf(file);
  const { id, version, digest } = ladder.policy;
  const counts = { bands: ladder.bands.length, tasks: ladder.tasks.length, requirements: ladder.referral.length };
  cli.output.answer({ valid: true, policy: ladder.policy, ...counts, warnings }, () =>
    [
      `${id} version ${version} is valid: ${count(counts.bands, 'band')}, ${count(counts.tasks, 'task')}, ` +
        `${count(counts.requirements, 'requirement')} before a referral.`,
      ...warnings.map((warning) => wrap(`Look again: ${problemLine(warning)}`, cli.output.width, '  ')),
      `Digest ${digest}`,
    ].join('\n'),
  );
}

function problemLine({ path, line, reason, remedy }: PolicyProblem): string {
  return `${line === null ? '' : `line ${line}, `}${path || 'document'}: ${reason}. ${remedy}`;
}

async function draw(cli: Cli, file: string | undefined, options: { out?: string; case?: string }): Promise<void> {
  if (file !== undefined && options.case !== undefined) throw new CliError('name a policy or a case to be drawn, not both');
  const { name, svg } = await drawing(cli, file, options.case);
  const out = options.out ?? `${name}.svg`;
  await writeFile(out, svg);
  cli.output.answer({ file: out, bytes: svg.length }, () => `Written: ${out}. A browser shows it.`);
}

async function drawing(cli: Cli, file: string | undefined, reference: string | undefined): Promise<{ name: string; svg: Uint8Array }> {
  if (file !== undefined) {
    const { ladderPicture } = await import('../../documents/index.ts');
    const { ladder } = await policyOf(file);
    return { name: ladder.policy.id, svg: Buffer.from(ladderPicture(ladder)) };
  }
  if (reference === undefined) return { name: 'policy', svg: (await (await cli.client()).send('GET', '/v1/policy/picture')).bytes };
  const { client, caseId } = await findCase(cli, reference);
  return {
    name: `case-${/^[\w-]+$/.test(reference) ? reference : caseId}`,
    svg: (await client.send('GET', `/v1/cases/${caseId}/picture`)).bytes,
  };
}

async function diff(cli: Cli, before: string, after: string): Promise<void> {
  const { differences } = await import('../../policy/differences.ts');
  const [old, now] = [(await policyOf(before)).read, (await policyOf(after)).read];
  const found = differences(old, now);
  cli.output.answer({ differences: found }, () =>
    found.length
      ? found.map(({ sentence }) => wrap(`- ${sentence}`, cli.output.width, '  ')).join('\n')
      : 'The two documents say the same.',
  );
}

async function schema(cli: Cli): Promise<void> {
  const { policySchemaText } = await import('../../policy/schema.ts');
  const text = policySchemaText();
  cli.output.answer(JSON.parse(text), () => text.trimEnd());
}

async function listShipped(cli: Cli): Promise<void> {
  const { shippedLayers, shippedPolicies } = await import('../../policy/index.ts');
  const ids = shippedPolicies();
  const layers = shippedLayers();
  cli.output.answer(
    { policies: ids, layers },
    () =>
      `Shipped policies:\n${ids.map((id) => `  ${id}`).join('\n')}\nSee one with: rollbook policy show ${ids[0] ?? 'ID'}\n` +
      `Layers to lay over one: ${layers.join(', ')} (rollbook policy compose)`,
  );
}

async function show(cli: Cli, file: string): Promise<void> {
  const ladder = await ladderOf(file);
  cli.output.answer(ladder, () => ladderText(ladder, cli.output.width));
}

async function ladderOf(file: string): Promise<Ladder> {
  return (await policyOf(file)).ladder;
}

/**
 * Reads a policy document and makes its ladder.
 * @param file a path, or the id of a shipped policy
 * @throws CliError naming every problem, with its line and what to do
 */
export async function policyOf(
  file: string,
): Promise<{ document: string; read: PolicyDocument; ladder: Ladder; warnings: PolicyProblem[] }> {
  const { compile, readPolicy } = await import('../../policy/index.ts');
  const document = await policyText(file);
  const read = readPolicy(document);
  if (!read.ok) {
    throw new CliError(`${file} is not a valid policy: ${count(read.problems.length, 'problem')}`, {
      type: 'policy-invalid',
      lines: read.problems.map(problemLine),
    });
  }
  return { document, read: read.document, ladder: compile(read.document), warnings: read.warnings };
}

function ladderText(ladder: Ladder, width: number): string {
  const { id, version, digest } = ladder.policy;
  const rated = ladder.bandsBy !== undefined;
  const bands = ladder.bands.map(({ name, from, to, limit }) => [
    name,
    from === null ? '' : to === null ? `${from} and more` : `${from} to ${to}`,
    ...(rated ? [limit ? `${limit.inclusive ? 'at or below' : 'below'} ${limit.perMille / 10} %` : ''] : []),
  ]);
  const tasks = ladder.tasks.map((task) => [
    ladder.wording?.[task.task]?.step,
    task.task,
    ladder.wording?.[task.task]?.title,
    words(task.owner),
    task.due,
  ]);
  const requirements = ladder.referral.map((line) => [
    line.requirement,
    ladder.wording?.[line.requirement]?.title,
    line.ground === undefined ? '' : words(line.ground),
    line.statutory ? 'statute' : '',
  ]);
  return [
    `${id} version ${version} (${ladder.statute.state}), digest ${digest.slice(0, 16)}…`,
    '',
    table(['Band', 'Absences', ...(rated ? ['Attendance'] : [])], bands, width),
    '',
    table(['Step', 'Task', 'What', 'Owner', 'Due'], tasks, width),
    'Due: school days after it opens.',
    '',
    'Before a referral to SARB:',
    table(['Requirement', 'What', 'Only as', 'By'], requirements, width),
    `What is missing may be justified in writing by: ${ladder.justifiableBy.map(words).join(', ')}; a condition of the statute by nobody.`,
  ].join('\n');
}
