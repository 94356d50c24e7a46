import { z } from 'zod';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { designee, endDesignee as contract } from '../../contracts/staff.ts';
import { endDesignation } from '../../designees.ts';
import { endpoint } from '../../endpoint.ts';
import { onceInTransaction } from '../../give-district-command.ts';

export const endDesignee = endpoint({
  method: 'post',
  path: '/v1/designees/:designee/end',
  operationId: 'endDesignee',
  tag: 'staff',
  summary: 'Ends a designation, and with it its substitutes; until another is named the duty stands vacant, unless it is given up',
  permission: 'name_designees',
  place: 'none',
  audit: { none: 'about staff; the designation itself keeps who ended it, when and why' },
  params: z.strictObject({ designee: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 200: { description: 'Ended', schema: designee } },
  handler: ({ trx, person, headers, params, body }) =>
    onceInTransaction(trx, { person, key: headers['idempotency-key'], kind: 'end_designee', asked: { ...params, ...body } }, async () => ({
      status: 200,
      body: await endDesignation(trx, person, params.designee, body),
    })),
});
