import type { Command } from 'commander';
import type { z } from 'zod';
import type { mappingList, mappingSaved } from '../../api/contracts/mappings.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { table } from '../cli/table.ts';

/** `rollbook mappings`: what the district has said about files of its own making, and saying it. */
export function mappingsCommand(program: Command, surroundings: Surroundings): void {
  const mappings = program.command('mappings').description('files of your own making: which column holds what');
  action<object>(mappings, surroundings, async (cli) => {
    const client = await cli.client();
    const found = await client.get<z.infer<typeof mappingList>>('/v1/mappings');
    const rows = found.mappings.map(({ name, kind, columns, savedBy }) => [name, kind, pairs(columns), savedBy]);
    cli.output.answer(found, () =>
      rows.length ? table(['Name', 'Kind', 'Columns', 'Saved by'], rows, cli.output.width) : 'No mapping has been saved yet.',
    );
  });
  action<{ key?: string }>(
    mappings
      .command('save')
      .description('say which column of a file holds what; every file with these columns is read so from now on')
      .argument('<name>', 'a name for the file, such as tracker-absences')
      .argument('<kind>', 'what a row is: attendance, student, enrollment, contact, calendar, school, suspension or submission')
      .argument('<column...>', 'what=COLUMN, for instance student="Pupil No" date=Day code=Mark')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [name, kind, ...said], options) => {
      const columns = Object.fromEntries(
        said.flat().map((pair) => {
          const at = pair.indexOf('=');
          if (at < 1) throw new UsageError(`"${pair}" has to be what=COLUMN, for instance date=Day`);
          return [pair.slice(0, at), pair.slice(at + 1)];
        }),
      );
      const client = await cli.client();
      const answer = await client.command<z.infer<typeof mappingSaved>>('/v1/mappings', { name, kind, columns }, { key: options.key });
      cli.output.answer(answer, () => `Saved ${answer.name}. Files with these columns are read so from now on; try one with a dry run.`);
    },
  );
}

const pairs = (columns: Record<string, string>): string =>
  Object.entries(columns)
    .map(([column, name]) => `${column}="${name}"`)
    .join(' ');
