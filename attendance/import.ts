import type { Coverage, DeliveryCounts } from '../store/attendance-delivery.ts';
import { wakeForMovedDues } from '../store/calendar.ts';
import { districtTime } from '../store/clock.ts';
import type { Database, Transaction } from '../store/database.ts';
import { KINDS } from './formats/format.ts';
import { mergeContacts } from './merge-contacts.ts';
import { mergeDays } from './merge-days.ts';
import { mergeCalendar, mergeSchools, mergeStudents } from './merge-roster.ts';
import { readFiles } from './read/index.ts';
import type { SourceFile } from './read/source.ts';
import { rulesInForce, type StandingRules } from './rules.ts';
import { accountFor, createStaging, stageFile, type Stage } from './staging.ts';
import type { Day } from './school-year.ts';
import { recompute, type StandingChange } from './standing.ts';
import { beginTouched, touchCovered, touchHeld, touchSchools, touchStudents } from './touched.ts';
import { takeTurns } from './turns.ts';

export interface ImportResult {
  counts: DeliveryCounts;
  /** What the delivery did to standings; null when it had been imported before. */
  standing: StandingChange | null;
}

/**
 * Imports a delivery: its files go through COPY into staging, are checked and merged by set-based SQL, and the standings they touch
 * are recomputed, all in one transaction. Every row is accounted for: read = accepted + rejected + ignored, and each row not taken
 * stands in `delivery_row` with its reason. A delivery that is done already is not imported again: its account is returned.
 * @param options.rules the numbers that standings depend on; the policy in force if absent
 * @throws if there is no such delivery, or the district or its policy has not been set up
 */
export async function importDelivery(db: Database, deliveryId: string, options: { rules?: StandingRules } = {}): Promise<ImportResult> {
  return db.transaction(async (trx) => {
    const delivery = await trx('delivery').where({ delivery_id: deliveryId }).forUpdate().first<
      | {
          status: string;
          coverage: Coverage;
          district_day: Day | null;
          received_by: string;
          counts: DeliveryCounts;
        }
      | undefined
    >();
    if (!delivery) throw new Error(`there is no delivery ${deliveryId}`);
    if (delivery.status === 'done') return { counts: delivery.counts, standing: null };
    const today = delivery.district_day ?? (await districtTime(trx)).day;
    const rules = options.rules ?? (await rulesInForce(trx));
    await takeTurns(trx);

    await createStaging(trx);
    await beginTouched(trx);
    const staged = await stageFiles(db, trx, deliveryId);
    const kinds = new Set(Object.values(staged.kinds));
    if (kinds.has('school')) await mergeSchools(trx);
    const calendars = kinds.has('calendar') ? await mergeCalendar(trx) : [];
    const roster = kinds.has('student') ? await mergeStudents(trx, deliveryId) : [];
    if (kinds.has('contact')) await mergeContacts(trx, deliveryId);
    // Without an attendance file a delivery says nothing about days, whatever its coverage says.
    const days = kinds.has('attendance')
      ? await mergeDays(trx, { deliveryId, coverage: delivery.coverage, today, receivedBy: delivery.received_by })
      : { added: 0, changed: 0, withdrawn: 0, withdrawalsHeld: false, covered: 0 };

    const account = await accountOf(trx, deliveryId, staged.kinds, days);
    await touchStudents(trx, roster);
    await touchSchools(trx, calendars);
    await touchCovered(trx, deliveryId);
    await touchHeld(trx);
    const standing = await recompute(trx, {
      day: today,
      students: 'touched',
      rules,
      correctionsOf: deliveryId,
    });
    const moved = await wakeForMovedDues(trx, calendars);
    const counts: DeliveryCounts = { ...account, standing: { changed: standing.changed, crossings: standing.crossings.length }, moved };
    await trx('delivery')
      .where({ delivery_id: deliveryId })
      .update({
        status: 'done',
        district_day: today,
        format: staged.formats.join(', ') || null,
        counts: JSON.stringify(counts),
        problem: null,
        finished_at: trx.fn.now(),
      });
    return { counts, standing };
  });
}

/** Stages the files one after the other. @returns the kind of each file, and the formats that were met */
async function stageFiles(
  db: Database,
  trx: Transaction,
  deliveryId: string,
): Promise<{ kinds: Record<string, Stage>; formats: string[] }> {
  const names = await trx('delivery_file').where({ delivery_id: deliveryId }).orderBy('name').pluck<string[]>('name');
  const sources = names.map((name): SourceFile => ({
    name,
    async *open() {
      // The transaction's own connection is busy with COPY while a file is read.
      const { bytes } = await db('delivery_file').where({ delivery_id: deliveryId, name }).first<{ bytes: Buffer }>('bytes');
      yield bytes;
    },
  }));
  const kinds: Record<string, Stage> = {};
  const formats = new Set<string>();
  for await (const file of readFiles(sources, [])) {
    if (file.format) formats.add(file.format);
    kinds[file.name] = file.kind ?? 'unknown';
    await stageFile(trx, file);
  }
  return { kinds, formats: [...formats].sort() };
}

/** The account of all files: kind by kind, since each kind is staged apart. */
async function accountOf(
  trx: Transaction,
  deliveryId: string,
  kinds: Record<string, Stage>,
  days: DeliveryCounts['days'],
): Promise<Omit<DeliveryCounts, 'standing'>> {
  const counts: Omit<DeliveryCounts, 'standing'> = {
    read: 0,
    accepted: 0,
    rejected: 0,
    ignored: 0,
    files: {},
    reasons: {},
    days,
  };
  for (const [name, stage] of Object.entries(kinds)) {
    counts.files[name] = {
      kind: stage === 'unknown' ? null : stage,
      read: 0,
      accepted: 0,
      rejected: 0,
      ignored: 0,
    };
  }
  for (const stage of [...KINDS, 'unknown'] as const) {
    const { files, reasons } = await accountFor(trx, deliveryId, stage);
    for (const [name, file] of files) {
      Object.assign(counts.files[name]!, file);
      for (const key of ['read', 'accepted', 'rejected', 'ignored'] as const) counts[key] += file[key];
    }
    for (const [code, n] of Object.entries(reasons)) counts.reasons[code] = (counts.reasons[code] ?? 0) + n;
  }
  return counts;
}
