import type { Command } from 'commander';
import type { z } from 'zod';
import type { commandState } from '../../api/contracts/command.ts';
import type { health, me } from '../../api/contracts/district.ts';
import type { absenceList, schoolStatus } from '../../api/contracts/school.ts';
import { mailText } from '../cli/mail-text.ts';
import { absenceListText } from '../cli/absence-text.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import type { Clock } from '../cli/follow-advance.ts';
import { day } from '../cli/parse.ts';
import { findSchool, schools } from '../cli/schools.ts';
import { standingText } from '../cli/standing-text.ts';
import { table, words } from '../cli/table.ts';

/** What the district and its schools look like today. */
export function districtCommands(program: Command, surroundings: Surroundings): void {
  action<{ school?: string }>(
    program
      .command('standing')
      .description('how many students stand where: absences by band, unexcused days, reports due')
      .option('--school <school>', 'only of this school: its id or a piece of its name'),
    surroundings,
    async (cli, _args, options) => {
      const chosen = options.school === undefined ? await schools(cli) : [await findSchool(cli, options.school)];
      const statuses = await Promise.all(
        chosen.map(({ client, schoolId }) => client.get<z.infer<typeof schoolStatus>>(`/v1/schools/${schoolId}/status`)),
      );
      const clock = await chosen[0]?.client.get<Clock>('/v1/clock');
      cli.output.answer(
        { asOf: clock?.lastDayTurned ?? null, clockDay: clock?.day ?? null, clock: 'absence ladder', schools: statuses },
        () => standingText(statuses, clock, cli.output.width),
      );
    },
  );
  action<{ day?: string }>(
    program
      .command('absence-list')
      .description('the daily absence list of a school: each new spell of absence with its call, reason and window')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--day <date>', "of this day (default: the district's today)"),
    surroundings,
    async (cli, [school], options) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const query = options.day === undefined ? {} : { day: day(options.day, '--day') };
      const answer = await client.get<z.infer<typeof absenceList>>(`/v1/schools/${schoolId}/absence-list`, query);
      cli.output.answer(answer, () => absenceListText(answer, name, cli.output.width));
    },
  );
  action(
    program.command('people').description('who can sign in on this machine (tokens stay in the data directory)'),
    surroundings,
    async (cli) => {
      const people = (await cli.people()).map(({ token: _token, ...person }) => person);
      cli.output.answer({ people }, () =>
        people.length
          ? table(
              ['--as', 'Name', 'Role', 'Where'],
              people.map(({ id, name, role, schools: at }) => [id, name, words(role), at?.join(', ') ?? 'district']),
              cli.output.width,
            )
          : `There is nobody in ${cli.dataDir}/people.json: "rollbook start" writes it with the sample, "rollbook person add" adds to it.`,
      );
    },
  );
  action(program.command('me').description('who you are here, and what your role permits'), surroundings, async (cli) => {
    const answer = await (await cli.client()).get<z.infer<typeof me>>('/v1/me');
    cli.output.answer(
      answer,
      () =>
        `${answer.name}, ${words(answer.role)} at ${answer.schools?.join(', ') ?? 'the district'}.\nMay: ${answer.permissions.map(words).join(', ')}.`,
    );
  });
  action(program.command('health').description('whether the service is well, and what is still on its way'), surroundings, async (cli) => {
    const answer = await (await cli.client()).get<z.infer<typeof health>>('/v1/health');
    cli.output.answer(
      answer,
      () =>
        `Rollbook ${answer.version} is ${answer.status}: database ${answer.database}, engine ${answer.engine}.` +
        (answer.relay ? `\nOn their way: ${answer.relay.outbox} messages, ${answer.relay.commands} commands.` : '') +
        (answer.mail ? `\n${mailText(answer.mail)}` : ''),
    );
  });
  action(
    program.command('commands').description('the outcome of a command that you gave').argument('<command>', 'id of the command'),
    surroundings,
    async (cli, [id]) => {
      const answer = await (await cli.client()).get<z.infer<typeof commandState>>(`/v1/commands/${id}`);
      cli.output.answer(
        answer,
        () =>
          `${words(answer.kind)}: ${answer.outcome ?? 'no outcome yet'}${answer.outcome === 'refused' ? `, ${refusal(answer.result)}` : ''}.`,
      );
    },
  );
}

function refusal(result: unknown): string {
  return (result as { detail?: string } | null)?.detail ?? 'without a reason';
}
