import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError } from '../cli/errors.ts';
import { count } from '../cli/table.ts';
import type { RehearsedPolicy } from '../../activities/rehearsal/rehearse.ts';
import type { Responses } from '../../policy/rehearsal.ts';
import type { Database } from '../../store/database.ts';

/** Reads a policy document and makes its ladder. */
type ReadPolicy = (file: string) => Promise<RehearsedPolicy>;

interface RehearseOptions {
  policy?: string;
  from: string;
  to: string;
  school?: string[];
  student?: string[];
  responses?: string;
  compare?: boolean;
  csv?: boolean;
  students?: boolean;
  processes?: string;
}

/** `rollbook policy rehearse`: a past span under a draft, before anyone is touched. Works below the API and writes nothing. */
export function rehearseCommand(policy: Command, surroundings: Surroundings, policyOf: ReadPolicy): void {
  action<RehearseOptions>(
    policy
      .command('rehearse')
      .description('what a policy would have asked of the district in a past span; changes nothing')
      .option('--policy <file>', 'a policy document (YAML), or the id of a shipped one; without it, the policy in force')
      .requiredOption('--from <day>', 'first day, YYYY-MM-DD')
      .requiredOption('--to <day>', 'last day, of the same school year')
      .option('--school <id...>', 'only students of these schools')
      .option('--student <id...>', 'only these students, by their ids in Rollbook')
      .option(
        '--responses <file>',
        'your own table of what people do and how long it takes (JSON or YAML), or “recorded”: as this district’s record shows; see docs/rehearsal.md',
      )
      .option('--compare', 'replay the policy in force alike and set it beside')
      .option('--csv', 'every school and week as CSV')
      .option('--students', 'the students at each step as CSV: ids, never names')
      .option('--processes <n>', 'how many processes share the work (default: as many as the machine has processors)'),
    surroundings,
    (cli, _args, options) => rehearseNow(cli, options, policyOf),
  );
}

async function rehearseNow(cli: Cli, options: RehearseOptions, policyOf: ReadPolicy): Promise<void> {
  const [{ openDatabase }, { rehearseInParts }, { readPolicyInForce }, { rehearsalCsv, rehearsalText, studentsCsv }, { servers }] =
    await Promise.all([
      import('../../store/database.ts'),
      import('../rehearsal-parts.ts'),
      import('../../store/read/policies.ts'),
      import('../cli/rehearsal-text.ts'),
      import('../cli/direct.ts'),
    ]);
  const { spanProblem } = await import('../../policy/rehearsal.ts');
  const { from, to } = { from: dayOf(options.from, '--from'), to: dayOf(options.to, '--to') };
  const problem = spanProblem(from, to);
  if (problem !== null) throw new CliError(problem);
  const table = options.responses === 'recorded' ? null : await responsesOf(options.responses);
  const draft = options.policy === undefined ? null : await policyOf(options.policy);
  const { databaseUrl } = servers(cli);
  const db = openDatabase(databaseUrl, { name: 'rollbook policy rehearse', max: 2 });
  const stop = new AbortController();
  const ended = (): void => stop.abort();
  process.once('SIGINT', ended);
  try {
    const inForce = draft === null || options.compare ? await readPolicyInForce(db) : null;
    if (inForce === null && (draft === null || options.compare))
      throw new CliError('No policy is in force in this district: name one with --policy.');
    await checkSchools(db, options.school);
    const policies = [
      ...(draft ? [{ name: options.policy!, document: draft.document, ladder: draft.ladder }] : []),
      ...(inForce ? [{ name: 'in force', document: inForce.document, ladder: inForce.ladder }] : []),
    ];
    const { recordedResponses } = await import('../../activities/rehearsal/recorded.ts');
    const responses =
      table ??
      (await recordedResponses(
        db,
        policies.map(({ ladder }) => ladder),
      ));
    const whom = { ...(options.school ? { schools: options.school } : {}), ...(options.student ? { students: options.student } : {}) };
    const forecasts = await rehearseInParts(
      databaseUrl,
      { policies: policies.map(({ document, ladder }) => ({ document, ladder })), from, to, whom, responses },
      {
        processes: processesOf(options.processes),
        signal: stop.signal,
        progress: (done, of) => {
          if (!options.csv && !options.students) cli.output.progress(`${count(done, 'student')} of ${of.toLocaleString('en-US')}`);
        },
      },
    );
    if (options.csv || options.students) return cli.output.answer(forecasts, () => (options.csv ? rehearsalCsv : studentsCsv)(forecasts));
    const told = forecasts.map((forecast, index) => ({ forecast, ladder: policies[index]!.ladder, name: policies[index]!.name }));
    cli.output.answer({ from, to, responses, forecasts }, () => rehearsalText(told, { from, to, width: cli.output.width }));
  } catch (error) {
    if (stop.signal.aborted) throw new CliError('The rehearsal was ended; nothing has changed.', { type: 'cancelled' });
    throw error;
  } finally {
    process.removeListener('SIGINT', ended);
    await db.destroy();
  }
}

function dayOf(text: string, option: string): string {
  const wrong = !/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)) || new Date(text).toISOString().slice(0, 10) !== text;
  if (wrong) throw new CliError(`${option} ${text} is not a day: write it as 2021-08-23`);
  return text;
}

function processesOf(text: string | undefined): number {
  const n = text === undefined ? availableParallelism() : Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 64) throw new CliError(`--processes ${text ?? n} is not a whole number from 1 to 64`);
  return n;
}

async function checkSchools(db: Database, schools: string[] | undefined): Promise<void> {
  if (!schools) return;
  const { unknownSchools } = await import('../../store/read/schools.ts');
  const strange = await unknownSchools(db, schools);
  if (strange.length) throw new CliError(`There is no school ${strange.join(', ')}; see them with: rollbook schools`);
}

async function responsesOf(file: string | undefined): Promise<Responses> {
  const [{ parse }, { ASSUMED, readResponses }] = await Promise.all([import('yaml'), import('../../policy/rehearsal.ts')]);
  if (file === undefined) return ASSUMED;
  let given: unknown;
  try {
    given = parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const read = readResponses(given);
  if (!read.ok) throw new CliError(`${file} is not a table of responses`, { type: 'responses-invalid', lines: read.problems });
  return read.responses;
}
