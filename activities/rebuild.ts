import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { emptyCase, evolve } from '../cases/index.ts';
import type { Ladder } from '../policy/ladder.ts';
import { project } from '../store/case-projections.ts';
import { caseIds, caseIdsOfRecord, readCaseRecord, readPinnedLadder } from '../store/case-record.ts';
import type { Database } from '../store/database.ts';
import { clearReadTables, restoreFrozen } from '../store/read-tables.ts';
import type { attendanceCase } from '../workflows/attendance-case.ts';
import { projecting, type Step } from './projecting.ts';
import { caseInput, caseWorkflowId, type Sender } from './send.ts';

export interface RebuildReport {
  cases: number;
  /** Cases that did not run and were begun again from PostgreSQL. */
  restarted: number;
  /** Cases that run and were left alone. */
  running: number;
}

/** How many cases are begun again at once. */
const AT_ONCE = 20;

/**
 * The engine was lost: begins every case again from PostgreSQL, in the state that its record makes. A case that runs is left alone,
 * unless it shall be replaced. Messages under way are not lost with the engine: the relay repeats them from PostgreSQL.
 * @param options.replace also ends and begins again what runs
 * @param options.onCase hears of each case, for showing progress
 * @throws the first failure, when all that was under way has ended; a repeat goes on where this stopped
 */
export async function rebuildCases(
  sender: Sender,
  options: { replace?: boolean; onCase?: (caseId: string) => void } = {},
): Promise<RebuildReport> {
  const { replace = false, onCase = () => undefined } = options;
  const report: RebuildReport = { cases: 0, restarted: 0, running: 0 };
  const waiting = await caseIds(sender.db);
  report.cases = waiting.length;
  const oneAfterAnother = async (): Promise<void> => {
    for (let caseId = waiting.pop(); caseId !== undefined; caseId = waiting.pop()) {
      const outcome = await begin(sender, caseId, replace).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
      report[outcome] += 1;
      onCase(caseId);
    }
  };
  // A failure is thrown when nothing is under way any more, so that the caller can close what this works with.
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, oneAfterAnother));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return report;
}

async function begin(sender: Sender, caseId: string, replace: boolean): Promise<'restarted' | 'running'> {
  try {
    await sender.client.workflow.start<typeof attendanceCase>('attendanceCase', {
      workflowId: caseWorkflowId(caseId),
      taskQueue: 'case',
      args: [await caseInput(sender, caseId)],
      workflowIdConflictPolicy: replace ? 'TERMINATE_EXISTING' : 'FAIL',
    });
    return 'restarted';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'running';
    throw error;
  }
}

/**
 * Remakes the read tables of all cases from their events, in one transaction. What was frozen beside the events (the attendance rows
 * under a truancy report) is record and stays as it is.
 * @param owner connected as the migrator: nobody else may delete these rows
 * @returns how many cases and events they were made from
 */
export async function rebuildReadTables(owner: Database): Promise<{ cases: number; events: number }> {
  return owner.transaction(async (trx) => {
    const ladders = new Map<string, Ladder>();
    const ids = await caseIdsOfRecord(trx);
    const kept = await clearReadTables(trx);
    let count = 0;
    for (const caseId of ids) {
      const steps: Step[] = [];
      let state = emptyCase(caseId);
      const { events, chainEnd } = await readCaseRecord(trx, caseId);
      for (const event of events) {
        state = evolve(state, event);
        const pin = state.policy;
        if (!pin) throw new Error(`the record of case ${caseId} does not begin with its opening; run verify to see what is missing`);
        const ladder = ladders.get(pin.digest) ?? (await readPinnedLadder(trx, pin));
        ladders.set(pin.digest, ladder);
        steps.push({ event, state, ladder });
      }
      await project(trx, projecting(null, steps, chainEnd));
      count += steps.length;
    }
    await restoreFrozen(trx, kept);
    return { cases: ids.length, events: count };
  });
}
