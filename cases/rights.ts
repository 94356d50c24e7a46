import type { Day } from './actions.ts';

/** What a person is to a student by law. */
export const LEGAL_ROLES = ['parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact'] as const;
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
}

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
 * present or former (WIC 361, 726). Where no holder of rights is on file: those whose role nobody has said, if the student lives with
 * them or they come first; then a caregiver with whom the student lives.
 */
export function letterRecipients<P extends PersonWithRights>(people: readonly P[], on: RightsOn): P[] {
  const open = people.filter((person) => !isLimited(person, 'letters', on.day));
  const holders = open.filter((person) => roleOf(person) === 'education_rights_holder');
  if (on.foster && holders.length > 0) return holders;
  const withParents = open.filter((person) => ['education_rights_holder', 'parent'].includes(roleOf(person) ?? ''));
  if (withParents.length > 0) return withParents;
  const unsaid = open.filter((person) => roleOf(person) === null && (person.livesWith || person.primary));
  if (unsaid.length > 0 || on.foster) return unsaid;
  return open.filter((person) => roleOf(person) === 'caregiver' && person.livesWith);
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
