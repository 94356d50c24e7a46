import { createHash } from 'node:crypto';
import type { Actor } from '../cases/events.ts';
import type { Command, Refusal } from '../cases/messages.ts';
import { canonicalize } from '../policy/canonical.ts';
import { districtTime } from '../store/clock.ts';
import { writeCommand } from '../store/intake/commands.ts';
import { readCaseLadder } from '../store/read/case-record.ts';
import { readCommand, type CommandRow } from '../store/read/commands.ts';
import type { Subject } from '../store/read/subjects.ts';
import type { Transaction } from '../store/database.ts';
import type { AfterCommit, Answer, EndpointRequest } from './endpoint.ts';
import { describeError } from './logging.ts';
import { Problem, refusalProblem } from './problems.ts';
import type { ApiServices } from './ports.ts';
import type { Person } from './signin.ts';
import { inWords } from './wording.ts';

/** A person's command to a case, before it is written. */
export interface Given {
  command: Command;
  /** What was said and done in words, or the reason. */
  text: string | null;
  /** Status of the answer when it was applied. */
  success: 200 | 201;
  /** Further members of the answer when it was applied. */
  more?: Record<string, unknown>;
  /** What else tells this request from another one under the same key. */
  asked?: unknown;
}

type Giver = Pick<
  EndpointRequest<unknown, unknown, unknown, { 'idempotency-key': string; 'if-match'?: number }, Subject>,
  'headers' | 'person'
> & {
  subject: Pick<Subject, 'caseId' | 'school'>;
  trx: Transaction;
  within<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  services: ApiServices;
};

/**
 * Gives a command to a case (house rule 1): writes it down in the caller's transaction, and after the commit has it delivered and
 * answers with its one outcome: applied, refused with the case's reason, or 202 when nobody could answer in time.
 * @throws Problem 422 when the key was used for another request
 */
export async function giveCommand(request: Giver, given: Given): Promise<AfterCommit<Answer>> {
  const { subject, person, headers, trx } = request;
  const ifSeq = headers['if-match'] ?? null;
  const { at } = await districtTime(trx);
  const { row, same } = await writeCommand(trx, {
    caller: person.id,
    idempotencyKey: headers['idempotency-key'],
    caseId: subject.caseId,
    command: given.command,
    requestSha256: sha256({ command: given.command, ifSeq, asked: given.asked ?? null }),
    text: given.text,
    actor: actorAt(person, subject.school),
    ifSeq,
    districtAt: at,
  });
  if (!same) throw keyReused();
  return { afterCommit: async () => answerOf(request, row.outcome === null ? await deliver(request, row) : row, given) };
}

/** The role in which somebody acts, and where: at the school their role holds at, or for the district. */
export function actorAt(person: Person, school: string): Actor {
  if (person.role === 'anyone') throw new Problem('not-signed-in', 'Sign in first.');
  return { id: person.id, role: person.role, place: person.schools === null ? 'district' : school };
}

export function keyReused(): Problem {
  return new Problem(
    'idempotency-key-reused',
    'You have used this Idempotency-Key before, for another request. Repeat that request as it was, or use a new key for this one.',
  );
}

/** SHA-256 of a value's RFC 8785 bytes, in hex. */
export function sha256(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(JSON.parse(JSON.stringify(value))))
    .digest('hex');
}

async function deliver({ services, within }: Giver, row: CommandRow): Promise<CommandRow> {
  try {
    const outcome = await services.gateway.deliver(row.commandId, services.patienceMs);
    if (outcome !== null) return { ...row, outcome: outcome.outcome, outcomeBody: outcome.body };
  } catch (error) {
    // The command is written; the relay repeats it until it has an outcome. Whoever waits is told so.
    services.logger.warn({ error: describeError(error), commandId: row.commandId }, 'a command could not be delivered at once');
  }
  return (await within((trx) => readCommand(trx, row.commandId))) ?? row;
}

async function answerOf({ within }: Giver, row: CommandRow, given: Given): Promise<Answer> {
  const readAt = `/v1/commands/${row.commandId}`;
  switch (row.outcome) {
    case null:
      return {
        status: 202,
        body: { commandId: row.commandId, caseId: row.caseId, outcome: null, readAt },
        headers: { location: readAt, 'retry-after': '2' },
      };
    case 'applied': {
      const result = appliedResult(row);
      return { status: given.success, body: { ...result, ...given.more }, headers: { etag: `"${result.seq}"` } };
    }
    case 'refused': {
      const ladder = await within((trx) => readCaseLadder(trx, row.caseId));
      const problem = refusalProblem(inWords(row.outcomeBody as Refusal, ladder));
      return { status: problem.status, body: { ...problem, commandId: row.commandId, caseId: row.caseId, ...given.more } };
    }
  }
}

/** What an applied command did, as its giver is told: also what the address of its outcome says. */
export function appliedResult(row: Pick<CommandRow, 'commandId' | 'caseId' | 'outcomeBody'>): {
  commandId: string;
  caseId: string;
  outcome: 'applied';
  seq: number;
} {
  const { seq } = row.outcomeBody as { seq: number };
  return { commandId: row.commandId, caseId: row.caseId, outcome: 'applied', seq };
}
