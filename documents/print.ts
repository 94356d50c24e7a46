import type { DocumentSource } from '../cases/documents.ts';
import { letterModel } from './letters.ts';
import { packetModel } from './packet-model.ts';
import { typeset } from './typst.ts';

/** The PDF of a frozen document: the same bytes for ever. */
export function printDocument(document: { template: string; version: number; source: DocumentSource; sourceSha256: string }): Buffer {
  const { source, template, version, sourceSha256 } = document;
  const model = source.kind === 'letter' ? letterModel(source, sourceSha256) : packetModel(source, version, sourceSha256);
  return typeset(template, model, source.day);
}
