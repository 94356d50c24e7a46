import type { z } from 'zod';
import type { mailService, messageState, staffMessages } from '../../api/contracts/message.ts';
import { count, table, words, wrap } from './table.ts';

/** What has become of the message of a reminder, in a word or three. */
export const MESSAGE_WORDS: Record<z.infer<typeof messageState>, string> = {
  sent: 'sent',
  waiting: 'not sent yet',
  unaddressed: 'not sent, no address',
  refused: 'refused by the mail server',
  lapsed: 'not sent, it was done',
};

/** Whether mail to the staff leaves, in a sentence or two. */
export function mailText({ server, problem, waiting, unaddressed, refused }: z.infer<typeof mailService>): string {
  const state =
    server === 'not_set'
      ? 'Mail to staff is not sent: no mail server is set.'
      : problem === null
        ? 'Mail to staff is sent.'
        : `Mail to staff is not sent just now: ${problem}.`;
  const numbers = [
    waiting > 0 && `${count(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'}`,
    unaddressed > 0 && `${unaddressed} without an address`,
    refused > 0 && `${refused} refused within thirty days`,
  ].filter(Boolean);
  return numbers.length ? `${state} ${numbers.join(', ')}; see: rollbook messages` : state;
}

/** What the staff was told, a line and a sentence for each message. */
export function messagesText({ mail, messages }: z.infer<typeof staffMessages>, width: number): string {
  if (messages.length === 0) return 'Nobody was told anything by mail.';
  return [
    mailText(mail),
    table(
      ['Day', 'School', 'To', 'About', 'What became of it'],
      messages.map(({ day, schoolName, person, address, role, about, sentence }) => [
        day,
        schoolName,
        `${person?.name ?? address ?? ''} (${words(role)})`.trim(),
        [about.submissions > 0 && count(about.submissions, 'missing submission'), about.tasks > 0 && count(about.tasks, 'task')]
          .filter(Boolean)
          .join(', '),
        sentence,
      ]),
      width,
    ),
  ].join('\n\n');
}

/** One message, as it was handed over. */
export function messageText({ sentence, subject, text, about }: z.infer<typeof staffMessages>['messages'][number], width: number): string {
  const still = about.standing === 0 ? 'Nothing of it is missing any more.' : `Of it, ${about.standing} still wait.`;
  return [wrap(`${sentence} ${still}`, width), ...(subject === null ? [] : ['', `Subject: ${subject}`, '', text ?? ''])].join('\n');
}
