import type { Person, PersonWithToken } from '../people.ts';
import { CliError } from './errors.ts';
import { words } from './table.ts';

/**
 * The people whom `--as` can mean: by id, by name, by role, or by `role@school` (a school's id, or the end of a person's id such as
 * `high`). Several are left when a role holds at several schools; a command about one student then takes the one who can see it.
 * @throws CliError if nobody fits, or a piece of a name fits several
 */
export function choosePeople(people: PersonWithToken[], who: string): PersonWithToken[] {
  const asked = who.trim().toLowerCase();
  const [role = '', school] = asked.replaceAll(/[ -]/g, '_').split('@');
  const exact = people.filter(({ id, name }) => id.toLowerCase() === asked || name.toLowerCase() === asked);
  if (exact.length) return exact;
  const byRole = people.filter(
    (person) =>
      person.role === role && (school === undefined || (person.schools ?? []).includes(school) || person.id.endsWith(`.${school}`)),
  );
  if (byRole.length) return byRole;
  const byPiece = people.filter(({ name }) => name.toLowerCase().includes(asked));
  if (byPiece.length === 1) return byPiece;
  throw new CliError(byPiece.length ? `"${who}" fits more than one person` : `nobody here is called "${who}"`, {
    detail: 'Use --as with one of these ids, names or roles (rollbook people):',
    lines: (byPiece.length ? byPiece : people).map(personLine),
  });
}

/** One person on one line. */
export function personLine({ id, name, role }: Person): string {
  return `${id}: ${name}, ${words(role)}`;
}
