import type { Command } from 'commander';
import type { z } from 'zod';
import type { mergeGiven, studentPage } from '../../api/contracts/student.ts';
import { action, type Surroundings } from '../cli/cli.ts';
import { CASE_HELP, findCase, studentLabel } from '../cli/find-case.ts';
import { words, wrap } from '../cli/table.ts';

type Page = z.infer<typeof studentPage>;
type Given = z.infer<typeof mergeGiven>;

interface MergeOptions {
  reason: string;
  key?: string;
}

/** `rollbook student show`, `merge` and `unmerge`: all that is known of a student, and two records of one child. */
export function studentCommand(program: Command, surroundings: Surroundings): void {
  const student = program.command('student').description('what is known of a student; two records of one student');
  action(
    student
      .command('show')
      .description('numbers, enrollments, flags, contacts with their rights, household')
      .argument('<student>', CASE_HELP),
    surroundings,
    async (cli, [reference]) => {
      const found = await findCase(cli, reference!);
      const page = await found.client.get<Page>(`/v1/students/${await found.student()}`);
      cli.output.answer(page, () => pageText(page, cli.output.width));
    },
  );
  for (const { name, does, done } of MERGES) {
    action<MergeOptions>(
      student
        .command(name)
        .description(does)
        .argument('<student>', `the student who stays: ${CASE_HELP}`)
        .argument('<other>', 'the other record, likewise')
        .requiredOption('--reason <text>', 'how it is known')
        .option('--key <key>', 'idempotency key'),
      surroundings,
      async (cli, [one, two], options) => {
        const [found, other] = [await findCase(cli, one!), await findCase(cli, two!)];
        const given = await found.client.command<Given>(
          `/v1/students/${await found.student()}/${name}`,
          { other: await other.student(), reason: options.reason },
          { key: options.key },
        );
        cli.output.answer(given, () => `${other.label} ${done} ${found.label}; both cases keep their whole record.`);
      },
    );
  }
}

const MERGES = [
  { name: 'merge', does: 'say that two records are of one student: the other counts as this one', done: 'is being merged into' },
  { name: 'unmerge', does: 'take a merge back: both records count for themselves again', done: 'is being parted from' },
] as const;

function pageText(page: Page, width: number): string {
  const span = ({ since, until }: { since: string; until: string | null }): string =>
    until === null ? `since ${since}` : `${since} to ${until}`;
  const lines = [
    `${studentLabel(page.student)}, grade ${page.student.grade ?? '?'}, school ${page.student.school}, born ${page.student.birthdate ?? '?'}`,
    ...page.identifiers.map((one) => `Number (${one.scheme}): ${one.value}, ${span(one)}`),
    ...page.enrollments.map(
      ({ school, entry, exit, exitReason, track, program }) =>
        `Enrolled at ${school} ${span({ since: entry, until: exit })}${exitReason === null ? '' : ` (${exitReason})`}` +
        `${track === null ? '' : `, track ${track}`}${program === null ? '' : `, ${program}`}`,
    ),
    ...page.flags.map((one) => `Flag: ${words(one.flag)}, ${span(one)}`),
    ...page.groups.map((one) => `${words(one.dimension)}: ${one.value}, ${span(one)}`),
    ...page.sections
      .filter(({ until }) => until === null)
      .map((one) => `${one.homeroom ? 'Homeroom' : 'Section'} ${one.section}: ${one.teacher ?? 'no teacher known'}`),
    ...page.suspensions.map(({ kind, firstDay, lastDay }) => `Suspended (${kind}) ${firstDay} to ${lastDay}`),
    ...page.contacts.map(
      (one) =>
        `${one.relationship}: ${one.firstName} ${one.lastName}, ${one.phone ?? 'no number'}${one.mayBeContacted ? '' : ', NOT TO BE CONTACTED'}` +
        `${one.receivesLetters ? ', receives letters' : ''}${one.courtOrder === null ? '' : `; order of a court: ${one.courtOrder.text}`}`,
    ),
    ...page.household.siblings.map(
      (one) => `Sibling: ${one.lastName}, ${one.firstName}, ${one.school}, case ${one.caseId} (same ${one.links.join(', ')})`,
    ),
    ...(page.household.elsewhere > 0 ? [`Siblings at schools that you cannot see: ${page.household.elsewhere}`] : []),
  ];
  return lines.map((line) => wrap(line, width, '  ')).join('\n');
}
