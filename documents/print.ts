import type { LetterSource, PacketSource } from '../cases/documents.ts';
import { letterModel } from './letters.ts';
import { withCitations } from './packet/citation.ts';
import { packetModel } from './packet/model.ts';
import { typeset } from './typst.ts';

interface Frozen<Source> {
  template: string;
  version: number;
  source: Source;
  sourceSha256: string;
}

/**
 * What each template prints, by name and version. A new version of a template comes with its own model beside the old one: what was
 * frozen with the old one prints as ever.
 */
const MODELS: Record<string, (document: Frozen<never>) => unknown> = {
  'letter/1': ({ source, sourceSha256 }: Frozen<LetterSource>) => letterModel(source, sourceSha256),
  'packet/1': ({ source, version, sourceSha256 }: Frozen<PacketSource>) => withCitations(packetModel(source, version, sourceSha256)),
};

/**
 * The PDF (PDF/UA-1) of a frozen document: the same bytes for the same source, for ever.
 * @throws if this release has no such template, or a name in it cannot be set in type
 */
export function printDocument(document: Frozen<LetterSource | PacketSource>): Buffer {
  const model = MODELS[document.template];
  if (!model)
    throw new Error(`there is no template ${document.template}: this document was made by a later release; print it with that one`);
  return typeset(document.template, model(document as Frozen<never>), document.source.day);
}
