import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const TEMPLATES = fileURLToPath(new URL('./templates/', import.meta.url));
const require = createRequire(import.meta.url);
const FONTS = ['400Regular', '700Bold', '400Regular_Italic'].map((cut) => require.resolve(`@expo-google-fonts/noto-sans/${cut}/NotoSans_${cut}.ttf`));

let compiler: NodeCompiler | null = null;

/**
 * Typesets data with a template to a tagged PDF (PDF/UA-1). The data goes in as JSON and stays text, whatever it looks like. The same
 * template, data and day give the same bytes.
 * @param template name and version, as `letter/1`; a version that has shipped is never edited
 * @param day stands in the file as its date
 * @throws if a character has no glyph in the fonts, or the template is at fault; the message says which
 */
export function typeset(template: string, data: unknown, day: string): Buffer {
  compiler ??= NodeCompiler.create({ workspace: TEMPLATES, fontArgs: [{ fontBlobs: FONTS.map((file) => readFileSync(file)) }] });
  try {
    const pdf = compiler.pdf(
      { mainFileContent: readFileSync(`${TEMPLATES}${template}.typ`, 'utf8'), inputs: { data: JSON.stringify(data) } },
      { pdfStandard: 'ua-1', creationTimestamp: Date.parse(`${day}T12:00:00Z`) / 1000 },
    );
    return Buffer.from(pdf);
  } catch (error) {
    throw new Error(`the document cannot be typeset: ${describe(error)}`);
  } finally {
    // Its memory of what it compiled would grow with every letter.
    compiler.evictCache(10);
  }
}

function describe(error: unknown): string {
  const { message, shortDiagnostics } = error as { message?: string; shortDiagnostics?: { message?: string }[] };
  return shortDiagnostics?.map((d) => d.message).join('; ') || message || String(error);
}
