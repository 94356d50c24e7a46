import type { Command } from 'commander';
import type { z } from 'zod';
import type { schoolRelease, schoolReleased } from '../../api/contracts/school.ts';
import { action, type Cli, type Surroundings } from '../cli/cli.ts';
import { findSchool, schools } from '../cli/schools.ts';
import { waitsText } from '../cli/standing-text.ts';
import { count, table, words, wrap } from '../cli/table.ts';

type Release = z.infer<typeof schoolRelease>;

interface ReleaseOptions {
  note?: string;
  key?: string;
}

const STATES: Record<Release['state'], string> = {
  begun: '',
  waits: 'not released: its year was under way when it came',
  released: 'released',
};

/** `rollbook schools` and `rollbook schools release`: the schools you can see, and letting one begin that came in the middle of its year. */
export function schoolsCommand(program: Command, surroundings: Surroundings): void {
  const list = program.command('schools').description('the schools you can see');
  action(list, surroundings, async (cli) => {
    const found = (await schools(cli)).map(({ schoolId, name, students, start }) => ({ schoolId, name, students, start }));
    cli.output.answer({ schools: found }, () =>
      table(
        ['School', 'Name', 'Students', ''],
        found.map((one) => [one.schoolId, one.name, one.students, one.start === null ? 'no calendar or students yet' : STATES[one.start]]),
        cli.output.width,
      ),
    );
  });
  action<ReleaseOptions>(
    list
      .command('release')
      .description('what would begin at a school that came in the middle of its year; with --note, let it begin')
      .argument('<school>', 'id of the school, or a piece of its name')
      .option('--note <text>', 'who says that this year’s earlier reports, letters and contacts are in, or that there are none')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    release,
  );
}

async function release(cli: Cli, [written]: string[], { note, key }: ReleaseOptions): Promise<void> {
  const { client, schoolId, name } = await findSchool(cli, written!);
  const path = `/v1/schools/${schoolId}/release`;
  if (note === undefined) {
    const found = await client.get<Release>(path);
    cli.output.answer(found, () => preview(found, name, cli.output.width));
    return;
  }
  const done = await client.command<z.infer<typeof schoolReleased>>(path, { note }, { key });
  cli.output.answer(
    done,
    () =>
      `${name} is released since ${done.releasedOn}: ${count(done.opens, 'case')} begin, ${done.woken - done.opens} go on, ${count(done.reportsDue, 'truancy report')} due. Due days count from today.`,
  );
}

/** What whoever releases the school signs for. */
function preview(found: Release, name: string, width: number): string {
  const { state, released, would, earlier } = found;
  if (state === 'begun') return `${name} came on ${found.knownOn}, when its year began; nothing waits there.`;
  if (would === null) return `${name} was released on ${released?.on ?? '?'} by ${released?.by?.id ?? '?'}: “${released?.note ?? ''}”`;
  return [
    wrap(waitsText(name, found.school, found), width),
    wrap(
      earlier.records === 0
        ? 'No earlier report, letter or contact of this year was brought in for its students.'
        : `${count(earlier.records, 'earlier step')} of ${count(earlier.students, 'student')} ${earlier.records === 1 ? 'was' : 'were'} brought in, as recorded elsewhere.`,
      width,
    ),
    would.tasks.length
      ? table(
          ['Task', 'What', 'Owner', 'Due in school days', 'Students'],
          would.tasks.map((one) => [one.task, one.title, words(one.owner), one.due, one.students]),
          width,
        )
      : 'No task would open.',
    wrap(
      'Whoever releases it says that what was done elsewhere this year has been brought in, or that nothing was: rollbook schools release SCHOOL --note "…"',
      width,
    ),
  ].join('\n');
}
