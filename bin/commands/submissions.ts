import type { Command } from 'commander';
import type { z } from 'zod';
import type { submissionDays } from '../../api/contracts/submission.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { day, districtDay } from '../cli/parse.ts';
import { MESSAGE_WORDS } from '../cli/mail-text.ts';
import { sayByHand } from '../cli/said-by-hand.ts';
import { findSchool } from '../cli/schools.ts';
import { table, words, wrap } from '../cli/table.ts';

type Days = z.infer<typeof submissionDays>;

interface Options {
  from?: string;
  to?: string;
  taken?: string;
  section?: string;
  period?: string;
  note?: string;
  key?: string;
}

/** `rollbook submissions`: who has submitted attendance, who has not, and who was reminded of it. */
export function submissionsCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('submissions')
      .description('who has submitted attendance and who has not; --taken says by hand that it was taken')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--from <date>', "first day to show (default: the district's today)")
      .option('--to <date>', 'last day to show')
      .option('--taken <date>', 'say that attendance of this day was taken')
      .option('--section <id>', 'with --taken: of this section alone')
      .option('--period <period>', 'with --section: its period')
      .option('--note <text>', 'with --taken: who says so, and how it is known')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [school], options) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const path = `/v1/schools/${schoolId}/submissions`;
      if (options.taken !== undefined) {
        if (options.note === undefined) throw new UsageError('add --note TEXT: who says that it was taken, and how it is known');
        const { section, period, note } = options;
        const body = { date: day(options.taken, '--taken'), note, ...(section ? { section } : {}), ...(period ? { period } : {}) };
        const answer = await sayByHand(client, path, body, options.key);
        const so = answer.status === 'taken' ? 'Done' : 'Taken down; it waits for its turn';
        cli.output.answer(answer, () => `${so}: attendance of ${body.date} at ${name}${section ? `, section ${section}` : ''}.`);
        return;
      }
      const to = options.to ?? (await districtDay(client));
      const answer = await client.get<Days>(path, { from: options.from ?? to, to });
      cli.output.answer(answer, () => report(answer, name, cli.output.width));
    },
  );
}

function report({ days, withinMinutes, mail }: Days, name: string, width: number): string {
  if (days.length === 0) return `${name} teaches on none of these days.`;
  const rows = days.flatMap(({ date, taken, submissions, missing }) => [
    [date, 'whole day', taken ? 'has come' : 'has not come', asked(missing.find(({ section, period }) => section === '' && period === ''))],
    ...submissions
      .filter(({ section, period }) => section !== '' || period !== '')
      .map((one) => [
        date,
        [one.section, one.period && `period ${one.period}`, one.teacher].filter(Boolean).join(', '),
        one.submittedAt === null ? 'not submitted' : one.late ? `late, more than ${withinMinutes} minutes into the lesson` : 'submitted',
        asked(missing.find(({ section, period }) => section === one.section && period === one.period)),
      ]),
  ]);
  const unsent = days.some(({ missing }) => missing.some(({ reminders }) => reminders.some(({ message }) => message === 'waiting')));
  return [
    table(['Day', 'What', 'Attendance', 'Asked for'], rows, width),
    ...(unsent && mail.server === 'not_set' ? [wrap('Reminders are not sent: no mail server is set (ROLLBOOK_SMTP_URL).', width)] : []),
  ].join('\n');
}

function asked(missing: Days['days'][number]['missing'][number] | undefined): string {
  if (missing === undefined) return '';
  const reminded = missing.reminders.map(
    ({ role, on, message }) => `${words(role)} reminded ${on}${message === null ? '' : ` (${MESSAGE_WORDS[message]})`}`,
  );
  return [`missing since ${missing.noticedOn}`, ...reminded].join('; ');
}
