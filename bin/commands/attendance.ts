import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { z } from 'zod';
import type {
  codeMapped,
  codeTable,
  dayCorrected,
  retractionsSettled,
  sisDifferences,
  studentAttendance,
  waitingRetractions,
} from '../../api/contracts/attendance.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { CASE_HELP, findCase } from '../cli/find-case.ts';
import { findSchool } from '../cli/schools.ts';
import { count, table, words } from '../cli/table.ts';

interface MapOptions {
  status: string;
  excuse?: string;
  label?: string;
  minutes?: string;
  truancy?: string;
  suspension?: string;
  independentStudy?: string;
  mode?: string;
  notInRate?: boolean;
  key?: string;
}

interface CorrectOptions {
  says: string;
  reason: string;
  minutes?: string;
  incident?: string;
  verifier: string;
  method: string;
  approvedBy?: string;
  note?: string;
  key?: string;
}

interface SettleOptions {
  reason: string;
  key?: string;
}

/** `rollbook codes`, `days`, `correct`, `sis-list`, `retractions`: what attendance rows mean, and putting a day right. */
export function attendanceCommands(program: Command, surroundings: Surroundings): void {
  const codes = program
    .command('codes')
    .description('what attendance codes mean, and the codes that wait to be mapped')
    .argument('[set]', 'only this code set');
  action<object>(codes, surroundings, showCodes);
  action<MapOptions>(
    codes
      .command('map')
      .description('say what a code means; the rows that are held for it become days')
      .argument('<set>', 'the code set, such as aeries')
      .argument('<code>', 'the code as the files have it; "" for a blank')
      .requiredOption('--status <status>', 'absent, tardy, early_departure or present')
      .option('--excuse <excuse>', 'excused, unexcused, unverified, exempt or unknown')
      .option('--label <text>', 'what it is called')
      .option('--minutes <n>', 'minutes missed when the row tells none')
      .option('--truancy <kind>', 'none, full_day or occasion (default: by its status)')
      .option('--suspension <kind>', 'OSS or ISS')
      .option('--independent-study <state>', 'complete or incomplete')
      .option('--mode <mode>', 'in_person or remote')
      .option('--not-in-rate', 'does not count on the absence clock')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    mapCode,
  );
  action<{ from?: string; to?: string }>(
    program
      .command('days')
      .description("a student's days: what they rest on, corrections, recovery, the rate by mode")
      .argument('<student>', CASE_HELP)
      .option('--from <date>', 'first day (default: of the school year)')
      .option('--to <date>', 'last day (default: today)'),
    surroundings,
    showDays,
  );
  action<CorrectOptions>(
    program
      .command('correct')
      .description('clear or correct a day by hand')
      .argument('<student>', CASE_HELP)
      .argument('<date>', 'the day')
      .requiredOption('--says <what>', 'excused, unexcused, present or tardy')
      .requiredOption('--reason <reason>', 'a valid excuse such as illness, or record_error, no_valid_excuse')
      .requiredOption('--verifier <name>', 'who verified it')
      .requiredOption('--method <method>', 'written, digital, audio_message, conversation, home_visit, physician or record')
      .option('--minutes <n>', 'minutes missed, of a tardy')
      .option('--incident <text>', 'which illness, death or event, where the cap is one for each')
      .option('--approved-by <name>', 'the principal or administrator, where the reason needs one')
      .option('--note <text>', 'what there is to say about it')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    correct,
  );
  action<{ csv?: string }>(
    program
      .command('sis-list')
      .description('what to enter in the student information system: corrections it does not say yet')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--csv <file>', 'write it as a file'),
    surroundings,
    showDifferences,
  );
  const retractions = program
    .command('retractions')
    .description('deliveries that would take back too many days at once, and wait for a decision');
  action<object>(retractions, surroundings, showRetractions);
  for (const [name, release, description] of [
    ['release', true, 'let the retractions of a delivery go ahead'],
    ['refuse', false, 'keep the days on record'],
  ] as const) {
    action<SettleOptions>(
      retractions
        .command(name)
        .description(description)
        .argument('<delivery>', 'id of the delivery')
        .requiredOption('--reason <text>', 'why')
        .option('--key <key>', 'idempotency key'),
      surroundings,
      async (cli, [delivery], { reason, key }) => {
        const client = await cli.client();
        const settled = await client.command<z.infer<typeof retractionsSettled>>(
          `/v1/deliveries/${delivery}/retractions`,
          { release, reason },
          { key },
        );
        cli.output.answer(settled, () =>
          release
            ? `Released: ${count(settled.days, 'day')} of ${count(settled.students, 'student')} taken back; ${count(settled.standingsChanged, 'standing')} changed.`
            : `Refused: ${count(settled.days, 'day')} of ${count(settled.students, 'student')} stay on record.`,
        );
      },
    );
  }
}

async function showCodes(cli: Cli, [codeSet]: string[]): Promise<void> {
  const client = await cli.client();
  const found = await client.get<z.infer<typeof codeTable>>('/v1/codes', { codeSet });
  cli.output.answer(found, () => {
    const waiting = found.unmapped.map((one) => [one.codeSet, one.code, one.since, one.rows, one.students, one.schools.join(', ')]);
    const known = found.codes.map(({ meaning, ...one }) => [
      one.codeSet,
      one.code === '' ? '(blank)' : one.code,
      one.label,
      [meaning.status, meaning.excuse === 'unknown' ? '' : meaning.excuse, meaning.suspension ?? '', meaning.mode ?? '']
        .filter(Boolean)
        .join(' ')
        .replaceAll('_', ' '),
      meaning.inRate ? 'yes' : '',
      meaning.truancy === 'none' ? '' : words(meaning.truancy),
      one.mappedBy,
    ]);
    return [
      ...(waiting.length
        ? [
            'These codes wait to be mapped; their rows count nowhere until then (rollbook codes map SET CODE --status …):',
            table(['Set', 'Code', 'Since', 'Rows', 'Students', 'Schools'], waiting, cli.output.width),
            '',
          ]
        : []),
      known.length
        ? table(['Set', 'Code', 'Label', 'Means', 'Counts absent', 'Truancy', 'Mapped by'], known, cli.output.width)
        : 'No code is mapped yet.',
    ].join('\n');
  });
}

async function mapCode(cli: Cli, [codeSet, code]: string[], options: MapOptions): Promise<void> {
  const { status, excuse, truancy, suspension, independentStudy, mode } = options;
  const meaning = {
    status,
    ...(excuse === undefined ? {} : { excuse }),
    ...(truancy === undefined ? {} : { truancy }),
    ...(suspension === undefined ? {} : { suspension }),
    ...(independentStudy === undefined ? {} : { independentStudy }),
    ...(mode === undefined ? {} : { mode }),
    ...(options.minutes === undefined ? {} : { minutes: minutesOf(options.minutes) }),
    ...(options.notInRate ? { inRate: false } : {}),
  };
  const client = await cli.client();
  const body = { codeSet, code, label: options.label ?? null, meaning };
  const mapped = await client.command<z.infer<typeof codeMapped>>('/v1/codes', body, { key: options.key });
  cli.output.answer(
    mapped,
    () =>
      `Mapped: "${mapped.code}" of ${mapped.codeSet}. ${count(mapped.released, 'held row')} released, ${count(mapped.rederived, 'day')} derived anew, ${count(mapped.standingsChanged, 'standing')} changed.`,
  );
}

async function showDays(cli: Cli, [reference]: string[], { from, to }: { from?: string; to?: string }): Promise<void> {
  const found = await findCase(cli, reference!);
  const page = await found.client.get<z.infer<typeof studentAttendance>>(`/v1/students/${await found.student()}/attendance`, { from, to });
  cli.output.answer(page, () =>
    [
      `${found.label}, ${page.from} to ${page.to}`,
      page.days.length
        ? table(
            ['Day', 'Status', 'Excuse', 'Code', 'Minutes', 'Truancy', 'By', 'From'],
            page.days.map((one) => [
              one.date,
              words(one.status),
              one.excuse,
              one.code,
              one.minutes,
              one.truancy === null ? '' : words(one.truancy),
              one.basis,
              one.file === null ? 'a person' : `${one.file}:${one.line}`,
            ]),
            cli.output.width,
          )
        : 'No day with anything to tell.',
      ...page.heldDays.map((one) => `Held: ${one.date}, ${words(one.why)}`),
      ...page.byHand.map(
        (one) =>
          `By hand: ${one.date} ${one.says.status} ${one.says.excuse}, ${words(one.reason)}, verified by ${one.verifier} (${words(one.method)})${one.ended === null ? '' : `; ended: ${one.ended}`}`,
      ),
      ...page.byMode
        .filter(({ days }) => days > 0)
        .map((one) => `${words(one.mode)}: ${one.days - one.absences} of ${one.days} days attended`),
      ...(page.recovery.days.length ? [`Attendance recovery: ${page.recovery.credited} days credited`] : []),
    ].join('\n'),
  );
}

async function correct(cli: Cli, [reference, date]: string[], options: CorrectOptions): Promise<void> {
  const found = await findCase(cli, reference!);
  const { says, reason, verifier, method } = options;
  const body = {
    says,
    reason,
    verifier,
    method,
    minutes: options.minutes === undefined ? null : minutesOf(options.minutes),
    incident: options.incident ?? null,
    approvedBy: options.approvedBy ?? null,
    note: options.note ?? null,
  };
  const done = await found.client.command<z.infer<typeof dayCorrected>>(
    `/v1/students/${await found.student()}/days/${date}/corrections`,
    body,
    {
      key: options.key,
    },
  );
  cli.output.answer(done, () =>
    [
      `${date} of ${found.label} is now ${says}; what was on record stays in the ledger.`,
      ...(done.cap ? [`${words(done.reason)}: ${done.cap.used} of ${done.cap.days} used a ${done.cap.per}.`] : []),
      'It is on the list of what to enter in the student information system (rollbook sis-list SCHOOL).',
    ].join('\n'),
  );
}

async function showDifferences(cli: Cli, [written]: string[], { csv }: { csv?: string }): Promise<void> {
  const { client, schoolId, name } = await findSchool(cli, written!);
  if (csv !== undefined) {
    const { bytes } = await client.send('GET', `/v1/schools/${schoolId}/sis-differences`, { query: { format: 'csv' } });
    writeFileSync(csv, bytes);
    cli.output.answer({ file: csv }, () => `Written: ${csv}`);
    return;
  }
  const { differences } = await client.get<z.infer<typeof sisDifferences>>(`/v1/schools/${schoolId}/sis-differences`);
  cli.output.answer({ differences }, () =>
    differences.length
      ? table(
          ['Student', 'Day', 'What', 'The system says', 'Correct is', 'Reason', 'By'],
          differences.map((one) => [one.localId, one.date, one.field, one.sis, one.rollbook, words(one.reason), one.by]),
          cli.output.width,
        )
      : `Nothing has to be entered for ${name}: the student information system says the same.`,
  );
}

async function showRetractions(cli: Cli): Promise<void> {
  const { retractions } = await (await cli.client()).get<z.infer<typeof waitingRetractions>>('/v1/retractions');
  cli.output.answer({ retractions }, () =>
    retractions.length
      ? table(
          ['Delivery', 'Days', 'Students', 'Schools', 'From', 'To'],
          retractions.map((one) => [one.deliveryId, one.days, one.students, one.schools.join(', '), one.firstDay, one.lastDay]),
          cli.output.width,
        )
      : 'No retraction waits for a decision.',
  );
}

function minutesOf(written: string): number {
  const minutes = Number(written);
  if (!Number.isInteger(minutes) || minutes < 0) throw new UsageError(`"${written}" is no number of minutes`);
  return minutes;
}
