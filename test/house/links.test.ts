import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { at, CODE, filesUnder, offencesIn, read, ROOT, type Check } from './source.ts';

/** Blanks out what is shown and not said: fenced blocks and code in a line. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^(```+|~~~+)[\s\S]*?^\1|`[^`\n]*`/gm, (code) => code.replace(/[^\n]/g, ' '));
}

/** The anchors that GitHub gives to a page's headings, and those that the page sets itself. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const unfenced = markdown.replace(/^(```+|~~~+)[\s\S]*?^\1/gm, '');
  for (const [, heading = ''] of unfenced.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of unfenced.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/** Every link of a page to a place in this repository leads somewhere. */
const deadLinks: Check = (path, text) =>
  [...withoutCode(text).matchAll(/\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]: *(\S+)|\b(?:href|src)="([^"]+)"/gm)].flatMap((match) => {
    const link = match[1] ?? match[2] ?? match[3] ?? '';
    if (/^[a-z][a-z+.-]*:/i.test(link)) return [];
    const [file = '', anchor] = decodeURI(link).split('#');
    const target = file === '' ? path : posix.join(posix.dirname(path), file);
    if (file !== '' && !existsSync(join(ROOT, target))) return [at(path, text, match.index, `${link} leads nowhere`)];
    if (anchor === undefined) return [];
    const there = target.endsWith('.md') ? anchorsOf(file === '' ? text : read(target)) : new Set<string>();
    return there.has(anchor) ? [] : [at(path, text, match.index, `${link}: the page has no such heading`)];
  });

/** A page that a sentence or a comment in the source sends its reader to is there. */
const deadMentions: Check = (path, text) =>
  [...text.matchAll(/\bdocs\/[\w/-]+\.(?:md|svg)\b/g)].flatMap((match) =>
    existsSync(join(ROOT, match[0])) ? [] : [at(path, text, match.index, `${match[0]} is not there`)],
  );

describe('every link leads somewhere', () => {
  const pages = [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...['docs', 'samples', 'deploy', 'bench'].flatMap((folder) => filesUnder(folder, /\.md$/)),
  ];

  test('between the pages, to their headings and to the source', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/decisions/README.md']));
    expect(offencesIn(pages, deadLinks)).toEqual([]);
  });

  test('and from the source to the pages it names', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !/^(\.|node_modules|dist)/.test(entry.name),
    );
    const sources = folders.flatMap(({ name }) => filesUnder(name, CODE)).filter((path) => path !== 'test/house/links.test.ts');
    expect(sources).toContain('bin/start.ts');
    expect(offencesIn(sources, deadMentions)).toEqual([]);
  });

  test('a dead link, a dead anchor and a dead mention are found', () => {
    const page =
      '# One & two\n\n[a](gone.md) [b](#one--two)\n[c](#three) ![d](../store/clock.ts)\n[e](architecture.md#no-such)\n`[f](gone.md)`\n\n[g]: gone.md\n';
    expect(deadLinks('docs/page.md', page)).toEqual([
      'docs/page.md:3  gone.md leads nowhere',
      'docs/page.md:4  #three: the page has no such heading',
      'docs/page.md:5  architecture.md#no-such: the page has no such heading',
      'docs/page.md:8  gone.md leads nowhere',
    ]);
    expect(deadMentions('bin/a.ts', `\n'see docs/gone.md, or docs/cli.md'`)).toEqual(['bin/a.ts:2  docs/gone.md is not there']);
  });
});
