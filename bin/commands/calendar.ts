import type { Command } from 'commander';
import type { z } from 'zod';
import type { schoolCalendar } from '../../api/contracts/calendar.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { day, districtDay } from '../cli/parse.ts';
import { sayByHand } from '../cli/said-by-hand.ts';
import { findSchool } from '../cli/schools.ts';
import { table } from '../cli/table.ts';

interface Options {
  from?: string;
  to?: string;
  track?: string;
  close?: string;
  open?: string;
  event?: string;
  note?: string;
  key?: string;
}

/** `rollbook calendar`: a school's days; a day is closed, or opened, with everything that rests on it. */
export function calendarCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('calendar')
      .description('a school’s calendar; --close or --open changes a day, and every due day behind it moves')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--from <date>', "first day to show (default: the district's today)")
      .option('--to <date>', 'last day to show (default: four weeks later)')
      .option('--track <track>', 'the calendar of one track')
      .option('--close <date>', 'no school on this day')
      .option('--open <date>', 'school on this day')
      .option('--event <name>', 'with --close or --open: what the day is, for instance "Weather day"')
      .option('--note <text>', 'with --close or --open: why, and who decided it')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [school], options) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const path = `/v1/schools/${schoolId}/calendar`;
      const { close, open, track } = options;
      if (close !== undefined && open !== undefined) throw new UsageError('a day is either closed or opened: leave out --close or --open');
      const changed = close ?? open;
      if (changed !== undefined) {
        if (options.note === undefined) throw new UsageError('add --note TEXT: why the calendar changes, and who decided it');
        const date = day(changed, close === undefined ? '--open' : '--close');
        const event = options.event ?? (close === undefined ? 'Instructional day' : 'Non-instructional day');
        const body = { ...(track ? { track } : {}), days: [{ date, event, instructional: close === undefined }], note: options.note };
        const answer = await sayByHand(client, path, body, options.key);
        cli.output.answer(
          answer,
          () =>
            `${answer.status === 'taken' ? 'Done' : 'Taken down; it waits for its turn'}: ${date} is ${close === undefined ? 'a' : 'no'} school day at ${name} (${event}). Due days follow.`,
        );
        return;
      }
      const from = options.from ?? (await districtDay(client));
      const to = options.to ?? new Date(Date.parse(from) + 27 * 86_400_000).toISOString().slice(0, 10);
      const answer = await client.get<z.infer<typeof schoolCalendar>>(path, { from, to, ...(track ? { track } : {}) });
      const rows = answer.days.map(({ date, event, instructional, schoolDay }) => [
        date,
        event,
        instructional ? `day ${schoolDay}` : 'no school',
      ]);
      cli.output.answer(answer, () =>
        rows.length ? table(['Day', 'What', 'School'], rows, cli.output.width) : `The calendar of ${name} has none of these days.`,
      );
    },
  );
}
