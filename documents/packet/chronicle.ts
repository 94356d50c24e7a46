import type { CaseEvent } from '../../cases/events.ts';
import { dayGroups, shortDate } from '../dates.ts';
import type { Block, Row } from './blocks.ts';
import type { CaseRecord } from './record.ts';
import { actionRow } from './sections.ts';
import { capital, words } from './words.ts';

/**
 * Everything that happened, in order. Steps that opened, fell due or were completed together stand in one row, so that what people did
 * can be seen between them.
 */
export function chronicle(view: CaseRecord): Block[] {
  const rows: Row[] = [];
  let group: CaseEvent[] = [];
  /** What somebody did last, as long as nothing else came after. */
  let before: CaseEvent | null = null;
  const close = (): void => {
    const [first] = group;
    if (first) rows.push({ cells: [shortDate(first.day), view.who(first), told(view, group)], cites: tags(group), struck: false });
    group = [];
  };
  for (const event of view.events) {
    const [first] = group;
    if (event.type === 'task_completed' && before && sameHand(before, event)) {
      close();
      const row = rows.at(-1);
      row?.cells.push(`${row.cells.pop() ?? ''} Completed: ${view.title(event.body.task)}.`);
      row?.cites.push(`E-${event.seq}`);
      continue;
    }
    before = joins(event) ? null : event;
    if (event.type === 'action_documented' || event.type === 'action_recorded_elsewhere') {
      close();
      rows.push(actionRow(view, event));
    } else {
      if (first && (first.type !== event.type || !sameHand(first, event) || !joins(event))) close();
      group.push(event);
    }
  }
  close();
  return [{ kind: 'table', columns: ['Day', 'By', 'What happened'], widths: [1.35, 1.7, 5], rows }];
}

function sameHand(one: CaseEvent, next: CaseEvent): boolean {
  return one.day === next.day && one.actor.id === next.actor.id;
}

function tags(events: CaseEvent[]): string[] {
  return events.map((event) => `E-${event.seq}`);
}

/** Events that say the same of several steps. */
function joins({ type }: CaseEvent): boolean {
  return [
    'task_opened',
    'task_completed',
    'task_withdrawn',
    'task_reopened',
    'task_carried',
    'task_paused',
    'deadline_passed',
    'due_moved',
    'standing_noted',
  ].includes(type);
}

function told(view: CaseRecord, events: CaseEvent[]): string {
  const [first] = events;
  if (!first) return '';
  if (!joins(first)) return eventText(view, first);
  if (first.type === 'standing_noted') return eventText(view, events.at(-1) ?? first);
  const [due, ...others] = [...new Set(events.map(dueOf))];
  const alike = due !== undefined && !others.length;
  const steps = events.map((event) => step(view, event) + (alike ? '' : dueOf(event)));
  return `${LEAD[first.type] ?? ''}${alike ? due : ''}: ${steps.join('; ')}.`;
}

const LEAD: Partial<Record<CaseEvent['type'], string>> = {
  task_opened: 'Opened',
  task_completed: 'Completed',
  task_withdrawn: 'No longer asked',
  task_reopened: 'Opened again',
  task_paused: 'Paused since the student has recovered',
  task_carried: 'Goes on in the new school year',
  deadline_passed: 'Due date passed',
  due_moved: 'The school’s calendar changed',
};

function step(view: CaseRecord, event: CaseEvent): string {
  if (!('task' in event.body) || typeof event.body.task !== 'string') return '';
  const round = event.type === 'task_opened' && event.body.round > 1 ? ` (round ${event.body.round})` : '';
  return view.title(event.body.task) + round;
}

function dueOf({ type, body }: CaseEvent): string {
  if (type !== 'task_opened' && type !== 'task_reopened' && type !== 'task_carried' && type !== 'due_moved') return '';
  if (body.due === null) return ', done already and still in force';
  return body.due.on ? `, due ${shortDate(body.due.on)}` : ', due when school resumes';
}

function eventText(view: CaseRecord, event: CaseEvent): string {
  switch (event.type) {
    case 'case_opened':
      return `The case was opened: ${words(event.body.why)}.`;
    case 'standing_noted': {
      const { absences, truancy, asOf } = event.body.standing;
      return `Attendance noted as of ${shortDate(asOf)}: ${absences} absences; ${truancy.length} unexcused days count on the truancy track.`;
    }
    case 'task_unavailable':
      return `Not available: ${view.title(event.body.task)}, because:${view.quoted(event.seq)}`;
    case 'action_superseded':
      return `An entry was superseded.${view.quoted(event.seq)}`;
    case 'report_filed':
      return `Truancy report ${event.body.ordinal} filed with the ${words(event.body.filedWith)}, on ${dayGroups(event.body.events)}.`;
    case 'report_recorded_elsewhere':
      return `Truancy report ${event.body.ordinal} was filed on ${shortDate(event.body.on)} with the ${words(event.body.filedWith)}, on ${dayGroups(event.body.events)}.${view.origin(event)}`;
    case 'letter_recorded_elsewhere':
      return `${capital(words(event.body.letter))} was sent on ${shortDate(event.body.on)}.${view.quoted(event.seq)}${view.origin(event)}`;
    case 'record_declined':
      return `A truancy report recorded elsewhere could not be taken: a report filed here has its number.${view.origin(event)}`;
    case 'report_withdrawn':
      return `Truancy report ${event.body.ordinal} withdrawn.${view.quoted(event.seq)}`;
    case 'basis_lost':
      return `After a correction, a ${words(event.body.what)} rests on days that no longer stand: ${dayGroups(event.body.days)}.`;
    case 'basis_restored':
      return `After a correction, days that a ${words(event.body.what)} rests on stand again: ${dayGroups(event.body.days)}.`;
    case 'case_closed':
      return `The student left on ${shortDate(event.body.on)} (${words(event.body.why)}); the case was closed.`;
    case 'case_reopened':
      return `The student came back: episode ${event.body.episode} of the case.`;
    case 'recovery_began':
      return `The student’s attendance met the rule of recovery on ${shortDate(event.body.on)}; monitoring began.`;
    case 'recovered':
      return `Monitoring has passed: the student has recovered since ${shortDate(event.body.on)}.`;
    case 'relapsed':
      return `The rule of recovery, met since ${shortDate(event.body.since)}, is met no more: the steps go on.`;
    case 'wait_began':
      return `${view.title(event.body.what)} waits${event.body.until.on ? ` until ${shortDate(event.body.until.on)} has passed` : ' until school resumes'}.`;
    case 'wait_ended':
      return `${view.title(event.body.what)} waits no longer.`;
    case 'year_begun':
      return `The school year ${event.body.schoolYear} began: counts and truancy reports start again; what was done stays.`;
    case 'record_merged':
      return 'Another record was found to be of the same student; both count together from here on.';
    case 'record_parted':
      return 'The merging of the two records was taken back; each counts for itself again.';
    case 'letter_approved':
      return `${capital(words(event.body.letter))}: read and approved.`;
    case 'requirement_justified':
      return `Justified for the ground ${words(event.body.ground)}: ${view.title(event.body.requirement)}.${view.quoted(event.seq)}`;
    case 'policy_migrated':
      return `Moved from policy ${event.body.from.id} version ${event.body.from.version} to ${event.body.to.id} version ${event.body.to.version}.${view.quoted(event.seq)}`;
    case 'referred':
      return `Referred to the ${words(event.body.to)} as ${words(event.body.ground)}.`;
    case 'task_opened':
    case 'task_completed':
    case 'task_withdrawn':
    case 'task_reopened':
    case 'task_carried':
    case 'task_paused':
    case 'deadline_passed':
    case 'due_moved':
    case 'action_documented':
    case 'action_recorded_elsewhere':
      return '';
  }
}
