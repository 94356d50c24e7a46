import type { Day } from './actions.ts';

/** What a person is to a student by law. */
export const LEGAL_ROLES = ['parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact', 'conservator'] as const;
export type LegalRole = (typeof LEGAL_ROLES)[number];

/** What a court's order can take from a person: to be contacted about the student, and to be sent letters. */
export const ORDER_LIMITS = ['contact', 'letters'] as const;
export type OrderLimit = (typeof ORDER_LIMITS)[number];

/** A person around a student, as far as rights go. */
export interface PersonWithRights {
  relationship: string;
  /** As a source or a person said it; null when nobody did. */
  legalRole: LegalRole | null;
  primary: boolean;
  livesWith: boolean;
  /** The order of a court that limits this person's rights; in force from and until its days, from ever and for ever without them. */
  courtOrder: { on: Day | null; until: Day | null; limits: readonly OrderLimit[] } | null;
}

/** On what rights are judged. */
export interface RightsOn {
  day: Day;
  /** The student is in foster care on that day. */
  foster: boolean;
  /** The student is of age on that day: the rights are the student's own. */
  ofAge: boolean;
}

/** From this birthday on the rights of parents are the student's own (20 USC 1232g(d), 34 CFR 99.3 and 99.5; EC 49061(a)). */
export const OF_AGE = 18;

const PARENTS = /^(birth |adoptive |legal )?(mother|father|parent|guardian)( of record)?$/i;
const CAREGIVERS = /foster|caregiver|group home/i;

/**
 * What a person is by law: as was said, or else what the relationship alone makes them. A step-parent, a grandparent or an aunt has no
 * legal role by that alone.
 */
export function roleOf(person: Pick<PersonWithRights, 'relationship' | 'legalRole'>): LegalRole | null {
  if (person.legalRole) return person.legalRole;
  if (PARENTS.test(person.relationship.trim())) return 'parent';
  if (CAREGIVERS.test(person.relationship)) return 'caregiver';
  if (/^conservator/i.test(person.relationship.trim())) return 'conservator';
  return /social ?worker|case ?worker/i.test(person.relationship) ? 'social_worker' : null;
}

/** Whether a court's order keeps a person from being contacted, or from being sent letters, on a day. */
export function isLimited({ courtOrder }: Pick<PersonWithRights, 'courtOrder'>, limit: OrderLimit, day: Day): boolean {
  if (!courtOrder?.limits.includes(limit)) return false;
  return (courtOrder.on === null || courtOrder.on <= day) && (courtOrder.until === null || courtOrder.until >= day);
}

/**
 * To whom letters about a student go: to everybody who holds educational rights, wherever they live, and to nobody from whom a court's
 * order took them (EC 49061(a), 49069.7, Family Code 3025: a parent without custody has access unless an order says otherwise). In
 * foster care that is the person whom the court named as holder of the education rights, in place of the parents, and never a caregiver,
 * present or former (WIC 361, 726). A student of age holds the rights, and no letter goes to anybody else but a conservator whom a court has
 * appointed (Probate Code 1801; 34 CFR 99.5): see `goesToStudent`. Where no holder of rights is on file: those whose role nobody has said, if the student lives with
 * them or they come first; then a caregiver with whom the student lives.
 */
export function letterRecipients<P extends PersonWithRights>(people: readonly P[], on: RightsOn): P[] {
  const open = people.filter((person) => !isLimited(person, 'letters', on.day));
  if (on.ofAge) return open.filter((person) => roleOf(person) === 'conservator');
  const holders = open.filter((person) => roleOf(person) === 'education_rights_holder');
  if (on.foster && holders.length > 0) return holders;
  const withParents = open.filter((person) => ['education_rights_holder', 'parent'].includes(roleOf(person) ?? ''));
  if (withParents.length > 0) return withParents;
  const unsaid = open.filter((person) => roleOf(person) === null && (person.livesWith || person.primary));
  if (unsaid.length > 0 || on.foster) return unsaid;
  return open.filter((person) => roleOf(person) === 'caregiver' && person.livesWith);
}

/** Whether letters go to the student: of age, and under no conservator. */
export function goesToStudent(people: readonly PersonWithRights[], on: RightsOn): boolean {
  return on.ofAge && letterRecipients(people, on).length === 0;
}

/**
 * Whom to call about a student, in this order, and nobody whom an order forbids to contact: in foster care the holder of the education
 * rights is the primary contact, and then whom the student lives with; else as the school has them, primary contacts first. A caregiver
 * with whom a foster student does not live any more is called no longer.
 */
export function callOrder<P extends PersonWithRights>(people: readonly P[], on: RightsOn): P[] {
  const open = people.filter((person) => !isLimited(person, 'contact', on.day));
  if (!on.foster) return open;
  const present = open.filter((person) => roleOf(person) !== 'caregiver' || person.livesWith);
  const rank = (person: P): number => (roleOf(person) === 'education_rights_holder' ? 0 : person.livesWith ? 1 : 2);
  return present.toSorted((a, b) => rank(a) - rank(b));
}
