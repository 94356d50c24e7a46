import type { Ladder, TaskRule } from '../policy/ladder.ts';
import type { Actor, CaseEvent, Draft, Withdrawal } from './events.ts';
import { evolve } from './fold.ts';
import type { DistrictTime, Refusal } from './messages.ts';
import type { CaseState } from './state.ts';

/** Thrown inside `decide` only, and turned into a decision there: rules read better when a refusal ends them. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

export function refuse(type: Refusal['type'], detail: string, missing?: Refusal['missing']): never {
  throw new Refused(missing ? { type, detail, missing } : { type, detail });
}

/** A decision in the making: every event that is proposed is at once part of the state that the next rule sees. */
export class Drafting {
  readonly drafts: Draft[] = [];

  constructor(
    public state: CaseState,
    public ladder: Ladder,
    readonly actor: Actor,
    readonly time: DistrictTime,
    readonly cause: string,
  ) {}

  emit(draft: Draft): void {
    this.drafts.push(draft);
    const event = {
      type: draft.type,
      body: draft.body,
      seq: this.state.seq + 1,
      schema: 1,
      at: this.time.at,
      day: this.time.day,
      actor: this.actor,
      cause: this.cause,
    } as CaseEvent;
    this.state = evolve(this.state, event);
  }

  due(schoolDays: number): { schoolDays: number; from: string; on: null; at: null } {
    return { schoolDays, from: this.time.day, on: null, at: null };
  }

  /**
   * Opens the next round of a task; rounds go on through the school years.
   * @param why the fact that opens it
   * @param ref what it is about
   */
  openNext(rule: TaskRule, why: string, ref?: string): void {
    const rounds = this.state.tasks.filter((t) => t.task === rule.task).map((t) => t.round);
    const body = { task: rule.task, round: Math.max(0, ...rounds) + 1, due: this.due(rule.due), why };
    this.emit({ type: 'task_opened', body: ref === undefined ? body : { ...body, ref } });
  }

  /**
   * Opens a task again in the same round, with a new due date.
   * @param why the fact that asks for it now, where that is another than before
   */
  reopen(rule: TaskRule, round: number, because: string, why?: string): void {
    const body = { task: rule.task, round, due: this.due(rule.due), because };
    this.emit({ type: 'task_reopened', body: why === undefined ? body : { ...body, why } });
  }

  withdraw({ task, round }: { task: string; round: number }, because: Withdrawal): void {
    this.emit({ type: 'task_withdrawn', body: { task, round, because } });
  }
}
