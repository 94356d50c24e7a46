import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { reviewTeam, yearlyRates, yearlyRatesRecorded } from '../../api/contracts/yearly-rates.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { count, table, wrap } from '../cli/table.ts';

interface EnterOptions {
  source: string;
  key?: string;
}

/** `rollbook year-rates`, `rollbook review-team`: the rates of whole years, and the team that a state requires by them. */
export function yearRatesCommands(program: Command, surroundings: Surroundings): void {
  const rates = program
    .command('year-rates')
    .description('the rates of chronic absence of a whole school year: counted, and said by people')
    .argument('<year>', 'the school year, as 2024-2025');
  action(rates, surroundings, showRates);
  action<EnterOptions>(
    program
      .command('enter-year-rates')
      .description(
        'say the rates of a year that Rollbook has not seen whole, from a file of columns school, students, chronic; no school is the district',
      )
      .argument('<year>', 'the school year, as 2024-2025')
      .argument('<file>', 'the file (CSV)')
      .requiredOption('--source <text>', 'where the numbers come from')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    enter,
  );
  action(
    program.command('review-team').description('whether the state requires a review team, for the district or at which schools'),
    surroundings,
    showTeam,
  );
}

const percent = (rate: number | null): number | string => (rate === null ? '–' : Number((100 * rate).toFixed(1)));

async function showRates(cli: Cli, [year]: string[]): Promise<void> {
  const client = await cli.client();
  const found = await client.get<z.infer<typeof yearlyRates>>(`/v1/rates/years/${year}`);
  cli.output.answer(found, () =>
    found.rates.length
      ? table(
          ['School', 'Students', 'Chronic', '%', 'By', 'On', ''],
          found.rates.map((one) => [
            one.name ?? one.school ?? 'The district',
            one.students,
            one.chronic,
            percent(one.rate),
            one.source,
            one.onDay,
            one.inForce ? '' : one.whole ? 'somebody says otherwise' : 'of a part of the year',
          ]),
          cli.output.width,
        )
      : `Nothing is known of ${found.schoolYear}. Say it with: rollbook enter-year-rates ${found.schoolYear} FILE --source "…"`,
  );
}

async function enter(cli: Cli, [year, file]: string[], { source, key }: EnterOptions): Promise<void> {
  const rates = read(readFileSync(file!, 'utf8'), file!);
  const client = await cli.client();
  const done = await client.command<z.infer<typeof yearlyRatesRecorded>>('/v1/rates/years', { schoolYear: year, source, rates }, { key });
  cli.output.answer(done, () => `Recorded: ${count(done.recorded, 'rate')} of ${done.schoolYear} that say something new.`);
}

/** Rows of `school,students,chronic` below such a head; a line of the district has no school. @throws UsageError naming the line */
function read(text: string, file: string): { school: string | null; students: number; chronic: number }[] {
  const [head = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (head.trim().toLowerCase() !== 'school,students,chronic')
    throw new UsageError(`${file}: its first line has to be school,students,chronic`);
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [school = '', students = '', chronic = '', ...more] = line.split(',').map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
    if (more.length > 0 || !/^\d+$/.test(students) || !/^\d+$/.test(chronic))
      throw new UsageError(
        `${file}, line ${index + 2}: write a school's id (or nothing, for the district), students, and the chronically absent among them`,
      );
    return [{ school: school === '' ? null : school, students: Number(students), chronic: Number(chronic) }];
  });
}

const HERE = {
  yes: 'required here',
  either: 'required here or for the district',
  district: 'the district has one',
  no: 'not required',
  unknown: 'not known',
};

async function showTeam(cli: Cli): Promise<void> {
  const client = await cli.client();
  const found = await client.get<z.infer<typeof reviewTeam>>('/v1/review-team');
  cli.output.answer(found, () => {
    const { required } = found;
    if (required === null) return 'The state of this district requires no review team.';
    const { district, schools } = required;
    const rows = [...(district === null ? [] : [{ ...district, here: null }]), ...schools];
    return [
      wrap(`${required.title}: ${required.sentence} (${required.clause})`, cli.output.width),
      ...(rows.length
        ? [
            table(
              ['School', 'Students', 'Chronic', '%', 'The team is'],
              rows.map((one) => [
                one.name ?? 'The district',
                one.students,
                one.chronic,
                percent(one.rate),
                one.here === null ? '' : HERE[one.here],
              ]),
              cli.output.width,
            ),
          ]
        : []),
    ].join('\n\n');
  });
}
