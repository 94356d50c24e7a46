import type { Command } from 'commander';
import { z } from 'zod';
import { action, DEFAULT_DATA, type Cli, type Surroundings } from '../cli/cli.ts';
import { CliError, UsageError } from '../cli/errors.ts';
import { isOfDataDirectory, ownerUrl } from '../cli/direct.ts';
import { table, words } from '../cli/table.ts';
import {
  addPerson,
  allPeople,
  dropPerson,
  endSignIn,
  keepPeople,
  readPeople,
  renewToken,
  setEmail,
  type KnownPerson,
  type Person,
} from '../people.ts';
import { ROLES, type Role } from '../../policy/vocabulary.ts';
import type { Database } from '../../store/database.ts';
import { policyOf } from './policy.ts';

interface CreateOptions {
  name: string;
  timeZone: string;
  policy: string;
}

interface AddOptions {
  id: string;
  name: string;
  role: string;
  school?: string[];
  certificated?: boolean;
  partner?: string;
  email?: string;
}

/** `rollbook district create` and `rollbook person …`: a real district and its people. They work below the API, as the database's owner. */
export function districtSetupCommands(program: Command, surroundings: Surroundings): void {
  const district = program.command('district').description('set up a district of your own');
  action<CreateOptions>(
    district
      .command('create')
      .description('a live district in an empty database: its name, its time zone, its policy')
      .requiredOption('--name <name>', 'what the district is called')
      .requiredOption('--time-zone <zone>', 'IANA name, such as America/Los_Angeles; its days begin and end there')
      .requiredOption('--policy <file>', 'a policy document (YAML), or the id of a shipped one'),
    surroundings,
    (cli, _args, options) => create(cli, options),
  );

  const person = program.command('person').description('who can sign in, with which role, at which schools');
  action<AddOptions>(
    person
      .command('add')
      .description('a new person; prints the token, once')
      .requiredOption('--id <id>', 'stands in the record for good; no name and no address in it')
      .requiredOption('--name <name>', 'shown beside what the person did')
      .requiredOption('--role <role>', ROLES.map(words).join(', '))
      .option('--school <id...>', 'id of the school at which the role holds (default: the whole district)')
      .option('--certificated', 'holds a credential')
      .option('--partner <key>', 'of somebody with the role partner: the organisation, by its key (see: rollbook partners)')
      .option('--email <address>', 'where reminders go'),
    surroundings,
    (cli, _args, options) => add(cli, options),
  );
  action(
    person
      .command('token')
      .description('another token, for somebody who lost theirs or comes back; the one before ends')
      .argument('<id>', 'id of the person'),
    surroundings,
    (cli, [id]) => renew(cli, id!),
  );
  action(
    person
      .command('email')
      .description('where somebody gets reminders; without an address, nowhere any more')
      .argument('<id>', 'id of the person')
      .argument('[address]', 'email address'),
    surroundings,
    (cli, [id, address]) => writeTo(cli, id!, address),
  );
  action(
    person
      .command('remove')
      .description('end a person’s sign-in; what they did stays in the record under their name')
      .argument('<id>', 'id of the person'),
    surroundings,
    (cli, [id]) => remove(cli, id!),
  );
  action(person.command('list').description('everybody in the database, with who can sign in'), surroundings, listPeople);
}

async function create(cli: Cli, options: CreateOptions): Promise<void> {
  const { createDistrict, timeZoneOf } = await import('../create-district.ts');
  const name = options.name.trim();
  if (name === '') throw new UsageError('--name is empty: say what the district is called');
  const timeZone = timeZoneOf(options.timeZone);
  if (timeZone === null)
    throw new UsageError(`"${options.timeZone}" is no time zone: give its IANA name, such as America/Los_Angeles or America/Chicago`);
  const { document, ladder } = await policyOf(options.policy);
  await asOwner(cli, async (db) => {
    const outcome = await createDistrict(db, { name, timeZone, policy: { document, ladder } });
    if (!outcome.created)
      throw new CliError(
        `This database already holds the district ${outcome.holds}, and one database holds one district: for another one use another database, or another --data directory`,
        { type: 'district-exists' },
      );
    const { id, version } = ladder.policy;
    const data = cli.dataDir === DEFAULT_DATA ? '' : ` --data ${cli.dataDir}`;
    cli.output.answer({ name, timeZone, live: true, policy: ladder.policy, day: outcome.day }, () =>
      [
        `${name} is set up and live: its day is ${outcome.day} in ${timeZone}, and ${id} version ${version} is in force.`,
        'Its day turns ten minutes after midnight; a running worker sees to that within a minute from now, another when it starts.',
        '',
        'Next, somebody who may import files, and then the files:',
        `  rollbook${data} person add --id administrator --name "…" --role administrator`,
        `  rollbook${data} import FOLDER`,
      ].join('\n'),
    );
  });
}

async function add(cli: Cli, options: AddOptions): Promise<void> {
  const person: Person = {
    id: idOf(options.id),
    name: options.name.trim(),
    role: roleOf(options.role),
    schools: schoolsOf(options.school),
    certificated: options.certificated ?? false,
    ...(options.partner === undefined ? {} : { partner: options.partner }),
    email: options.email === undefined ? null : emailOf(options.email),
  };
  if ((person.role === 'partner') !== (options.partner !== undefined))
    throw new UsageError(
      person.role === 'partner'
        ? 'A partner signs in for an organisation: name it with --partner'
        : `--partner is for the role partner, and ${words(person.role)} is of the district`,
    );
  if (person.name === '') throw new UsageError('--name is empty: say what the person is called');
  await asOwner(cli, async (db, url) => {
    await needDistrict(db);
    await knownSchools(db, person.schools ?? []);
    if (options.partner !== undefined) await knownPartner(db, options.partner);
    const token = await addPerson(db, person);
    if (token === null) {
      throw new CliError(`There already is a person ${person.id}: ids stand in the record, so each is given to one person only`, {
        type: 'person-exists',
        detail: `Choose another id, or give this person a new token with: rollbook person token ${person.id}`,
      });
    }
    await showToken(cli, url, { ...person, token }, `${lineOf(person)} can sign in.`);
  });
}

async function renew(cli: Cli, id: string): Promise<void> {
  await asOwner(cli, async (db, url) => {
    const person = await findPerson(db, id);
    const token = (await renewToken(db, id))!;
    const { signsIn, ...known } = person;
    await showToken(
      cli,
      url,
      { ...known, token },
      `${lineOf(person)} has a new token${signsIn ? '; the one before is worth nothing now' : ''}.`,
    );
  });
}

async function writeTo(cli: Cli, id: string, written: string | undefined): Promise<void> {
  const email = written === undefined ? null : emailOf(written);
  await asOwner(cli, async (db, url) => {
    const { signsIn: _signsIn, ...person } = await findPerson(db, id);
    await setEmail(db, id, email);
    const kept = (await readPeople(cli.dataDir)).find((one) => one.id === id);
    if (kept && isOfDataDirectory(cli, url)) await keepPeople(cli.dataDir, [{ ...kept, email }]);
    cli.output.answer({ person: { ...person, email } }, () =>
      email === null ? `${lineOf(person)} gets no mail.` : `${lineOf(person)} gets reminders at ${email}.`,
    );
  });
}

async function remove(cli: Cli, id: string): Promise<void> {
  await asOwner(cli, async (db, url) => {
    const person = await findPerson(db, id);
    await endSignIn(db, id);
    if (isOfDataDirectory(cli, url)) await dropPerson(cli.dataDir, id);
    cli.output.answer(
      { removed: id },
      () => `${lineOf(person)} cannot sign in any more. Nothing was deleted: the record still names whoever did something.`,
    );
  });
}

async function listPeople(cli: Cli): Promise<void> {
  await asOwner(cli, async (db) => {
    const people = await allPeople(db);
    cli.output.answer({ people }, () =>
      people.length
        ? table(
            ['Id', 'Name', 'Role', 'Where', 'Certificated', 'Signs in', 'Email'],
            people.map((person) => [
              person.id,
              person.name,
              words(person.role),
              placeOf(person),
              person.certificated ? 'yes' : 'no',
              person.signsIn ? 'yes' : 'no',
              person.email ?? '',
            ]),
            cli.output.width,
          )
        : 'Nobody yet. Add somebody with: rollbook person add',
    );
  });
}

/** Prints a token, the only time that it is known, and keeps it for `--as` if the database is the one of this data directory. */
async function showToken(cli: Cli, url: string, person: Person & { token: string }, sentence: string): Promise<void> {
  const keptIn = isOfDataDirectory(cli, url) ? await keepPeople(cli.dataDir, [person]) : null;
  cli.output.answer({ person, keptIn }, () =>
    [
      sentence,
      `Token, shown this once: ${person.token}`,
      keptIn === null
        ? 'Put it into ROLLBOOK_TOKEN to use it on the command line, or send it as “Authorization: Bearer …”.'
        : `It is kept in ${keptIn}, so that here "--as ${person.id}" signs in with it.`,
    ].join('\n'),
  );
}

/** Works on the database as its owner: no role of the service may write who people are. */
async function asOwner(cli: Cli, work: (db: Database, url: string) => Promise<void>): Promise<void> {
  const { openDatabase } = await import('../../store/database.ts');
  const url = ownerUrl(cli);
  const db = openDatabase(url, { name: 'rollbook district', max: 1 });
  try {
    await work(db, url);
  } finally {
    await db.destroy();
  }
}

async function needDistrict(db: Database): Promise<void> {
  const { hasDistrict } = await import('../../store/clock.ts');
  if (!(await hasDistrict(db)))
    throw new CliError('No district has been set up in this database: begin with "rollbook district create"', { type: 'no-district' });
}

async function knownSchools(db: Database, ids: string[]): Promise<void> {
  const known = await db('school').orderBy('name').select<{ school_id: string; name: string }[]>('school_id', 'name');
  const unknown = ids.filter((id) => !known.some(({ school_id: school }) => school === id));
  if (unknown.length === 0) return;
  const which = unknown.length === 1 ? `There is no school ${unknown[0]}` : `There are no schools ${unknown.join(', ')}`;
  throw new CliError(
    known.length === 0 ? `${which}: no school has been imported yet; import the file of schools first` : `${which} in this district`,
    {
      type: 'unknown-school',
      ...(known.length === 0 ? {} : { detail: 'Its schools:', lines: known.map(({ school_id: school, name }) => `${school}: ${name}`) }),
    },
  );
}

async function knownPartner(db: Database, key: string): Promise<void> {
  const known = await db('partner').orderBy('partner_id').pluck<string[]>('partner_id');
  if (known.includes(key)) return;
  throw new CliError(
    `There is no partner ${key} in this district; ${known.length ? `there are ${known.join(', ')}` : 'nobody has added one yet'}`,
    {
      type: 'unknown-partner',
      detail: 'Add an organisation with: rollbook partners add',
    },
  );
}

async function findPerson(db: Database, id: string): Promise<KnownPerson> {
  const person = (await allPeople(db)).find((one) => one.id === id);
  if (!person) throw new CliError(`There is no person ${id} in this district; see: rollbook person list`, { type: 'unknown-person' });
  return person;
}

function idOf(written: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(written))
    throw new UsageError(`"${written}" is no id: use small letters, digits, ".", "-" and "_", at most 64 of them, such as clerk.east`);
  return written;
}

function emailOf(written: string): string {
  const address = z.email().safeParse(written.trim());
  if (!address.success) throw new UsageError(`"${written}" is no email address`);
  return address.data;
}

function roleOf(written: string): Role {
  const asked = written.trim().toLowerCase().replaceAll(/[ -]/g, '_');
  const role = ROLES.find((one) => one === asked);
  if (role === undefined) throw new UsageError(`"${written}" is no role; the roles are ${ROLES.map(words).join(', ')}`);
  return role;
}

/** @param written each as typed; several may stand in one, with commas */
function schoolsOf(written: string[] | undefined): string[] | null {
  if (written === undefined) return null;
  const ids = written.flatMap((one) => one.split(',')).map((id) => id.trim());
  if (ids.includes('')) throw new UsageError('--school is empty: give the id of a school, or leave it out for the whole district');
  return [...new Set(ids)];
}

function lineOf(person: Person): string {
  return `${person.id} (${person.name}, ${words(person.role)} at ${person.schools === null ? 'the whole district' : placeOf(person)})`;
}

function placeOf({ schools }: Person): string {
  return schools === null ? 'district' : schools.join(', ');
}
