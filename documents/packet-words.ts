import type { Action } from '../cases/actions.ts';

/** A code as words. */
export function words(code: string): string {
  return code.replaceAll('_', ' ').replaceAll('-', ' ');
}

function list(codes: readonly string[]): string {
  return codes.map(words).join(', ') || 'nobody';
}

/** What was done, in one sentence without who and when; every kind of action has its own. */
export function sentence(action: Action, nameOf: (contact: string) => string): string {
  switch (action.kind) {
    case 'contact': {
      const { channel, contact, outcome, reason, expectedReturn, spell } = action.details;
      const about = spell ? ` about the absence from ${spell}` : '';
      const answer = [reason ? `reason given: ${words(reason)}` : '', expectedReturn ? `expected back ${expectedReturn}` : '']
        .filter(Boolean)
        .join('; ');
      return `${capital(words(channel))} to ${contact ? nameOf(contact) : 'the family'}${about}: ${words(outcome)}${answer ? ` (${answer})` : ''}.`;
    }
    case 'contact_correction':
      return `Contact data of ${nameOf(action.details.contact)}: ${action.details.result}.`;
    case 'agency_referral':
      return `Referral to ${words(action.details.service)}: ${words(action.details.status)}.`;
    case 'consultation':
      return `Consultation with the ${words(action.details.with)} about ${words(action.details.about)}.`;
    case 'absence_review':
      return `Absences reviewed: ${action.details.cleared.length ? `cleared ${action.details.cleared.join(', ')}` : 'none cleared'}; ${action.details.upheld.length ? `upheld ${action.details.upheld.join(', ')}` : 'none upheld'}.`;
    case 'evaluation_list':
      return `Evaluation list for the notification of truancy: ${action.details.decision}.`;
    case 'conference':
      return `Conference (${words(action.details.channel)}): ${words(action.details.outcome)}. Invited: ${list(action.details.invited)}. Present: ${list(action.details.present)}.`;
    case 'contract':
      return `Attendance contract ${action.details.status === 'signed' ? `signed by ${list(action.details.signers)}` : `offered and refused; witnessed by ${list(action.details.signers)}`}, ${action.details.from} to ${action.details.until}.`;
    case 'plan':
      return `Plan of ${words(action.details.about)}, to be reviewed on ${action.details.review}.`;
    case 'pattern_review':
      return `Prior absences reviewed for patterns: ${list(action.details.patterns)}.`;
    case 'monitoring':
      return `Attendance monitored: ${action.details.attended} days attended, ${action.details.absent} absent.`;
    case 'follow_up':
      return `Followed up with the ${words(action.details.with)}.`;
    case 'meeting':
      return `${teamName(action.details.team)}: ${words(action.details.outcome)}. Present: ${list(action.details.present)}.${action.details.decision ? ` Decision: ${words(action.details.decision)}.` : ''}`;
    case 'letter_mailed':
      return `${capital(words(action.details.letter))} sent to ${nameOf(action.details.contact)} by ${words(action.details.channel)}.`;
    case 'notice_of_referral':
      return `Written notice of the referral (${words(action.details.ground)}) given to ${list(action.details.to)} by ${words(action.details.channel)}.`;
  }
}

export function teamName(team: string): string {
  return team === 'resource_panel' ? 'District Resource Panel' : team.toUpperCase();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
