import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CASE_HELP, findCase, type CasePage } from '../cli/find-case.ts';
import { positive, taskReference } from '../cli/parse.ts';
import { words } from '../cli/table.ts';
import { latestRound, type Applied } from './act.ts';

interface Judged {
  reason: string;
  ground: string;
  round?: string;
  note?: string;
  key?: string;
  ifSeq?: string;
}

const GROUND = 'ground of the referral: habitual_truant or chronic_absentee';

/** Commands by which a person decides something about a case, as they have seen it. */
export function judgementCommands(program: Command, surroundings: Surroundings): void {
  const add = (
    name: string,
    description: string,
    work: (cli: Cli, args: string[], options: Judged) => Promise<void>,
    args: [string, string][],
  ): Command => {
    const command = program.command(name).description(description).argument('<case>', CASE_HELP);
    for (const [argument, help] of args) command.argument(argument, help);
    command.option('--key <key>', 'idempotency key: the same key has one effect however often it is sent');
    action<Judged>(command, surroundings, work);
    return command;
  };
  add('approve', 'approve a letter that you have read', approve, [['<letter>', 'code of the letter']])
    .option('--round <number>', 'round of the letter (default: the open one)')
    .option('--note <text>', 'what there is to say about it')
    .option('--if-seq <number>', 'refuse if the case has moved on from this sequence number');
  add('unavailable', 'record that a step is not available, and why', unavailable, [['<task[#round]>', 'code of the task']]).requiredOption(
    '--reason <text>',
    'why it is not available',
  );
  add('justify', 'justify in writing that a requirement of a referral is not met', justify, [['<requirement>', 'code of the requirement']])
    .requiredOption('--ground <ground>', GROUND)
    .requiredOption('--reason <text>', 'why it could not be met; printed in the packet')
    .option('--if-seq <number>', 'refuse if the case has moved on from this sequence number');
  add('refer', 'refer the student to SARB; refused with a list while anything is missing', refer, [])
    .requiredOption('--ground <ground>', GROUND)
    .option('--note <text>', 'what there is to say about it')
    .option('--if-seq <number>', 'refuse if the case has moved on from this sequence number');
  add('supersede', 'take back an erroneous entry; it stays in the record and stops counting', supersede, [
    ['<action>', 'id of the action'],
  ]).requiredOption('--reason <text>', 'what was wrong with it');
}

/** The sequence number that was seen: the one given, or the one the case has now. */
async function seen(client: Awaited<ReturnType<typeof findCase>>['client'], caseId: string, options: Judged): Promise<number> {
  if (options.ifSeq !== undefined) return positive(options.ifSeq, '--if-seq');
  return (await client.get<CasePage>(`/v1/cases/${caseId}`)).seq;
}

const note = ({ note: text }: Judged): { note?: string } => (text === undefined ? {} : { note: text });

async function approve(cli: Cli, [reference, letter]: string[], options: Judged): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const page = await client.get<CasePage>(`/v1/cases/${caseId}`);
  const open = page.possible.find((one) => one.command === 'approve_letter' && one.task?.task === letter);
  const round = options.round === undefined ? (open?.task?.round ?? 1) : positive(options.round, '--round');
  const ifSeq = options.ifSeq === undefined ? page.seq : positive(options.ifSeq, '--if-seq');
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/letters/${letter}/approve`,
    { round, ...note(options) },
    { key: options.key, ifSeq },
  );
  cli.output.answer(
    applied,
    () => `Approved: ${words(letter!)} for ${label} (document ${applied.commandId}). Its basis is frozen; it can be mailed now.`,
  );
}

async function unavailable(cli: Cli, [reference, written]: string[], options: Judged): Promise<void> {
  const found = await findCase(cli, reference!);
  const { task, round } = taskReference(written!);
  const number = round ?? (await latestRound(found, task));
  const applied = await found.client.command<Applied>(
    `/v1/cases/${found.caseId}/tasks/${task}/${number}/unavailable`,
    { reason: options.reason },
    { key: options.key },
  );
  cli.output.answer(applied, () => `Recorded: ${words(task)} is not available for ${found.label}, with the reason.`);
}

async function justify(cli: Cli, [reference, requirement]: string[], options: Judged): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/justifications`,
    { requirement, ground: options.ground, reason: options.reason },
    { key: options.key, ifSeq: await seen(client, caseId, options) },
  );
  cli.output.answer(applied, () => `Justified: ${words(requirement!)} for ${label}, in your name; the reason is printed in the packet.`);
}

async function refer(cli: Cli, [reference]: string[], options: Judged): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/referral`,
    { ground: options.ground, ...note(options) },
    { key: options.key, ifSeq: await seen(client, caseId, options) },
  );
  cli.output.answer(applied, () => `Referred: ${label} as ${words(options.ground)} (document ${applied.commandId}).`);
}

async function supersede(cli: Cli, [reference, id]: string[], options: Judged): Promise<void> {
  const { client, caseId, label } = await findCase(cli, reference!);
  const applied = await client.command<Applied>(
    `/v1/cases/${caseId}/actions/${id}/supersede`,
    { reason: options.reason },
    { key: options.key },
  );
  cli.output.answer(applied, () => `Superseded: the entry ${id} of ${label} stays in the record and no longer counts.`);
}
