import { WithStartWorkflowOperation, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { emptyCase, fold } from '../cases/index.ts';
import type { Message, Refusal } from '../cases/messages.ts';
import { withoutWording } from '../policy/index.ts';
import { districtTime } from '../store/clock.ts';
import { readCommand, refuseOnce } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { readCaseEvents, readCaseLadder } from '../store/read/case-record.ts';
import { readStanding } from '../store/standing.ts';
import type { attendanceCase } from '../workflows/attendance-case.ts';
import type { CaseInput } from './contract.ts';

/** History events after which an idle case rolls over to a new run; a cold wake costs CPU in proportion to its history. */
export const ROLL_AFTER = 300;

export interface Sender {
  client: Client;
  /** Connected as `rollbook_worker`, since outcomes are set here. */
  db: Database;
  rollAfter?: number;
}

/** The one place that names a case's workflow. */
export function caseWorkflowId(caseId: string): string {
  return `case/${caseId}`;
}

/**
 * The start of a case's workflow: the case as PostgreSQL has it, so that opening, reopening, repair and rebuild are one call.
 * @throws if no policy is in force
 */
export async function caseInput({ db, rollAfter }: Sender, caseId: string): Promise<CaseInput> {
  const [events, ladder, time] = await Promise.all([readCaseEvents(db, caseId), readCaseLadder(db, caseId), districtTime(db)]);
  if (!ladder) throw new Error('no policy is in force in this district: load one first');
  const state = events.length ? fold(caseId, events) : emptyCase(caseId);
  return { caseId, state, ladder: withoutWording(ladder), time, rollAfter: rollAfter ?? ROLL_AFTER };
}

/** Sends a crossing or a tick: cumulative, and with the start of the case, so that a case the engine has lost begins again. */
export async function signalCase(sender: Sender, kind: 'standing' | 'tick', caseId: string): Promise<void> {
  const { client, db } = sender;
  const [standing, input] = await Promise.all([kind === 'standing' ? readStanding(db, caseId) : null, caseInput(sender, caseId)]);
  const { time } = input;
  const message: Message =
    kind === 'standing' ? { kind, id: `standing:${standing?.version ?? 0}`, time, standing } : { kind, id: `tick:${time.at}`, time, standing: null };
  await client.workflow.signalWithStart<typeof attendanceCase, [Message]>('attendanceCase', {
    workflowId: caseWorkflowId(caseId),
    taskQueue: 'case',
    args: [input],
    signal: kind === 'standing' ? 'attendanceChanged' : 'tick',
    signalArgs: [message],
  });
}

export type CommandOutcome = { outcome: 'applied' | 'refused'; body: unknown };

/**
 * Sends a command that has been written down, and waits for its one outcome. The update's id is the command's; a case that does not
 * run is started with it.
 * @param timeoutMs how long to wait
 * @returns the outcome as PostgreSQL has it; null when there is none yet: the relay sends it again
 */
export async function sendCommand(sender: Sender, commandId: string, timeoutMs: number): Promise<CommandOutcome | null> {
  const { db } = sender;
  const stored = await readCommand(db, commandId);
  if (!stored) throw new Error(`there is no command ${commandId}`);
  if (stored.outcome === null) {
    const [time, standing] = await Promise.all([districtTime(db), readStanding(db, stored.caseId)]);
    const { command, actor, textDigest, ifSeq } = stored;
    const message: Message = { kind: 'command', id: commandId, time, standing, actor, command, textDigest, ifSeq };
    try {
      await sender.client.withDeadline(Date.now() + timeoutMs, () => update(sender, stored.caseId, message));
    } catch (error) {
      const refusal = refusalOf(error);
      // No outcome yet, for whatever reason: whoever asked learns it later.
      if (!refusal) return readOutcome(db, commandId);
      await refuseOnce(db, commandId, refusal);
    }
  }
  return readOutcome(db, commandId);
}

async function readOutcome(db: Database, commandId: string): Promise<CommandOutcome | null> {
  const stored = await readCommand(db, commandId);
  return stored?.outcome ? { outcome: stored.outcome, body: stored.outcomeBody } : null;
}

async function update(sender: Sender, caseId: string, message: Message): Promise<void> {
  const { client } = sender;
  const options = { args: [message] as [Message], updateId: message.id };
  try {
    await client.workflow.getHandle(caseWorkflowId(caseId)).executeUpdate<{ seq: number }, [Message]>('act', options);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    await client.workflow.executeUpdateWithStart<typeof attendanceCase, { seq: number }, [Message]>('act', {
      ...options,
      startWorkflowOperation: new WithStartWorkflowOperation<typeof attendanceCase>('attendanceCase', {
        workflowId: caseWorkflowId(caseId),
        taskQueue: 'case',
        args: [await caseInput(sender, caseId)],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  }
}

/** The refusal that a case's answer carries; null when the failure is not one. */
function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure) || error.cause.type !== 'Refused') return null;
  return (error.cause.details?.[0] as Refusal | undefined) ?? { type: 'bad-command', detail: error.cause.message };
}
