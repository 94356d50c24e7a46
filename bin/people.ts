import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role } from '../policy/vocabulary.ts';
import type { Database } from '../store/database.ts';

/** A person who signs in with a bearer token, as `people.json` in the data directory keeps it. */
export interface Person {
  id: string;
  name: string;
  role: Role;
  /** Ids of the schools the role holds at; null means the whole district. */
  schools: string[] | null;
  /** Holds a credential; case management is designated to such a person (LAUSD protocol, note 4). */
  certificated: boolean;
  /** The organisation for which a partner signs in; nobody else has one. */
  partner?: string | null;
  /** Where the person is written to; absent or null: nowhere. */
  email?: string | null;
}

export interface PersonWithToken extends Person {
  token: string;
}

const FILE = 'people.json';
/** Roles that a credentialed person holds. */
const CERTIFICATED: Role[] = ['teacher', 'case_manager', 'principal', 'attendance_supervisor'];

/** Somebody of a sample whose role holds at one school, or (null) in the whole district. Their mail goes where nobody lives (RFC 2606). */
export function at(school: string | null, id: string, name: string, role: Role): Person {
  return {
    id,
    name,
    role,
    schools: school === null ? null : [school],
    certificated: CERTIFICATED.includes(role),
    email: `${id}@example.org`,
  };
}

/** The people of a sample, each with the token it has in `people.json`, or a new random one. */
export async function withTokens(dataDir: string, people: readonly Person[]): Promise<PersonWithToken[]> {
  const known = new Map((await readPeople(dataDir)).map((person) => [person.id, person.token]));
  return people.map((person) => ({ ...person, token: known.get(person.id) ?? newToken() }));
}

/** The people whose tokens lie in the data directory; none if the file is not there. */
export async function readPeople(dataDir: string): Promise<PersonWithToken[]> {
  try {
    return (JSON.parse(await readFile(join(dataDir, FILE), 'utf8')) as { people: PersonWithToken[] }).people;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(
      `${join(dataDir, FILE)} cannot be read (${(error as Error).message}): move it away and start again to have new tokens made`,
      { cause: error },
    );
  }
}

/** Writes the tokens where only their owner can read them; a crash leaves either the old file or the new one. */
export async function writePeople(dataDir: string, people: PersonWithToken[]): Promise<string> {
  const path = join(dataDir, FILE);
  const draft = `${path}.new`;
  await writeFile(draft, `${JSON.stringify({ people }, null, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
  return path;
}

/** Puts people into `people.json`, in place of those with the same ids; everybody else in it stays. @returns the file's path */
export async function keepPeople(dataDir: string, people: PersonWithToken[]): Promise<string> {
  const kept = new Set(people.map(({ id }) => id));
  const others = (await readPeople(dataDir)).filter(({ id }) => !kept.has(id));
  return writePeople(dataDir, [...others, ...people]);
}

/** Takes one person out of `people.json`. @returns whether the person was in it */
export async function dropPerson(dataDir: string, id: string): Promise<boolean> {
  const people = await readPeople(dataDir);
  const others = people.filter((person) => person.id !== id);
  if (others.length === people.length) return false;
  await writePeople(dataDir, others);
  return true;
}

/** A person as the database has it. */
export interface KnownPerson extends Person {
  /** False once the person was removed. */
  signsIn: boolean;
}

/** Stands in the place of a digest when no token opens the door any more; a digest in hex can never look like it. */
const REMOVED = 'removed:';

/** Everybody who was ever given a token in this district, by id. */
export async function allPeople(db: Database): Promise<KnownPerson[]> {
  const rows = await db('person').orderBy('person_id').select<(Omit<Person, 'id'> & { person_id: string; token_sha256: string })[]>();
  return rows.map(({ person_id: id, token_sha256: digest, name, role, schools, certificated, partner, email }) => {
    const known = { id, name, role, schools, certificated, ...(partner ? { partner } : {}), email: email ?? null };
    return { ...known, signsIn: !digest.startsWith(REMOVED) };
  });
}

/** Lets a new person sign in. @returns the token, or null if the id is taken: ids stand in the record and are used once */
export async function addPerson(db: Database, { id: person_id, ...person }: Person): Promise<string | null> {
  const token = newToken();
  const added = await db('person')
    .insert({ person_id, ...person, token_sha256: tokenDigest(token) })
    .onConflict('person_id')
    .ignore()
    .returning('person_id');
  return added.length === 1 ? token : null;
}

/** Gives a person another token; the one before is worth nothing from now on. @returns it, or null if there is no such person */
export async function renewToken(db: Database, id: string): Promise<string | null> {
  const token = newToken();
  const renewed = await db('person')
    .where({ person_id: id })
    .update({ token_sha256: tokenDigest(token) });
  return renewed === 1 ? token : null;
}

/** Says where a person is written to; null: nowhere. @returns false if there is no such person */
export async function setEmail(db: Database, id: string, email: string | null): Promise<boolean> {
  return (await db('person').where({ person_id: id }).update({ email })) === 1;
}

/** Ends a person's sign-in. Nothing is deleted: the record names people by their ids. @returns false if there is no such person */
export async function endSignIn(db: Database, id: string): Promise<boolean> {
  return (
    (await db('person')
      .where({ person_id: id })
      .update({ token_sha256: `${REMOVED}${id}` })) === 1
  );
}

function newToken(): string {
  return `rb_${randomBytes(24).toString('base64url')}`;
}

/** What the database keeps of a token. */
export function tokenDigest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
