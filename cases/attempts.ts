import type { Opening } from '../policy/ladder.ts';
import type { ContactOutcome } from '../policy/vocabulary.ts';
import type { DocumentedAction } from './state.ts';

/** Outcomes that show the contact data to be wrong. The validator knows them too (`policy/vocabulary.ts`; a test compares the two). */
export const WRONG_DATA: readonly ContactOutcome[] = ['wrong_number', 'disconnected', 'bounced', 'returned_mail'];

/** Outcomes of an attempt that reached nobody. */
export const FAILED_ATTEMPTS: readonly ContactOutcome[] = [...WRONG_DATA, 'no_answer', 'left_message', 'third_party'];

/** Whether what was done shows what an opening waits for: that nobody was reached, or that the contact data is wrong. */
export function showed(action: DocumentedAction, on: Opening['on']): boolean {
  if (action.kind !== 'contact') return false;
  const { outcome } = action.details;
  return (on === 'contact_data_wrong' && WRONG_DATA.includes(outcome)) || (on === 'attempt_failed' && FAILED_ATTEMPTS.includes(outcome));
}
