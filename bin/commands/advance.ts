import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { advance, advanceTo, type Clock } from '../cli/follow-advance.ts';
import { day, positive } from '../cli/parse.ts';
import { count } from '../cli/table.ts';

interface Options {
  schoolDays?: boolean;
  days?: string;
  to?: string;
}

/** `rollbook advance` and `rollbook clock`: the day of a sample district. */
export function advanceCommands(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('advance')
      .description('move the clock of a sample district forward; each passed day brings its attendance')
      .argument('[number]', 'how many school days')
      .option('--school-days', 'count days on which school is taught (the default)')
      .option('--days <number>', 'count calendar days instead')
      .option('--to <date>', 'go on until this day'),
    surroundings,
    run,
  );
  action(program.command('clock').description("the district's day"), surroundings, async (cli) => {
    const now = await (await cli.client()).get<Clock>('/v1/clock');
    cli.output.answer(now, () => clockText(now));
  });
}

async function run(cli: Cli, [number]: string[], options: Options): Promise<void> {
  if ([number, options.days, options.to].filter((given) => given !== undefined).length !== 1) {
    throw new UsageError('say how far: a number of school days, --days NUMBER, or --to DATE');
  }
  const client = await cli.client();
  const line = (text: string): void => cli.output.progress(text);
  const after =
    options.to !== undefined
      ? await advanceTo(client, day(options.to, '--to'), line)
      : await advance(
          client,
          options.days === undefined
            ? { schoolDays: positive(number!, 'the number of school days') }
            : { days: positive(options.days, '--days') },
          line,
        );
  const { short, passed } = after.advance;
  cli.output.answer(after, () => [`Passed ${count(passed.length, 'day')}. ${clockText(after)}`, short ?? ''].join('\n'));
}

function clockText({ district, day: today, live }: Clock): string {
  return `Today in ${district} is ${today}${live ? '' : ' (sample clock, moved by "rollbook advance")'}.`;
}
