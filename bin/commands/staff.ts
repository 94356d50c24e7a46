import type { Command } from 'commander';
import type { z } from 'zod';
import type { designee, endDesignee, nameDesignee, requiredPost, requiredPosts, vacancyList } from '../../api/contracts/staff.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { day } from '../cli/parse.ts';
import { findSchool } from '../cli/schools.ts';
import { list, table, words, wrap } from '../cli/table.ts';

type Designee = z.infer<typeof designee>;

interface NameOptions {
  school?: string;
  role?: string;
  step?: string;
  task?: string;
  from?: string;
  until?: string;
  insteadOf?: string;
  note: string;
  key?: string;
}

/** `rollbook designees`, `vacancies` and `posts`: who does what, and what nobody does. */
export function staffCommands(program: Command, surroundings: Surroundings): void {
  action(
    program.command('vacancies').description('what stands vacant at the schools you can see, and what fills it'),
    surroundings,
    vacancies,
  );

  const designees = program.command('designees').description('who is designated for a role, a step or a task');
  action(designees, surroundings, listed);
  action<NameOptions>(
    designees
      .command('name')
      .description('designate somebody: for the work of a role, of a step of the ladder, or of one task')
      .argument('<person>', 'id of the person')
      .requiredOption('--note <text>', 'who decided it, and why')
      .option('--school <school>', 'id of the school, or a piece of its name (default: the whole district)')
      .option('--role <role>', 'all the work of this role')
      .option('--step <step>', 'the work of this step of the ladder')
      .option('--task <task>', 'this task, such as sart')
      .option('--from <date>', 'first day (default: today)')
      .option('--until <date>', 'last day')
      .option('--instead-of <designee>', 'stand in for this designee until that day')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    name,
  );
  action<{ reason: string; giveUp?: boolean; key?: string }>(
    designees
      .command('end')
      .description('end a designation; its place stands vacant until somebody else is named')
      .argument('<designee>', 'id of the designation, as “rollbook designees” shows it')
      .requiredOption('--reason <text>', 'why')
      .option('--give-up', 'nobody is wanted in the place: the work is the role’s again')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [id = ''], { reason, giveUp = false, key }) => {
      const body: z.input<typeof endDesignee> = { reason, giveUp };
      const ended = await (await cli.client()).command<Designee>(`/v1/designees/${encodeURIComponent(id)}/end`, body, { key });
      cli.output.answer(ended, () => `${ended.name} is no longer designated for “${ended.title}” at ${placeOf(ended)}.`);
    },
  );

  const posts = program.command('posts').description('the posts that every school has to fill');
  action(posts, surroundings, async (cli) => {
    const found = await (await cli.client()).get<z.infer<typeof requiredPosts>>('/v1/posts');
    cli.output.answer(found, () => postsText(found.posts, cli.output.width));
  });
  action<{ clause: string; certificated?: boolean; key?: string }>(
    posts
      .command('require')
      .description('ask every school to fill a post')
      .argument('<role>', 'the role')
      .requiredOption('--clause <text>', 'the sentence that asks for it')
      .option('--certificated', 'by somebody who holds a credential')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [role = ''], { clause, certificated = false, key }) => {
      const body = { role: codeOf(role), certificated, clause };
      const found = await (await cli.client()).command<z.infer<typeof requiredPosts>>('/v1/posts', body, { key });
      cli.output.answer(found, () => postsText(found.posts, cli.output.width));
    },
  );
  action<{ reason: string; key?: string }>(
    posts
      .command('drop')
      .description('ask for a post no more')
      .argument('<role>', 'the role')
      .requiredOption('--reason <text>', 'why')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [role = ''], { reason, key }) => {
      const path = `/v1/posts/${encodeURIComponent(codeOf(role))}/drop`;
      const found = await (await cli.client()).command<z.infer<typeof requiredPosts>>(path, { reason }, { key });
      cli.output.answer(found, () => postsText(found.posts, cli.output.width));
    },
  );
}

async function vacancies(cli: Cli): Promise<void> {
  const found = await (await cli.client()).get<z.infer<typeof vacancyList>>('/v1/vacancies');
  const sentences = found.vacancies.map(({ sentence }) => sentence);
  cli.output.answer(found, () => (sentences.length ? list(sentences, cli.output.width) : 'Nothing stands vacant.'));
}

async function listed(cli: Cli): Promise<void> {
  const found = await (await cli.client()).get<{ designees: Designee[] }>('/v1/designees');
  const rows = found.designees.map((one) => [
    placeOf(one),
    `${one.title} (${one.duty.kind} ${one.duty.name})`,
    `${one.name}${one.standsInFor === null ? '' : ', substitute'}`,
    one.from,
    one.until,
    one.state,
    one.designeeId,
  ]);
  cli.output.answer(found, () =>
    rows.length
      ? table(['Where', 'What', 'Who', 'From', 'Until', '', 'Designation'], rows, Math.max(cli.output.width, 130))
      : 'Nobody is designated: every task is everybody’s who holds its role. Name somebody with: rollbook designees name --help',
  );
}

async function name(cli: Cli, [person = '']: string[], options: NameOptions): Promise<void> {
  const found = options.school === undefined ? null : await findSchool(cli, options.school);
  const body: z.input<typeof nameDesignee> = {
    school: found?.schoolId ?? null,
    duty: dutyOf(options),
    person,
    ...(options.from === undefined ? {} : { from: day(options.from, '--from') }),
    ...(options.until === undefined ? {} : { until: day(options.until, '--until') }),
    ...(options.insteadOf === undefined ? {} : { standsInFor: options.insteadOf }),
    note: options.note,
  };
  const client = found?.client ?? (await cli.client());
  const named = await client.command<Designee>('/v1/designees', body, { key: options.key });
  const until = named.until === null ? '' : ` until ${named.until}`;
  cli.output.answer(named, () =>
    wrap(`${named.name} is designated for “${named.title}” at ${placeOf(named)}, from ${named.from}${until}.`, cli.output.width),
  );
}

function dutyOf({ role, step, task }: NameOptions): Designee['duty'] {
  const given = [
    { kind: 'role' as const, name: role },
    { kind: 'step' as const, name: step },
    { kind: 'task' as const, name: task },
  ].flatMap(({ kind, name: of }) => (of === undefined ? [] : [{ kind, name: kind === 'role' ? codeOf(of) : of }]));
  if (given.length !== 1) throw new UsageError('say for what: one of --role, --step and --task');
  return given[0]!;
}

function codeOf(role: string): string {
  return role.trim().toLowerCase().replaceAll(/[ -]/g, '_');
}

function placeOf({ school }: Designee): string {
  return school ?? 'the district';
}

function postsText(posts: z.infer<typeof requiredPost>[], width: number): string {
  if (posts.length === 0) return 'No school is asked to fill a post.';
  return table(
    ['Role', 'Certificated', 'Asked by'],
    posts.map(({ role, certificated, clause }) => [words(role), certificated ? 'yes' : 'no', clause]),
    width,
  );
}
