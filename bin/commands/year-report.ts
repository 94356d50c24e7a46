import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { yearRecords, yearReport } from '../../api/contracts/year-report.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { table, wrap } from '../cli/table.ts';

interface ReportOptions {
  year?: string;
  outside?: boolean;
  csv?: string;
  records?: string;
}

/** `rollbook year-report`: the figures of a school year by school, as a file for a board, and the records behind a number. */
export function yearReportCommand(program: Command, surroundings: Surroundings): void {
  action<ReportOptions>(
    program
      .command('year-report')
      .description('the figures of a school year by school: bands, truants, letters, meetings, referrals and what became of them')
      .option('--year <year>', 'the school year, as 2024-2025 (default: the present one, up to today)')
      .option('--outside', 'for a reader outside the schools: small numbers are hidden')
      .option('--csv <file>', 'write it as a file; add --outside unless it stays with the schools')
      .option('--records <key>', 'instead, the records that one number is made of, as letter:letter-1'),
    surroundings,
    showReport,
  );
}

async function showReport(cli: Cli, _args: string[], { year, outside, csv, records }: ReportOptions): Promise<void> {
  const client = await cli.client();
  if (records !== undefined) {
    const found = await client.get<z.infer<typeof yearRecords>>('/v1/reports/year/records', { year, key: records });
    cli.output.answer(found, () =>
      found.records.length
        ? table(
            ['Day', 'Student', 'School', 'Case'],
            found.records.map((one) => [one.day, one.localId, one.school, one.caseId]),
            cli.output.width,
          )
        : `Nothing of ${found.key} in ${found.schoolYear}.`,
    );
    return;
  }
  const audience = outside ? 'outside' : undefined;
  if (csv !== undefined) {
    const { bytes } = await client.send('GET', '/v1/reports/year', { query: { year, audience, format: 'csv' } });
    writeFileSync(csv, bytes);
    cli.output.answer({ file: csv }, () => `Written: ${csv}`);
    return;
  }
  const found = await client.get<z.infer<typeof yearReport>>('/v1/reports/year', { year, audience });
  cli.output.answer(found, () => {
    const columns = [
      ...found.schools.map(({ name, numbers }) => ({ name, numbers })),
      ...(found.district === null ? [] : [{ name: 'All', numbers: found.district }]),
    ];
    return [
      `${found.schoolYear}, up to ${found.asOf}`,
      ...found.owed.map(({ title, to, clause }) => wrap(`Owed to ${to}: ${title} (${clause})`, cli.output.width)),
      // A school has more numbers than a line has room.
      table(
        ['', ...columns.map(({ name }) => name)],
        found.columns.map(({ key, title }) => [title, ...columns.map(({ numbers }) => numbers[key] ?? '*')]),
        cli.output.width,
      ),
    ].join('\n\n');
  });
}
