import type { z } from 'zod';
import type { caseLine, casePage, contact, student } from '../../api/contracts/case.ts';
import type { Cli } from './cli.ts';
import type { ApiClient, Query } from './client.ts';
import { CliError } from './errors.ts';
import type { FoundCase } from './found-case.ts';
import { findPartnerCase } from './partner-case.ts';

export type CasePage = z.infer<typeof casePage>;
export type Contact = z.infer<typeof contact>;
export type Student = z.infer<typeof student>;
export type CaseLine = z.infer<typeof caseLine>;

/** What a case is looked for by, in the help of every command about one. */
export const CASE_HELP = 'a case id, the student\'s number, or "Last, First"';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds the case that was meant. When `--as` names a role that several people hold, the one who can see the student is taken.
 * @throws CliError if nobody or more than one student fits
 */
export async function findCase(cli: Cli, reference: string): Promise<FoundCase> {
  const clients = await cli.clients();
  let failure: unknown;
  for (const { client } of clients) {
    try {
      const found = UUID.test(reference) ? await byId(client, reference, clients.length > 1) : await byStudent(client, reference);
      if (found) return found;
    } catch (error) {
      if (!(error instanceof CliError) || (error.more.status !== 403 && error.more.status !== 404)) throw error;
      const given = error.more.status === 403 ? await findPartnerCase(client, reference) : null;
      if (given) return given;
      failure = error;
    }
  }
  if (failure !== undefined && clients.length === 1) throw failure as CliError;
  throw new CliError(`No student "${reference}" among those that ${clients.length === 1 ? clients[0]!.who : 'these people'} can see`, {
    type: 'not-found',
    detail: 'Look for one with: rollbook students NAME',
    ...(clients.length > 1 ? { lines: clients.map(({ who }) => who) } : {}),
  });
}

async function byId(client: ApiClient, caseId: string, check: boolean): Promise<FoundCase> {
  const page = (): Promise<CasePage> => client.get<CasePage>(`/v1/cases/${caseId}`);
  if (check) await page();
  return {
    client,
    caseId,
    label: caseId,
    student: async () => (await page()).student.studentId,
    contacts: () =>
      known(
        async () => (await page()).contacts,
        (given) => given.contacts(),
      ),
    rounds: () =>
      known(
        async () => roundsOf(await page()),
        (given) => given.rounds(),
      ),
  };
  /** From the page of the case, or, of a partner, who sees none, from the tasks it was given. */
  async function known<T>(ofPage: () => Promise<T>, ofPartner: (given: FoundCase) => Promise<T>): Promise<T> {
    try {
      return await ofPage();
    } catch (error) {
      const given = error instanceof CliError && error.more.status === 403 ? await findPartnerCase(client, caseId) : null;
      if (given === null) throw error;
      return ofPartner(given);
    }
  }
}

function roundsOf({ steps }: CasePage): { task: string; round: number; status: string }[] {
  return steps.flatMap(({ tasks }) => tasks);
}

async function byStudent(client: ApiClient, reference: string): Promise<FoundCase | null> {
  const one = pick(await studentsLike(client, reference), reference);
  return one
    ? {
        client,
        caseId: one.caseId,
        label: studentLabel(one),
        student: () => Promise.resolve(one.studentId),
        contacts: () => contactsOf(client, one),
        rounds: async () => roundsOf(await client.get<CasePage>(`/v1/cases/${one.caseId}`)),
      }
    : null;
}

interface Candidate {
  studentId: string;
  caseId: string;
  localId: string;
  firstName: string;
  lastName: string;
  contacts?: Contact[];
}

async function contactsOf(client: ApiClient, one: Candidate): Promise<Contact[]> {
  return one.contacts ?? (await client.get<CasePage>(`/v1/cases/${one.caseId}`)).contacts;
}

/** Students by number or beginnings of names; a member of a panel, who may not search for students, looks among the cases instead. */
async function studentsLike(client: ApiClient, reference: string): Promise<Candidate[]> {
  const byNumber = isNumber(reference);
  try {
    const { students } = await client.get<{ students: Candidate[] }>('/v1/students', byNumber ? { id: reference } : { q: reference });
    return students;
  } catch (error) {
    if (!(error instanceof CliError) || error.more.status !== 403) throw error;
  }
  const words = reference
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const fits = (one: CaseLine): boolean =>
    byNumber
      ? one.localId === reference
      : words.every((word) => [one.firstName, one.lastName].some((name) => name.toLowerCase().startsWith(word)));
  return (await allCases(client, {})).filter(fits);
}

function isNumber(reference: string): boolean {
  return /^\d+$/.test(reference);
}

function pick(students: Candidate[], reference: string): Candidate | undefined {
  const exact = students.filter((one) => `${one.lastName}, ${one.firstName}`.toLowerCase() === reference.toLowerCase());
  const fitting = exact.length ? exact : students;
  if (fitting.length > 1) {
    throw new CliError(`"${reference}" fits ${fitting.length} students`, {
      type: 'ambiguous',
      detail: 'Use the number of one of them:',
      lines: fitting.map(studentLabel),
    });
  }
  return fitting[0];
}

/** Every case that fits, page after page. */
export async function allCases(client: ApiClient, query: Query): Promise<CaseLine[]> {
  const cases: CaseLine[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await client.get<{ cases: CaseLine[]; next: string | null }>('/v1/cases', { ...query, cursor });
    cases.push(...page.cases);
    if (page.next === null) return cases;
    cursor = page.next;
  }
}

/** How a student is named to people who may see the name. */
export function studentLabel(one: { firstName: string; lastName: string; localId: string }): string {
  return `${one.lastName}, ${one.firstName} (${one.localId})`;
}
