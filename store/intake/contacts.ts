import { randomUUID } from 'node:crypto';
import type { LegalRole, OrderLimit } from '../../cases/rights.ts';
import type { Transaction } from '../database.ts';
import { refreshHouseholds } from '../households.ts';

/** What can be corrected of a contact; a field that is not given stays as it is. */
export interface ContactChanges {
  firstName?: string | undefined;
  lastName?: string | undefined;
  relationship?: string | undefined;
  phone?: string | null | undefined;
  phoneType?: string | null | undefined;
  email?: string | null | undefined;
  street?: string | null | undefined;
  city?: string | null | undefined;
  state?: string | null | undefined;
  zip?: string | null | undefined;
  language?: string | null | undefined;
  legalRole?: LegalRole | null | undefined;
  /** Null when the order was lifted. */
  courtOrder?: { text: string; on: string | null; until: string | null; limits: OrderLimit[] } | null | undefined;
}

/** Columns that are not called as their fields are. */
const COLUMN_OF: Record<string, string> = { phoneType: 'phone_type', legalRole: 'legal_role' };

/**
 * Corrects a contact: a new row with the changes supersedes the old one, which stays as it was.
 * @param recordedBy id of the person
 * @returns id of the new contact; null if the old one is not there or has been superseded meanwhile
 */
export async function correctContact(
  trx: Transaction,
  contactId: string,
  changes: ContactChanges,
  recordedBy: string,
): Promise<string | null> {
  const next = randomUUID();
  if (!(await supersede(trx, contactId, next))) return null;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  await trx.raw(
    `INSERT INTO contact (contact_id, student_id, local_id, relationship, is_primary, is_emergency, lives_with, recorded_by,
       first_name, last_name, phone, phone_type, email, street, city, state, zip, language, legal_role,
       court_order, court_order_date, court_order_until, court_order_limits)
     SELECT :next, o.student_id, o.local_id, coalesce(n ->> 'relationship', o.relationship), o.is_primary, o.is_emergency, o.lives_with, :by,
       coalesce(n ->> 'firstName', o.first_name), coalesce(n ->> 'lastName', o.last_name),
       ${['phone', 'phoneType', 'email', 'street', 'city', 'state', 'zip', 'language', 'legalRole']
         .map((field) => `CASE WHEN jsonb_exists(n, '${field}') THEN n ->> '${field}' ELSE o.${COLUMN_OF[field] ?? field} END`)
         .join(',\n       ')},
       CASE WHEN jsonb_exists(n, 'courtOrder') THEN n #>> '{courtOrder,text}' ELSE o.court_order END,
       CASE WHEN jsonb_exists(n, 'courtOrder') THEN (n #>> '{courtOrder,on}')::date ELSE o.court_order_date END,
       CASE WHEN jsonb_exists(n, 'courtOrder') THEN (n #>> '{courtOrder,until}')::date ELSE o.court_order_until END,
       CASE WHEN jsonb_exists(n, 'courtOrder')
         THEN ARRAY(SELECT jsonb_array_elements_text(CASE WHEN jsonb_typeof(n -> 'courtOrder') = 'object' THEN n #> '{courtOrder,limits}' ELSE '[]' END))
         ELSE o.court_order_limits END
     FROM contact o, CAST(:changes AS jsonb) AS n WHERE o.contact_id = :old`,
    { next, by: recordedBy, changes: JSON.stringify(given), old: contactId },
  );
  await refreshHouseholds(trx, await studentOf(trx, next));
  return next;
}

/** Takes a contact out of use. Its row stays; a row that supersedes itself has been removed. @param removedBy id of the person */
export async function removeContact(trx: Transaction, contactId: string, removedBy: string): Promise<boolean> {
  if (!(await supersede(trx, contactId, contactId))) return false;
  await trx('contact').where({ contact_id: contactId }).update({ removed_by: removedBy });
  await refreshHouseholds(trx, await studentOf(trx, contactId));
  return true;
}

async function supersede(trx: Transaction, contactId: string, by: string): Promise<boolean> {
  const changed = await trx('contact').where({ contact_id: contactId }).whereNull('superseded_by').update({ superseded_by: by });
  return changed === 1;
}

async function studentOf(trx: Transaction, contactId: string): Promise<string[]> {
  return trx('contact').where({ contact_id: contactId }).pluck<string[]>('student_id');
}
