import type { Refusal } from '../cases/messages.ts';
import type { Ladder } from '../policy/ladder.ts';

/** A word of a sentence that may be a key of the policy, with the quotes around it, if any. */
const WORD = /(“?)([a-z0-9]+(?:-[a-z0-9]+)*)(”?)/g;

/**
 * A refusal with titles where the case could only name keys: a policy's wording does not travel with the case, so people get it here.
 * A plain word is taken for a key only where the sentence quotes it or the refusal lists it.
 */
export function inWords(refusal: Refusal, ladder: Ladder | null): Refusal {
  const title = (key: string): string | undefined => ladder?.wording?.[key]?.title;
  const listed = new Set(refusal.missing?.map(({ requirement }) => requirement));
  const detail = refusal.detail.replaceAll(WORD, (word, open: string, key: string, close: string) => {
    const named = key.includes('-') || (open !== '' && close !== '') || listed.has(key);
    return named ? `${open}${title(key) ?? key}${close}` : word;
  });
  const missing = refusal.missing?.map((one) => ({ ...one, title: title(one.requirement) ?? one.title }));
  return { ...refusal, detail, ...(missing ? { missing } : {}) };
}
