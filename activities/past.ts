import { readPasts } from '../attendance/past/read.ts';
import type { PastStudent } from '../attendance/past/student.ts';
import type { Day } from '../cases/actions.ts';
import type { Actor } from '../cases/events.ts';
import { reportDue } from '../cases/index.ts';
import { canonicalize } from '../policy/canonical.ts';
import type { Ladder } from '../policy/ladder.ts';
import type { Responses } from '../policy/rehearsal.ts';
import type { Role } from '../policy/vocabulary.ts';
import { project } from '../store/case-projections.ts';
import { appendEvents, lockCase } from '../store/case-record.ts';
import { chainStart, sha256, type Source } from '../store/chain.ts';
import type { Database, Transaction } from '../store/database.ts';
import { textDigest } from '../store/intake/commands.ts';
import { dropIfDone } from '../store/outbox.ts';
import {
  settleStanding,
  settleWatch,
  studentsWithoutCase,
  writeSchoolRecords,
  writeTakenCommands,
  type TakenCommand,
} from '../store/past.ts';
import { readStanding } from '../store/standing.ts';
import { freeze } from './freeze.ts';
import { projecting, type Step } from './projecting.ts';
import type { Deed } from './rehearsal/people.ts';
import { stagesOf } from './rehearsal/rehearse.ts';
import { Replay, type Audience, type Names, type Stage } from './rehearsal/replay.ts';

/** Somebody who works at a school or for the district. */
export interface StaffMember {
  id: string;
  role: Role;
  /** Null: the whole district. */
  schools: string[] | null;
}

export interface PastInput {
  policy: { document: string; ladder: Ladder };
  /** Days of one school year; the last is that of the attendance that is on record. */
  from: Day;
  to: Day;
  responses: Responses;
  /** Who did it all. Where nobody holds a role at a school, somebody without a name did. */
  staff: readonly StaffMember[];
}

/** Students whose record is written at the same time. */
const AT_ONCE = 4;
const BATCH = 500;
const TOLD_EVERY = 250;

/**
 * Writes the past of a sample district: of each student of whom anything is on record the case as the rules have it and people with these
 * responses would have made it, by the rehearsal itself. What stands afterwards is what living through it would have left: the chained
 * events with the commands and words behind them, school records, frozen letters and referrals, read tables. The cases then only have to be
 * begun from their record (`rebuildCases`). A case that has a record is left as it is, so that a repeat goes on where it stopped.
 * @param owner connected as the migrator; no relay may run meanwhile
 * @param progress hears how many students are done
 * @returns how many cases were written
 */
export async function writePast(owner: Database, input: PastInput, progress: (done: number) => void = () => undefined): Promise<number> {
  const { policy, from, to, responses, staff } = input;
  const [stage] = await owner.transaction((trx) => stagesOf(trx, { policies: [policy], from, to, responses }));
  if (!stage) throw new Error('there is no policy to live by');
  const names = namesOf(staff);
  await writeSchoolRecords(owner, recordsOf(stage, names, responses));
  let [done, written] = [0, 0];
  for await (const students of readPasts(owner, to, {}, { batch: BATCH, rules: stage.rules })) {
    const found = await studentsWithoutCase(
      owner,
      students.map(({ student }) => student),
    );
    const waiting = students.filter(({ student }) => found.has(student));
    const oneAfterAnother = async (): Promise<void> => {
      for (let student = waiting.pop(); student !== undefined; student = waiting.pop()) {
        const { caseId, contact } = found.get(student.student)!;
        const of = { ...stage, names, people: { ...stage.people, contact } };
        if (await writeCase(owner, { stage: of, student, caseId, ladder: policy.ladder })) written += 1;
        done += 1;
        if (done % TOLD_EVERY === 0) progress(done);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother));
  }
  return written;
}

/** What one replay brought: its events with the state after each, and the commands that were taken. */
class Written implements Audience {
  readonly steps: Step[] = [];
  readonly commands: TakenCommand[] = [];

  constructor(
    readonly caseId: string,
    readonly ladder: Ladder,
  ) {}

  event: Audience['event'] = (event, state) => {
    this.steps.push({ event, state: { ...state, caseId: this.caseId }, ladder: this.ladder });
  };

  deed(deed: Deed, accepted: boolean, _school: string, _day: number, id: string): void {
    if (!accepted) return;
    const last = this.steps.at(-1)?.event;
    if (!last) return;
    const { command } = deed;
    this.commands.push({
      id,
      caller: last.actor.id,
      caseId: this.caseId,
      kind: command.kind,
      body: command,
      bodySha256: sha256(canonicalize(JSON.parse(JSON.stringify(command)))),
      ...wordsOf(id),
      actor: last.actor,
      at: last.at,
      seq: last.seq,
    });
  }
}

async function writeCase(
  owner: Database,
  { stage, student, caseId, ladder }: { stage: Stage; student: PastStudent; caseId: string; ladder: Ladder },
): Promise<boolean> {
  const written = new Written(caseId, ladder);
  const replay = new Replay(stage, student, written);
  const { standing } = replay.run();
  if (written.steps.length === 0) return false;
  await owner.transaction(async (trx) => {
    await lockCase(trx, caseId);
    // What the case is told last is how the student stands now, whatever numbers the replay gave the standings before.
    await settleStanding(trx, caseId, standing?.version ?? 0);
    const now = await readStanding(trx, caseId);
    if (now) replay.tell(now);
    await settleWatch(trx, student.student, reportDue(replay.state, ladder).due);
    await writeTakenCommands(trx, written.commands);
    await project(trx, projecting(null, written.steps, await append(trx, caseId, written.steps)));
    for (const step of written.steps) await freeze(trx, step);
    await dropIfDone(trx, caseId);
  });
  return true;
}

/** Appends the events to the record, as many at a time as come from one source. @returns the hash at which it ends */
async function append(trx: Transaction, caseId: string, steps: readonly Step[]): Promise<string> {
  let end = chainStart(caseId);
  for (let at = 0; at < steps.length;) {
    const source = sourceOf(steps[at]!);
    let until = at + 1;
    while (until < steps.length && sourceOf(steps[until]!) === source) until += 1;
    end = await appendEvents(
      trx,
      caseId,
      steps.slice(at, until).map(({ event }) => event),
      source,
      end,
    );
    at = until;
  }
  return end;
}

function sourceOf({ event }: Step): Source {
  if (event.actor.role !== 'system') return 'person';
  return event.cause.startsWith('tick:') ? 'clock' : 'attendance';
}

/** Ids that follow from what they name, so that the same district gets the same past. */
function namesOf(staff: readonly StaffMember[]): Names {
  return {
    command: (student, number) => uuidOf('command', student, number),
    textDigest: (command) => {
      const { text, salt } = wordsOf(command);
      return textDigest(salt, text);
    },
    schoolRecord: (school, task) => uuidOf('school record', school, task),
    actor: (role, school) => actorOf(staff, role, school),
  };
}

function actorOf(staff: readonly StaffMember[], role: Role, school: string): Actor {
  const here = staff.find((one) => one.role === role && one.schools?.includes(school));
  if (here) return { id: here.id, role, place: school };
  const anywhere = staff.find((one) => one.role === role && one.schools === null);
  return anywhere ? { id: anywhere.id, role, place: 'district' } : { id: `${role}.${school}`, role, place: school };
}

function recordsOf(stage: Stage, names: Names, { schoolTasks }: Responses): (school: string, days: readonly Day[]) => object[] {
  return (school, days) => {
    const on = schoolTasks.onSchoolDay === null ? undefined : days[schoolTasks.onSchoolDay - 1];
    if (on === undefined) return [];
    const actor = names.actor('clerk', school);
    return stage.schoolTasks.map((task) => {
      const id = names.schoolRecord(school, task);
      return { record_id: id, school_id: school, task, on_day: on, actor, text: WORDS, caller: actor.id, idempotency_key: id };
    });
  };
}

/** What everybody wrote. */
const WORDS = 'Done as described; entered with the district’s past.';

function wordsOf(command: string): { text: string; salt: string } {
  return { text: WORDS, salt: sha256(`salt ${command}`).slice(0, 32) };
}

function uuidOf(...words: (string | number)[]): string {
  const hex = sha256(words.join('\u0000'));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
