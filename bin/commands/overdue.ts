import type { Command } from 'commander';
import type { z } from 'zod';
import type { overdueTasks } from '../../api/contracts/overdue.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { mailText, MESSAGE_WORDS } from '../cli/mail-text.ts';
import { findSchool } from '../cli/schools.ts';
import { table, words } from '../cli/table.ts';

type Overdue = z.infer<typeof overdueTasks>;

/** `rollbook overdue`: what a school has let pass, whose work it is, and who was reminded. */
export function overdueCommand(program: Command, surroundings: Surroundings): void {
  action<{ limit: string }>(
    program
      .command('overdue')
      .description('the overdue tasks of a school: whose they are, and who was reminded of them')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--limit <n>', 'so many, those that are late for longest first', '50'),
    surroundings,
    async (cli, [school], { limit }) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const found = await client.get<Overdue>(`/v1/schools/${schoolId}/overdue-tasks`, { limit });
      cli.output.answer(found, () => overdueText(found, name, cli.output.width));
    },
  );
}

function overdueText({ tasks, day, mail, next }: Overdue, name: string, width: number): string {
  if (tasks.length === 0) return `No task of ${name} is overdue on ${day}.`;
  return [
    table(
      ['Due', 'Late', 'Task', 'Whose', 'Reminded', 'Case'],
      tasks.map(({ dueOn, schoolDaysLate, title, owner, people, reminders, caseId }) => [
        dueOn,
        `${schoolDaysLate} d`,
        title,
        people.map((one) => one.name).join(', ') || `nobody (${words(owner)})`,
        reminders.map(({ to, on, message }) => `${words(to)} ${on}${message === null ? '' : ` (${MESSAGE_WORDS[message]})`}`).join('; '),
        caseId,
      ]),
      Math.max(width, 130),
    ),
    ...(next === null ? [] : ['There are more: raise --limit.']),
    mailText(mail),
  ].join('\n');
}
