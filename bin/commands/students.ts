import type { Command } from 'commander';
import { action, type Surroundings } from '../cli/cli.ts';
import { UsageError } from '../cli/errors.ts';
import { findCase, CASE_HELP, studentLabel, type Contact, type Student } from '../cli/find-case.ts';
import { districtDay } from '../cli/parse.ts';
import { table, words } from '../cli/table.ts';
import { contactId, type Applied } from './act.ts';

interface FindOptions {
  phone?: string;
}

interface CorrectOptions {
  result: string;
  note: string;
  on?: string;
  key?: string;
}

/** `rollbook students` and `contact`: finding a student, and correcting how a family is reached. */
export function studentCommands(program: Command, surroundings: Surroundings): void {
  action<FindOptions>(
    program
      .command('students')
      .description("find a student by name, number, or a caller's phone")
      .argument('[name or number]', 'beginnings of names, or the number of a student')
      .option('--phone <number>', "a caller's number, however it is written"),
    surroundings,
    async (cli, [name], options) => {
      if (name === undefined && options.phone === undefined) throw new UsageError('give a name, a number, or --phone NUMBER');
      const who = name === undefined ? {} : /^\d+$/.test(name) ? { id: name } : { q: name };
      const found: (Student & { contacts: Contact[] })[] = [];
      for (const { client } of await cli.clients()) {
        found.push(...(await client.get<{ students: typeof found }>('/v1/students', { ...who, phone: options.phone })).students);
      }
      cli.output.answer({ students: found }, () => studentsText(found, cli.output.width));
    },
  );
  action<CorrectOptions>(
    program
      .command('contact')
      .description('correct, confirm or remove a contact, and document it')
      .argument('<student>', CASE_HELP)
      .argument('<contact>', 'an id, a relationship or a name')
      .argument('[field=value...]', 'what is different now: phone=… email=… street=… language=…')
      .option('--result <result>', 'corrected, confirmed or removed', 'corrected')
      .option('--on <date>', "the day it was done (default: the district's today)")
      .requiredOption('--note <text>', 'how it is known')
      .option('--key <key>', 'idempotency key'),
    surroundings,
    async (cli, [reference, written, ...pairs], options) => {
      const found = await findCase(cli, reference!);
      const id = await contactId(found, written!);
      if (id === null) throw new UsageError('say which contact is meant');
      const changes = Object.fromEntries(pairs.map(fieldOf));
      const applied = await found.client.command<Applied>(
        `/v1/students/${await found.student()}/contacts/${id}/correct`,
        {
          result: options.result,
          ...(pairs.length ? { changes } : {}),
          on: options.on ?? (await districtDay(found.client)),
          note: options.note,
        },
        { key: options.key },
      );
      cli.output.answer(applied, () => `Contact of ${found.label} ${words(options.result)}; the old entry stays in the record.`);
    },
  );
}

function fieldOf(pair: string): [string, string | null] {
  const at = pair.indexOf('=');
  if (at < 1) throw new UsageError(`"${pair}" is not of the form field=value`);
  return [pair.slice(0, at), pair.slice(at + 1) || null];
}

function studentsText(found: (Student & { contacts: Contact[] })[], width: number): string {
  if (found.length === 0) return 'No student fits.';
  const rows = found.map((one) => [
    studentLabel(one),
    one.grade,
    one.school,
    one.absences,
    one.unexcused,
    one.caseOpen ? 'open' : '',
    one.contacts.map(({ relationship, phone }) => `${relationship.toLowerCase()} ${phone ?? '?'}`).join(', '),
  ]);
  return table(['Student', 'Grade', 'School', 'Absent', 'Unexcused', 'Case', 'Contacts'], rows, width);
}
