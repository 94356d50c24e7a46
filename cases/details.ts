import type { Action, Day } from './actions.ts';
import { refuse } from './draft.ts';

/** Nothing completes without who, when, whom, how and outcome (seed: "each step must be specifically documented"). */
export function checkDetails(action: Action, on: Day): void {
  switch (action.kind) {
    case 'contact':
      need(
        action.details.contact !== null || action.details.channel === 'in_person',
        'contact',
        'who was tried; choose one of the student’s contacts',
      );
      need(
        action.details.outcome !== 'reached' || action.details.spell === undefined || action.details.reason !== undefined,
        'reason',
        'the reason given for the absence, or “unknown”',
      );
      need(
        action.details.expectedReturn === undefined || action.details.expectedReturn >= on,
        'expectedReturn',
        'a day on or after the call',
      );
      return;
    case 'conference':
      need(action.details.invited.length > 0, 'invited', 'who was invited');
      need(action.details.outcome !== 'held' || action.details.present.length > 0, 'present', 'who was present');
      return;
    case 'meeting':
      need(action.details.outcome !== 'held' || action.details.present.length > 0, 'present', 'who was present');
      need(
        action.details.team !== 'resource_panel' || action.details.outcome !== 'held' || action.details.decision !== undefined,
        'decision',
        'what the panel decided',
      );
      return;
    case 'contract':
      need(action.details.signers.length > 0, 'signers', action.details.status === 'signed' ? 'who signed' : 'who witnessed the refusal');
      need(action.details.until > action.details.from, 'until', 'a day after the contract begins');
      return;
    case 'plan':
      need(action.details.review > on, 'review', 'a day after the plan was made');
      need(action.details.causes === undefined || action.details.causes.length > 0, 'causes', 'what keeps the student away, or “unknown”');
      return;
    case 'pattern_review':
      need(action.details.patterns.length > 0, 'patterns', 'what was found, or “none”');
      return;
    case 'notice_of_referral':
      need(action.details.to.length > 0, 'to', 'to whom it went: pupil, parent');
      return;
    case 'coordination':
      need(action.details.with.length > 0, 'with', 'who was told or heard');
      return;
    case 'recognition':
      need(action.details.to.length > 0, 'to', 'who was told');
      return;
    case 'directive':
      need(action.details.about.length > 0, 'about', 'what was directed');
      return;
    case 'consent':
      need(action.details.until === undefined || action.details.until >= on, 'until', 'a day on or after the consent');
      return;
    case 'correction_note':
    case 'contact_correction':
    case 'agency_referral':
    case 'consultation':
    case 'absence_review':
    case 'evaluation_list':
    case 'monitoring':
    case 'follow_up':
    case 'letter_mailed':
      return;
  }
}

function need(holds: boolean, field: string, what: string): void {
  if (!holds) refuse('bad-command', `The record lacks “${field}”: say ${what}.`);
}
