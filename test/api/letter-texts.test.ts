import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import type { letterRegister, letterVersion } from '../../api/contracts/letter-texts.ts';
import type { LetterSource } from '../../cases/documents.ts';
import { shippedTexts, type LetterTexts } from '../../documents/index.ts';
import { letterModel } from '../../documents/letters.ts';
import { withLabels } from '../../documents/register.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi, type Reply } from '../world/api.ts';
import { commandLine } from '../world/command-line.ts';
import { openWorld, SCHOOL, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';

type Version = z.output<typeof letterVersion>;

const EFFECTIVE = '2021-10-18';
const CUT = ['2021-09-07', '2021-09-08', '2021-09-09'];
const english = () => shippedTexts('letter-1')['en']!;
/** The shipped first notice with another title, and in Spanish, with labels of its own. */
const own = (title = 'A word from {school}'): LetterTexts => ({
  en: { ...english(), title },
  es: { ...english(), title: 'Unas palabras de {school}', labels: withLabels(shippedTexts('letter-1'), 'en').labels },
});

/** The register of letters over a living district: texts proposed, approved, used, and what was sent in the ones before. */
describe('the texts of letters', () => {
  let world: TestWorld;
  let api: ApiWorld;
  let ann: PersonAtApi;
  let ben: PersonAtApi;
  let cleo: PersonAtApi;

  beforeAll(async () => {
    world = await openWorld();
    api = await startEngineApi(world.db.apiUrl, world.client);
    const person = async (id: string) => api.as(await addPerson(world.db.owner, 'attendance_supervisor', null, id));
    [ann, ben, cleo] = [await person('ann'), await person('ben'), await person('cleo')];
  });
  afterAll(async () => {
    await api.close();
    await world.close();
  });

  const path = (version: number | string, letter = 'letter-1') => `/v1/letter-texts/${letter}/versions/${version}`;
  const propose = (who: PersonAtApi, texts: LetterTexts = own(), effective = EFFECTIVE, letter = 'letter-1') =>
    who.command<Version>(`/v1/letter-texts/${letter}/versions`, { texts, effective, note: 'as the board asked' });
  const read = (version: number | string) => ann.get<Version>(path(version));
  const approve = async (who: PersonAtApi, version: number | string, etag?: string) =>
    who.send<Version>('POST', `${path(version)}/approve`, {
      body: {},
      headers: { 'idempotency-key': crypto.randomUUID(), 'if-match': etag ?? (await read(version)).headers.get('etag') ?? '' },
    });
  const end = (who: PersonAtApi, version: number | string, verb: 'reject' | 'withdraw') =>
    who.command<Version>(`${path(version)}/${verb}`, { reason: 'not like this' });
  const problem = (reply: Reply<unknown>): [number, string] => [reply.status, reply.problem.type.replace('urn:rollbook:problem:', '')];

  /** A student with a filed report and a letter to be approved. */
  async function reported(): Promise<TestStudent> {
    const student = await world.enroll();
    await world.rowsFor(student, CUT);
    await world.stand(student, { absences: 3, truancy: CUT });
    await world.until('the case has begun', async () => (await world.events(student)).length > 0);
    await world.give(student, { kind: 'file_report', events: CUT, filedWith: 'attendance_supervisor', on: TODAY });
    const action = { kind: 'evaluation_list' as const, details: { decision: 'send' as const } };
    await world.give(student, { kind: 'document_action', on: TODAY, time: null, task: null, action }, { text: 'Read.' });
    return student;
  }
  /** Approves the first letter of a student. @returns its document's id and what it was frozen with */
  async function letterTo(student: TestStudent): Promise<{ id: string; source: LetterSource }> {
    const { seq } = await world.recorded(student);
    const command = { kind: 'approve_letter' as const, letter: 'letter-1', round: 1 };
    const { outcome, commandId: id } = await world.give(student, command, { role: 'principal', ifSeq: seq });
    expect(outcome).toBe('applied');
    return { id, ...(await world.db.owner('document').where({ document_id: id }).first<{ source: LetterSource }>('source')) };
  }

  test('begin with the shipped ones, and are seen by a clerk', async () => {
    const clerk = api.as(await addPerson(world.db.owner, 'clerk', [SCHOOL]));
    const { letters } = expectOk(await clerk.get<z.output<typeof letterRegister>>('/v1/letter-texts'));
    expect(letters[0]).toMatchObject({ letter: 'letter-1', title: 'Notification of Truancy', inUse: 'shipped', languages: ['en'] });
    expect(expectOk(await clerk.get<Version>(path('shipped')))).toMatchObject({
      status: 'shipped',
      inUse: true,
      faults: [],
      comparedTo: null,
    });
    expect(problem(await propose(clerk))).toEqual([403, 'role-not-allowed']);
    expect(problem(await clerk.get(path(1)))).toEqual([404, 'not-found']);
  });

  test('a text with an unknown merge field cannot be published: it is refused with the place, and nothing is kept', async () => {
    const reply = await propose(ann, own('Dear {parent}'));
    expect(problem(reply)).toEqual([422, 'text-invalid']);
    expect(reply.problem.errors).toEqual([
      { path: 'texts.en.title', message: 'the merge field “{parent}” is none; use one of {student}, {school}, {district}' },
    ]);
    expect(await world.db.owner('letter_version')).toEqual([]);
  });

  test('nor can one that lacks a statement of the law on its first day, that cannot be printed, or that says nothing new', async () => {
    const old = {
      en: {
        ...english(),
        paragraphs: english().paragraphs.map((part) => ('bullets' in part ? { bullets: part.bullets.slice(0, 4) } : part)),
      },
    };
    expect((await propose(ann, old, '2025-07-01')).problem.errors?.map(({ message }) => message)).toEqual([
      'letter-1 lacks statement (e) of EC 48260.5',
      'letter-1 lacks statement (f) of EC 48260.5',
      'letter-1 lacks statement (g) of EC 48260.5',
    ]);
    const unprintable = await propose(ann, { ...own(), ko: { ...english(), title: '학교에서', labels: own()['es']!.labels } });
    expect(problem(unprintable)).toEqual([422, 'text-invalid']);
    expect(unprintable.problem.errors).toEqual([{ path: 'texts.ko', message: expect.stringContaining('Hangul') }]);
    expect(problem(await propose(ann, shippedTexts('letter-1')))).toEqual([409, 'text-unchanged']);
    expect(problem(await propose(ann, own(), TODAY))).toEqual([409, 'text-not-ahead']);
    expect(await world.db.owner('letter_version')).toEqual([]);
  });

  test('is proposed by one, approved by two others as they have read it, and used from its day; what was sent keeps its own', async () => {
    const before = await reported();
    const after = await reported();
    const draft = expectOk(await propose(ann));
    expect(draft).toMatchObject({ version: 1, status: 'proposed', languages: ['en', 'es'], comparedTo: 'shipped', inUse: false });
    expect(draft.differences.map(({ sentence }) => sentence)).toEqual([
      '“Notification of Truancy” becomes “A word from {school}”',
      'A text in es comes with it.',
    ]);
    expect(problem(await propose(ben))).toEqual([409, 'text-draft-open']);
    expect(problem(await approve(ann, 1))).toEqual([403, 'approver-proposed']);
    expect(problem(await approve(ben, 1, `"${'0'.repeat(32)}"`))).toEqual([412, 'text-moved-on']);
    expect(expectOk(await approve(ben, 1))).toMatchObject({ status: 'proposed', approvals: [{ by: 'ben' }] });
    expect(problem(await approve(ben, 1))).toEqual([409, 'already-approved']);
    expect(expectOk(await approve(cleo, 1))).toMatchObject({ status: 'approved', inUse: false });
    expect(problem(await approve(cleo, 1))).toEqual([409, 'text-draft-closed']);

    const first = await letterTo(before);
    expect(first.source).toMatchObject({ text: { title: 'Notification of Truancy' } });
    expect(first.source.textVersion).toBeUndefined();
    const printed = await ann.letter(before.caseId, first.id);
    await world.setClock(`${EFFECTIVE}T17:00:00Z`);
    const second = await letterTo(after);
    expect(second.source).toMatchObject({ text: { title: 'A word from {school}' }, textVersion: { version: 1, digest: draft.digest } });
    expect(letterModel(second.source, 'x').title).toBe('A word from Test School');
    expect(expectOk(await read(1))).toMatchObject({ inUse: true, comparedTo: null });
    expect((await ann.letter(before.caseId, first.id)).bytes.equals(printed.bytes)).toBe(true);
    expect((await ann.letter(after.caseId, second.id)).bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(problem(await end(ben, 1, 'reject'))).toEqual([409, 'text-draft-closed']);
  });

  test('another is withdrawn by who proposed it or rejected by anybody who may approve, and its number is not used again', async () => {
    const texts = own('Something else');
    expect(expectOk(await propose(ann, texts, '2021-10-20')).version).toBe(2);
    expect(problem(await end(ben, 2, 'withdraw'))).toEqual([403, 'role-not-allowed']);
    expect(expectOk(await end(ann, 2, 'withdraw'))).toMatchObject({ status: 'withdrawn', closedBy: 'ann', closedWhy: 'not like this' });
    expect(expectOk(await propose(ann, texts, '2021-10-20')).version).toBe(3);
    expect(expectOk(await end(ben, 3, 'reject'))).toMatchObject({ status: 'rejected', closedBy: 'ben' });
    expect(problem(await end(ben, 'shipped', 'reject'))).toEqual([409, 'text-draft-closed']);
    const { letters } = expectOk(await ann.get<z.output<typeof letterRegister>>('/v1/letter-texts'));
    expect(letters[0]?.versions.map(({ version, status, inUse }) => [version, status, inUse])).toEqual([
      [3, 'rejected', false],
      [2, 'withdrawn', false],
      [1, 'approved', true],
      ['shipped', 'shipped', false],
    ]);
  });

  test('the command line shows them side by side, exports, proposes and approves them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollbook-texts-'));
    try {
      const rollbook = (who: PersonAtApi, ...args: string[]) => commandLine(api.url, who.token, ['texts', ...args]);
      expect(await rollbook(ann)).toMatch(
        /letter-1 A word from \{school\} 3 rejected 2021-10-20 en, es 2 withdrawn .* 1 in use 2021-10-18 en, es shipped shipped en/,
      );
      expect(await rollbook(ann, 'show', 'letter-2')).toMatch(
        /The shipped text of letter-2, shipped, in use .*title Invitation to a conference about attendance/,
      );
      const file = join(folder, 'mine.json');
      expect(await rollbook(ann, 'show', 'letter-2', 'shipped', '--export', file)).toContain('1 language');
      const texts = JSON.parse(readFileSync(file, 'utf8')) as LetterTexts;
      writeFileSync(file, JSON.stringify({ en: { ...texts['en'], title: 'Dear {nobody}' } }));
      const propose = () => rollbook(ann, 'propose', 'letter-2', file, '--effective', '2021-11-01', '--note', 'the board');
      expect(await propose()).toMatch(/^exit 1: .*texts\.en\.title: the merge field “\{nobody\}” is none/);
      writeFileSync(file, JSON.stringify({ en: { ...texts['en'], title: 'Let us meet' } }));
      expect(await propose()).toContain('2 other people have to approve it');
      for (const who of [ben, cleo]) {
        const shown = await rollbook(who, 'show', 'letter-2', '1');
        expect(shown).toContain('“Invitation to a conference about attendance” becomes “Let us meet”');
        const seen = /--seen ([0-9a-f]+)/.exec(shown)?.[1] ?? '';
        expect(await rollbook(who, 'approve', 'letter-2', '1', '--seen', seen)).toContain(
          who === ben ? 'needs 1 more approval' : 'letters are issued in it from 2021-11-01',
        );
      }
      expect(await rollbook(ann, 'withdraw', 'letter-2', '1', '--reason', 'a mistake')).toBe('Version 1 of letter-2 is withdrawn.');
      const pdf = join(folder, 'preview.pdf');
      expect(await rollbook(ann, 'preview', 'letter-2', '-o', pdf)).toContain('Written:');
      expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
      expect(await rollbook(ann, 'show', 'letter-9')).toContain('There is no letter letter-9');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('each is seen in print for a made-up student, in each of its languages; nothing is disclosed by that', async () => {
    const before = await world.db.owner('disclosure');
    for (const [version, language] of [
      ['shipped', 'en'],
      ['1', 'es'],
      ['3', 'en'],
    ] as const) {
      const reply = await ann.get(`${path(version)}/preview?language=${language}`);
      expect([reply.status, reply.headers.get('content-type'), reply.bytes.subarray(0, 5).toString()]).toEqual([
        200,
        'application/pdf',
        '%PDF-',
      ]);
    }
    expect(problem(await ann.get(`${path('shipped')}/preview?language=es`))).toEqual([404, 'not-found']);
    expect(await world.db.owner('disclosure')).toEqual(before);
  });
});
