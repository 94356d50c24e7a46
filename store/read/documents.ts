import type { Database } from '../database.ts';

export interface DocumentRow {
  documentId: string;
  kind: 'letter' | 'referral' | 'packet';
  ref: string;
  version: number;
  template: string;
  sourceSha256: string;
}

/** Documents of a case, in the order of their making. */
export async function documentsOf(db: Database, caseId: string): Promise<DocumentRow[]> {
  return db('document').where({ case_id: caseId }).orderBy(['created_at', 'document_id']).select<DocumentRow[]>({
    documentId: 'document_id',
    kind: 'kind',
    ref: 'ref',
    version: 'version',
    template: 'template',
    sourceSha256: 'source_sha256',
  });
}

/** One letter of a case; null if the case has none of that id. */
export async function readLetter(db: Database, caseId: string, documentId: string): Promise<DocumentRow | null> {
  return (await documentsOf(db, caseId)).find((one) => one.documentId === documentId && one.kind === 'letter') ?? null;
}
