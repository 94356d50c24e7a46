import type { z } from 'zod';
import type { absenceLine, absenceList } from '../../api/contracts/school.ts';
import { studentLabel } from './find-case.ts';
import { count, table, words } from './table.ts';

/** The day's list as the clerk works through it: whom to call about whom, and until when the absence can be cleared. */
export function absenceListText(answer: z.infer<typeof absenceList>, school: string, width: number): string {
  const title = `${school}, ${answer.day}: ${count(answer.newSpells, 'new spell')} of absence, ${count(answer.overdueCalls, 'call')} overdue.`;
  if (answer.spells.length === 0) return title;
  const rows = answer.spells.map((line) => [
    studentLabel(line),
    line.firstDay,
    line.days,
    line.windowEnds ?? (line.returnedOn === null ? 'away' : ''),
    callText(line),
    callTo(line),
  ]);
  return `${title}\n${table(['Student', 'Since', 'Days', 'Clear by', 'Call', 'Whom to call'], rows, width)}`;
}

function callText({ call, overdue }: z.infer<typeof absenceLine>): string {
  if (call.status === 'none') return overdue ? 'overdue' : 'to do';
  const parts = [
    words(call.lastOutcome ?? call.status),
    call.reason === null ? '' : words(call.reason),
    call.expectedReturn === null ? '' : `back ${call.expectedReturn}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function callTo({ contacts }: z.infer<typeof absenceLine>): string {
  const first = contacts.find((one) => one.mayBeContacted);
  if (!first && contacts.length > 0) return 'nobody on file may be contacted';
  return first ? `${first.relationship}, ${first.phone ?? 'no number'}` : 'no contact known';
}
