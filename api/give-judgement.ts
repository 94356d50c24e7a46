import type { AfterCommit, DisclosingAnswer, EndpointRequest } from './endpoint.ts';
import type { Subject } from '../store/read/subjects.ts';
import { giveCommand, type Given } from './give-command.ts';
import { viewCase } from './views/case.ts';

/** The request of an endpoint that judges a case. */
type JudgementRequest = EndpointRequest<unknown, unknown, unknown, { 'idempotency-key': string; 'if-match': number }, Subject>;

/**
 * Gives a command that judges the case as it was seen. When the case has moved on, the answer is 412 with the present state, so that
 * the person can look again and decide.
 */
export async function giveJudgement(request: JudgementRequest, given: Given): Promise<AfterCommit<DisclosingAnswer>> {
  const { afterCommit } = await giveCommand(request, given);
  return {
    async afterCommit() {
      const answer = await afterCommit();
      if (answer.status !== 412) return { ...answer, subjects: [] };
      const present = await request.within((trx) => viewCase(trx, request.person, request.subject));
      if (present === null) return { ...answer, subjects: [] };
      return {
        ...answer,
        body: { ...(answer.body as object), present },
        headers: { ...answer.headers, etag: `"${present.seq}"` },
        subjects: [request.subject],
      };
    },
  };
}
