/** A piece of a picture. Lengths are pixels, `y` of a text is its baseline. */
export type Piece =
  | { kind: 'text'; x: number; y: number; text: string; size: number; bold?: boolean; tone?: 'quiet'; end?: boolean }
  | { kind: 'box'; x: number; y: number; width: number; height: number; strong: boolean; filled: boolean }
  | { kind: 'arrow'; x: number; from: number; to: number };

export interface Picture {
  width: number;
  height: number;
  title: string;
  description: string;
  pieces: Piece[];
}

const MARGIN = 20;
const STYLE = `text{font-family:system-ui,"Noto Sans",sans-serif;fill:#1a1a1a}.q{fill:#565656}.b{font-weight:600}.e{text-anchor:end}
rect{fill:#fff;stroke:#8a8a8a}.s{stroke:#1a1a1a;stroke-width:2}.f{fill:#e8f0f7}path{stroke:#565656;fill:none}`;

/** An SVG that stands alone: no script, no file beside it, readable in black and white, with words for who cannot see it. */
export function picture({ width, height, title, description, pieces }: Picture): string {
  const box = `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${Math.ceil(height) + 2 * MARGIN}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${width + 2 * MARGIN}" height="${Math.ceil(height) + 2 * MARGIN}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect x="${-MARGIN}" y="${-MARGIN}" width="100%" height="100%" style="stroke:none"/>`,
    ...pieces.map(element),
    '</svg>\n',
  ].join('\n');
}

function element(piece: Piece): string {
  if (piece.kind === 'box') {
    const { x, y, width, height, strong, filled } = piece;
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"${classes({ s: strong, f: filled })}/>`;
  }
  if (piece.kind === 'arrow') {
    const { x, from, to } = piece;
    return `<path d="M${x} ${from}V${to}m-4 -6l4 6l4 -6"/>`;
  }
  const { x, y, text, size, bold, tone, end } = piece;
  return `<text x="${x}" y="${y}" font-size="${size}"${classes({ b: bold, q: tone === 'quiet', e: end })}>${escaped(text)}</text>`;
}

function classes(given: Record<string, boolean | undefined>): string {
  const names = Object.keys(given).filter((name) => given[name]);
  return names.length ? ` class="${names.join(' ')}"` : '';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** From one line's baseline to the next, for a size of letters. */
export const lineHeight = (size: number): number => Math.round(size * 1.45);

/** Mean width of a letter as a share of its size; a picture is laid out without the fonts of whoever looks at it. */
const LETTER = 0.54;

/** Breaks a text between words so that each line is about so wide; a word alone may be wider. */
export function wrapped(text: string, width: number, size: number): string[] {
  const most = Math.max(8, Math.floor(width / (size * LETTER)));
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
