import type { Coverage, DeliveryCounts, OpenCoverage } from '../store/attendance-delivery.ts';
import { wakeForMovedDues } from '../store/calendar.ts';
import { districtTime } from '../store/clock.ts';
import type { Database, Transaction } from '../store/database.ts';
import { storedFiles } from '../store/delivery-files.ts';
import { readMappings } from '../store/import-mappings.ts';
import { accountOf } from './account.ts';
import { CannotTake } from './cannot-take.ts';
import { noticeMissing } from './completeness.ts';
import { consequencesOf, rememberBefore } from './consequences.ts';
import { mergeEarlier, tellEarlier } from './earlier/index.ts';
import { guessOf } from './formats/aliases.ts';
import type { Kind } from './formats/format.ts';
import { mergeRecovery } from './days/recovery.ts';
import { mergeDays } from './merge-days.ts';
import { mergeSubmissions } from './merge-submissions.ts';
import { PlainRows } from './plain-rows.ts';
import { readFiles } from './read/index.ts';
import type { SourceFile } from './read/source.ts';
import { noteReturns } from './returns.ts';
import { mergeRoster } from './roster/index.ts';
import { retell } from './roster/merge.ts';
import { settle } from './roster/settle.ts';
import { attendanceRules, type StandingRules } from './rules.ts';
import type { Day } from './school-year.ts';
import { closedCoverage, spanOf } from './span.ts';
import { noticeStarts } from './school-start.ts';
import { createStaging, stageDoubtful, stageFile, type Stage } from './staging.ts';
import { largeWork, recompute, type StandingChange } from './standing.ts';
import { beginTouched, touchCovered, touchHeld, touchSchools, touchStudents } from './touched.ts';
import type { Watch } from './watch.ts';

/** What was staged. */
export interface Staged {
  /** Each file, or entry of an archive, with what it is. */
  kinds: Record<string, Stage>;
  /** The formats that were met. */
  formats: string[];
  /** Rows that are not staged: they say no more than that a student was there. */
  plain: PlainRows;
  /** Reads the files again and stages the noted rows that are doubtful. */
  stageDoubtful(): Promise<void>;
}

/** The delivery at hand. */
export interface Taking {
  deliveryId: string;
  coverage: OpenCoverage;
  /** Whether the account tells the days that the rows speak of. */
  tells: boolean;
  receivedBy: string;
  /** District day on which it is taken; null means today. */
  day: Day | null;
  /** The policy in force if absent. */
  rules?: StandingRules | undefined;
}

export interface Taken {
  day: Day;
  coverage: Coverage;
  counts: DeliveryCounts;
  standing: StandingChange;
}

/**
 * First half of an import: the files of a delivery go through COPY into temporary tables. Nobody waits for it, however long it takes:
 * it holds no lock on anything that others use.
 * @throws CannotTake when no format knows any of the files
 * @throws FileRefused when one cannot be read as a whole
 */
export async function stageDelivery(
  db: Database,
  trx: Transaction,
  watch: Watch,
  { deliveryId, noted }: { deliveryId: string; noted: number | undefined },
): Promise<Staged> {
  // Attendance is asked for its days whatever the delivery holds.
  await createStaging(trx, ['attendance']);
  const plain = new PlainRows(noted);
  const mappings = await readMappings(trx);
  let before = 0;
  let within = 0;
  const sources = (await storedFiles(db, deliveryId)).map((file): SourceFile => ({
    name: file.name,
    open: () => counted(file.open()),
    openAt: (offset) => counted(file.openAt(offset)),
  }));
  /** Tells how many bytes were read. A file may be opened several times: what is told never goes back. */
  async function* counted(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let here = 0;
    for await (const piece of bytes) {
      here += piece.length;
      within = Math.max(within, here);
      watch.bytes(before + within);
      yield piece;
    }
  }
  const kinds: Record<string, Stage> = {};
  const guesses: string[] = [];
  const formats = new Set<string>();
  for await (const file of readFiles(sources, mappings)) {
    if (file.format) formats.add(file.format);
    kinds[file.name] = file.kind ?? 'unknown';
    const guess = file.kind === null ? guessOf(file.header) : null;
    if (guess !== null) guesses.push(`${file.name}: ${guess}.`);
    await stageFile(trx, file, { plain, watch });
    before += within;
    within = 0;
  }
  const names = Object.keys(kinds);
  if (!Object.values(kinds).some((kind) => kind !== 'unknown'))
    throw new CannotTake([unknownFiles(names), ...guesses.slice(0, 3)].join(' '));
  return {
    kinds,
    formats: [...formats].sort(),
    plain,
    async stageDoubtful() {
      for await (const file of readFiles(await storedFiles(db, deliveryId), mappings)) await stageDoubtful(trx, file, plain, watch);
    },
  };
}

function unknownFiles(names: string[]): string {
  if (names.length === 0) return 'There is nothing to read in this delivery; send at least one file.';
  const named = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  return `No known format has the columns of ${named}: nothing was taken. Check the header row against the guide to import files, or say which column is which, and send it again.`;
}

/**
 * Second half: what was staged is checked and merged by set-based SQL, the standings it touches are recomputed, and every row is
 * accounted for. Imports and turns of the day follow one another from here on: each builds on what the one before has written.
 */
export async function mergeDelivery(trx: Transaction, watch: Watch, staged: Staged, taking: Taking): Promise<Taken> {
  const { deliveryId, receivedBy } = taking;
  await largeWork(trx);
  const day = taking.day ?? (await districtTime(trx)).day;
  const rules = await attendanceRules(trx, taking.rules);
  const has = (kind: Kind): boolean => Object.values(staged.kinds).includes(kind);
  await settle(trx, day, rules);
  await rememberBefore(trx);
  await beginTouched(trx);
  watch.phase('merging');
  for (const stage of new Set(Object.values(staged.kinds))) await trx.raw(`ANALYZE staged_${stage}`);
  const open = taking.coverage.from === null || taking.coverage.to === null;
  const span = open || taking.tells ? await spanOf(trx, staged.plain.span) : undefined;
  const coverage = closedCoverage(taking.coverage, span ?? null, day);
  const roster = await mergeRoster(trx, new Set(Object.values(staged.kinds)), { deliveryId, coverage, today: day });
  await noticeStarts(trx, { day, deliveryId, rules: rules.midYear });
  // Without an attendance file a delivery says nothing about days, whatever its coverage says.
  const days = has('attendance')
    ? await mergeDays(trx, { deliveryId, coverage, today: day, receivedBy }, rules.days, staged)
    : { added: 0, changed: 0, withdrawn: 0, withdrawalsHeld: false, retractionsWaiting: 0, covered: 0 };
  if (has('recovery')) await mergeRecovery(trx, { deliveryId, coverage, today: day, receivedBy });
  if (has('submission')) await mergeSubmissions(trx, { deliveryId, today: day });

  if (has('earlier')) await mergeEarlier(trx, { deliveryId, receivedBy, today: day });

  await touchStudents(trx, await retell(trx, 'all', { day, rules: rules.days }, { by: receivedBy, deliveryId, reason: 'changed' }));

  watch.phase('counting');
  const account = await accountOf(trx, deliveryId, staged);
  await touchStudents(trx, roster.students);
  await touchSchools(trx, roster.schools);
  await touchCovered(trx, deliveryId);
  await noticeMissing(trx, day, rules.submissions);
  await touchHeld(trx);
  watch.phase('counting');
  const returned = await noteReturns(trx, deliveryId, day, rules.standing);
  const standing = await recompute(trx, { day, students: 'touched', rules: rules.standing, correctionsOf: deliveryId });
  const moved = await wakeForMovedDues(trx, roster.schools);
  const earlier = has('earlier') ? await tellEarlier(trx, day) : undefined;
  const counts: DeliveryCounts = {
    ...account,
    ...(span === undefined ? {} : { span }),
    days,
    standing: { changed: standing.changed + returned, crossings: standing.crossings.length },
    moved,
    consequences: await consequencesOf(trx, standing.crossings),
    ...(earlier ? { earlier } : {}),
  };
  watch.phase('finishing');
  return { day, coverage, counts, standing };
}
