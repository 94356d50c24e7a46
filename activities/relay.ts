import { districtTime, hasDistrict } from '../store/clock.ts';
import { leaseMessages, type Pending } from '../store/outbox.ts';
import { startLoop, type Loop } from './loop.ts';
import { sendCommand, signalCase, type Sender } from './send.ts';

export interface RelayOptions extends Sender {
  /** How many messages are under way at once; 20 if absent. */
  concurrency?: number;
  /** Rest between looks when there is nothing to send, in milliseconds; 80 if absent. */
  idleMs?: number;
  /** Hears of a message that could not be sent, or (null) that none could be looked for; both are tried again. */
  failed: (message: Pending | null, error: unknown) => void;
}

/** Stopping it takes no further message and waits for those under way. */
export type Relay = Loop;

/** How long a command may be under way before its place is given to another message; its outcome may still come. */
const COMMAND_MS = 10_000;

/**
 * The relay: a loop in each worker that sends what is not done yet and goes on sending it until its effect, refusal or watermark is in
 * PostgreSQL; it also ticks every case with a passed deadline that nobody has taken note of (house rule 2). One slow case takes up one
 * place of many and holds up no other.
 */
export function startRelay(options: RelayOptions): Relay {
  const { db, concurrency = 20, idleMs = 80, failed } = options;
  let known = false;
  const underWay = new Set<Promise<void>>();

  async function send(message: Pending): Promise<void> {
    try {
      if (message.kind === 'command') await sendCommand(options, message.commandId, COMMAND_MS, true);
      else await signalCase(options, message.kind, message.caseId);
    } catch (error) {
      failed(message, error);
    }
  }

  /** Takes as many messages as there are places. @returns how many */
  async function take(places: number): Promise<number> {
    // A district that has been set up stays.
    known ||= await hasDistrict(db);
    if (!known) return 0;
    const { at } = await districtTime(db);
    const messages = await leaseMessages(db, at, places);
    for (const message of messages) {
      const sent = send(message).finally(() => underWay.delete(sent));
      underWay.add(sent);
    }
    return messages.length;
  }

  return startLoop({
    look: async () => {
      const places = concurrency - underWay.size;
      if (places > 0) return (await take(places)) > 0;
      await Promise.race(underWay);
      return true;
    },
    idleMs,
    failed: (error) => failed(null, error),
    ended: () => Promise.all(underWay),
  });
}
