import { readdirSync, readFileSync } from 'node:fs';
import { codeSetOf, shippedCodes, shippedCodeSets } from '../../../attendance/codes/index.ts';
import { readFiles, type ReadFile } from '../../../attendance/read/index.ts';
import type { CodeMeaning } from '../../../policy/codes.ts';

/** What the readers really emit as codes, beside the maps that say what these mean. */
const FIXTURES = new URL('./fixtures/', import.meta.url);
const folders = readdirSync(FIXTURES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** Codes that no map can know: each country, or each district, has its own. They are held until somebody says what they mean. */
const UNKNOWN_ON_PURPOSE: Record<string, string[]> = { sif: ['201', 'unx'] };

async function read(name: string, bytes: Buffer): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  const open = async function* (): AsyncGenerator<Buffer> {
    yield await Promise.resolve(bytes);
  };
  for await (const file of readFiles([{ name, open }], [])) files.push(file);
  return files;
}

/** The codes of all attendance rows of a file, those of periods too, with the code set that they are looked up in. */
async function codesIn(name: string, bytes: Buffer): Promise<{ set: string; code: string }[]> {
  const found: { set: string; code: string }[] = [];
  for (const file of await read(name, bytes)) {
    if (file.reader?.kind !== 'attendance') continue;
    const set = codeSetOf(file.format!);
    for await (const row of file.rows()) {
      if (!('fields' in row)) continue;
      const { code, periods } = file.reader.read(row.fields);
      // A row that speaks by periods alone is silent about the day.
      if (code !== '' || !periods) found.push({ set, code: code ?? '' });
      for (const pair of periods?.split(',') ?? []) found.push({ set, code: pair.slice(pair.indexOf('=') + 1) });
    }
  }
  return found;
}

const mapOf = (set: string): Map<string, CodeMeaning> =>
  new Map(shippedCodeSets().includes(set) ? shippedCodes(set).map(({ code, meaning }) => [code, meaning]) : []);

describe('every code that a fixture holds is known to the map that is shipped for its system, or unknown on purpose', () => {
  test.each(folders)('%s', async (folder) => {
    const names = readdirSync(new URL(`./fixtures/${folder}/`, import.meta.url)).filter((name) => !name.endsWith('.md'));
    const unknown = new Set<string>();
    for (const name of names) {
      const bytes = readFileSync(new URL(`./fixtures/${folder}/${name}`, import.meta.url));
      for (const { set, code } of await codesIn(name, bytes)) if (!mapOf(set).has(code)) unknown.add(code);
    }
    expect([...unknown].sort()).toEqual(UNKNOWN_ON_PURPOSE[folder] ?? []);
  });
});

test('Aspen: whatever its four marks say is known, and says of an absence that it is excused only where they do', async () => {
  const header = 'STD_ID_LOCAL,SKL_SCHOOL_ID,ATT_DATE,ATT_ABSENT_IND,ATT_TARDY_IND,ATT_DISMISSED_IND,ATT_EXCUSED_IND';
  for (let marks = 0; marks < 16; marks += 1) {
    const [absent, tardy, dismissed, excused] = [8, 4, 2, 1].map((bit) => (marks & bit ? '1' : '0'));
    const csv = Buffer.from(`${header}\n1,990,2025-09-02,${[absent, tardy, dismissed, excused].join(',')}\n`);
    const [{ set, code }] = (await codesIn('attendance.csv', csv)) as [{ set: string; code: string }];
    const meaning = mapOf(set).get(code);
    expect([marks, set, meaning?.status === 'absent']).toEqual([marks, 'aspen', absent === '1']);
    const silent = absent + tardy! + dismissed! === '000';
    expect([marks, meaning?.excuse === 'excused']).toEqual([marks, excused === '1' && !silent]);
    expect(meaning?.excuse).not.toBe('unexcused');
  }
});

test('a bare tardy says nothing of an excuse in any system, so it never becomes an event by itself', () => {
  for (const set of shippedCodeSets()) {
    for (const { code, meaning } of shippedCodes(set)) {
      if (/^(t|tardy|late|tardy\/)$/.test(code)) expect([set, code, meaning.status, meaning.excuse]).toEqual([set, code, 'tardy', expect.stringMatching(/^(unknown|unverified)$/)]); // prettier-ignore
    }
  }
});
