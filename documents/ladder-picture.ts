import type { Band, Ladder, Opening, TaskRule, Wording } from '../policy/ladder.ts';
import { lastRungOf } from './law.ts';
import { lineHeight, picture, wrapped, type Piece } from './svg.ts';

/** Where a case stands on its ladder, as far as the picture shows it. */
export interface LadderPosition {
  /** Key of the band; null below the first. */
  band: string | null;
  /** Reports that stand. */
  reports: number;
  habitual: boolean;
  /** By key of the task: how its latest round stands. A task that is not named has not opened. */
  tasks: Record<string, 'open' | 'overdue' | 'done' | 'unavailable' | 'withdrawn'>;
  referredOn: string | null;
}

const WIDTH = 1_040;
const COLUMN = 500;
const GAP = 40;
const PADDING = 12;

interface Section {
  heading: string;
  /** What opens it, in grey below the heading. */
  under: string;
  tasks: TaskRule[];
  /** The case has come as far as this. */
  reached: boolean;
  /** The case stands here. */
  here: boolean;
  /** Belongs to no rung: no arrow leads to it. */
  aside?: true;
}

/**
 * A policy as a picture (SVG): the steps of both tracks with owner and due time, the clocks that open them, and the gate before a referral.
 * With a case's position, what is done, open and overdue, and where the case stands.
 */
export function ladderPicture(ladder: Ladder, position: LadderPosition | null = null): string {
  const pieces: Piece[] = [];
  const named = `Policy ${ladder.policy.id}, version ${ladder.policy.version}`;
  pieces.push({ kind: 'text', x: 0, y: 26, text: named, size: 22, bold: true });
  pieces.push({ kind: 'text', x: 0, y: 48, text: position ? KEY_OF_MARKS : CLOCKS, size: 12, tone: 'quiet' });
  const left = column(0, 92, 'Absences of every kind open support', supportSections(ladder, position), ladder, position, pieces);
  const right = column(COLUMN + GAP, 92, `Truancy: ${eventsOf(ladder)}`, truancySections(ladder, position), ladder, position, pieces);
  const bottom = gate(Math.max(left, right) + 28, ladder, position, pieces);
  return picture({ width: WIDTH, height: bottom + 4, title: named, description: describe(ladder), pieces });
}

const CLOCKS = 'On each line: who owns it, and in how many school days it falls due. A step stays open while later ones run.';
const KEY_OF_MARKS = '✓ done, ○ open, ! overdue, – not available, × withdrawn, · not opened yet';

/** Lays boxes below one another, joined by arrows. @returns where the column ends */
function column(
  x: number,
  top: number,
  heading: string,
  sections: Section[],
  ladder: Ladder,
  position: LadderPosition | null,
  pieces: Piece[],
): number {
  pieces.push({ kind: 'text', x, y: top - 12, text: heading, size: 15, bold: true });
  let y = top;
  for (const [n, section] of sections.entries()) {
    if (n > 0) {
      if (!section.aside) pieces.push({ kind: 'arrow', x: x + COLUMN / 2, from: y, to: y + 20 });
      y += 20;
    }
    y = box(x, y, section, ladder, position, pieces);
  }
  return y;
}

function box(x: number, y: number, section: Section, ladder: Ladder, position: LadderPosition | null, pieces: Piece[]): number {
  const inner: Piece[] = [];
  let line = y + PADDING + 14;
  inner.push({ kind: 'text', x: x + PADDING, y: line, text: section.heading, size: 14, bold: true });
  if (section.here)
    inner.push({ kind: 'text', x: x + COLUMN - PADDING, y: line, text: 'the case stands here', size: 12, bold: true, end: true });
  for (const text of wrapped(section.under, COLUMN - 2 * PADDING, 12)) {
    line += lineHeight(12);
    inner.push({ kind: 'text', x: x + PADDING, y: line, text, size: 12, tone: 'quiet' });
  }
  line += 6;
  for (const rule of section.tasks) {
    const mark = position ? (MARKS[position.tasks[rule.task] ?? 'none'] ?? '·') : SIGNS[rule.kind];
    const side = `${rule.owner.replaceAll('_', ' ')}, ${rule.due} d${rule.recurs ? `, again after ${rule.recurs}` : ''}`;
    const lines = wrapped(titleOf(ladder, rule.task), COLUMN - 2 * PADDING - 22 - side.length * 6.1, 13);
    for (const [n, text] of lines.entries()) {
      line += lineHeight(13);
      if (n === 0) {
        inner.push({ kind: 'text', x: x + PADDING, y: line, text: mark, size: 13, bold: true });
        inner.push({ kind: 'text', x: x + COLUMN - PADDING, y: line, text: side, size: 11, tone: 'quiet', end: true });
      }
      inner.push({ kind: 'text', x: x + PADDING + 20, y: line, text, size: 13 });
    }
    for (const text of wrapped(waits(rule, ladder), COLUMN - 2 * PADDING - 22, 11)) {
      line += lineHeight(11);
      inner.push({ kind: 'text', x: x + PADDING + 20, y: line, text, size: 11, tone: 'quiet' });
    }
  }
  const end = line + PADDING;
  pieces.push({ kind: 'box', x, y, width: COLUMN, height: end - y, strong: section.here, filled: section.reached }, ...inner);
  return end;
}

/** What a task waits for once it could open or be finished: its gates and clocks, as a line; empty where it waits for nothing. */
function waits({ task, needs, waitsFor, fullDays, spacing, newEvents, interventionBetween }: TaskRule, ladder: Ladder): string {
  const meeting = ladder.wording?.[task]?.meeting;
  const named = (tasks: readonly string[]): string => tasks.map((task) => `“${titleOf(ladder, task)}”`).join(', ');
  return [
    ...(needs ? [`after ${named(needs)}`] : []),
    ...(meeting ? [meetingLine(meeting)] : []),
    ...(waitsFor ? [`waits for ${named(waitsFor.tasks)}, ${count(waitsFor.schoolDays, 'school day')} at most`] : []),
    ...(fullDays ? [`once ${count(fullDays, 'event')} of the year ${fullDays === 1 ? 'is a full day' : 'are full days'}`] : []),
    ...(spacing ? [`${count(spacing, 'school day')} after the letter before it`] : []),
    ...(newEvents ? [`with ${count(newEvents, 'new event')}`] : []),
    ...(interventionBetween ? [`an intervention first: ${interventionBetween.map((kind) => kind.replaceAll('_', ' ')).join(' or ')}`] : []),
  ].join('; ');
}

/** How a team meets, as the line below its task. */
function meetingLine({ chair, invite, quorum, leadDays }: NonNullable<Wording['meeting']>): string {
  const plain = (word: string): string => word.replaceAll('_', ' ');
  return [
    ...(chair ? [`led by the ${plain(chair)}`] : []),
    ...(quorum ? [`quorum ${quorum}`] : []),
    `invited: ${invite.map(plain).join(', ')}`,
    ...(leadDays ? [`told ${count(leadDays, 'school day')} before`] : []),
  ].join(', ');
}

/** Signs of the kinds of work, where no case is shown. */
const SIGNS: Record<TaskRule['kind'], string> = { task: '•', notice: '✉', meeting: '◆', referral: '→' };
const MARKS: Record<string, string> = { done: '✓', open: '○', overdue: '!', unavailable: '–', withdrawn: '×', none: '·' };

function supportSections(ladder: Ladder, position: LadderPosition | null): Section[] {
  const at = position?.band ? ladder.bands.findIndex(({ band }) => band === position.band) : -1;
  const bands = ladder.bands.map((band, n) => ({
    heading: band.name,
    under: rangeOf(band),
    tasks: ladder.tasks.filter(({ opens }) => opens.some((one) => opensWith(one, band, n === 0))),
    reached: position !== null && n <= at,
    here: n === at,
  }));
  const unimproved = unimprovedSections(ladder);
  const early = ladder.tasks.filter(({ opens }) => opens.some(({ on }) => on === 'first_months'));
  if (early.length === 0) return [...bands, ...unimproved];
  const months: Section = {
    heading: 'The first months of school',
    under: (ladder.firstMonths ?? []).map((line, n) => `${count(line, 'absence')} by the end of month ${n + 1}`).join(', '),
    tasks: early,
    reached: position !== null && early.some(({ task }) => task in position.tasks),
    here: false,
  };
  return [...bands.slice(0, 1), months, ...bands.slice(1), ...unimproved];
}

/** What opens where the attendance has not improved since something was done: one box for each line that the policy draws. */
function unimprovedSections(ladder: Ladder): Section[] {
  const lines = new Map<string, { under: string; tasks: TaskRule[] }>();
  for (const rule of ladder.tasks)
    for (const one of rule.opens) {
      if (one.on !== 'no_improvement') continue;
      const line =
        one.absences === undefined
          ? `${Number((100 * (one.rate ?? 0)).toFixed(1))} % of the school days`
          : count(one.absences, 'school day');
      const under = `${count(one.schoolDays, 'school day')} or more after “${titleOf(ladder, one.after)}”, with ${line} since or more missed`;
      lines.set(under, { under, tasks: [...(lines.get(under)?.tasks ?? []), rule] });
    }
  return [...lines.values()].map(({ under, tasks }) => ({
    heading: 'No improvement',
    under,
    tasks,
    reached: false,
    here: false,
    aside: true,
  }));
}

function opensWith(opening: Opening, band: Band, first: boolean): boolean {
  return (opening.on === 'band' && opening.band === band.band) || (first && opening.on === 'case');
}

function rangeOf({ from, to, limit }: Band): string {
  const count = from === null ? '' : to === null ? `from absence ${from} on` : `absences ${from} to ${to}`;
  const rate = limit ? `attendance ${limit.inclusive ? 'at or below' : 'below'} ${limit.perMille / 10} %` : '';
  return [count, rate].filter(Boolean).join(', or ') || 'from the first absence on';
}

function eventsOf({ statute }: Ladder): string {
  const { firstReportEvents, firstReportWithin, firstReportYearEvents: year, furtherReportEvents: further } = statute;
  const first = `a report at ${firstReportEvents} unexcused events${firstReportWithin ? ` in a month${year ? ` or ${year} in the school year` : ''}` : ''}`;
  return further === null ? first : `${first}, then at ${count(further, 'further event')}`;
}

function truancySections(ladder: Ladder, position: LadderPosition | null): Section[] {
  const { statute } = ladder;
  const counts = new Set(ladder.tasks.flatMap(({ opens }) => opens.flatMap((one) => (one.on === 'reports' ? [one.count] : []))));
  const of = (test: (one: Opening) => boolean): TaskRule[] => ladder.tasks.filter(({ opens }) => opens.some(test));
  const reported: Section[] = [...counts]
    .sort((a, b) => a - b)
    .map((n) => ({
      heading: `${count(n, 'report')} ${n === 1 ? 'stands' : 'stand'}`,
      under: 'filed by a person, each on events of its own',
      tasks: of((one) => one.on === 'reports' && one.count === n),
      reached: position !== null && position.reports >= n,
      here:
        position !== null &&
        !position.habitual &&
        position.reports > 0 &&
        n === Math.max(...[...counts].filter((c) => c <= position.reports)),
    }));
  const sections: Section[] = [
    {
      heading: 'A report is due',
      under: 'on unexcused events whose days to clear are over',
      tasks: of((one) => one.on === 'report_due'),
      reached: position !== null && of((one) => one.on === 'report_due').some(({ task }) => task in position.tasks),
      here: false,
    },
    ...reported,
    {
      heading: 'Habitual truant',
      under: `${count(statute.habitualReports ?? 0, 'report')}, and a conference with parent and pupil held or tried after report ${statute.conferenceAfterReports.join(' or ')}`,
      tasks: of((one) => one.on === 'habitual'),
      reached: position?.habitual ?? false,
      here: position?.habitual ?? false,
    },
    { heading: 'In between', under: 'what happens on the way asks for it', tasks: of(between), reached: false, here: false, aside: true },
    {
      heading: 'A student’s situation',
      under: (ladder.paths ?? []).map(({ path }) => titleOf(ladder, `path:${path}`)).join(', '),
      tasks: of((one) => one.on === 'path'),
      reached: false,
      here: false,
      aside: true,
    },
  ];
  return sections.filter(({ tasks }) => tasks.length > 0);
}

const BETWEEN: readonly Opening['on'][] = [
  'attempt_failed',
  'contact_data_wrong',
  'report_fallen',
  'letter_fallen',
  'referral_fallen',
  'recovered',
];
const between = ({ on }: Opening): boolean => BETWEEN.includes(on);

/** The gate across both columns: what must be met, or justified by a named person, before a referral. @returns where it ends */
function gate(y: number, ladder: Ladder, position: LadderPosition | null, pieces: Piece[]): number {
  const inner: Piece[] = [];
  pieces.push({ kind: 'arrow', x: COLUMN / 2, from: y - 28, to: y });
  let line = y + PADDING + 15;
  inner.push({ kind: 'text', x: PADDING, y: line, text: `Gate: referral to ${lastRungOf(ladder)}`, size: 15, bold: true });
  if (position?.referredOn)
    inner.push({ kind: 'text', x: WIDTH - PADDING, y: line, text: `referred on ${position.referredOn}`, size: 12, bold: true, end: true });
  line += lineHeight(12);
  const who = ladder.justifiableBy.map((role) => role.replaceAll('_', ' ')).join(' or ');
  const rule = `Each is met, or a ${who} says in writing why it could not be. What the law asks (§) nobody can justify away.`;
  inner.push({ kind: 'text', x: PADDING, y: line, text: rule, size: 12, tone: 'quiet' });
  const width = (WIDTH - 2 * PADDING) / 2;
  const half = Math.ceil(ladder.referral.length / 2);
  let end = line;
  for (const [n, { requirement, statutory, ground }] of ladder.referral.entries()) {
    if (n === 0 || n === half) end = Math.max(end, line);
    if (n === half) line = y + PADDING + 15 + lineHeight(12);
    const only = ground ? ` (${ground.replaceAll('_', ' ')} only)` : '';
    const x = PADDING + (n < half ? 0 : width);
    for (const [part, text] of wrapped(`${titleOf(ladder, requirement)}${only}`, width - 30, 12).entries()) {
      line += lineHeight(12);
      if (part === 0) inner.push({ kind: 'text', x, y: line, text: statutory ? '§' : '•', size: 12, bold: true });
      inner.push({ kind: 'text', x: x + 16, y: line, text, size: 12 });
    }
    end = Math.max(end, line);
  }
  end += PADDING;
  const referred = position !== null && position.referredOn !== null;
  pieces.push({ kind: 'box', x: 0, y, width: WIDTH, height: end - y, strong: true, filled: referred }, ...inner);
  return end;
}

function titleOf(ladder: Ladder, key: string): string {
  return ladder.wording?.[key]?.title ?? key;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** The picture in a sentence for who cannot see it. */
function describe(ladder: Ladder): string {
  const bands = ladder.bands.map((band) => `${band.name} (${rangeOf(band)})`).join(', ');
  return `Bands by absences: ${bands}. Beside them the truancy track: ${eventsOf(ladder)}. Below both the gate before a referral to ${lastRungOf(ladder)} with ${count(ladder.referral.length, 'requirement')}.`;
}
