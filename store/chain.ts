import { createHash, randomBytes } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import type { CaseEvent } from '../cases/events.ts';

/** What made an event: a person's command, a change of attendance, or the clock. */
export type Source = 'person' | 'attendance' | 'clock';

/** The links of one event: a salted digest of its body, and the hash that ties its envelope to the one before. */
export interface Links {
  salt: string;
  bodyDigest: string;
  prevHash: string;
  hash: string;
}

/** The hash before the first event of a case. */
export function chainStart(caseId: string): string {
  return sha256(`rollbook:${caseId}`);
}

/**
 * Links an event to the chain (house rule 4): the chain hashes the RFC 8785 bytes of the envelope with a salted digest of the body, so
 * that the body of an event that must lawfully go can go, and the chain still verifies.
 */
export function linkEvent(
  caseId: string,
  event: CaseEvent,
  source: Source,
  prevHash: string,
  salt = randomBytes(16).toString('hex'),
): Links {
  const bodyDigest = bodyDigestOf(salt, event.body);
  return { salt, bodyDigest, prevHash, hash: envelopeHash(caseId, event, source, bodyDigest, prevHash) };
}

/** The salted digest that stands for a body in the chain. */
export function bodyDigestOf(salt: string, body: unknown): string {
  return sha256(salt + canonicalize(body));
}

/** The hash of an envelope, from which a verifier recomputes the chain. */
export function envelopeHash(caseId: string, event: CaseEvent, source: Source, bodyDigest: string, prevHash: string): string {
  const { seq, type, schema, at, day, actor, cause } = event;
  return sha256(prevHash + canonicalize({ caseId, seq, type, schema, at, day, actor, cause, source, bodyDigest }));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
