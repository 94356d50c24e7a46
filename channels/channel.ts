/** A message to somebody who works for the district, as it leaves the building. */
export interface Outgoing {
  /** The message's own id: the same however often it is tried, so that who gets it twice can tell. */
  id: string;
  /** An email address. */
  to: string;
  subject: string;
  text: string;
}

/** What became of one try. */
export type Delivered =
  /** The receiving side has answered for it. */
  | { kind: 'sent' }
  /** Refused for good, in the receiving side's words: trying again would be answered the same. */
  | { kind: 'refused'; why: string }
  /** Could not be handed over just now. `left`: it may have been all the same, and only the answer was lost. */
  | { kind: 'later'; why: string; left: boolean };

/** A way out of the building. Email is the one there is; a print queue or a signed webhook would be another. */
export interface Channel {
  /** Tries once. Never throws for what the other side does. */
  send(message: Outgoing): Promise<Delivered>;
  close(): void;
}
