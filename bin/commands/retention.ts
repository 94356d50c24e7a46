import type { Command } from 'commander';
import type { z } from 'zod';
import type { pastRetention } from '../../api/contracts/retention.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { list, table, words } from '../cli/table.ts';

type Page = z.infer<typeof pastRetention>;

/** `rollbook retention`: how long records are kept, and which of closed cases have been kept long enough. */
export function retentionCommand(program: Command, surroundings: Surroundings): void {
  action<{ limit?: string }>(
    program
      .command('retention')
      .description('how long each class of records is kept, and the records of closed cases whose time is over; nothing is destroyed')
      .option('--limit <n>', 'how many records at most (default: 100)'),
    surroundings,
    async (cli, _args, { limit = '100' }) => {
      const page = await (await cli.client()).get<Page>(`/v1/retention?limit=${encodeURIComponent(limit)}`);
      cli.output.answer(page, () => pageText(page, cli.output.width));
    },
  );
}

function pageText({ day, rules, records, next }: Page, width: number): string {
  const kept = rules.length
    ? list(
        rules.map(({ sentence }) => sentence),
        width,
      )
    : 'Neither the policy in force nor its state says how long records are kept.';
  const rows = records.map((one) => [one.keptUntil, words(one.class), one.school, one.leftOn, one.caseId]);
  const past = rows.length
    ? table(['Kept until', 'Records', 'School', 'Student left', 'Case'], rows, Math.max(width, 100))
    : `No records of a closed case have been kept long enough on ${day}.`;
  return [kept, past, ...(next === null ? [] : ['There are more: use --limit.'])].join('\n\n');
}
