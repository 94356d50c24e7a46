import type { Action } from '../cases/actions.ts';

/** Outcomes of an attempt that say all there is to say: nobody was spoken to. */
const SPEAK_FOR_THEMSELVES: readonly string[] = [
  'left_message',
  'no_answer',
  'wrong_number',
  'disconnected',
  'sent',
  'returned_mail',
  'bounced',
];

/**
 * Whether an action needs a note: each step must be specifically documented (LAUSD protocol, note 3), and who, when, whom, how and
 * outcome do not say what was talked about, found or agreed.
 */
export function needsNote(action: Action): boolean {
  switch (action.kind) {
    case 'contact':
      return !SPEAK_FOR_THEMSELVES.includes(action.details.outcome);
    case 'letter_mailed':
    case 'notice_of_referral':
    case 'monitoring':
    case 'evaluation_list':
      return false;
    case 'contact_correction':
    case 'agency_referral':
    case 'consultation':
    case 'absence_review':
    case 'conference':
    case 'contract':
    case 'plan':
    case 'pattern_review':
    case 'follow_up':
    case 'meeting':
    case 'correction_note':
    case 'coordination':
    case 'directive':
    case 'recognition':
    case 'consent':
      return true;
  }
}
