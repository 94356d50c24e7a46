import type { Actor } from '../cases/events.ts';
import type { AttendanceOutcome } from '../store/attendance-commands.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { consequencesOf, rememberBefore } from './consequences.ts';
import { rulesInForce, type StandingRules } from './rules.ts';
import { notReleased } from './school-start.ts';
import { recompute } from './standing.ts';
import { beginTouched } from './touched.ts';
import { takeTurns } from './turns.ts';

/**
 * A named person releases a school whose year was under way when it came: from now on its students' standings carry escalation, and
 * whatever they ask for begins today, with due days from today on. Done once; there is no way back.
 */
export async function releaseSchool(
  trx: Transaction,
  asked: { school: string; note: string },
  cause: { actor: Actor; command?: string; rules?: StandingRules },
): Promise<Exclude<AttendanceOutcome, { outcome: null }>> {
  await takeTurns(trx);
  const { day } = await districtTime(trx);
  const { school, note } = asked;
  await rememberBefore(trx);
  const released = await trx('school_start AS k')
    .where({ school_id: school })
    .whereRaw(notReleased('k'))
    .update({ released_on: day, released_by: JSON.stringify(cause.actor), note, command_id: cause.command ?? null });
  if (released !== 1) return { outcome: 'refused', answer: { type: 'nothing-waits', detail: await whyNot(trx, school) } };
  await beginTouched(trx);
  await trx.raw(`INSERT INTO touched_student SELECT student_id FROM student WHERE school_id = :school AND merged_into IS NULL`, { school });
  const { crossings, students } = await recompute(trx, {
    day,
    students: 'touched',
    rules: cause.rules ?? (await rulesInForce(trx)),
  });
  const { woken, opens } = await consequencesOf(trx, crossings);
  const reportsDue = crossings.filter(({ why }) => why.includes('report_due')).length;
  return { outcome: 'applied', answer: { school, releasedOn: day, students, woken, opens, reportsDue } };
}

async function whyNot(trx: Transaction, school: string): Promise<string> {
  const start = await trx('school_start')
    .where({ school_id: school })
    .first<{ known_on: string; released_on: string | null } | undefined>('known_on', 'released_on');
  if (start === undefined) return `School ${school} has no calendar or no students yet; import them first.`;
  if (start.released_on !== null) return `School ${school} was released on ${start.released_on}; nothing waits there.`;
  return `School ${school} came on ${start.known_on}, when its year began; it was never held, and nothing has to be released.`;
}
