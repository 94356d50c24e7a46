import type { PacketSource } from '../../cases/documents.ts';
import type { Block } from '../../documents/packet/blocks.ts';
import { packetModel, uncited } from '../../documents/packet/model.ts';
import { printDocument } from '../../documents/index.ts';
import { citation } from '../../documents/packet/citation.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { asIfUnfinished, packetSource } from './packet-source.ts';

const model = (source: PacketSource) => packetModel(source, 1, 'a'.repeat(64));
const section = (source: PacketSource, title: string): Block[] => model(source).sections.find((s) => s.title === title)?.blocks ?? [];
const rows = (blocks: Block[]) => blocks.flatMap((b) => (b.kind === 'table' ? b.rows : []));
const text = (blocks: Block[]): string => JSON.stringify(blocks);
const print = (source: PacketSource): Buffer => printDocument({ template: 'packet/1', version: 1, source, sourceSha256: 'a'.repeat(64) });

describe.each(['habitual_truant', 'chronic_absentee'] as const)('the packet of a %s', (ground) => {
  const source = packetSource(ground);

  test('has no statement without a record that it rests on', () => {
    expect(uncited(model(source))).toEqual([]);
  });

  test('cites only records that its index lists', () => {
    const listed = new Set(rows(section(source, 'Index of records')).map((r) => r.cells[0]));
    const cited = model(source).sections.flatMap((s) =>
      s.blocks.flatMap((b) => (b.kind === 'statements' ? b.items : b.kind === 'table' ? b.rows : []).flatMap((one) => one.cites)),
    );
    expect([...new Set(cited)].filter((tag) => !listed.has(tag))).toEqual([]);
  });

  test('has each documented action exactly once in its chronology', () => {
    const tags = rows(section(source, 'Chronological record')).flatMap((r) => r.cites);
    for (const { event } of source.chronicle.filter((c) => c.event.type === 'action_documented'))
      expect(tags.filter((t) => t === `E-${event.seq}`)).toHaveLength(1);
  });

  test('prints the same bytes twice, tagged, as PDF/UA', () => {
    const bytes = print(source);
    expect(print(structuredClone(source)).equals(bytes)).toBe(true);
    expect(bytes.includes('/StructTreeRoot')).toBe(true);
    expect(bytes.includes('pdfuaid')).toBe(true);
  });
});

test('a referral as chronic absentee says why it has no reports and letters', () => {
  const source = packetSource('chronic_absentee');
  expect(text(section(source, 'Truancy reports'))).toContain('Not applicable');
  expect(text(section(source, 'Letters'))).toContain('Not applicable');
});

test('a case that was moved to another version says so on the cover and in the chronology, with who and why', () => {
  const second = policyOf(secondVersionText()).ladder;
  const source = packetSource('habitual_truant', (paper) => void paper.must(paper.migrates('attendance_supervisor', second)));
  const moved = source.chronicle.find(({ event }) => event.type === 'policy_migrated')!;
  const told = {
    ...source,
    policy: second.policy,
    chronicle: source.chronicle.map((one) => (one === moved ? { ...one, text: 'Resolution 21-14' } : one)),
  };
  const line = model(told).cover.find(({ label }) => label === 'This document');
  expect(line?.text).toMatch(/policy lausd version 2, since .+ 20\d\d; before, lausd version 1$/);
  expect(line?.cites).toContain(`E-${moved.event.seq}`);
  expect(text(section(told, 'Chronological record'))).toContain('Moved from policy lausd version 1 to lausd version 2. “Resolution 21-14”');
  expect(uncited(model(told))).toEqual([]);
});

test('both clocks are told apart, each with its day', () => {
  const standing = text(section(packetSource('habitual_truant'), 'Standing on both clocks'));
  expect(standing).toContain('Absence ladder: all absences, as of');
  expect(standing).toContain('Truancy track: unexcused events whose clearing window has ended, as of');
});

test('a feed that was stale is told with the standing, and with the day up to which its numbers reach', () => {
  const source = packetSource('habitual_truant');
  expect(text(section(source, 'Standing on both clocks'))).not.toContain('feed');
  const stale = { ...source, staleFeeds: [{ feed: 'sis', numbersOf: '2021-10-14' }] };
  expect(text(section(stale, 'Standing on both clocks'))).toContain(
    'Attendance had come from the school’s system (feed sis) up to Oct 14, 2021 only; what happened since is not in these numbers.',
  );
  expect(uncited(model(stale))).toEqual([]);
  expect(print(stale).length).toBeGreaterThan(1_000);
});

test('what is missing is named', () => {
  const source = packetSource('habitual_truant', () => undefined, ['sart']);
  const missing = rows(section(source, 'What is asked, and what is missing')).filter((r) => r.cells[2] === 'missing');
  expect(missing.map((r) => r.cells[0])).toContain('School Attendance Review Team (SART)');
  expect(missing.every((r) => r.marked)).toBe(true);
});

test('the cover says whether the record is complete, and names what is missing', () => {
  const [complete] = model(packetSource('habitual_truant')).verdicts;
  expect(complete).toMatchObject({ complete: true, title: 'For a referral as habitual truant, this record is complete', items: [] });
  const [short] = model(packetSource('habitual_truant', () => undefined, ['sart'])).verdicts;
  expect(short?.complete).toBe(false);
  expect(short?.items).toContain('School Attendance Review Team (SART)');
});

test('a packet made after the referral names its ground, who referred and when', () => {
  const made = model({ ...packetSource('habitual_truant'), ground: null });
  expect(made.title).toBe('Referral to the School Attendance Review Board');
  expect(made.cover.find((line) => line.label === 'Ground of referral')?.text).toMatch(/^Habitual truant .*referred on \w+ \d+, \d{4} by /);
});

test('a case that was not referred is asked about each ground, and each empty section says so', () => {
  const source = asIfUnfinished(packetSource('habitual_truant'));
  expect(model(source).verdicts.map((v) => v.complete)).toEqual([false, false]);
  for (const title of ['Truancy reports', 'Letters', 'Contact attempts', 'Meetings and conferences', 'Plans, contracts and directives'])
    expect(section(source, title)).toEqual([{ kind: 'note', text: expect.stringMatching(/^No .*\.$/) as string }]);
  expect(uncited(model(source))).toEqual([]);
  expect(print(source).length).toBeGreaterThan(10_000);
});

test('a step that the school has not is told as not available, with the reason, and not as met', () => {
  const source = packetSource(
    'habitual_truant',
    (paper) => {
      paper.must(paper.command('case_manager', { kind: 'record_unavailable', task: 'cost', round: 1 }));
    },
    ['cost'],
  );
  const cost = rows(section(source, 'What is asked, and what is missing')).find((r) => r.cells[0]?.includes('(COST)'));
  expect(cost?.cells.slice(2)).toEqual(['not available', expect.stringMatching(/^Not available, because: “.+”$/) as string]);
});

test('days are written out, and no code of ours is left where a word exists', () => {
  const source = packetSource('habitual_truant');
  const printed = text(model(source).sections.flatMap((s) => s.blocks)) + JSON.stringify(model(source).cover);
  expect(printed).not.toMatch(/\d{4}-\d{2}-\d{2}/);
  expect(printed).not.toMatch(/\b[a-z]+_[a-z_]+\b/);
});

test('the calendar marks the days that the table lists', () => {
  const source = packetSource('habitual_truant');
  const blocks = section(source, 'Attendance day by day');
  const calendar = blocks.find((b) => b.kind === 'calendar');
  expect(calendar?.months.flatMap((m) => m.days).filter((d) => d.mark !== null)).toHaveLength(rows(blocks).length);
  expect(calendar?.legend.map((l) => l.mark)).toEqual(['unexcused', 'excused']);
});

test('neighbouring records are cited as a run', () => {
  expect(citation(['E-7', 'A-1', 'A-2', 'A-3', 'A-9', 'A-10', 'P', 'P'])).toBe('E-7, A-1 to A-3, A-9, A-10, P');
});

test('a note longer than a page and a word longer than its column are printed', () => {
  const source = packetSource('habitual_truant');
  const line = source.chronicle.find((c) => c.event.type === 'action_documented');
  if (line) line.text = 'It was a long talk. '.repeat(600);
  for (const contact of source.contacts) contact.email = `${'anna.maria.'.repeat(6)}example@schools.example.org`;
  expect(print(source).length).toBeGreaterThan(10_000);
});

test('a superseded entry is struck, stays readable, and names what superseded it', () => {
  const source = packetSource('habitual_truant', (paper) => {
    const action = paper.state.actions.find((a) => a.kind === 'conference');
    paper.must(paper.command('principal', { kind: 'supersede_action', action: action?.id ?? '' }));
  });
  const [struck] = rows(section(source, 'Meetings and conferences')).filter((r) => r.struck);
  expect(struck?.cells.at(-1)).toContain('Superseded on');
  expect(struck?.cites).toHaveLength(2);
});

test('words that look like commands are printed as words; a foreign script in a note does not stop the packet', () => {
  const source = packetSource('habitual_truant');
  source.student.name = '#read("/etc/passwd") $x$ @a [b] *c*';
  for (const line of source.chronicle) if (line.text) line.text = 'Ella dijo: “mañana” — 내일 학교에 가요.';
  expect(print(source).length).toBeGreaterThan(10_000);
});

test('a name that cannot be set in type is refused by its script, not left blank', () => {
  const source = packetSource('habitual_truant');
  source.student.name = '李小龙';
  expect(() => print(source)).toThrow('Chinese (Han) script');
});
