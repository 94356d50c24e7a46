import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  rootCause,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { CaseActivities, CaseInput, TransitionResult } from '../activities/contract.ts';
import { deadlineDay, decide, evolve, nextDeadline, pack, sharedLadder, SYSTEM } from '../cases/index.ts';
import type { Draft, Instant } from '../cases/events.ts';
import type { DistrictTime, Message, Refusal } from '../cases/messages.ts';
import type { CaseState } from '../cases/state.ts';
import { upcast } from './upcast.ts';

type CommandMessage = Extract<Message, { kind: 'command' }>;

// ---- Messages of a case

/** A documented human action. An Update rather than a Signal: the person waits for the outcome, and a refusal leaves no trace. */
export const actUpdate = defineUpdate<{ seq: number }, [CommandMessage]>('act');
/** The student's standing crossed a line: cumulative, so that order and repeats do not matter. */
export const attendanceChangedSignal = defineSignal<[Message]>('attendanceChanged');
/** Deadlines may have passed; sent when the district's clock is moved, and by the watchdog. */
export const tickSignal = defineSignal<[Message]>('tick');
/** For debugging only: people read PostgreSQL. */
export const stateQuery = defineQuery<CaseView>('state');

export interface CaseView {
  state: CaseState;
  /** Why the last message could not be recorded; null when all is well. */
  needsAttention: string | null;
}

const retry = { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;
const { recordTransition, refuseCommand } = proxyActivities<CaseActivities>({ startToCloseTimeout: '20 seconds', retry });
const { noteAttention } = proxyActivities<CaseActivities>({ startToCloseTimeout: '20 seconds', retry: { ...retry, maximumAttempts: 5 } });

/** How a message ended: the case's sequence number after it, a refusal, or a failure that a person has to look at. */
type Outcome = { seq: number } | { refusal: Refusal } | { failure: string };
interface Entry {
  message: Message;
  outcome: Outcome | null;
}

/**
 * One student's attendance case, for as long as it lives. One inbox, one loop: handlers only append, the loop judges one message at a
 * time with `cases/`, and writes each transition with one activity. It never asks the time: messages carry it, and a timer that fires
 * is a tick at its own deadline (house rules 1, 2, 14).
 */
export async function attendanceCase(input: CaseInput): Promise<void> {
  const { caseId, rollAfter } = input;
  let ladder = sharedLadder(input.ladder);
  let state = upcast(input.state);
  /** District time of the last message: its offset arms the timers. */
  let { time } = input;
  // Temporal keeps what a run was started with for as long as it lives, and a worker holds thousands of cases in memory.
  Object.assign(input, { ladder: null, state: null });
  let needsAttention: string | null = null;
  /** A deadline that could not be recorded; no timer is armed for it again, the watchdog repeats its tick. */
  let held: Instant | null = null;
  const schoolYear = state.standing?.schoolYear ?? null;
  const inbox: Entry[] = [];
  /** The one timer. It stays through every message that leaves its deadline and the clock's offset as they are. */
  let armed: { deadline: Instant; offset: number; scope: CancellationScope } | null = null;

  const accept = (message: Message): Entry => {
    const entry: Entry = { message, outcome: null };
    inbox.push(entry);
    return entry;
  };

  setHandler(
    actUpdate,
    async (message) => {
      if (state.applied.includes(message.id)) return { seq: state.seq };
      const entry = accept(message);
      await condition(() => entry.outcome !== null);
      return answer(entry);
    },
    {
      // Synchronous, or a refusal would stop the case; and a repeat of what was applied is no offence. While another message is being
      // judged, PostgreSQL may already have what the case does not know yet: then nothing is refused before its turn.
      validator: (message) => {
        if (inbox.length > 0 || state.applied.includes(message.id)) return;
        const decision = decide(state, ladder, message);
        if (decision.kind === 'refused') throw refused(decision.refusal);
      },
    },
  );
  setHandler(attendanceChangedSignal, (message) => void accept(message));
  setHandler(tickSignal, (message) => void accept(message));
  setHandler(stateQuery, () => ({ state, needsAttention }));

  for (;;) {
    const [entry] = inbox;
    if (!entry) {
      await rest();
      continue;
    }
    time = entry.message.time;
    held = null;
    await passDeadlines();
    entry.outcome = entry.message.kind === 'tick' ? { seq: state.seq } : await judge(entry.message);
    inbox.shift();
  }

  /** Nothing to do: rolls over to a new run if it is time, else waits for a message or the next deadline. */
  async function rest(): Promise<void> {
    if (shouldRoll()) {
      // An update that arrives meanwhile waits for the loop, so the loop must not wait for it.
      await condition(() => inbox.length > 0 || allHandlersFinished());
      if (inbox.length === 0) await roll({ caseId, ladder: pack(ladder), rollAfter, state, time });
      return;
    }
    const deadline = nextDeadline(state);
    arm(deadline === held ? null : deadline);
    await condition(() => inbox.length > 0);
  }

  /** Has a tick come at this deadline, and at no other. */
  function arm(deadline: Instant | null): void {
    if (armed !== null && armed.deadline === deadline && armed.offset === time.offset) return;
    armed?.scope.cancel();
    armed = null;
    if (deadline === null) return;
    const timer = { deadline, offset: time.offset, scope: new CancellationScope() };
    armed = timer;
    const wait = Math.max(1, Date.parse(deadline) - (Date.now() + time.offset));
    void timer.scope
      .run(() => sleep(wait))
      .then(() => {
        if (armed !== timer) return;
        armed = null;
        accept(tickAt(state, deadline, time));
      }, ignoreCancellation);
  }

  /** Takes note of every deadline up to the present message, in order, each at its own instant, however late the news of it comes. */
  async function passDeadlines(): Promise<void> {
    for (let deadline = nextDeadline(state); deadline !== null && deadline <= time.at; deadline = nextDeadline(state)) {
      const outcome = await judge(tickAt(state, deadline, time));
      if ('failure' in outcome || nextDeadline(state) === deadline) {
        held = deadline;
        return;
      }
    }
  }

  /** Judges one message until it has an outcome; whatever PostgreSQL knows better is judged first. */
  async function judge(received: Message): Promise<Outcome> {
    let message = received;
    let standingVersion = message.standing?.version ?? 0;
    for (;;) {
      if (message.kind === 'command' && state.applied.includes(message.id)) return { seq: state.seq };
      const decision = decide(state, ladder, message);
      if (decision.kind === 'refused') {
        const { refusal } = decision;
        const told = message.kind !== 'command' || (await attempt(refuseCommand({ caseId, commandId: message.id, refusal })));
        return told ? { refusal } : { failure: needsAttention ?? '' };
      }
      if (decision.events.length === 0 && message.kind !== 'command') return { seq: state.seq };
      const result = await attempt(record(message, decision.events, standingVersion));
      if (result === null) return { failure: needsAttention ?? '' };
      const { value } = result;
      switch (value.kind) {
        case 'recorded':
          state = value.events.reduce(evolve, state);
          needsAttention = null;
          if (state.policy?.digest !== ladder.policy.digest && message.kind === 'command' && message.ladder)
            ladder = sharedLadder(message.ladder);
          return { seq: state.seq };
        case 'settled':
          return { seq: state.seq };
        case 'behind':
          state = upcast(value.state);
          if (value.ladder) ladder = sharedLadder(value.ladder);
          break;
        case 'newer_standing':
          standingVersion = value.standing.version;
          // A deadline is passed at its own instant; a standing of a later day waits for the message that comes then.
          if (message.kind !== 'tick' || value.standing.asOf <= message.time.day) message = { ...message, standing: value.standing };
      }
    }
  }

  function record(message: Message, events: Draft[], standingVersion: number): Promise<TransitionResult> {
    return recordTransition({
      caseId,
      baseSeq: state.seq,
      cause: message.id,
      commandId: message.kind === 'command' ? message.id : null,
      actor: message.kind === 'command' ? message.actor : SYSTEM,
      time: message.time,
      standingVersion: Math.max(standingVersion, state.standing?.version ?? 0),
      ladder: ladder.policy.digest,
      events,
    });
  }

  /**
   * Activities are retried for ever; one that fails all the same failed for good, and must not take the case down with it: a person is
   * told, the case goes on, and whoever sent the message repeats it.
   */
  async function attempt<T>(activity: Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await activity };
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      needsAttention = rootCause(error) ?? 'an activity failed without a reason';
      await noteAttention({ caseId, problem: needsAttention }).catch(ignoreActivityFailure);
      return null;
    }
  }

  function shouldRoll(): boolean {
    const info = workflowInfo();
    const newYear = schoolYear !== null && state.standing !== null && state.standing.schoolYear !== schoolYear;
    return info.continueAsNewSuggested || info.historyLength > rollAfter || info.targetWorkerDeploymentVersionChanged === true || newYear;
  }
}

async function roll(input: CaseInput): Promise<never> {
  const toNewest = workflowInfo().targetWorkerDeploymentVersionChanged === true;
  return makeContinueAsNewFunc<typeof attendanceCase>(toNewest ? { initialVersioningBehavior: 'AUTO_UPGRADE' } : {})(input);
}

/** A deadline that passed is a tick at its own instant, on the day that the school's calendar gave it. */
function tickAt(state: CaseState, deadline: Instant, last: DistrictTime): Message {
  const day = deadlineDay(state, deadline) ?? last.day;
  return { kind: 'tick', id: `tick:${deadline}`, time: { at: deadline, day, offset: last.offset }, standing: null };
}

function answer({ outcome }: Entry): { seq: number } {
  if (outcome && 'seq' in outcome) return { seq: outcome.seq };
  if (outcome && 'refusal' in outcome) throw refused(outcome.refusal);
  throw ApplicationFailure.nonRetryable(outcome?.failure ?? 'the command ended without an outcome', 'NeedsAttention');
}

function refused(refusal: Refusal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(refusal.detail, 'Refused', refusal);
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

function ignoreActivityFailure(error: unknown): void {
  if (!(error instanceof ActivityFailure)) throw error;
}
