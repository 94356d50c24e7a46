import type { Command } from 'commander';
import type { z } from 'zod';
import type { overdueDuties, schoolTasks } from '../../api/contracts/school.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { findSchool } from '../cli/schools.ts';
import { count, table, words, wrap } from '../cli/table.ts';

/** `rollbook school-tasks`: what the policy asks of a school itself and whether it is done; over all schools, what is overdue. */
export function schoolTasksCommand(program: Command, surroundings: Surroundings): void {
  action<{ overdue?: boolean }>(
    program
      .command('school-tasks')
      .description('what the policy asks of a school itself: how often, when last done, and what is still to do')
      .argument('[school]', 'id of the school, or a piece of its name')
      .option('--overdue', 'over all your schools: what was due by its cadence and has not taken place'),
    surroundings,
    async (cli, [school], { overdue }) => {
      if (overdue) return showOverdue(cli, school);
      if (school === undefined) throw new UsageError('name a school, or add --overdue for all of them');
      return showTasks(cli, school);
    },
  );
}

async function showTasks(cli: Cli, school: string): Promise<void> {
  const { client, schoolId, name } = await findSchool(cli, school);
  const found = await client.get<z.infer<typeof schoolTasks>>(`/v1/schools/${schoolId}/school-tasks`);
  const rows = found.tasks.map(({ task, title, owner, cadence, lastOn, done, span }) => [
    task,
    title,
    words(owner),
    words(cadence),
    lastOn ?? 'never',
    done ? 'done' : `to do by ${span.to}`,
  ]);
  const required = found.tasks.flatMap((one) =>
    one.required === null ? [] : [`${one.title}: ${one.required.sentence} (${one.required.clause})`],
  );
  cli.output.answer(found, () =>
    rows.length
      ? [
          table(['Task', 'What', 'Whose', 'How often', 'Last', 'Now'], rows, cli.output.width),
          ...required.map((sentence) => wrap(sentence, cli.output.width)),
        ].join('\n\n')
      : `The policy in force asks nothing of ${name} itself.`,
  );
}

async function showOverdue(cli: Cli, school: string | undefined): Promise<void> {
  const only = school === undefined ? null : await findSchool(cli, school);
  const client = only?.client ?? (await cli.client());
  const { day, overdue: all } = await client.get<z.infer<typeof overdueDuties>>('/v1/school-tasks/overdue');
  const overdue = all.filter((one) => only === null || one.school === only.schoolId);
  cli.output.answer({ day, overdue }, () =>
    overdue.length
      ? table(
          ['School', 'What', 'Whose', 'How often', 'Last', 'Was due by', 'Missed'],
          overdue.map((one) => [
            one.name,
            one.title,
            one.owner === null ? '' : words(one.owner),
            words(one.cadence),
            one.lastOn ?? 'never',
            one.dueBy,
            `${count(one.missed, 'time')}${one.missedInAll > one.missed ? `, ${one.missedInAll} this year` : ''}`,
          ]),
          cli.output.width,
        )
      : 'Nothing is overdue: every meeting, review and task of the schools has taken place in its time.',
  );
}
