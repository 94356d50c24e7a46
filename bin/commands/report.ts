import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { CASE_HELP, findCase, type CasePage } from '../cli/find-case.ts';
import { districtDay, positive } from '../cli/parse.ts';
import type { Applied } from './act.ts';

interface FileOptions {
  events?: string;
  on?: string;
  with?: string;
  note?: string;
  key?: string;
}

interface WithdrawOptions {
  reason: string;
  key?: string;
}

/** `rollbook report file|withdraw`: truancy reports to the attendance supervisor. */
export function reportCommands(program: Command, surroundings: Surroundings): void {
  const report = program.command('report').description('file a truancy report with the attendance supervisor, or withdraw one');
  action<FileOptions>(
    report
      .command('file')
      .description('file a report on unexcused days whose clearing window has ended')
      .argument('<case>', CASE_HELP)
      .option('--events <dates>', 'the days it rests on, with commas (default: all that are due)')
      .option('--on <date>', "the day it is filed (default: the district's today)")
      .option('--with <code>', 'with whom, a code and not a name', 'attendance_supervisor')
      .option('--note <text>', 'what there is to say about it')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    file,
  );
  action<WithdrawOptions>(
    report
      .command('withdraw')
      .description('withdraw a report; it keeps its number and stops counting')
      .argument('<case>', CASE_HELP)
      .argument('<number>', 'number of the report')
      .requiredOption('--reason <text>', 'why it is withdrawn')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    withdraw,
  );
}

async function file(cli: Cli, [reference]: string[], options: FileOptions): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const events = options.events?.split(',').map((one) => one.trim()) ?? (await eventsDue(client, caseId));
  const on = options.on ?? (await districtDay(client));
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/reports`,
    { events, filedWith: options.with, on, ...(options.note === undefined ? {} : { note: options.note }) },
    { key: options.key },
  );
  cli.output.answer({ ...applied, events, on }, () => `Filed: a truancy report for ${label} on ${on}, resting on ${events.join(', ')}.`);
}

/** The days that no report has used yet. The service judges them; asking without any would hide its reason. */
async function eventsDue(client: Awaited<ReturnType<typeof findCase>>['client'], caseId: string): Promise<string[]> {
  const { standing } = await client.get<CasePage>(`/v1/cases/${caseId}`);
  const events = standing?.truancyTrack.reportDue.events ?? [];
  if (events.length) return events;
  const pending = standing?.truancyTrack.pending ?? [];
  throw new CliError('No truancy report is due', {
    type: 'report-not-due',
    detail: 'Every unexcused day whose clearing window has ended serves a report already.',
    ...(pending.length
      ? { lines: pending.map(({ day, windowEnds }) => `${day}: can be cleared until ${windowEnds ?? 'ten school days after the return'}`) }
      : {}),
  });
}

async function withdraw(cli: Cli, [reference, ordinal]: string[], options: WithdrawOptions): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const number = positive(ordinal!, 'the number of the report');
  const { seq } = await client.get<CasePage>(`/v1/cases/${caseId}`);
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/reports/${number}/withdraw`,
    { reason: options.reason },
    { key: options.key, ifSeq: seq },
  );
  cli.output.answer(applied, () => `Withdrawn: truancy report ${number} of ${label}. It keeps its number and stops counting.`);
}
