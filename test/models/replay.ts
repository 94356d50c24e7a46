import type { Message } from '../../cases/messages.ts';
import type { TestStudent, TestWorld } from '../world/world.ts';
import { SCHOOL } from '../world/world.ts';
import type { Told, Walk } from './walk.ts';

/** How the school's records of its tasks are made in a replay. */
export type RecordSchoolTask = (task: string, on: string) => Promise<void>;

/**
 * Gives the real cases of a district what a walk gave its cases on paper, day by day, all students of a day at once. Deadlines that pass on
 * the way are ticked by the relay.
 * @returns the students by the names they have in the walk
 * @throws if a command ends otherwise than on paper; the message names both
 */
export async function replay(world: TestWorld, walk: Walk, record: RecordSchoolTask): Promise<Map<string, TestStudent>> {
  const students = new Map<string, TestStudent>();
  for (const { situation } of walk.pupils) students.set(situation.name, await world.enroll({ first: 'Given', last: situation.name }));
  const recorded = new Set<string>();
  for (const part of parts(walk.told)) {
    const { at } = part[0]!.message.time;
    await world.setClock(at);
    await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0);
    for (const { task, on } of part.flatMap(({ message }) => recordsOf(message))) {
      if (!recorded.has(task)) await record(task, on);
      recorded.add(task);
    }
    const names = [...new Set(part.map(({ student }) => student))];
    await Promise.all(
      names.map(async (name) => {
        for (const told of part.filter(({ student }) => student === name)) await give(world, students.get(name)!, told);
      }),
    );
    await world.quiet();
  }
  return students;
}

/** Cuts a walk by its days, and within a day before a school record that everybody hears of. */
function parts(told: Told[]): Told[][] {
  const all: Told[][] = [];
  let records = 0;
  // On a day somebody may be ahead of the others by a day or two; each one's own messages keep their order.
  for (const one of told.toSorted((a, b) => a.message.time.at.localeCompare(b.message.time.at))) {
    const last = all.at(-1);
    const now = Math.max(records, recordsOf(one.message).length);
    if (!last || last[0]!.message.time.at !== one.message.time.at || now > records) all.push([one]);
    else last.push(one);
    records = now;
  }
  return all;
}

function recordsOf({ kind, standing }: Message): { task: string; on: string }[] {
  return kind === 'standing' ? (standing?.schoolRecords ?? []) : [];
}

async function give(world: TestWorld, student: TestStudent, { message, decision, student: name }: Told): Promise<void> {
  if (message.kind === 'standing' && message.standing) {
    await world.rowsFor(student, message.standing.truancy);
    await world.stand(student, { ...message.standing, school: SCHOOL });
    await world.until('the case has heard', async () => (await world.onTheWay(student)) === 0);
  } else if (message.kind === 'command') {
    const { command, actor, textDigest, ifSeq } = message;
    const role = actor.role === 'system' ? 'administrator' : actor.role;
    const { outcome, body } = await world.give(student, command, { role, text: textDigest === null ? null : 'said and done', ifSeq });
    const expected = decision.kind === 'refused' ? `refused: ${decision.refusal.type}` : 'applied';
    const came = outcome === 'refused' ? `refused: ${(body as { type: string }).type}` : outcome;
    if (came !== expected)
      throw new Error(
        `${name}, ${message.time.day}: ${JSON.stringify(command)} was to be ${expected} and was ${came}: ${JSON.stringify(body)}`,
      );
  }
}
