import type { Message } from '../../cases/messages.ts';
import type { Decision } from '../../cases/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { climb, refer, type ClimbOptions } from '../cases/climb.ts';
import { PaperCase } from '../cases/paper-case.ts';
import { SCHOOL, type TestStudent, type TestWorld } from '../world/world.ts';

/** A paper case that remembers what it was told. */
class Rehearsal extends PaperCase {
  readonly told: { message: Message; decision: Decision }[] = [];
  override send(message: Message): Decision {
    const decision = super.send(message);
    this.told.push({ message, decision });
    return decision;
  }
}

/** The climb to SARB as the rules alone see it: every message, with what was decided. */
export function rehearse(ground: ClimbOptions['ground'], ladder?: Ladder): Rehearsal {
  const paper = new Rehearsal(ladder);
  climb(paper, { ground });
  refer(paper, ground);
  return paper;
}

/**
 * Tells a real case in a real district what the rehearsal was told: standings through the outbox, commands as people give them, each on
 * its day. Deadlines that pass on the way are ticked by the relay.
 * @param options.note what people write where they write something
 * @returns the outcome of every command, in order
 */
export async function climbOnEngine(
  world: TestWorld,
  student: TestStudent,
  told: Rehearsal['told'],
  { note = 'said and done' } = {},
): Promise<('applied' | 'refused')[]> {
  const outcomes: ('applied' | 'refused')[] = [];
  for (const { message } of told) {
    await world.setClock(message.time.at);
    await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0);
    if (message.kind === 'command') {
      const { command, actor, textDigest, ifSeq } = message;
      const given = await world.give(student, command, {
        role: actor.role === 'system' ? 'administrator' : actor.role,
        text: textDigest === null ? null : note,
        ifSeq,
      });
      outcomes.push(given.outcome);
    } else if (message.standing) {
      const { truancy, schoolRecords } = message.standing;
      await world.rowsFor(student, truancy);
      for (const { task, on } of schoolRecords) await world.schoolRecord(task, on);
      await world.stand(student, { ...message.standing, school: SCHOOL });
      await world.quiet();
    }
  }
  return outcomes;
}
