import { commandHeaders, nothing } from '../../contracts/common.ts';
import { designee, nameDesignee as contract } from '../../contracts/staff.ts';
import { designate } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const nameDesignee = endpoint({
  method: 'post',
  path: '/v1/designees',
  operationId: 'nameDesignee',
  tag: 'staff',
  summary: 'Designates who does the work of a role, a step or a task at a school, or stands in for a designee for a span of days',
  permission: 'name_designees',
  place: 'none',
  audit: { none: 'about staff; the designation itself keeps who named whom, when and why' },
  params: nothing,
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 201: { description: 'Designated', schema: designee } },
  handler: ({ trx, person, headers, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'name_designee', asked: body }, async () => ({
      status: 201,
      body: await designate(trx, person, body),
    })),
});
