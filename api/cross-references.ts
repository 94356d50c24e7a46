import type { Action } from '../cases/actions.ts';
import { spellOf } from '../store/read/absence-list.ts';
import { contactIdsOf } from '../store/read/contacts.ts';
import { partnerExists } from '../store/read/partners.ts';
import type { Transaction } from '../store/database.ts';
import { needsNote } from './notes.ts';
import { Problem } from './problems.ts';

/**
 * Checks what a case cannot know: that a contact belongs to the student, that a spell is one of theirs, and that there are words where
 * words are needed. A day inside a spell stands for the spell.
 * @returns the action, its spell named by its first day
 * @throws Problem 422 with every place that does not fit
 */
export async function checkReferences(trx: Transaction, studentId: string, action: Action, note: string | undefined): Promise<Action> {
  const errors: { path: string; message: string }[] = [];
  if (note === undefined && needsNote(action)) {
    errors.push({ path: 'body.note', message: 'write down what was said, found or agreed; without it the step is not documented' });
  }
  const contact = 'contact' in action.details ? action.details.contact : null;
  if (contact !== null && !(await contactIdsOf(trx, studentId)).has(contact)) {
    errors.push({ path: 'body.action.details.contact', message: "none of this student's contacts has this id" });
  }
  const partner = action.kind === 'agency_referral' || action.kind === 'consent' ? action.details.partner : undefined;
  if (partner !== undefined && !(await partnerExists(trx, partner)))
    errors.push({ path: 'body.action.details.partner', message: `the district has no partner ${partner}; an administrator adds it first` });
  const checked = action.kind === 'contact' && action.details.spell !== undefined ? await onSpell(trx, studentId, action, errors) : action;
  if (errors.length > 0)
    throw new Problem('invalid-request', errors.map(({ path, message }) => `${path}: ${message}`).join('; '), { errors });
  return checked;
}

async function onSpell(
  trx: Transaction,
  studentId: string,
  action: Extract<Action, { kind: 'contact' }>,
  errors: { path: string; message: string }[],
): Promise<Action> {
  const firstDay = await spellOf(trx, studentId, action.details.spell ?? '');
  if (firstDay === null) {
    errors.push({ path: 'body.action.details.spell', message: 'the student was not absent on this day' });
    return action;
  }
  return { kind: 'contact', details: { ...action.details, spell: firstDay } };
}
