import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { CASE_HELP, findCase } from '../cli/find-case.ts';
import { day } from '../cli/parse.ts';
import { sayByHand } from '../cli/said-by-hand.ts';
import { words } from '../cli/table.ts';
import { EARLIER_KINDS, EARLIER_RECORDS, type EarlierField, type EarlierKind } from '../../policy/earlier-records.ts';

interface Options {
  on: string;
  doneBy: string;
  reason: string;
  time?: string;
  role?: string;
  reached?: string;
  reference?: string;
  note?: string;
  key?: string;
}

/** `rollbook elsewhere`: one step that was taken before Rollbook knew the school. */
export function elsewhereCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('elsewhere')
    .description('bring in one step that was taken this school year before Rollbook knew the school')
    .argument('<case>', CASE_HELP)
    .argument('<kind>', 'what was done, see below')
    .argument('[field=value...]', 'its fields, see below')
    .requiredOption('--on <date>', 'the day on which it was done')
    .requiredOption('--done-by <who>', 'who did it, in your words')
    .requiredOption('--reason <text>', 'why it is brought in by hand, and from where')
    .option('--time <HH:MM>', 'when, if it is known')
    .option('--role <role>', 'that person’s role')
    .option('--reached <whom>', 'whom it reached, in your words')
    .option('--reference <number>', 'the number it has where it is kept')
    .option('--note <text>', 'what was said and agreed')
    .option('--key <key>', 'idempotency key')
    .addHelpText('after', `\nKinds and their fields (lists are written with commas; those with * are needed):\n${kindsHelp()}`);
  action<Options>(command, surroundings, elsewhere);
}

async function elsewhere(cli: Cli, [reference = '', kindWord = '', ...pairs]: string[], options: Options): Promise<void> {
  const kind = kindOf(kindWord);
  const { reason, time, reached, note, key } = options;
  const body = {
    step: { kind, ...Object.fromEntries(pairs.map((pair) => fieldOf(kind, pair))) },
    on: day(options.on, '--on'),
    doneBy: options.doneBy,
    reason,
    ...(options.role === undefined ? {} : { role: options.role.trim().toLowerCase().replaceAll(/[ -]/g, '_') }),
    ...Object.fromEntries(Object.entries({ time, reached, reference: options.reference, note }).filter(([, given]) => given !== undefined)),
  };
  const found = await findCase(cli, reference);
  const path = `/v1/students/${await found.student()}/earlier-steps`;
  const said = await sayByHand(found.client, path, body, key);
  const outcome = said.status === 'taken' ? 'recorded elsewhere' : 'taken down; it waits for its turn';
  cli.output.answer(said, () => `${words(kind)} of ${body.on} for ${found.label}: ${outcome}.`);
}

function fieldsOf(kind: EarlierKind): readonly EarlierField[] {
  return EARLIER_RECORDS[kind];
}

function kindOf(written: string): EarlierKind {
  const asked = written.toLowerCase().replaceAll(/[ -]/g, '_');
  const kind = EARLIER_KINDS.find((one) => one === asked);
  if (kind === undefined) throw new UsageError(`"${written}" is no kind of step; the kinds are ${EARLIER_KINDS.map(words).join(', ')}`);
  return kind;
}

function fieldOf(kind: EarlierKind, pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1).trim()];
  const field = fieldsOf(kind).find((one) => one.field === name);
  if (at < 1 || field === undefined)
    throw new UsageError(
      `"${pair}" is no field of ${words(kind)}; its fields are ${fieldsOf(kind)
        .map((one) => one.field)
        .join(', ')}, as field=value`,
    );
  if (field.type === 'number') return [name, Number(value)];
  return [name, ['words', 'codes', 'dates'].includes(field.type) ? value.split(',').map((one) => one.trim()) : value];
}

function kindsHelp(): string {
  return EARLIER_KINDS.map((kind) => {
    const fields = fieldsOf(kind).map(({ field, required }) => `${field}${required === true ? '*' : ''}`);
    return `  ${words(kind).padEnd(16)} ${fields.join(', ')}`;
  }).join('\n');
}
