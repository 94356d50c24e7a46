import type { z } from 'zod';
import type { delivery } from '../../api/contracts/delivery.ts';
import type { EarlierCounts } from '../../store/attendance-delivery.ts';
import { count, list, table, wrap } from './table.ts';

/** A delivery with its rows that were not taken. */
export type Account = z.infer<typeof delivery>;
type Counts = NonNullable<Account['counts']>;
/** Rejected rows that are printed; the rest is in the file of rejected rows. */
const MOST_PRINTED = 40;

/** `3.2 GB`, `12 bytes`. */
export function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  if (bytes < 1000) return count(bytes, 'byte');
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  return `${(bytes / 1000 ** power).toFixed(1).replace(/\.0$/, '')} ${units[power - 1]}`;
}

/** How far work on a delivery has come, on one line. */
export function phaseText({ phase, file, rows, bytes, ofBytes }: NonNullable<Account['progress']>): string {
  const percent = ofBytes > 0 ? `, ${Math.floor((100 * Math.min(bytes, ofBytes)) / ofBytes)}% of ${sizeText(ofBytes)}` : '';
  switch (phase) {
    case 'reading':
      return file === null ? 'Reading the files.' : `Reading ${file}: ${count(rows, 'row')}${percent}.`;
    case 'waiting':
      return 'All rows read; waiting for another import, or the turn of the day, to end.';
    case 'merging':
      return 'Checking the rows and merging them.';
    case 'counting':
      return 'Counting: every row, and every standing it touches.';
    default:
      return 'Finishing.';
  }
}

/** `read 1,917 = accepted 1,913 + rejected 3 + ignored 1`. */
export function accountText({ counts }: { counts: Pick<Counts, 'read' | 'accepted' | 'rejected' | 'ignored'> | null }): string {
  if (!counts) return 'no rows';
  const n = (number: number): string => number.toLocaleString('en-US');
  return `read ${n(counts.read)} = accepted ${n(counts.accepted)} + rejected ${n(counts.rejected)} + ignored ${n(counts.ignored)}`;
}

/** What a delivery did, or would do: its account, its consequences, and a line for every row that is rejected. */
export function accountReport(account: Account, width: number): string {
  const tried = account.status !== 'done';
  const counts = tried ? (account.dryRun?.counts ?? null) : account.counts;
  const lines = [`Rows: ${accountText({ counts })}.`];
  if (counts) {
    const span = counts['span'] as { first: string; last: string } | null | undefined;
    if (span) lines.push(`Attendance from ${span.first} to ${span.last}.`);
    lines.push(wrap(consequencesText(counts, tried), width));
    lines.push(...earlierLines(counts, tried, width));
    for (const [name, { kind, rejected }] of Object.entries(counts.files)) {
      if (kind === null) lines.push(wrap(`${name}: no known format has its columns; its ${count(rejected, 'row')} were rejected.`, width));
    }
  }
  lines.push(...rejectedLines(account, counts, width));
  for (const [reason, number] of ignoredOf(counts, account.rows))
    lines.push(`Ignored: ${count(number, 'row')} (${reason.replaceAll('-', ' ')}).`);
  if (account.differences?.length) {
    lines.push(
      '',
      'Something changed between the dry run and the import; it came out differently:',
      list(
        account.differences.map(
          ({ what, expected, found }) => `${what}: ${JSON.stringify(expected)} was said, ${JSON.stringify(found)} it is`,
        ),
        width,
      ),
    );
  }
  return lines.join('\n');
}

/** `It would open 14 cases, advance 9, retract 3, and hold 2 students at 1 school.` */
export function consequencesText({ consequences }: Pick<Counts, 'consequences'>, tried: boolean): string {
  const { opens, advances, retracts, holds, releases } = consequences;
  const parts = [
    opens ? `${tried ? 'open' : 'opens'} ${count(opens, 'case')}` : '',
    advances ? `${tried ? 'advance' : 'advances'} ${count(advances, 'case')}` : '',
    retracts ? `${tried ? 'retract' : 'retracts'} ${count(retracts, 'case')}` : '',
    holds.students ? `${tried ? 'hold' : 'holds'} ${count(holds.students, 'student')} at ${count(holds.schools.length, 'school')}` : '',
    releases.students ? `${tried ? 'release' : 'releases'} ${count(releases.students, 'student')}` : '',
  ].filter((part) => part !== '');
  const subject = tried ? 'It would' : 'It';
  if (parts.length === 0) return tried ? 'It would wake no case.' : 'It wakes no case.';
  const last = parts.pop() ?? '';
  return `${subject} ${parts.length ? `${parts.join(', ')} and ${last}` : last}.`;
}

/** Steps taken elsewhere that it brings in, and the reports among them that nobody may rely on. */
function earlierLines(counts: Counts, tried: boolean, width: number): string[] {
  const earlier = counts['earlier'] as EarlierCounts | undefined;
  if (!earlier || earlier.records === 0) return [];
  const { records, students, opens, notBorneOut } = earlier;
  return [
    wrap(
      `${count(records, 'earlier step')} of ${count(students, 'student')} ${tried ? 'would come' : 'came'} in as recorded elsewhere; ${count(opens, 'case')} ${tried ? 'would open' : opens === 1 ? 'opens' : 'open'} for them to stand in.`,
      width,
    ),
    ...notBorneOut.map(({ file, line, report, days }) =>
      wrap(
        `${file}:${line}: report ${report} rests on ${days.join(', ')}, which the attendance on record does not bear out; it is kept, and nobody relies on it.`,
        width,
      ),
    ),
  ];
}

function rejectedLines({ rows, next }: Account, counts: Counts | null, width: number): string[] {
  const rejected = rows.filter(({ outcome }) => outcome === 'rejected');
  if (rejected.length === 0) return [];
  const shown = rejected.slice(0, MOST_PRINTED);
  const lines = [
    '',
    table(
      ['File', 'Line', 'Rejected because'],
      shown.map(({ file, line, message }) => [file, line, message]),
      width,
    ),
  ];
  const more = (counts?.rejected ?? rejected.length) - shown.length;
  if (more > 0 || next !== null)
    lines.push(wrap(`… and ${count(more, 'more row')}. All of them, as a file to mend and send again: --rejected-to FILE.`, width));
  const lost = counts?.notKept.rejected ?? 0;
  if (lost > 0)
    lines.push(
      wrap(`So many rows were rejected that ${count(lost, 'row')} of them are only counted. Mend what they have in common first.`, width),
    );
  return lines;
}

/** How many rows were ignored, reason by reason. */
function ignoredOf(counts: Counts | null, rows: Account['rows']): [string, number][] {
  const ignored = new Set(rows.filter(({ outcome }) => outcome === 'ignored').map(({ reason }) => reason)).add('unchanged');
  return Object.entries(counts?.reasons ?? {}).filter(([reason]) => ignored.has(reason));
}
