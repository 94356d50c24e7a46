import { evolve, fold, pack } from '../cases/index.ts';
import type { CaseEvent, Draft } from '../cases/events.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder, PolicyPin } from '../policy/ladder.ts';
import { resolveDues, type DueInSchoolDays, type ResolvedDue } from '../store/calendar.ts';
import { project } from '../store/case-projections.ts';
import { appendEvents, lockCase, noteNeedsAttention, readCaseRecord, readPinnedLadder } from '../store/case-record.ts';
import type { Source } from '../store/chain.ts';
import { applyOnce, refuseOnce } from '../store/commands.ts';
import type { Database, Transaction } from '../store/database.ts';
import { readPinInForce } from '../store/read/case-record.ts';
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
  const pin = before.policy ?? (await readPinInForce(trx));
  const judgedByAnother = pin !== null && transition.ladder !== undefined && transition.ladder !== pin.digest;
  if (before.seq !== baseSeq || judgedByAnother)
    return { kind: 'behind', state: before, ...(judgedByAnother ? { ladder: pack(await ladderOf(trx, ladders, pin)) } : {}) };
  if (standingVersion > transition.standingVersion) {
    const standing = await readStanding(trx, caseId);
    if (standing) return { kind: 'newer_standing', standing };
  }
  if (commandId !== null && !(await applyOnce(trx, commandId, baseSeq + drafts.length))) return { kind: 'settled' };
  if (drafts.length === 0) return { kind: 'recorded', events: [] };
  const steps = await resolved(trx, ladders, transition, before);
  const events = steps.map((step) => step.event);
  const lastHash = await appendEvents(trx, caseId, events, sourceOf(transition), chainEnd);
  await project(trx, projecting(before.school, steps, lastHash));
  for (const step of steps) await freeze(trx, step);
  // Only a standing taken in can make a crossing done.
  if (steps.some(({ event }) => event.type === 'case_opened' || event.type === 'standing_noted')) await dropIfDone(trx, caseId);
  return { kind: 'recorded', events };
}

function sourceOf({ commandId, cause }: Transition): Source {
  if (commandId !== null) return 'person';
  return cause.startsWith('tick:') ? 'clock' : 'attendance';
}

/** The drafts as events: numbered, dated, their due dates in school days resolved on the school's own calendar (house rule 9). */
async function resolved(
  trx: Transaction,
  ladders: Ladders,
  { actor, cause, time, events }: Transition,
  before: CaseState,
): Promise<Step[]> {
  // Never backwards: a message that was long under way is judged at the case's own last time.
  const late = before.at !== null && before.at > time.at;
  const at = late && before.at !== null ? before.at : time.at;
  const day = late && before.day !== null ? before.day : time.day;
  const due = await duesOf(trx, events, before);
  const steps: Step[] = [];
  let state = before;
  for (const draft of events) {
    const school = draft.type === 'case_opened' ? draft.body.school : (state.school ?? '');
    const event = { ...withDue(draft, school, due), seq: state.seq + 1, schema: 1, at, day, actor, cause } as CaseEvent;
    state = evolve(state, event);
    if (!state.policy) throw new Error('a case cannot be recorded before it is opened');
    steps.push({ event, state, ladder: await ladderOf(trx, ladders, state.policy) });
  }
  return steps;
}

type Dues = (asked: Omit<DueInSchoolDays, 'student'>) => ResolvedDue;

/** Every due date that the drafts name, at each school the case is or comes to be at, resolved with one question. */
async function duesOf(trx: Transaction, drafts: Draft[], before: CaseState): Promise<Dues> {
  const schools = new Set(before.school === null ? [] : [before.school]);
  let { student } = before;
  for (const draft of drafts) {
    if (draft.type === 'case_opened') {
      schools.add(draft.body.school);
      ({ student } = draft.body);
    }
    if (draft.type === 'standing_noted') schools.add(draft.body.standing.school);
  }
  const keyOf = ({ schoolId, from, schoolDays }: Omit<DueInSchoolDays, 'student'>): string => `${schoolId} ${from} ${schoolDays}`;
  const asked = new Map<string, DueInSchoolDays>();
  for (const draft of drafts) {
    const due = dueIn(draft);
    if (due === null) continue;
    for (const schoolId of schools) {
      const one = { schoolId, student, from: due.from, schoolDays: due.schoolDays };
      asked.set(keyOf(one), one);
    }
  }
  const found = await resolveDues(trx, [...asked.values()]);
  const dues = new Map([...asked.keys()].map((key, index) => [key, found[index]]));
  return (one) => dues.get(keyOf(one)) ?? { on: null, at: null };
}

/** The due date in school days that a draft names, if it names one. */
function dueIn(draft: Draft): { schoolDays: number; from: string } | null {
  if (draft.type === 'wait_began') return draft.body.until;
  return 'due' in draft.body ? draft.body.due : null;
}

function withDue(draft: Draft, schoolId: string, due: Dues): Draft {
  const named = dueIn(draft);
  if (named === null) return draft;
  const { schoolDays, from } = named;
  const dated = { schoolDays, from, ...due({ schoolId, from, schoolDays }) };
  if (draft.type === 'wait_began') return { ...draft, body: { ...draft.body, until: dated } };
  return { ...draft, body: { ...draft.body, due: dated } } as Draft;
}

async function ladderOf(trx: Transaction, ladders: Ladders, pin: PolicyPin): Promise<Ladder> {
  const ladder = ladders.get(pin.digest) ?? (await readPinnedLadder(trx, pin));
  ladders.set(pin.digest, ladder);
  return ladder;
}
