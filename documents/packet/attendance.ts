import type { Day } from '../../cases/actions.ts';
import type { AttendanceFact } from '../../cases/documents.ts';
import { dateWithWeekday, monthName, shortDate, weekday } from '../dates.ts';
import type { Block, Mark, Month, Row } from './blocks.ts';
import type { CaseRecord } from './record.ts';
import { capital, words } from './words.ts';

/** A calendar for the eye, and a table with each day's meaning on the truancy track and the file it came from. */
export function attendance(view: CaseRecord): Block[] {
  const listed = 'Days of absence and tardiness are listed. For a school day that is not listed neither is on file.';
  if (!view.days.length) return [{ kind: 'note', text: 'No absence or tardiness is on file.' }];
  return [
    { kind: 'note', text: listed },
    calendar(view),
    {
      kind: 'table',
      columns: ['Day', 'Recorded as', 'On the truancy track', 'File and line'],
      widths: [1.5, 1.5, 2.3, 1.9],
      rows: view.days.map((day): Row => ({
        cells: [dateWithWeekday(day.date), recordedAs(day), onTrack(view, day), `${day.file}, line ${day.line}`],
        cites: view.dayTags([day.date]),
        struck: false,
      })),
    },
  ];
}

/** `absent, unexcused`, and the school's own code where it says something else. */
export function recordedAs({ status, excuse, code }: AttendanceFact): string {
  const own = code && code.toLowerCase() !== excuse ? ` (code ${code})` : '';
  return `${capital(words(status))}, ${words(excuse)}${own}`;
}

function onTrack(view: CaseRecord, { date, excuse }: AttendanceFact): string {
  const withdrawn = new Set(view.all('report_withdrawn').map((w) => w.body.ordinal));
  const report = view.reports().findLast((r) => r.body.events.includes(date) && !withdrawn.has(r.body.ordinal));
  const { truancy, pending } = view.source.standing;
  const open = pending.find((p) => p.day === date);
  if (report)
    return truancy.includes(date) ? `In report ${report.body.ordinal}` : `In report ${report.body.ordinal}; does not count any more`;
  if (truancy.includes(date)) return 'Counts; in no report yet';
  if (open) return open.windowEnds ? `Can be cleared until ${shortDate(open.windowEnds)}` : 'Can still be cleared';
  return excuse === 'excused' ? 'Does not count: excused' : 'Does not count';
}

const LEGEND: Record<Mark, string> = {
  unexcused: 'absent, unexcused',
  excused: 'absent, excused',
  unverified: 'absent, reason not verified yet',
  tardy: 'tardy',
};

function markOf({ status, excuse }: AttendanceFact): Mark {
  if (status !== 'absent') return 'tardy';
  return excuse === 'unexcused' || excuse === 'excused' ? excuse : 'unverified';
}

function calendar(view: CaseRecord): Block {
  const marks = new Map(view.days.map((day) => [day.date, markOf(day)]));
  const used = new Set(marks.values());
  const months = monthsOf(view);
  return {
    kind: 'calendar',
    months: months.map((month) => sheet(month, marks)),
    legend: (['unexcused', 'excused', 'unverified', 'tardy'] as const)
      .filter((mark) => used.has(mark))
      .map((mark) => ({ mark, text: LEGEND[mark] })),
    alt: `Calendar from ${monthName(months[0] ?? '')} to ${monthName(months.at(-1) ?? '')} with the days of the table below marked.`,
  };
}

function sheet(month: string, marks: Map<Day, Mark>): Month {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const length = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return {
    name: monthName(month),
    startsOn: weekday(`${month}-01`),
    days: Array.from({ length }, (_, n) => ({
      number: n + 1,
      mark: marks.get(`${month}-${String(n + 1).padStart(2, '0')}`) ?? null,
    })),
  };
}

const YEAR = 12;

/** Months from the first marked day to the day of the standing: at most a year, at least the month of the standing. */
function monthsOf(view: CaseRecord): string[] {
  const until = view.source.standing.asOf.slice(0, 7);
  const months = [until];
  while (months.length < YEAR && (months[0] ?? '') > (view.days[0]?.date.slice(0, 7) ?? until)) {
    const [year = 0, number = 0] = (months[0] ?? '').split('-').map(Number);
    months.unshift(number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`);
  }
  return months;
}
