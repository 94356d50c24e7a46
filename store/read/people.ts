import type { Role } from '../../policy/vocabulary.ts';
import type { Caller, Database } from '../database.ts';

interface PersonRow {
  person_id: string;
  name: string;
  role: Role;
  schools: string[] | null;
  certificated: boolean;
  partner: string | null;
}

/** The person who holds a token, by the token's SHA-256 in hex; null if nobody does. */
export async function personByTokenDigest(
  db: Database,
  digest: string,
): Promise<(Caller & { role: Role; name: string; certificated: boolean; partner?: string }) | null> {
  const row = await db('person')
    .where({ token_sha256: digest })
    .first<PersonRow | undefined>('person_id', 'name', 'role', 'schools', 'certificated', 'partner');
  if (!row) return null;
  const { person_id: id, partner, ...person } = row;
  return { id, ...person, ...(partner === null ? {} : { partner }) };
}

/** The names of people by their ids, for pages that show who did something. */
export async function namesOf(db: Database, ids: string[]): Promise<Map<string, string>> {
  const rows = await db('person').whereIn('person_id', ids).select<{ person_id: string; name: string }[]>('person_id', 'name');
  return new Map(rows.map((row) => [row.person_id, row.name]));
}
