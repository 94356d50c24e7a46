import type { z } from 'zod';
import type { MailService, MessageRow } from '../../store/read/staff-messages.ts';
import type { staffMessage } from '../contracts/message.ts';

type Message = z.input<typeof staffMessage>;

/** A message as a page shows it: with a sentence that says whether it has left and, if not, why and what to do. */
export function viewStaffMessage(row: MessageRow, mail: MailService): Message {
  const { missing, tasks, stillMissing, stillOpen, person, role, ...rest } = row;
  return {
    ...rest,
    role: role as Message['role'],
    person: person && { id: person.id, name: person.name },
    about: { submissions: missing, tasks, standing: stillMissing + stillOpen },
    sentence: sentenceOf(row, mail),
  };
}

function sentenceOf(row: MessageRow, mail: MailService): string {
  switch (row.state) {
    case 'sent':
      return `Sent to ${row.address}.`;
    case 'refused':
      return `Refused: the mail server says “${row.problem}”. Set the address right; the next reminder goes there.`;
    case 'lapsed':
      return 'Not sent: nothing of it was missing any more.';
    case 'unaddressed':
      return unaddressed(row);
    case 'waiting':
      if (row.problem !== null && row.tries > 0)
        return `Not sent yet, after ${row.tries} ${row.tries === 1 ? 'try' : 'tries'}: ${row.problem}. It is tried again.`;
      return mail.server === 'set' ? 'On its way.' : 'Not sent: no mail server is set (ROLLBOOK_SMTP_URL of the worker).';
  }
}

function unaddressed({ person, role, schoolName, missing }: MessageRow): string {
  if (person && !person.signsIn) return `Not sent: ${person.name} was removed.`;
  if (person) return `Not sent: no address of ${person.name} is known. Give one with: rollbook person email ${person.id} ADDRESS`;
  if (role === 'teacher' && missing > 0)
    return `Not sent: the roster of ${schoolName} gives no address of the teacher (teacher_email of the section).`;
  return `Not sent: nobody holds the role ${role.replaceAll('_', ' ')} at ${schoolName}.`;
}
