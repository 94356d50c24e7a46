import type { z } from 'zod';
import type { chronicleLine } from '../../api/contracts/case.ts';
import { detailsText } from './action-fields.ts';
import { elsewhereText } from './elsewhere-text.ts';
import { words, wrap } from './table.ts';

export type ChronicleLine = z.infer<typeof chronicleLine>;

/** The record of a case, a paragraph an event: when, what, by whom, and the words that belong to it. */
export function historyText(events: ChronicleLine[], width: number): string {
  return events.map((event) => eventText(event, width)).join('\n');
}

function eventText(event: ChronicleLine, width: number): string {
  const { actor } = event;
  const who = actor.role === 'system' ? 'Rollbook' : `${actor.name ?? actor.id}, ${words(actor.role)}`;
  const head = wrap(`${String(event.seq).padStart(4)}  ${event.day}  ${what(event)} (${who})`, width, ' '.repeat(18));
  const origin = event.elsewhere === null ? '' : `\n${wrap(`${' '.repeat(18)}${elsewhereText(event.elsewhere)}`, width, ' '.repeat(18))}`;
  const text = event.text ?? (event.textWithheld ? '[your role does not read these words]' : null);
  return text === null ? head + origin : `${head}${origin}\n${wrap(`${' '.repeat(18)}“${text}”`, width, ' '.repeat(18))}`;
}

/** The event in a phrase; its body holds codes, dates and ids. */
function what({ type, body }: ChronicleLine): string {
  const get = (name: string): string => words(scalar(body[name]));
  const round = Number(body['round'] ?? 1) > 1 ? `, round ${scalar(body['round'])}` : '';
  switch (type) {
    case 'case_opened':
      return `Case opened: ${get('why')}`;
    case 'standing_noted': {
      const standing = body['standing'] as { absences: number; unexcused: number; asOf: string };
      return `Standing as of ${standing.asOf}: ${standing.absences} absences, ${standing.unexcused} unexcused`;
    }
    case 'task_opened':
      return `Task opened: ${get('task')}${round}, due ${String((body['due'] as { on: string | null }).on ?? 'when the calendar allows')}`;
    case 'task_completed':
      return `Task completed: ${get('task')}${round}`;
    case 'task_unavailable':
      return `Not available: ${get('task')}${round}`;
    case 'task_reopened':
      return `Task opened again: ${get('task')}${round}`;
    case 'deadline_passed':
      return `Overdue: ${get('task')}${round}`;
    case 'due_moved':
      return `Due day moved from ${scalar(body['was']) || 'none'} to ${String((body['due'] as { on: string | null }).on ?? 'when the calendar allows')}, since the school’s calendar changed: ${get('task')}${round}`;
    case 'action_documented':
      return `${capital(get('kind'))} on ${scalar(body['on'])}: ${detailsText(body['details'] as Record<string, unknown>)}`;
    case 'report_filed':
      return `Truancy report ${get('ordinal')} filed on ${scalar(body['on'])} on ${(body['events'] as string[]).join(', ')}`;
    case 'action_recorded_elsewhere':
      return `Recorded elsewhere: ${get('kind')} on ${scalar(body['on'])}: ${detailsText(body['details'] as Record<string, unknown>)}`;
    case 'report_recorded_elsewhere':
      return `Recorded elsewhere: truancy report ${get('ordinal')} filed on ${scalar(body['on'])} on ${(body['events'] as string[]).join(', ')}`;
    case 'letter_recorded_elsewhere':
      return `Recorded elsewhere: ${get('letter')} sent on ${scalar(body['on'])}`;
    case 'record_declined':
      return 'Recorded elsewhere and not taken: a report filed here has its number';
    case 'report_withdrawn':
      return `Truancy report ${get('ordinal')} withdrawn`;
    case 'letter_approved':
      return `Letter approved: ${get('letter')}${round}`;
    case 'basis_lost':
      return `Basis lost: ${get('what')} ${get('ref')} rests on ${(body['days'] as string[]).join(', ')}`;
    case 'basis_restored':
      return `Basis restored: ${get('what')} ${get('ref')}, ${(body['days'] as string[]).join(', ')} stand again`;
    case 'case_closed':
      return `Case closed: ${get('why')} on ${scalar(body['on'])}`;
    case 'case_reopened':
      return `Case reopened: episode ${get('episode')}`;
    case 'recovery_began':
      return `Rule of recovery met on ${scalar(body['on'])}: monitoring`;
    case 'task_paused':
      return `Paused: ${get('task')}${round}`;
    case 'wait_began':
      return `Waits: ${get('what')} until ${String((body['until'] as { on: string | null }).on ?? 'school resumes')}`;
    case 'wait_ended':
      return `Waits no longer: ${get('what')}`;
    case 'record_merged':
      return body['as'] === 'absorbed'
        ? 'Counts as another student from here on; the case sleeps'
        : 'Another record counts as this student from here on';
    case 'record_parted':
      return 'The merge was taken back; the records count for themselves again';
    case 'year_begun':
      return `School year ${scalar(body['schoolYear'])} began`;
    case 'task_withdrawn':
      return `No longer asked: ${get('task')}${round}${body['because'] === undefined ? '' : ` (${get('because')})`}`;
    case 'task_carried':
      return `Goes on in the new school year: ${get('task')}${round}`;
    case 'requirement_justified':
      return `Justified: ${get('requirement')}`;
    case 'policy_migrated': {
      const pin = (which: 'from' | 'to'): string => {
        const { id, version } = body[which] as { id: string; version: number };
        return `${id} version ${version}`;
      };
      return `Moved from ${pin('from')} to ${pin('to')}`;
    }
    case 'referred':
      return `Referred to ${get('to')} as ${get('ground')}`;
    default:
      return capital(words(type));
  }
}

/** A code, date or number of a body as text. */
function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
