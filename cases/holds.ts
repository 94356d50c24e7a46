import type { Opening } from '../policy/ladder.ts';
import type { Hold } from './events.ts';
import type { CaseState } from './state.ts';

/** Why nothing may escalate on this case just now; empty when nothing holds it (house rule 7). */
export function holdsOf(state: CaseState): Hold[] {
  return state.standing?.holds ?? [];
}

export function isHeld(state: CaseState): boolean {
  return holdsOf(state).length > 0;
}

/**
 * Whether a hold keeps an opening from opening anything: all that follows from attendance and the reports on it. What follows from a
 * person's act, from a flag or from a basis that fell goes on. In a school whose year under way nobody has released, nothing begins but
 * what somebody's own act there asks for.
 */
export function isHeldBack(state: CaseState, opening: Opening): boolean {
  if (isNotReleased(state)) return opening.on !== 'attempt_failed' && opening.on !== 'contact_data_wrong';
  switch (opening.on) {
    case 'band':
    case 'report_due':
    case 'reports':
    case 'habitual':
    case 'first_months':
    case 'no_improvement':
      return isHeld(state);
    case 'path':
      return (opening.band !== undefined || opening.reports !== undefined) && isHeld(state);
    case 'case':
    case 'attempt_failed':
    case 'contact_data_wrong':
    case 'report_fallen':
    case 'letter_fallen':
    case 'referral_fallen':
    case 'recovered':
      return false;
  }
}

function isNotReleased(state: CaseState): boolean {
  return holdsOf(state).some((hold) => hold.why === 'school_not_released');
}

/** A hold as a person reads it. */
export function holdSentence({ why, since }: Hold): string {
  switch (why) {
    case 'day_not_submitted':
      return `Attendance of ${since} was not submitted; nothing escalates on it until it is.`;
    case 'code_not_mapped':
      return `An attendance code that nobody has mapped yet has been in use since ${since}; nothing escalates until it is mapped.`;
    case 'retractions_waiting':
      return `A delivery of ${since} takes back many absences and waits for a person to confirm it; nothing escalates until then.`;
    case 'school_not_released':
      return `The school’s year was under way when the school came to Rollbook on ${since}, and nobody has released it yet: until somebody does, nothing begins here and nothing falls due.`;
  }
}
