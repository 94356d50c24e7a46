import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { allCases, studentLabel, type CaseLine } from '../cli/find-case.ts';
import { count, table } from '../cli/table.ts';

interface Options {
  school?: string;
  step?: string;
  owner?: string;
  person?: string;
  band?: string;
  ground?: string;
  dueBefore?: string;
}

/** `rollbook cases`: the cases that somebody can see. */
export function casesCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('cases')
      .description('the cases you can see')
      .option('--school <id>', 'only of this school')
      .option('--step <step>', 'only with open work of this step of the ladder')
      .option('--owner <role>', 'only with open work of this role')
      .option('--person <id>', 'only with open work that falls to this person; “me” is yourself')
      .option('--band <band>', 'only in this band of absences')
      .option('--ground <ground>', 'only those who are now habitual_truant or chronic_absentee')
      .option('--due-before <date>', 'only with open work due before this day'),
    surroundings,
    cases,
  );
}

async function cases(cli: Cli, _args: string[], options: Options): Promise<void> {
  const found: CaseLine[] = [];
  for (const { client } of await cli.clients()) found.push(...(await allCases(client, query(options))));
  cli.output.answer({ cases: found }, () => text(found, cli.output.width));
}

function query({ school, step, band, owner, person, ground, dueBefore }: Options): Record<string, string | undefined> {
  return { school, step, band, person, owner: owner?.replaceAll(/[ -]/g, '_'), ground: ground?.replaceAll(/[ -]/g, '_'), dueBefore };
}

function text(found: CaseLine[], width: number): string {
  if (found.length === 0) return 'No case fits.';
  const rows = found.map((one) => [
    studentLabel(one),
    one.grade,
    one.absences,
    one.reportsStanding,
    one.openTasks,
    one.overdueTasks,
    one.nextDue,
    one.referredOn === null ? '' : `referred ${one.referredOn}`,
  ]);
  return `${table(['Student', 'Grade', 'Absences', 'Reports', 'Open', 'Overdue', 'Next due', ''], rows, width)}\n${count(found.length, 'case')}.`;
}
