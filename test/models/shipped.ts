import { compile, readPolicy, shippedPolicyText, withoutWording, type PolicyDocument } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';

/** A shipped policy, read. @throws if it is refused; the message has every problem */
export function shipped(id: string): PolicyDocument {
  const read = readPolicy(shippedPolicyText(id));
  if (!read.ok) throw new Error(`${id} is refused: ${JSON.stringify(read.problems)}`);
  return read.document;
}

/** Its ladder, as cases carry it. */
export function ladderOf(document: PolicyDocument): Ladder {
  return withoutWording(compile(document));
}
