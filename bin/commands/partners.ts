import type { Command } from 'commander';
import type { z } from 'zod';
import type { partners as partnersContract, partnerTasks, signAgreement } from '../../api/contracts/partners.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { day } from '../cli/parse.ts';
import { list, table, words } from '../cli/table.ts';

type Partners = z.infer<typeof partnersContract>;
type Task = z.infer<typeof partnerTasks>['tasks'][number];

interface AgreeOptions {
  until: string;
  from?: string;
  school?: string[];
  purpose: string;
  key?: string;
}

/** `rollbook partners` and `partner-tasks`: organisations that share tasks, under which agreements, and what they have to do. */
export function partnerCommands(program: Command, surroundings: Surroundings): void {
  const partners = program
    .command('partners')
    .description('organisations that share tasks, and the agreements under which they may be told of students');
  action(partners, surroundings, async (cli) => {
    const found = await (await cli.client()).get<Partners>('/v1/partners');
    cli.output.answer(found, () => partnersText(found, cli.output.width));
  });
  action<{ name: string; key?: string }>(
    partners
      .command('add')
      .description('a new organisation; it sees nothing before an agreement or a consent')
      .argument('<partner>', 'its key, which stands in the record: such as family-center')
      .requiredOption('--name <text>', 'what it is called')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [partner = ''], { name, key }) => {
      const found = await (await cli.client()).command<Partners>('/v1/partners', { partner, name }, { key });
      cli.output.answer(found, () => partnersText(found, cli.output.width));
    },
  );
  action<AgreeOptions>(
    partners
      .command('agree')
      .description('write down a signed agreement: for its days the partner may be told what its tasks need')
      .argument('<partner>', 'key of the organisation')
      .requiredOption('--until <date>', 'last day')
      .requiredOption('--purpose <text>', 'for what service, and where the signed agreement lies')
      .option('--from <date>', 'first day (default: today)')
      .option('--school <id...>', 'students of this school alone (default: of the whole district)')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [partner = ''], { until, from, school, purpose, key }) => {
      const body: z.input<typeof signAgreement> = {
        until: day(until, '--until'),
        purpose,
        schools: school ?? null,
        ...(from === undefined ? {} : { from: day(from, '--from') }),
      };
      const path = `/v1/partners/${encodeURIComponent(partner)}/agreements`;
      const found = await (await cli.client()).command<Partners>(path, body, { key });
      cli.output.answer(found, () => partnersText(found, cli.output.width));
    },
  );
  action<{ reason: string; key?: string }>(
    partners
      .command('end')
      .description('end an agreement: nothing is told under it any more')
      .argument('<agreement>', 'id of the agreement, as “rollbook partners” shows it')
      .requiredOption('--reason <text>', 'why')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [agreement = ''], { reason, key }) => {
      const path = `/v1/partner-agreements/${encodeURIComponent(agreement)}/end`;
      const found = await (await cli.client()).command<Partners>(path, { reason }, { key });
      cli.output.answer(found, () => partnersText(found, cli.output.width));
    },
  );
  action(
    program.command('partner-tasks').description('signed in as a partner: what your organisation has to do'),
    surroundings,
    async (cli) => {
      const found = await (await cli.client()).get<z.infer<typeof partnerTasks>>('/v1/partner-tasks');
      cli.output.answer(found, () =>
        found.tasks.length
          ? list(found.tasks.map(taskText), cli.output.width)
          : 'Nothing is open for you: tasks come when a school refers a family to your organisation and may tell you of it.',
      );
    },
  );
}

function partnersText({ partners }: Partners, width: number): string {
  if (partners.length === 0) return 'The district shares tasks with nobody yet. Add an organisation with: rollbook partners add';
  const rows = partners.flatMap(({ partner, name, agreements }) =>
    agreements.length === 0
      ? [[partner, name, '', '', 'no agreement: told with consent alone', '']]
      : agreements.map(({ agreementId, schools, from, until, ended, inForce }) => [
          partner,
          name,
          schools?.join(', ') ?? 'the district',
          `${from} to ${until}`,
          ended ? `ended by ${ended.by}: ${ended.why}` : inForce ? 'in force' : 'not in force today',
          agreementId,
        ]),
  );
  return table(['Key', 'Partner', 'Where', 'Days', '', 'Agreement'], rows, Math.max(width, 130));
}

function taskText({ student, school, task, round, title, due, overdue, caseId, contacts, evidence }: Task): string {
  const whom = contacts.map(
    ({ firstName, lastName, relationship, phone }) => `${firstName} ${lastName} (${relationship}${phone ? `, ${phone}` : ''})`,
  );
  return [
    `${student.firstName} ${student.lastName}, ${school}: ${title}, due ${due ?? 'when school resumes'}${overdue ? ' (overdue)' : ''}.`,
    ...(whom.length ? [`Reach ${whom.join(', ')}.`] : []),
    `Document a ${words(evidence.action)} for ${task} (round ${round}) on case ${caseId}.`,
  ].join(' ');
}
