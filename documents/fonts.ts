import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const CUTS = ['400Regular', '600SemiBold', '700Bold', '400Regular_Italic'];

let files: Buffer[] | null = null;
let glyphs: Set<number> | null = null;

/** The fonts of every document: Noto Sans, for Latin, Greek, Cyrillic and Devanagari script. */
export function fontFiles(): Buffer[] {
  files ??= CUTS.map((cut) => readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${cut}/NotoSans_${cut}.ttf`)));
  return files;
}

/** Whether every cut of the fonts has a glyph for the character. @param code its code point */
export function hasGlyph(code: number): boolean {
  glyphs ??= fontFiles()
    .map(mappedBy)
    .reduce((all, own) => new Set([...all].filter((one) => own.has(one))));
  return glyphs.has(code);
}

const PLATFORM_UNICODE = 0;
const PLATFORM_WINDOWS = 3;

/** Code points that a TrueType file maps to a glyph: its `cmap` table in format 12 or 4, as OpenType 1.9 lays them out. */
function mappedBy(file: Buffer): Set<number> {
  const cmap = tableAt(file, 'cmap');
  const subtables = Array.from({ length: file.readUInt16BE(cmap + 2) }, (_, n) => {
    const record = cmap + 4 + 8 * n;
    const at = cmap + file.readUInt32BE(record + 4);
    return { platform: file.readUInt16BE(record), at, format: file.readUInt16BE(at) };
  }).filter(({ platform }) => platform === PLATFORM_UNICODE || platform === PLATFORM_WINDOWS);
  const full = subtables.find(({ format }) => format === 12);
  if (full) return new Set(groupsOf(file, full.at));
  const basic = subtables.find(({ format }) => format === 4);
  if (basic) return new Set(segmentsOf(file, basic.at));
  throw new Error('a font of the documents has no character map that can be read: install the dependencies again');
}

function tableAt(file: Buffer, name: string): number {
  for (let n = 0; n < file.readUInt16BE(4); n += 1) {
    const record = 12 + 16 * n;
    if (file.toString('latin1', record, record + 4) === name) return file.readUInt32BE(record + 8);
  }
  throw new Error(`a font of the documents has no table “${name}”: install the dependencies again`);
}

function* groupsOf(file: Buffer, at: number): Generator<number> {
  for (let n = 0; n < file.readUInt32BE(at + 12); n += 1) {
    const group = at + 16 + 12 * n;
    for (let code = file.readUInt32BE(group); code <= file.readUInt32BE(group + 4); code += 1) yield code;
  }
}

function* segmentsOf(file: Buffer, at: number): Generator<number> {
  const twice = file.readUInt16BE(at + 6);
  for (let n = 0; n < twice; n += 2) {
    const end = file.readUInt16BE(at + 14 + n);
    const start = file.readUInt16BE(at + 16 + twice + n);
    const delta = file.readUInt16BE(at + 16 + 2 * twice + n);
    const offsetAt = at + 16 + 3 * twice + n;
    const offset = file.readUInt16BE(offsetAt);
    for (let code = start; code <= end && code !== 0xffff; code += 1) {
      const glyph = offset === 0 ? (code + delta) & 0xffff : file.readUInt16BE(offsetAt + offset + 2 * (code - start));
      if (glyph !== 0) yield code;
    }
  }
}
