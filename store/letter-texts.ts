import type { Day } from '../cases/actions.ts';
import type { LetterText } from '../cases/documents.ts';
import type { Database, Transaction } from './database.ts';
import {
  closing,
  PROPOSAL_COLUMNS,
  withApprovals,
  type ApprovalRow,
  type Proposed,
  type ProposalAct,
  type ProposalRow,
} from './proposal.ts';

/** A district's own text of a letter, by language, with what has become of it. The words around it are the concern of `documents/`. */
export interface LetterVersion extends Proposed {
  letter: string;
  version: number;
  digest: string;
  texts: Record<string, LetterText>;
}

type Row = ProposalRow<LetterVersion>;

const COLUMNS = {
  letter: 'letter',
  version: 'version',
  digest: 'digest',
  texts: 'texts',
  ...PROPOSAL_COLUMNS,
};

/** The versions of a letter, or of all letters, latest first. @param options.lock keeps everybody else from deciding about them meanwhile */
export async function readLetterVersions(
  db: Database,
  of: { letter?: string; version?: number },
  options: { lock?: boolean } = {},
): Promise<LetterVersion[]> {
  const query = db('letter_version')
    .orderBy(['letter', { column: 'version', order: 'desc' }])
    .select<Row[]>(COLUMNS);
  if (of.letter !== undefined) void query.where({ letter: of.letter });
  if (of.version !== undefined) void query.where({ version: of.version });
  const rows = await (options.lock ? query.forUpdate() : query);
  const approvals = await db('letter_approval')
    .whereIn(
      'letter',
      rows.map(({ letter }) => letter),
    )
    .orderBy(['approved_at', 'person_id'])
    .select<(ApprovalRow & { letter: string; version: number })[]>();
  return rows.map((row) =>
    withApprovals(
      row,
      approvals.filter(({ letter, version }) => letter === row.letter && version === row.version),
    ),
  );
}

/** The approved versions of a letter that are in use by a day, latest first. */
export async function readLettersInUse(
  db: Database,
  letter: string,
  day: Day,
): Promise<Pick<LetterVersion, 'version' | 'digest' | 'texts'>[]> {
  return db('letter_version')
    .where({ letter, status: 'approved' })
    .where('effective', '<=', day)
    .orderBy('effective', 'desc')
    .select<Pick<LetterVersion, 'version' | 'digest' | 'texts'>[]>('version', 'digest', 'texts');
}

/** The number that the next version of a letter has. Numbers of versions that came to nothing are not used again. */
export async function nextLetterVersion(trx: Transaction, letter: string): Promise<number> {
  const { last } = await trx('letter_version')
    .where({ letter })
    .max<{ last: number | null }>('version AS last')
    .first<{ last: number | null }>();
  return (last ?? 0) + 1;
}

/** Writes a proposal down. @returns false when another one for the same letter is open */
export async function writeLetterVersion(
  trx: Transaction,
  proposal: { letter: string; version: number; digest: string; texts: object; effective: Day; note: string },
  { by, role, at }: ProposalAct,
): Promise<boolean> {
  const rows = await trx('letter_version')
    .insert({ ...proposal, texts: JSON.stringify(proposal.texts), proposed_by: by, proposed_role: role, proposed_at: at })
    .onConflict()
    .ignore()
    .returning('version');
  return rows.length === 1;
}

/** Notes one approval. @param seen names what was read */
export async function writeLetterApproval(
  trx: Transaction,
  of: Pick<LetterVersion, 'letter' | 'version'>,
  { by, role, at }: ProposalAct,
  seen: string,
): Promise<void> {
  await trx('letter_approval').insert({ letter: of.letter, version: of.version, person_id: by, role, seen, approved_at: at });
}

/** Ends the time in which a version is open. @param why null of an approval, which needs no reason */
export async function closeLetterVersion(
  trx: Transaction,
  { letter, version }: Pick<LetterVersion, 'letter' | 'version'>,
  status: Exclude<LetterVersion['status'], 'proposed'>,
  act: ProposalAct,
  why: string | null,
): Promise<void> {
  await trx('letter_version')
    .where({ letter, version })
    .update(closing(status, act, why));
}
