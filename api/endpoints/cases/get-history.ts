import { z } from 'zod';
import { readChronicle } from '../../../store/read/case-record.ts';
import { readElsewhere } from '../../../store/read/earlier-records.ts';
import { namesOf } from '../../../store/read/people.ts';
import { readHeaders, uuid, wholeNumber } from '../../contracts/common.ts';
import { chronicleLine } from '../../contracts/case.ts';
import { readsTexts } from '../../access.ts';
import { endpoint } from '../../endpoint.ts';

export const getHistory = endpoint({
  method: 'get',
  path: '/v1/cases/:id/history',
  operationId: 'getHistory',
  tag: 'cases',
  summary: 'The chronological record of a case, each event once, with the words that belong to it for those who may read them',
  permission: 'read_case',
  place: 'case',
  audit: { discloses: 'history' },
  params: z.strictObject({ id: uuid }),
  query: z.strictObject({
    after: wholeNumber(0, 2_147_483_647).default(0).meta({ description: 'Sequence number after which to begin' }),
    limit: wholeNumber(1, 500).default(200),
  }),
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'Events, oldest first; `next` continues as `after`, null at the end',
      schema: z.strictObject({ caseId: uuid, events: z.array(chronicleLine), next: z.number().int().nullable() }).meta({ id: 'History' }),
    },
  },
  async handler({ trx, query, person, subject }) {
    const rows = await readChronicle(trx, subject.caseId, { after: query.after, limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const names = await namesOf(trx, [...new Set(shown.map(({ event }) => event.actor.id))]);
    const allowed = readsTexts(person);
    const elsewhere = await readElsewhere(trx, subject.caseId);
    return {
      status: 200,
      body: {
        caseId: subject.caseId,
        events: shown.map(({ event, recordedAt, source, hash, text }) => ({
          ...event,
          actor: { ...event.actor, name: names.get(event.actor.id) ?? null },
          recordedAt,
          source,
          text: allowed ? text : null,
          textWithheld: !allowed && text !== null,
          elsewhere: ('record' in event.body && elsewhere.get(event.body.record)) || null,
          hash,
        })),
        next: rows.length > query.limit ? (shown.at(-1)?.event.seq ?? null) : null,
      },
      subjects: [subject],
    };
  },
});
