import type { Command } from 'commander';
import type { z } from 'zod';
import type { schoolTasks } from '../../api/contracts/school.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { findSchool } from '../cli/schools.ts';
import { table, words } from '../cli/table.ts';

/** `rollbook school-tasks`: what the policy asks of a school itself, and whether it is done. */
export function schoolTasksCommand(program: Command, surroundings: Surroundings): void {
  action<object>(
    program
      .command('school-tasks')
      .description('what the policy asks of a school itself: how often, when last done, and what is still to do')
      .argument('<school>', 'id of the school, or a piece of its name'),
    surroundings,
    async (cli, [school]) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const found = await client.get<z.infer<typeof schoolTasks>>(`/v1/schools/${schoolId}/school-tasks`);
      const rows = found.tasks.map(({ task, title, owner, cadence, lastOn, done, span }) => [
        task,
        title,
        words(owner),
        words(cadence),
        lastOn ?? 'never',
        done ? 'done' : `to do by ${span.to}`,
      ]);
      cli.output.answer(found, () =>
        rows.length
          ? table(['Task', 'What', 'Whose', 'How often', 'Last', 'Now'], rows, cli.output.width)
          : `The policy in force asks nothing of ${name} itself.`,
      );
    },
  );
}
