import type { z } from 'zod';
import { compile, readPolicy } from '../policy/index.ts';
import { ASSUMED, readResponses, spanProblem } from '../policy/rehearsal.ts';
import { cancelRehearsal as cancel, writeRehearsal, type AskedResponses, type PolicyRehearsed } from '../store/intake/rehearsals.ts';
import { readPolicyInForce } from '../store/read/policies.ts';
import { readRehearsal, type RehearsalRow } from '../store/read/rehearsals.ts';
import { unknownSchools } from '../store/read/schools.ts';
import type { Transaction } from '../store/database.ts';
import type { policyRehearsal, rehearsePolicy } from './contracts/rehearsal.ts';
import { invalidPolicy } from './policy-drafts.ts';
import { actorAt } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

type Asked = z.output<typeof rehearsePolicy>;

/**
 * Writes a rehearsal down. The policy in force is the one of now, whatever comes into force while it goes on.
 * @returns its id
 * @throws Problem for a span of two school years, a school nobody knows, a table or a document that is none
 */
export async function askForRehearsal(trx: Transaction, person: Person, asked: Asked): Promise<string> {
  const { document, from, to, schools = null, compare } = asked;
  const span = spanProblem(from, to);
  if (span !== null) throw new Problem('invalid-request', span, { errors: [{ path: 'body.to', message: span }] });
  const strange = schools === null ? [] : await unknownSchools(trx, schools);
  if (strange.length)
    throw new Problem('invalid-request', `There is no school ${strange.join(', ')}.`, {
      errors: [{ path: 'body.schools', message: `not a school of this district: ${strange.join(', ')}` }],
    });
  const responses = responsesOf(asked.responses);
  const policies: PolicyRehearsed[] = [];
  if (document !== undefined) {
    const read = readPolicy(document);
    if (!read.ok) throw invalidPolicy(read.problems);
    policies.push({ which: 'draft', document, ladder: compile(read.document) });
  }
  const inForce = compare || policies.length === 0 ? await readPolicyInForce(trx) : null;
  if (inForce) policies.push({ which: 'in_force', document: inForce.document, ladder: inForce.ladder });
  if (policies.length === 0)
    throw new Problem('invalid-request', 'No policy is in force in this district: give a document to rehearse.', {
      errors: [{ path: 'body.document', message: 'give the policy to rehearse' }],
    });
  const { id: by, role } = actorAt(person, 'district');
  return writeRehearsal(trx, { from, to, schools, policies, responses, by, role });
}

function responsesOf(asked: Asked['responses']): AskedResponses {
  if (asked === 'recorded') return asked;
  if (asked === 'assumed') return ASSUMED;
  const read = readResponses(asked);
  if (read.ok) return read.responses;
  throw new Problem('invalid-request', 'The table of responses is not one; see docs/rehearsal.md.', {
    errors: read.problems.map((message) => ({ path: 'body.responses', message })),
  });
}

/** A rehearsal as its page shows it. @throws Problem 404 when there is none of this id */
export async function viewRehearsal(trx: Transaction, rehearsalId: string): Promise<z.input<typeof policyRehearsal>> {
  const { done, students, ...row } = await rehearsalOf(trx, rehearsalId);
  return { ...row, progress: { done, of: students } } as z.input<typeof policyRehearsal>;
}

/** @throws Problem 404 when there is none of this id */
export async function rehearsalOf(trx: Transaction, rehearsalId: string): Promise<RehearsalRow> {
  const row = await readRehearsal(trx, rehearsalId);
  if (row === null) throw new Problem('not-found', 'There is no such rehearsal; they are kept for thirty days.');
  return row;
}

/** Cancels a rehearsal that is not at its end. @throws Problem 404, and 409 when it has ended in another way */
export async function cancelRehearsal(trx: Transaction, person: Person, rehearsalId: string): Promise<void> {
  const { status } = await rehearsalOf(trx, rehearsalId);
  if (status === 'cancelled') return;
  if (!(await cancel(trx, rehearsalId, person.id)))
    throw new Problem('rehearsal-ended', `The rehearsal is ${status} already; there is nothing to cancel.`);
}
