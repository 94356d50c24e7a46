import type { Command } from 'commander';
import type { z } from 'zod';
import type { schoolRecord, schoolRecorded } from '../../api/contracts/school.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { districtDay } from '../cli/parse.ts';
import { findSchool } from '../cli/schools.ts';
import { count, table, words } from '../cli/table.ts';

interface Options {
  on?: string;
  note?: string;
  list?: boolean;
  key?: string;
}

/** `rollbook school-record`: what a school does once and cites on each case it reaches. */
export function schoolRecordCommand(program: Command, surroundings: Surroundings): void {
  action<Options>(
    program
      .command('school-record')
      .description('document a school task: done once, cited on each case it reaches')
      .argument('<school>', 'id of the school, or a piece of its name')
      .argument('<task>', 'code of the task')
      .option('--on <date>', "the day it was done (default: the district's today)")
      .option('--note <text>', 'who took part, what was done, what came of it')
      .option('--list', 'show the records there are')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [school, task], options) => {
      const { client, schoolId, name } = await findSchool(cli, school!);
      const path = `/v1/schools/${schoolId}/school-tasks/${task}/records`;
      if (options.list) {
        const { records } = await client.get<{ records: z.infer<typeof schoolRecord>[] }>(path);
        const rows = records.map((one) => [one.on, one.actor.id, one.note]);
        cli.output.answer({ records }, () =>
          rows.length ? table(['Day', 'By', 'What'], rows, cli.output.width) : `${name} has no record of ${words(task!)}.`,
        );
        return;
      }
      if (options.note === undefined) throw new UsageError('add --note TEXT: who took part, what was done, what came of it');
      const body = { on: options.on ?? (await districtDay(client)), note: options.note };
      const recorded = await client.command<z.infer<typeof schoolRecorded>>(path, body, { key: options.key });
      cli.output.answer(recorded, () => `Recorded: ${words(task!)} at ${name} on ${body.on}; cited on ${count(recorded.cases, 'case')}.`);
    },
  );
}
