import { randomUUID } from 'node:crypto';
import {
  isGrpcDeadlineError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { emptyCase, fold, pack } from '../cases/index.ts';
import type { CarriedLadder } from '../cases/carried-ladder.ts';
import type { Message, Refusal } from '../cases/messages.ts';
import type { PolicyPin } from '../policy/ladder.ts';
import { districtTime } from '../store/clock.ts';
import { readCommand, readOutcome, refuseOnce, type CommandOutcome } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { readPinnedLadder } from '../store/case-record.ts';
import { readCaseEvents, readPinInForce } from '../store/read/case-record.ts';
import { readStanding } from '../store/standing.ts';
import type { attendanceCase } from '../workflows/attendance-case.ts';
import type { CaseInput } from './contract.ts';

/** History events after which an idle case rolls over to a new run; a cold wake costs CPU in proportion to its history. */
export const ROLL_AFTER = 70;

export interface Sender {
  client: Client;
  /** Connected as `rollbook_worker` or `rollbook_api`. */
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
  const [events, time] = await Promise.all([readCaseEvents(db, caseId), districtTime(db)]);
  const state = events.length ? fold(caseId, events) : emptyCase(caseId);
  // The pin of this very record: a case can be moved to another version between two reads.
  const pin = state.policy ?? (await readPinInForce(db));
  if (!pin) throw new Error('no policy is in force in this district: load one first');
  const ladder = await carriedLadder(db, pin);
  return { caseId, state, ladder, time, rollAfter: rollAfter ?? ROLL_AFTER };
}

/** Ladders as cases carry them, by the digest that names each for good: thousands of cases begin with one. */
const carried = new WeakMap<Database, Map<string, CarriedLadder>>();

async function carriedLadder(db: Database, pin: PolicyPin): Promise<CarriedLadder> {
  const known = carried.get(db) ?? new Map<string, CarriedLadder>();
  carried.set(db, known);
  const ladder = known.get(pin.digest) ?? pack(await readPinnedLadder(db, pin));
  known.set(pin.digest, ladder);
  return ladder;
}

/** Sends a crossing or a tick: cumulative, and with the start of the case, so that a case the engine has lost begins again. */
export async function signalCase(sender: Sender, kind: 'standing' | 'tick', caseId: string): Promise<void> {
  const { client, db } = sender;
  const [standing, input] = await Promise.all([kind === 'standing' ? readStanding(db, caseId) : null, caseInput(sender, caseId)]);
  const { time } = input;
  const message: Message =
    kind === 'standing'
      ? { kind, id: `standing:${standing?.version ?? 0}`, time, standing }
      : { kind, id: `tick:${time.at}`, time, standing: null };
  await client.workflow.signalWithStart<typeof attendanceCase, [Message]>('attendanceCase', {
    workflowId: caseWorkflowId(caseId),
    taskQueue: 'case',
    args: [input],
    signal: kind === 'standing' ? 'attendanceChanged' : 'tick',
    signalArgs: [message],
  });
}

/**
 * Sends a command that has been written down, and waits for its one outcome (house rule 1). The update's id is the command's; a case
 * that does not run is started with it.
 * @param timeoutMs how long to wait
 * @param again true when the command was sent before: a case that could not record it then is asked anew
 * @returns the outcome as PostgreSQL has it; null when there is none yet: the relay sends it again
 * @throws when the engine cannot be reached, or answers what it never should
 */
export async function sendCommand(sender: Sender, commandId: string, timeoutMs: number, again = false): Promise<CommandOutcome | null> {
  const { db, client } = sender;
  const [stored, time] = await Promise.all([readCommand(db, commandId), districtTime(db)]);
  if (!stored) throw new Error(`there is no command ${commandId}`);
  if (stored.outcome !== null) return stored.outcome;
  const { caseId, command, actor, textDigest, ifSeq, standingIsNews } = stored;
  const standing = standingIsNews ? await readStanding(db, caseId) : null;
  const ladder = command.kind === 'migrate_policy' ? { ladder: await carriedLadder(db, command.to) } : {};
  const message: Message = { kind: 'command', id: commandId, time, standing, actor, command, textDigest, ifSeq, ...ladder };
  try {
    await client.withDeadline(Date.now() + timeoutMs, async () => {
      await update(sender, caseId, message, commandId).catch((error: unknown) => {
        // The engine keeps the failure under the update's id; another id makes the case try once more.
        if (!again || failureOf(error)?.type !== 'NeedsAttention') throw error;
        return update(sender, caseId, message, `${commandId}/${randomUUID()}`);
      });
    });
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.type === 'Refused') await refuseOnce(db, commandId, refusalOf(failure));
    else if (!leavesItOpen(error, failure)) throw error;
  }
  return readOutcome(db, commandId);
}

async function update(sender: Sender, caseId: string, message: Message, updateId: string): Promise<void> {
  const { client } = sender;
  const options = { args: [message] as [Message], updateId };
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

/** What the case itself said when an update failed; null when it was not the case that spoke. */
function failureOf(error: unknown): ApplicationFailure | null {
  return error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure ? error.cause : null;
}

function refusalOf(failure: ApplicationFailure): Refusal {
  return (failure.details?.[0] as Refusal | undefined) ?? { type: 'bad-command', detail: failure.message };
}

/** Nobody answered in time, the case could not record it yet, or a run ended under the update: it is sent again. */
function leavesItOpen(error: unknown, failure: ApplicationFailure | null): boolean {
  if (failure) return failure.type === 'NeedsAttention' || failure.type === 'AcceptedUpdateCompletedWorkflow';
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error);
}
