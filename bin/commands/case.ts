import type { Command } from 'commander';
import { action, type Surroundings } from '../cli/cli.ts';
import { caseText } from '../cli/case-text.ts';
import { CASE_HELP, findCase, type CasePage } from '../cli/find-case.ts';
import { historyText, type ChronicleLine } from '../cli/history-text.ts';
import type { Applied } from './act.ts';

interface OpenOptions {
  reason: string;
  key?: string;
}

/** `rollbook case`, `history` and `open`: one student's case. */
export function caseCommands(program: Command, surroundings: Surroundings): void {
  action<{ full?: boolean }>(
    program
      .command('case')
      .description(
        'one case: standing on both clocks, why the case is here, steps and tasks, what is missing, what may be done now and by whom',
      )
      .argument('<case>', CASE_HELP)
      .option('--full', 'with the rows that sum to the standing, and finished tasks'),
    surroundings,
    async (cli, [reference], options) => {
      const { client, caseId } = await findCase(cli, reference!);
      const page = await client.get<CasePage>(`/v1/cases/${caseId}`);
      cli.output.answer(page, () => caseText(page, cli.output.width, options.full ?? false));
    },
  );
  action(
    program.command('history').description('everything that happened on a case, in order, with who did it').argument('<case>', CASE_HELP),
    surroundings,
    async (cli, [reference]) => {
      const { client, caseId } = await findCase(cli, reference!);
      const events = await allEvents(client, caseId);
      cli.output.answer({ caseId, events }, () => historyText(events, cli.output.width));
    },
  );
  action<OpenOptions>(
    program
      .command('open')
      .description('open a case by hand, with a reason')
      .argument('<student>', CASE_HELP)
      .requiredOption('--reason <text>', 'why a case is opened')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [reference], options) => {
      const { client, student, label } = await findCase(cli, reference!);
      const applied = await client.command<Applied>(
        '/v1/cases',
        { student: await student(), reason: options.reason },
        { key: options.key },
      );
      cli.output.answer(applied, () => `Opened: the case of ${label} (${applied.caseId}).`);
    },
  );
}

async function allEvents(client: Awaited<ReturnType<typeof findCase>>['client'], caseId: string): Promise<ChronicleLine[]> {
  const events: ChronicleLine[] = [];
  for (let after = 0; ;) {
    const page = await client.get<{ events: ChronicleLine[]; next: number | null }>(`/v1/cases/${caseId}/history`, { after });
    events.push(...page.events);
    if (page.next === null) return events;
    after = page.next;
  }
}
