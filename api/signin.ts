import { createHash } from 'node:crypto';
import { personByTokenDigest } from '../store/read/people.ts';
import type { Caller, Database } from '../store/database.ts';
import type { Role } from '../policy/vocabulary.ts';
import { Problem } from './problems.ts';

/** Who asks. `anyone` is somebody who has not signed in, on the few pages that need no sign-in. */
export interface Person extends Caller {
  role: Role | 'anyone';
  name: string;
  certificated: boolean;
  /** The organisation of a partner. */
  partner?: string;
}

/** Whoever calls a public page. */
export const ANYONE: Person = { id: 'anyone', role: 'anyone', name: 'anyone', schools: [], certificated: false };

/**
 * The person behind a request's bearer token. The database keeps only the token's SHA-256. This is the one question that is asked
 * before there is a caller to carry.
 * @throws Problem 401
 */
export async function signIn(db: Database, authorization: string | undefined): Promise<Person> {
  const token = /^Bearer ([\x21-\x7e]{16,512})$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw notSignedIn('Send your token in the header `Authorization: Bearer …`.');
  const person = await personByTokenDigest(db, createHash('sha256').update(token).digest('hex'));
  if (person === null) throw notSignedIn('This token is not known here; ask your administrator for a new one.');
  return person;
}

function notSignedIn(detail: string): Problem {
  return new Problem('not-signed-in', detail, {}, { 'www-authenticate': 'Bearer realm="rollbook"' });
}
