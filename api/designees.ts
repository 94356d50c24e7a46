import type { z } from 'zod';
import type { Ladder } from '../policy/ladder.ts';
import { ROLES, type Role } from '../policy/vocabulary.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { closeDesignee, writeDesignee, type StaffAct } from '../store/intake/designees.ts';
import { readLadderInForce } from '../store/read/case-record.ts';
import { readDesignees, readPeople, readRequiredPosts, type Designee, type KnownPerson } from '../store/read/designees.ts';
import type { Duty } from '../store/read/duties.ts';
import { schoolExists } from '../store/read/schools.ts';
import type { designee, endDesignee, nameDesignee } from './contracts/staff.ts';
import { actorAt } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';
import { dutyTitle, stepsOf } from './views/vacancies.ts';

type DesigneeView = z.input<typeof designee>;

/** Designees as pages show them. */
export async function viewDesignees(trx: Transaction, designees: Designee[]): Promise<DesigneeView[]> {
  const ladder = await readLadderInForce(trx);
  return designees.map((one) => ({ ...one, title: dutyTitle(ladder, one.duty) }));
}

/**
 * Designates somebody who can do the work: who signs in, holds at the place, has a role that the work allows, and is certificated where
 * the school's post asks for it.
 * @throws Problem when that is not so, or the place is not the caller's
 */
export async function designate(trx: Transaction, by: Person, asked: z.output<typeof nameDesignee>): Promise<DesigneeView> {
  const { day } = await districtTime(trx);
  const replaced = asked.standsInFor ? await replacedBy(trx, asked.standsInFor, day, asked) : null;
  const { school, duty, note } = asked;
  await mustHoldAt(trx, by, school);
  const from = asked.from ?? day;
  const until = asked.until ?? null;
  if (from < day) throw new Problem('designee-unfit', `It is ${day}; nobody is designated for days that are past.`);
  if (until !== null && until < from) throw new Problem('designee-unfit', `The last day, ${until}, lies before the first, ${from}.`);
  if (replaced && until === null) throw new Problem('designee-unfit', 'A substitute acts for a span of days: say until when.');
  const person = await personFor(trx, asked.person, school);
  mustBeAllowed(await readLadderInForce(trx), duty, person.role);
  await mustBeCertificated(trx, duty, person);
  const others = await readDesignees(trx, school === null ? null : [school], day);
  const same = (one: Designee): boolean =>
    one.school === school && one.person === person.id && one.duty.kind === duty.kind && one.duty.name === duty.name;
  if (others.some((one) => same(one) && ['acting', 'replaced', 'ahead'].includes(one.state)))
    throw new Problem('designee-exists', `${person.name} is designated for this already; end that first to change its days.`);
  const standsInFor = asked.standsInFor ?? null;
  const id = await writeDesignee(trx, { school, duty, person: person.id, from, until, standsInFor, note }, await staffAct(trx, by));
  return designeeOf(trx, id, day);
}

/** Ends a designation, with a reason. */
export async function endDesignation(
  trx: Transaction,
  by: Person,
  designeeId: string,
  { reason, giveUp }: z.output<typeof endDesignee>,
): Promise<DesigneeView> {
  const { day } = await districtTime(trx);
  const found = await designeeOf(trx, designeeId, day);
  await mustHoldAt(trx, by, found.school);
  if (found.ended !== null) throw new Problem('designee-ended', `${found.ended.by} has ended it already.`);
  await closeDesignee(trx, designeeId, { why: reason, givenUp: giveUp }, await staffAct(trx, by));
  return designeeOf(trx, designeeId, day);
}

/** Who changes who does what, at the district's time. */
export async function staffAct(trx: Transaction, person: Person): Promise<StaffAct> {
  const { id: by, role } = actorAt(person, 'district');
  return { by, role, at: (await districtTime(trx)).at };
}

async function designeeOf(trx: Transaction, designeeId: string, day: string): Promise<DesigneeView> {
  const [found] = await viewDesignees(trx, await readDesignees(trx, null, day, designeeId));
  if (!found) throw new Problem('not-found', 'There is no such designee.');
  return found;
}

/** The designee in whose place another acts: for the same duty at the same school. */
async function replacedBy(
  trx: Transaction,
  designeeId: string,
  day: string,
  { school, duty }: z.output<typeof nameDesignee>,
): Promise<DesigneeView> {
  const found = await designeeOf(trx, designeeId, day);
  if (found.standsInFor !== null)
    throw new Problem('designee-unfit', 'Nobody stands in for a substitute; name a substitute for the designee.');
  if (found.ended !== null)
    throw new Problem('designee-ended', `The designation of ${found.name} has ended; name another designee instead.`);
  if (found.school !== school || found.duty.kind !== duty.kind || found.duty.name !== duty.name)
    throw new Problem(
      'designee-unfit',
      `${found.name} is designated for ${found.title} at ${found.school ?? 'the district'}: name the same.`,
    );
  return found;
}

async function mustHoldAt(trx: Transaction, by: Person, school: string | null): Promise<void> {
  if (school !== null && !(await schoolExists(trx, school))) throw new Problem('not-found', `There is no school ${school}.`);
  if (by.schools === null || (school !== null && by.schools.includes(school))) return;
  throw new Problem(
    'place-not-allowed',
    school === null
      ? 'This is done for the whole district, and your role holds at a school.'
      : `Your role does not hold at the school ${school}.`,
  );
}

async function personFor(trx: Transaction, id: string, school: string | null): Promise<KnownPerson> {
  const [person] = await readPeople(trx, null, id);
  if (!person) throw new Problem('designee-unfit', `There is no person ${id} here.`);
  if (!person.signsIn) throw new Problem('designee-unfit', `${person.name} was removed and cannot act.`);
  if (person.schools === null || (school !== null && person.schools.includes(school))) return person;
  const where = school === null ? 'the whole district' : `the school ${school}`;
  throw new Problem('designee-unfit', `The role of ${person.name} holds at ${person.schools.join(', ')}, and not at ${where}.`);
}

/** @throws Problem when the policy in force has no such work, or lets others do it */
function mustBeAllowed(ladder: Ladder | null, { kind, name }: Duty, role: Role): void {
  const known =
    kind === 'role' ? [...ROLES] : ladder === null ? [] : kind === 'step' ? stepsOf(ladder) : ladder.tasks.map(({ task }) => task);
  if (!known.some((one) => one === name))
    throw new Problem('designee-unfit', `There is no ${kind} “${name}” in the policy in force; use one of ${known.join(', ')}.`);
  const tasks = (ladder?.tasks ?? []).filter(({ task }) => (kind === 'task' ? task === name : ladder?.wording?.[task]?.step === name));
  const roles: Role[] = kind === 'role' ? [name as Role] : [...new Set(tasks.flatMap(({ owner, also }) => [owner, ...(also ?? [])]))];
  if (!roles.includes(role))
    throw new Problem(
      'designee-unfit',
      `The role ${role.replaceAll('_', ' ')} may not do this; it takes ${roles.map((one) => one.replaceAll('_', ' ')).join(' or ')}.`,
    );
}

async function mustBeCertificated(trx: Transaction, { kind, name }: Duty, person: KnownPerson): Promise<void> {
  const post = kind === 'role' ? (await readRequiredPosts(trx)).find(({ role }) => role === name) : undefined;
  if (post?.certificated && !person.certificated)
    throw new Problem('designee-unfit', `${person.name} is not certificated, and the post asks for it: ${post.clause}`);
}
