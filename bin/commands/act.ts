import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { actionDetails, actionHelp, actionKind } from '../cli/action-fields.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { CASE_HELP, findCase } from '../cli/find-case.ts';
import type { FoundCase, NamedContact } from '../cli/found-case.ts';
import { districtDay, taskReference } from '../cli/parse.ts';
import { words } from '../cli/table.ts';

interface Options {
  on?: string;
  time?: string;
  task?: string;
  note?: string;
  supersedes?: string;
  key?: string;
}

/** What the service says of a command that took effect. */
export interface Applied {
  commandId: string;
  caseId: string;
  seq: number;
}

/** `rollbook act`: document what somebody did on a case. */
export function actCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('act')
    .description('document an action: who did what, when, with whom, and how it ended')
    .argument('<case>', CASE_HELP)
    .argument('<kind>', 'kind of action, see below')
    .argument('[field=value...]', 'its fields, see below')
    .option('--on <date>', "the day it was done (default: the district's today)")
    .option('--time <HH:MM>', 'the time of day, local')
    .option('--task <task[#round]>', 'the task it does (default: the open task it fits)')
    .option('--note <text>', 'what was said and done, in words')
    .option('--supersedes <action>', 'id of an erroneous action that this one replaces')
    .option('--key <key>', 'idempotency key: the same key has one effect however often it is sent')
    .addHelpText(
      'after',
      `
Kinds and their fields (lists are written with commas; a contact is an id, "mother", "father", or none):
${actionHelp()}

Example:
  rollbook act 604822 contact channel=phone outcome=reached contact=mother reason=illness \\
    --time 09:40 --note "Spoke with the mother; back tomorrow." --as clerk`,
    );
  action<Options>(command, surroundings, act);
}

async function act(cli: Cli, [reference, kindWord, ...pairs]: string[], options: Options): Promise<void> {
  const kind = actionKind(kindWord!);
  const found = await findCase(cli, reference!);
  const details = await actionDetails(kind, pairs, (written) => contactId(found, written));
  const on = options.on ?? (await districtDay(found.client));
  const task = options.task === undefined ? null : taskReference(options.task);
  const body = {
    on,
    time: options.time ?? null,
    task: task && { task: task.task, round: task.round ?? (await latestRound(found, task.task)) },
    action: { kind, details },
    ...(options.supersedes === undefined ? {} : { supersedes: options.supersedes }),
    ...(options.note === undefined ? {} : { note: options.note }),
  };
  const applied = await found.client.command<Applied>(`/v1/cases/${found.caseId}/actions`, body, { key: options.key });
  cli.output.answer(applied, () => `Documented: ${words(kind)} on ${on} for ${found.label} (action ${applied.commandId}).`);
}

/** The round of a task that is open now, or the last one. */
export async function latestRound(found: FoundCase, task: string): Promise<number> {
  const rounds = (await found.rounds()).filter((one) => one.task === task);
  return (rounds.find(({ status }) => status === 'open') ?? rounds.at(-1))?.round ?? 1;
}

/**
 * A contact as it was written: an id, a relationship that one contact has, a name, or none.
 * @throws UsageError for a word that nobody or several fit
 */
export async function contactId(found: FoundCase, written: string): Promise<string | null> {
  if (/^(none|null)?$/i.test(written)) return null;
  const contacts = await found.contacts();
  const asked = written.toLowerCase();
  const fits = (one: NamedContact): boolean =>
    one.contactId === asked || one.relationship.toLowerCase() === asked || `${one.firstName} ${one.lastName}`.toLowerCase() === asked;
  const fitting = contacts.filter(fits);
  if (fitting.length === 1) return fitting[0]!.contactId;
  if (contacts.length === 0) throw new CliError('This student has no contacts; write contact=none');
  const known = contacts.map((one) => `${one.relationship.toLowerCase()} (${one.firstName} ${one.lastName})`).join(', ');
  throw new UsageError(`contact=${written} fits ${fitting.length ? 'several' : 'none'} of the student's contacts: ${known}`);
}
