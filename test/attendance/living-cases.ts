import { createCaseActivities } from '../../activities/case.ts';
import type { CaseActivities } from '../../activities/contract.ts';
import { decide, deadlineDay, emptyCase, evolve, nextDeadline, SYSTEM, type Decision } from '../../cases/index.ts';
import type { Draft, Standing } from '../../cases/events.ts';
import type { Command, Message } from '../../cases/messages.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder } from '../../policy/ladder.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { districtTime } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { readStanding } from '../../store/standing.ts';
import type { TestDatabase } from '../world/database.ts';

/** What somebody does: under one id in every district in which it is done. */
export interface Deed {
  id: string;
  role: Role;
  command: Command;
}

/**
 * The cases of a district, living as they do in their workflows, by the same rules and the same recording, but without the engine between:
 * what the outbox has for a case is told to it, deadlines pass at their own instants, commands are written down and judged.
 */
export class LivingCases {
  readonly #states = new Map<string, CaseState>();
  readonly #activities: CaseActivities;

  constructor(
    readonly db: TestDatabase,
    readonly ladder: Ladder,
  ) {
    this.#activities = createCaseActivities({ db: db.worker });
  }

  state(caseId: string): CaseState {
    return this.#states.get(caseId) ?? emptyCase(caseId);
  }

  /** Sends what waits to be sent, until nothing does. @returns how many messages there were */
  async relay(): Promise<number> {
    const time = await districtTime(this.db.worker);
    let sent = 0;
    for (const caseId of this.#states.keys()) await this.#passDeadlines(caseId, time);
    for (;;) {
      const [caseId] = await this.db.worker('outbox').orderBy('outbox_id').limit(1).pluck<string[]>('case_id');
      if (caseId === undefined) return sent;
      const standing = await readStanding(this.db.worker, caseId);
      await this.#passDeadlines(caseId, time);
      await this.#judge(caseId, { kind: 'standing', id: `standing:${standing?.version ?? 0}`, time, standing });
      // What is not done after it has been told would be sent for ever.
      sent += 1;
      const left = await this.db.worker('outbox').where({ case_id: caseId }).first<object | undefined>('case_id');
      if (left) await this.#repeated(caseId);
    }
  }

  /** A message that the case had nothing to say to is done when its standing is no news: the relay drops it when it leases the next. */
  async #repeated(caseId: string): Promise<void> {
    const dropped = await this.db.worker.raw<{ rowCount: number }>(
      `DELETE FROM outbox o USING attendance_case c WHERE o.case_id = ? AND c.case_id = o.case_id AND c.standing_version >= o.standing_version`,
      [caseId],
    );
    if (dropped.rowCount !== 1) throw new Error(`the message to case ${caseId} is not done by telling it`);
  }

  /** What the case would decide about a deed now, with nothing done. */
  async wouldDecide(caseId: string, deed: Deed): Promise<Decision> {
    return decide(this.state(caseId), this.ladder, await this.#message(caseId, deed));
  }

  /** Writes a command down, as the API does, and has it judged. @throws if it is refused */
  async give(caseId: string, deed: Deed): Promise<void> {
    const { at } = await districtTime(this.db.worker);
    await this.db.owner('command').insert({
      command_id: deed.id,
      caller: `${deed.role}.test`,
      idempotency_key: deed.id,
      case_id: caseId,
      kind: deed.command.kind,
      body: JSON.stringify(deed.command),
      body_sha256: '',
      text: 'as it was',
      text_salt: 'salt',
      text_digest: 'digest',
      actor: JSON.stringify(actorOf(deed)),
      if_seq: null,
      district_at: at,
    });
    await this.#judge(caseId, await this.#message(caseId, deed));
  }

  /** What the case would decide if it were told how the student stands now; a case that has not begun is told nothing. */
  async wouldFollow(caseId: string): Promise<{ drafts: Draft[]; state: CaseState }> {
    const before = this.state(caseId);
    const standing = await readStanding(this.db.worker, caseId);
    if (before.student === null || !standing) return { drafts: [], state: standing ? withStanding(before, standing) : before };
    const time = await districtTime(this.db.worker);
    const told = { ...standing, version: standing.version + 1 };
    const decision = decide(before, this.ladder, { kind: 'standing', id: 'again', time, standing: told });
    if (decision.kind === 'refused') throw new Error('a standing is never refused');
    const drafts = decision.events;
    return { drafts: drafts.filter(({ type }) => type !== 'standing_noted'), state: withStanding(before, standing) };
  }

  async #message(caseId: string, deed: Deed): Promise<Message> {
    const time = await districtTime(this.db.worker);
    const standing = await readStanding(this.db.worker, caseId);
    return { kind: 'command', id: deed.id, time, standing, actor: actorOf(deed), command: deed.command, textDigest: 'digest', ifSeq: null };
  }

  /** Takes note of every deadline up to a time, each at its own instant, as the workflow does. */
  async #passDeadlines(caseId: string, now: Message['time']): Promise<void> {
    for (;;) {
      const state = this.state(caseId);
      const at = nextDeadline(state);
      if (at === null || at > now.at) return;
      const day = deadlineDay(state, at) ?? now.day;
      await this.#judge(caseId, { kind: 'tick', id: `tick:${at}`, time: { at, day, offset: now.offset }, standing: null });
      if (nextDeadline(this.state(caseId)) === at) throw new Error(`case ${caseId} does not take note of ${at}`);
    }
  }

  /** Judges a message until it is recorded, as the workflow does: what PostgreSQL knows better is judged first. */
  async #judge(caseId: string, received: Message): Promise<void> {
    let message = received;
    let standingVersion = message.standing?.version ?? 0;
    for (;;) {
      const before = this.state(caseId);
      const decision = decide(before, this.ladder, message);
      if (decision.kind === 'refused') throw new Error(decision.refusal.detail);
      if (decision.events.length === 0 && message.kind !== 'command') return;
      const result = await this.#activities.recordTransition({
        caseId,
        baseSeq: before.seq,
        cause: message.id,
        commandId: message.kind === 'command' ? message.id : null,
        actor: message.kind === 'command' ? message.actor : SYSTEM,
        time: message.time,
        standingVersion: Math.max(standingVersion, before.standing?.version ?? 0),
        ladder: this.ladder.policy.digest,
        events: decision.events,
      });
      if (result.kind === 'recorded') {
        this.#states.set(caseId, result.events.reduce(evolve, before));
        return;
      }
      if (result.kind !== 'newer_standing') throw new Error(`case ${caseId} is ${result.kind}`);
      standingVersion = result.standing.version;
      if (message.kind !== 'tick' || result.standing.asOf <= message.time.day) message = { ...message, standing: result.standing };
    }
  }
}

/** A case as its pages show it: what it has decided, and how the student stands now. */
function withStanding(state: CaseState, standing: Standing): CaseState {
  return { ...state, standing, schoolYear: state.schoolYear ?? standing.schoolYear };
}

const actorOf = ({ role }: Deed): { id: string; role: Role; place: string } => ({ id: `${role}.test`, role, place: 'S1' });

/** The id of the case of each student, by the school's own number. */
export async function casesOf(db: Database): Promise<Map<string, string>> {
  const rows = await db('student').select<{ local_id: string; case_id: string }[]>('local_id', 'case_id');
  return new Map(rows.map(({ local_id, case_id }) => [local_id, case_id]));
}
