import { NodeCompiler, PdfStandard } from '@myriaddreamin/typst-ts-node-compiler';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fontFiles } from './fonts.ts';
import { setInType } from './plain-text.ts';

const TEMPLATES = fileURLToPath(new URL('./templates/', import.meta.url));

let compiler: NodeCompiler | null = null;

/**
 * Typesets data with a template to a tagged PDF (PDF/UA-1). The data goes in as JSON and stays text, whatever it looks like. The same
 * template, data and day give the same bytes.
 * @param template name and version, as `letter/1`; a version that has shipped is never edited
 * @param day stands in the file as its date
 * @throws {UnprintableText} if a character has no glyph in the fonts; the message names the script
 * @throws if the template is at fault or the compiler warns: a font that is not found makes text disappear with a warning only
 */
export function typeset(template: string, data: unknown, day: string): Buffer {
  return typesetSource(readFileSync(`${TEMPLATES}${template}.typ`, 'utf8'), data, day);
}

/** As `typeset`, with the template's text itself. */
export function typesetSource(source: string, data: unknown, day: string): Buffer {
  const inputs = { data: JSON.stringify(setInType(data)) };
  compiler ??= NodeCompiler.create({ workspace: TEMPLATES, fontArgs: [{ fontBlobs: fontFiles() }] });
  try {
    const compiled = compiler.compile({ mainFileContent: source, inputs });
    const faults = [...faultsIn(compiled.takeError()), ...faultsIn(compiled.takeWarnings())];
    if (faults.length > 0 || !compiled.result) throw new Error(faults.join('; ') || 'the compiler gave no document');
    const creationTimestamp = Date.parse(`${day}T12:00:00Z`) / 1000;
    return Buffer.from(compiler.pdf(compiled.result, { pdfStandard: PdfStandard.UA_1, creationTimestamp }));
  } catch (error) {
    throw new Error(`the document cannot be typeset: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    // Its memory of what it compiled would grow with every letter.
    compiler.evictCache(10);
  }
}

function faultsIn(found: { shortDiagnostics: unknown[] } | null): string[] {
  return (found?.shortDiagnostics ?? []).map((one) => {
    const { message } = one as { message?: string };
    return message ?? JSON.stringify(one);
  });
}
