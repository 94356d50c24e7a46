import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { rates, rateStudents } from '../../api/contracts/rates.ts';
import { csvRow, harmless } from '../../store/csv.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import type { ApiClient, Query } from '../cli/client.ts';
import { findSchool } from '../cli/schools.ts';
import { count, table, words, wrap } from '../cli/table.ts';

type Rates = z.infer<typeof rates>;
type Cell = Rates['points'][number]['all'];

interface Whom {
  school?: string;
  grade?: string;
  group?: string;
  asOf?: string;
  leastDays?: string;
}

interface RatesOptions extends Whom {
  by?: string;
  months?: boolean;
  outside?: boolean;
  csv?: string;
}

interface StudentsOptions extends Whom {
  list: string;
}

/** `rollbook rates` and `rollbook absentees`: chronic absence by school, grade and group, and who stands behind a number. */
export function ratesCommands(program: Command, surroundings: Surroundings): void {
  action<RatesOptions>(
    whom(
      program
        .command('rates')
        .description('chronic absence and attendance, by school, grade or group')
        .option('--by <what>', 'school, grade, group (every kind), or one kind such as lunch or homeless'),
    )
      .option('--months', 'also as it was at the end of each month before')
      .option('--outside', 'as for a reader outside the schools: small groups are hidden')
      .option('--csv <file>', 'write it as a file; add --outside unless it stays with the schools'),
    surroundings,
    showRates,
  );
  action<StudentsOptions>(
    whom(program.command('absentees').description('the students that a number of the rates is made of, who missed most first')).option(
      '--list <which>',
      'chronic, severe, students (all in the rate) or enrolled',
      'chronic',
    ),
    surroundings,
    showStudents,
  );
}

function whom(command: Command): Command {
  return command
    .option('--school <school>', 'one school: its id, or a piece of its name')
    .option('--grade <grade>', 'one grade')
    .option('--group <kind:value>', 'one group, as homeless:yes')
    .option('--as-of <day>', 'the last day that counts (default: the last one that was turned)')
    .option('--least-days <n>', 'days enrolled from which on a student counts (default: as the policy says)');
}

async function query(
  cli: Cli,
  { school, grade, group, asOf, leastDays }: Whom,
): Promise<{ client: ApiClient; where: string; query: Query }> {
  const found = school === undefined ? null : await findSchool(cli, school);
  return {
    client: found?.client ?? (await cli.client()),
    where: [
      found?.name ?? 'The district',
      ...(grade === undefined ? [] : [`grade ${grade}`]),
      ...(group === undefined ? [] : [group]),
    ].join(', '),
    query: { school: found?.schoolId, grade, group, asOf, leastDays },
  };
}

async function showRates(cli: Cli, _args: string[], { by, months, outside, csv, ...options }: RatesOptions): Promise<void> {
  const { client, where, query: asked } = await query(cli, options);
  const found = await client.get<Rates>('/v1/rates', {
    ...asked,
    by,
    months: months ? 'true' : undefined,
    audience: outside ? 'outside' : undefined,
  });
  // Before the first school day there is nothing to tell.
  const taught = found.points.filter(({ all }) => all.figures === null || all.figures.days > 0);
  if (csv !== undefined) {
    writeFileSync(csv, asCsv(found));
    cli.output.answer(
      { file: csv, audience: found.audience },
      () => `Written: ${csv}${found.audience === 'outside' ? ', with small groups hidden' : ''}`,
    );
    return;
  }
  cli.output.answer(found, () =>
    [
      `${where}, school year from ${found.from}`,
      ...taught.map(({ upTo, all, cells }) =>
        table(
          [upTo, 'Students', 'Chronic', '%', 'Severe', '%', 'Attendance %', 'Month %', 'Remote days', 'Remote %'],
          [all, ...cells].map(line),
          cli.output.width,
        ),
      ),
      ...(taught.length ? [] : ['Nobody was enrolled.']),
      wrap(found.rule.sentence, cli.output.width),
      ...(found.audience === 'outside'
        ? [wrap(`Groups of fewer than ${found.rule.smallest} students, and what would give them away, are hidden.`, cli.output.width)]
        : []),
      wrap(takenText(found), cli.output.width),
    ].join('\n\n'),
  );
}

const percent = (share: number | null): number | string => (share === null ? '–' : Number((100 * share).toFixed(1)));

function label({ by, name }: Cell): string {
  return by === null || by === 'school' ? name : `${words(by)}: ${name}`;
}

function line(cell: Cell): (string | number)[] {
  const { figures } = cell;
  if (figures === null) return [label(cell), ...Array.from({ length: 9 }, () => '*')];
  const remote = figures.byMode.find(({ mode }) => mode === 'remote')!;
  return [
    label(cell),
    figures.students,
    figures.chronic,
    percent(figures.chronicRate),
    figures.severe,
    percent(figures.severeRate),
    percent(figures.attendance),
    percent(figures.month.attendance),
    remote.days,
    percent(remote.attendance),
  ];
}

function takenText({ taken }: Pick<Rates, 'taken'>): string {
  if (taken.last === null) return 'No attendance has come yet.';
  const missing =
    taken.missing === 0
      ? ''
      : ` It has not come for ${count(taken.missing, 'school day')} at ${count(taken.schools, 'school')}, which count as attended.`;
  return `Attendance has come up to ${taken.last}.${missing}`;
}

const COLUMNS = [
  'up_to', 'by', 'value', 'name', 'enrolled', 'left', 'students', 'chronic', 'severe', 'chronic_rate', 'severe_rate', 'days', 'absences', 'attendance',
  'remote_days', 'remote_absences', 'month_days', 'month_absences',
] as const; // prettier-ignore

function asCsv({ points }: Rates): string {
  const rows = points.flatMap(({ upTo, all, cells }) =>
    [all, ...cells].map((cell) => [upTo, cell.by ?? 'all', cell.value ?? '', cell.name, ...numbers(cell)]),
  );
  return [COLUMNS, ...rows].map((row) => `${csvRow(row.map((field) => harmless(field)))}\r\n`).join('');
}

function numbers({ figures }: Cell): string[] {
  if (figures === null) return Array.from({ length: COLUMNS.length - 4 }, () => '*');
  const { enrolled, left, students, chronic, severe, chronicRate, severeRate, days, absences, attendance, byMode, month } = figures;
  const remote = byMode.find(({ mode }) => mode === 'remote')!;
  const rate = (share: number | null): string => (share === null ? '' : share.toFixed(4));
  return [
    ...[enrolled, left, students, chronic, severe].map(String),
    rate(chronicRate),
    rate(severeRate),
    String(days),
    String(absences),
    rate(attendance),
    ...[remote.days, remote.absences, month.days, month.absences].map(String),
  ];
}

async function showStudents(cli: Cli, _args: string[], { list, ...options }: StudentsOptions): Promise<void> {
  const { client, where, query: asked } = await query(cli, options);
  const found = await client.get<z.infer<typeof rateStudents>>('/v1/rates/students', { ...asked, list });
  cli.output.answer(found, () =>
    [
      `${where}, up to ${found.asOf}`,
      found.students.length
        ? table(
            ['Student', 'Name', 'School', 'Grade', 'Missed', 'Of days', '%', ''],
            found.students.map((one) => [
              one.localId,
              `${one.lastName}, ${one.firstName}`,
              one.school,
              one.grade,
              one.absences,
              one.days,
              percent(one.rate),
              one.here ? '' : 'has left',
            ]),
            cli.output.width,
          )
        : 'Nobody.',
      ...(found.next === null ? [] : ['There are more: with --json, `next` is the cursor of the next page.']),
      wrap(found.rule.sentence, cli.output.width),
    ].join('\n\n'),
  );
}
