import { ActivityFailure, ApplicationFailure, defineQuery, proxyActivities, rootCause, setHandler } from '@temporalio/workflow';
import type { AdvanceInput, DaySummary, DistrictActivities } from '../activities/district.ts';
import type { Day } from '../cases/actions.ts';

/**
 * The district's day: deliveries are imported, the day turns, and a sample's clock advances. Everything they call can be repeated, so
 * a worker that dies in between costs time and nothing else.
 */

const district = proxyActivities<DistrictActivities>({
  taskQueue: 'ingest',
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '30 seconds',
    maximumAttempts: 10,
  },
});

/** Imports a delivery that has been written down. What cannot be imported at all is marked so, with the reason. */
export async function importDelivery(deliveryId: string): ReturnType<DistrictActivities['importDelivery']> {
  try {
    return await district.importDelivery(deliveryId);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = rootCause(error) ?? 'the import failed for an unknown reason';
    await district.failDelivery({ deliveryId, problem });
    throw ApplicationFailure.nonRetryable(problem, 'ImportFailed');
  }
}

/** Tries a delivery out. What could not be taken at all is told with its reason. */
export async function dryRunDelivery(deliveryId: string): ReturnType<DistrictActivities['dryRunDelivery']> {
  try {
    return await district.dryRunDelivery(deliveryId);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const problem = rootCause(error) ?? 'the dry run failed for an unknown reason';
    await district.failDryRun({ deliveryId, problem });
    throw ApplicationFailure.nonRetryable(problem, 'DryRunFailed');
  }
}

/** Turns the day, and those missed before it. A Schedule calls it every night with null: the clock's today. */
export async function turnDay(day: Day | null): Promise<void> {
  await district.turnDay(day);
}

/** Brings about the merges and partings of student records that people have asked for. */
export async function settleMerges(): Promise<void> {
  await district.settleMerges();
}

/** How far an advance has come. */
export interface AdvanceReport {
  /** Days that will be passed in all. */
  planned: number;
  /** Days that were passed, oldest first. */
  passed: DaySummary[];
  /** Why fewer days are passed than were asked for; null if not. */
  short: string | null;
}

export const advanceReport = defineQuery<AdvanceReport>('advanceReport');

/**
 * Moves the clock of a sample district forward, day by day: each day's rows are delivered, the day turns, and the next one begins
 * when every message has taken effect and every passed deadline has been dealt with (house rule 15).
 */
export async function advanceDistrict(input: AdvanceInput): Promise<AdvanceReport> {
  const report: AdvanceReport = { planned: 0, passed: [], short: null };
  setHandler(advanceReport, () => report);
  const { dates, short } = await district.planAdvance(input);
  report.planned = dates.length;
  report.short = short;
  for (const date of dates) {
    const turned = await district.passDay(date);
    report.passed.push({
      ...turned,
      deadlinesPassed: await district.waitUntilQuiet(date),
    });
  }
  return report;
}
