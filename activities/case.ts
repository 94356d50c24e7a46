import { evolve, fold } from '../cases/index.ts';
import type { CaseEvent, Draft } from '../cases/events.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder, PolicyPin } from '../policy/ladder.ts';
import { resolveDue, type ResolvedDue } from '../store/calendar.ts';
import { project } from '../store/case-projections.ts';
import { appendEvents, lockCase, noteNeedsAttention, readCaseRecord, readPinnedLadder } from '../store/case-record.ts';
import type { Source } from '../store/chain.ts';
import { applyOnce, refuseOnce } from '../store/commands.ts';
import type { Database, Transaction } from '../store/database.ts';
import { dropIfDone } from '../store/outbox.ts';
import { readStanding } from '../store/standing.ts';
import type { CaseActivities, Transition, TransitionResult } from './contract.ts';
import { freeze } from './freeze.ts';
import { permanentInTheEnd } from './failures.ts';
import { projecting, type Step } from './projecting.ts';

export interface CaseDependencies {
  /** Connected as `rollbook_worker`. */
  db: Database;
  /** Called after each commit and before the answer; tests break the worker here. */
  afterCommit?: (transition: Transition) => void | Promise<void>;
}

/** Ladders by the digest that pins them: a version never changes, so that it is read once. */
type Ladders = Map<string, Ladder>;

/** The case's side of the world: its record, and the outcomes of its commands. */
export function createCaseActivities({ db, afterCommit }: CaseDependencies): CaseActivities {
  const ladders: Ladders = new Map();
  return {
    recordTransition: (transition) =>
      permanentInTheEnd(async () => {
        const result = await db.transaction((trx) => record(trx, ladders, transition));
        await afterCommit?.(transition);
        return result;
      }),
    refuseCommand: ({ commandId, refusal }) => permanentInTheEnd(() => refuseOnce(db, commandId, refusal)),
    noteAttention: ({ caseId, problem }) => noteNeedsAttention(db, caseId, problem),
  };
}

/** One transition, one transaction (house rule 2). The case's own lock keeps two writers of one case apart. */
async function record(trx: Transaction, ladders: Ladders, transition: Transition): Promise<TransitionResult> {
  const { caseId, baseSeq, cause, commandId, events: drafts } = transition;
  await lockCase(trx, caseId);
  const { events: recorded, chainEnd, standingVersion } = await readCaseRecord(trx, caseId);
  const own = recorded.filter((event) => event.cause === cause && event.seq > baseSeq);
  if (own[0]?.seq === baseSeq + 1) return { kind: 'recorded', events: own };
  const before = fold(caseId, recorded);
  if (before.seq !== baseSeq) return { kind: 'behind', state: before };
  if (standingVersion > transition.standingVersion) {
    const standing = await readStanding(trx, caseId);
    if (standing) return { kind: 'newer_standing', standing };
  }
  if (commandId !== null && !(await applyOnce(trx, commandId, baseSeq + drafts.length))) return { kind: 'settled' };
  if (drafts.length === 0) return { kind: 'recorded', events: [] };
  const steps = await resolved(trx, transition, before);
  const ladder = await pinned(trx, ladders, steps);
  const events = steps.map((step) => step.event);
  const lastHash = await appendEvents(trx, caseId, events, sourceOf(transition), chainEnd);
  await project(trx, projecting(ladder, before.school, steps, lastHash));
  for (const step of steps) await freeze(trx, step, ladder);
  // Only a standing taken in can make a crossing done.
  if (steps.some(({ event }) => event.type === 'case_opened' || event.type === 'standing_noted')) await dropIfDone(trx, caseId);
  return { kind: 'recorded', events };
}

function sourceOf({ commandId, cause }: Transition): Source {
  if (commandId !== null) return 'person';
  return cause.startsWith('tick:') ? 'clock' : 'attendance';
}

/** The drafts as events: numbered, dated, their due dates in school days resolved on the school's own calendar (house rule 9). */
async function resolved(trx: Transaction, { actor, cause, time, events }: Transition, before: CaseState): Promise<Step[]> {
  // Never backwards: a message that was long under way is judged at the case's own last time.
  const late = before.at !== null && before.at > time.at;
  const at = late && before.at !== null ? before.at : time.at;
  const day = late && before.day !== null ? before.day : time.day;
  const dues = new Map<string, Promise<ResolvedDue>>();
  const due = (schoolId: string, from: string, schoolDays: number): Promise<ResolvedDue> => {
    const key = `${schoolId} ${from} ${schoolDays}`;
    const known = dues.get(key) ?? resolveDue(trx, { schoolId, from, schoolDays });
    dues.set(key, known);
    return known;
  };
  const steps: Step[] = [];
  let state = before;
  for (const draft of events) {
    const school = draft.type === 'case_opened' ? draft.body.school : (state.school ?? '');
    const event = { ...(await withDue(draft, school, due)), seq: state.seq + 1, schema: 1, at, day, actor, cause } as CaseEvent;
    state = evolve(state, event);
    steps.push({ event, state });
  }
  return steps;
}

async function withDue(
  draft: Draft,
  school: string,
  due: (school: string, from: string, schoolDays: number) => Promise<ResolvedDue>,
): Promise<Draft> {
  if (draft.type !== 'task_opened' && draft.type !== 'task_reopened' && draft.type !== 'task_carried' && draft.type !== 'due_moved')
    return draft;
  if (draft.body.due === null) return draft;
  const { schoolDays, from } = draft.body.due;
  const dated = { schoolDays, from, ...(await due(school, from, schoolDays)) };
  return { ...draft, body: { ...draft.body, due: dated } } as Draft;
}

async function pinned(trx: Transaction, ladders: Ladders, steps: Step[]): Promise<Ladder> {
  const pin: PolicyPin | null = steps.at(-1)?.state.policy ?? null;
  if (!pin) throw new Error('a case cannot be recorded before it is opened');
  const ladder = ladders.get(pin.digest) ?? (await readPinnedLadder(trx, pin));
  ladders.set(pin.digest, ladder);
  return ladder;
}
