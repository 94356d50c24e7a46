import type { Channel } from '../channels/channel.ts';
import type { Database } from '../store/database.ts';
import { leaseStaffMessage, noteMailService, putOffStaffMessage, settleStaffMessage } from '../store/staff-messages.ts';
import { startLoop, type Loop } from './loop.ts';
import { staffMailText } from './staff-mail-text.ts';

export interface StaffMailOptions {
  /** Connected as `rollbook_worker`. */
  db: Database;
  channel: Channel;
  /** Rest between looks when there is nothing to send, in milliseconds; two seconds if absent. */
  idleMs?: number;
  /** Hears of what could not be sent just now, or (null) that nothing could be looked for; both are tried again. */
  failed: (messageId: string | null, error: unknown) => void;
}

/** Stopping it takes no further message and lets the one at hand end. */
export type StaffMail = Loop;

/** How often it is said that a worker with a mail server is at work, in milliseconds. */
const SAY_MS = 60_000;

/** A message that could not be handed over. */
class NotHandedOver extends Error {
  override name = 'NotHandedOver';
}

/**
 * Sends what the staff is to be told: a loop in each worker that has a mail server, one message after the other. What has left is written
 * down at once. Between the server's answer and that line lies a moment: a worker that dies in it lets the message leave twice, under one
 * Message-ID and in the same words. It never leaves less than once, as long as what it tells of stands.
 */
export function startStaffMail({ db, channel, idleMs = 2_000, failed }: StaffMailOptions): StaffMail {
  let said = -Infinity;

  /** @returns whether it is worth to go on at once */
  async function sendNext(): Promise<boolean> {
    const message = await leaseStaffMessage(db, staffMailText);
    if (message === null) return false;
    if (message === 'lapsed') return true;
    const { messageId, address: to, subject, text } = message;
    const delivered = await channel.send({ id: messageId, to, subject, text });
    if (delivered.kind === 'later') {
      await putOffStaffMessage(db, messageId, delivered);
      await noteMailService(db, delivered.why);
      failed(messageId, new NotHandedOver(delivered.why));
      // The server is away, most likely: the next message is not asked for at once.
      return false;
    }
    await settleStaffMessage(db, messageId, delivered.kind, delivered.kind === 'refused' ? delivered.why : null);
    await noteMailService(db, null);
    return true;
  }

  return startLoop({
    look: async () => {
      if (performance.now() - said > SAY_MS) {
        await noteMailService(db);
        said = performance.now();
      }
      return sendNext();
    },
    idleMs,
    failed: (error) => failed(null, error),
    ended: () => channel.close(),
  });
}
