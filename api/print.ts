import { createHash } from 'node:crypto';
import { printDocument } from '../documents/index.ts';
import type { Database } from '../store/database.ts';
import { keepPrint, readFrozen } from '../store/documents.ts';

/** A document's PDF from its frozen source. The first print is kept, and every later one is that one. */
export async function printFrozen(db: Database, documentId: string): Promise<{ bytes: Buffer; sha256: string }> {
  const document = await readFrozen(db, documentId);
  if (document.file) return document.file;
  const bytes = printDocument(document);
  const file = { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  await keepPrint(db, documentId, file);
  return file;
}
