import { explain, goesToStudent, letterRecipients, OF_AGE, readiness } from '../cases/index.ts';
import { textInUse } from '../documents/index.ts';
import type { Transaction } from '../store/database.ts';
import { freezeDocument, studentAsRecipient, type Recipient } from '../store/documents.ts';
import { readLettersInUse } from '../store/letter-texts.ts';
import { contactsOf } from '../store/read/contacts.ts';
import { fosterOn, ofAgeOn } from '../store/read/flags.ts';
import type { Step } from './projecting.ts';

/** A letter or referral keeps all it was made from, in the transaction that makes it (house rule 5). Other events freeze nothing here. */
export async function freeze(trx: Transaction, { event, state, ladder }: Step): Promise<void> {
  const { caseId } = state;
  if (event.type === 'letter_approved') {
    const { document, letter, round, reports, events } = event.body;
    await freezeDocument(trx, {
      kind: 'letter',
      caseId,
      documentId: document,
      ref: `${letter}#${round}`,
      day: event.day,
      letter,
      reports,
      events,
      approvedBy: event.actor,
      ...textInUse(letter, await readLettersInUse(trx, letter, event.day), event.day),
      recipients: await recipientsOf(trx, state.student ?? '', event.day),
    });
  }
  if (event.type === 'referred') {
    const { document, ground } = event.body;
    await freezeDocument(trx, {
      kind: 'referral',
      caseId,
      documentId: document,
      ref: ground,
      day: event.day,
      readiness: [readiness(state, ladder, ground, event.day)],
      why: explain(state, ladder).map(({ text, clause }) => ({ text, clause })),
    });
  }
}

/** To whom a letter goes; a person who is on several records of the student once. A student of age gets it where the student lives. */
async function recipientsOf(trx: Transaction, studentId: string, day: string): Promise<Recipient[]> {
  const people = (await contactsOf(trx, [studentId])).get(studentId) ?? [];
  const on = {
    day,
    foster: (await fosterOn(trx, [studentId], day)).has(studentId),
    ofAge: (await ofAgeOn(trx, [studentId], day, OF_AGE)).has(studentId),
  };
  const recipients = letterRecipients(people, on);
  if (goesToStudent(people, on)) return [await studentAsRecipient(trx, studentId, people.find(({ livesWith }) => livesWith) ?? people[0])];
  const once = new Map(recipients.map((one) => [`${one.firstName} ${one.lastName} ${one.street} ${one.zip}`.toLowerCase(), one]));
  return [...once.values()];
}
