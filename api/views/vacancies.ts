import type { z } from 'zod';
import type { Ladder } from '../../policy/ladder.ts';
import { ROLES } from '../../policy/vocabulary.ts';
import type { Transaction } from '../../store/database.ts';
import { readLadderInForce } from '../../store/read/case-record.ts';
import { emptyPosts, leftDuties, orphanWork, type Duty, type LeftDuty } from '../../store/read/duties.ts';
import { listSchools } from '../../store/read/schools.ts';
import type { vacancy } from '../contracts/staff.ts';

type Vacancy = z.input<typeof vacancy>;

const GONE: Record<LeftDuty['why'], (name: string) => string> = {
  removed: (name) => `${name} was removed`,
  moved: (name) => `${name} no longer holds the role there`,
  ended: (name) => `the designation of ${name} ended`,
  over: (name) => `the time of ${name} is over`,
};

/** How a duty is called: the words of the policy in force, or its key where that does not know it. */
export function dutyTitle(ladder: Ladder | null, { kind, name }: Duty): string {
  if (kind === 'task') return ladder?.wording?.[name]?.title ?? name;
  if (kind === 'step') return ladder?.bands.find(({ band }) => band === name)?.name ?? name.replaceAll('-', ' ');
  return name.replaceAll('_', ' ');
}

/** Steps of a ladder, in its order. */
export function stepsOf(ladder: Ladder): string[] {
  return [...new Set(Object.values(ladder.wording ?? {}).flatMap(({ step }) => (step === null ? [] : [step])))];
}

/**
 * What stands vacant now, a line for each duty at each school: posts that a school has to fill, duties whose designee is gone, and open
 * tasks of a role that nobody holds there. Computed from who signs in at this moment: it is there with the removal, and gone when filled.
 * @param schools null means all of the district
 */
export async function viewVacancies(trx: Transaction, schools: readonly string[] | null, today: string): Promise<Vacancy[]> {
  const ladder = await readLadderInForce(trx);
  const names = new Map((await listSchools(trx, schools === null ? null : [...schools])).map(({ schoolId, name }) => [schoolId, name]));
  const at = (school: string | null): string => (school === null ? 'the district' : (names.get(school) ?? school));
  const orphans = await orphanWork(trx, schools, today);
  const found = new Map<string, Vacancy>();
  const add = (school: string | null, why: Vacancy['why'], duty: Duty, sentence: string): void => {
    const key = JSON.stringify([school, duty.kind, duty.name]);
    if (found.has(key)) return;
    const own = orphans.find((one) => duty.kind === 'role' && one.school === school && one.role === duty.name);
    const counts = { openTasks: own?.open ?? 0, overdueTasks: own?.overdue ?? 0 };
    found.set(key, { school, why, duty, title: dutyTitle(ladder, duty), ...counts, sentence });
  };
  for (const { school, role, certificated, clause, held } of await emptyPosts(trx, schools, today)) {
    const post = `${certificated ? 'certificated ' : ''}${role.replaceAll('_', ' ')}`;
    const remedy = held
      ? 'Whoever holds the role there is not certificated: designate somebody who is.'
      : 'Give the role to somebody at the school, or designate somebody who holds it.';
    add(school, 'post', { kind: 'role', name: role }, `${at(school)} has no ${post}. ${clause} ${remedy}`);
  }
  for (const { school, kind, duty, name, why } of await leftDuties(trx, schools, today)) {
    const sentence = `Nobody is designated for “${dutyTitle(ladder, { kind, name: duty })}” at ${at(school)} since ${GONE[why](name)}. Name another designee, or give the designation up.`;
    add(school, 'designee', { kind, name: duty }, sentence);
  }
  for (const { school, role, open, overdue } of orphans) {
    const tasks = `${open} open ${open === 1 ? 'task' : 'tasks'} at ${at(school)} (${overdue} overdue)`;
    const title = role.replaceAll('_', ' ');
    add(
      school,
      'role',
      { kind: 'role', name: role },
      `${tasks} ${open === 1 ? 'waits' : 'wait'} for the role ${title}, which nobody holds there. Give the role to somebody, or designate somebody for the work.`,
    );
  }
  return [...found.values()].sort((a, b) => at(a.school).localeCompare(at(b.school)) || orderOf(a) - orderOf(b));
}

function orderOf({ why, duty }: Vacancy): number {
  return ['post', 'designee', 'role'].indexOf(why) * 100 + ROLES.findIndex((role) => role === duty.name);
}
