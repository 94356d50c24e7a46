import { readiness } from '../cases/index.ts';
import { letterText } from '../documents/index.ts';
import type { Ladder } from '../policy/ladder.ts';
import type { Transaction } from '../store/database.ts';
import { freezeDocument } from '../store/documents.ts';
import type { Step } from './projecting.ts';

/** A letter or referral keeps all it was made from, in the transaction that makes it (house rule 5). Other events freeze nothing here. */
export async function freeze(trx: Transaction, { event, state }: Step, ladder: Ladder): Promise<void> {
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
      text: letterText(letter),
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
    });
  }
}
