import { z } from 'zod';
import { applied, refer, waiting } from '../../contracts/command.ts';
import { judgementHeaders, nothing, uuid } from '../../contracts/common.ts';
import { endpoint } from '../../endpoint.ts';
import { giveJudgement } from '../../give-judgement.ts';
import { readCaseLadder } from '../../../store/read/case-record.ts';
import type { Ladder } from '../../../policy/ladder.ts';
import type { Body } from '../../../policy/vocabulary.ts';

/** To whom the policy of a case refers; the case itself refuses where it refers to nobody. */
function bodyOf(ladder: Ladder | null): Body {
  const evidence = ladder?.tasks.find((rule) => 'referral' in rule.evidence)?.evidence;
  return evidence && 'referral' in evidence ? evidence.referral : 'sarb';
}

export const referCase = endpoint({
  method: 'post',
  path: '/v1/cases/:id/referral',
  operationId: 'referCase',
  tag: 'cases',
  summary:
    'Refers the case to the last rung, in California SARB, on a ground; refused, with the list of what is missing, until every requirement is met or justified',
  permission: 'refer',
  place: 'case',
  audit: { discloses: 'case' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: refer,
  headers: judgementHeaders,
  responses: { 201: { description: 'Referred', schema: applied }, 202: { description: 'On its way', schema: waiting } },
  async handler(request) {
    const { to, ground, note } = request.body;
    const ladder = await readCaseLadder(request.trx, request.params.id);
    return giveJudgement(request, {
      command: { kind: 'refer', to: to ?? bodyOf(ladder), ground },
      text: note ?? null,
      success: 201,
    });
  },
});
