import { z } from 'zod';
import { attendancePolicy } from '../../../policy/attendance.ts';
import { inWords } from '../../../policy/check-retention.ts';
import { leastRetention } from '../../../policy/index.ts';
import { monthsOf, retentionOf } from '../../../policy/retention.ts';
import { RECORD_CLASSES } from '../../../policy/vocabulary.ts';
import { districtTime } from '../../../store/clock.ts';
import { readPolicyTextInForce } from '../../../store/read/policies.ts';
import { readPastRetention, type EndingRule } from '../../../store/read/retention.ts';
import { cursor, day, nothing, readHeaders, wholeNumber } from '../../contracts/common.ts';
import { pastRetention } from '../../contracts/retention.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';

const position = z.strictObject({ keptUntil: day, caseId: z.uuid(), class: z.enum(RECORD_CLASSES) });

export const listPastRetention = endpoint({
  method: 'get',
  path: '/v1/retention',
  operationId: 'listPastRetention',
  tag: 'retention',
  summary: 'How long each class of records is kept, and the records of closed cases that have been kept long enough today',
  description: 'A list to decide by: nothing is sealed or destroyed, and a legal hold is for people to know.',
  permission: 'see_retention',
  place: 'district',
  audit: { discloses: 'retention' },
  params: nothing,
  query: z.strictObject({ cursor: cursor.optional(), limit: wholeNumber(1, 500).default(100) }),
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'Rules, and a page of records; `next` is the cursor of the page after it, null on the last',
      schema: pastRetention,
    },
  },
  async handler({ trx, query: { cursor: from, limit } }) {
    const { day: today } = await districtTime(trx);
    const document = await readPolicyTextInForce(trx);
    const rules = retentionOf(document, leastRetention(attendancePolicy(document).state));
    const ending = rules.flatMap((rule): EndingRule[] => {
      const months = monthsOf(rule);
      return months === null ? [] : [{ class: rule.class, months, from: rule.from ?? 'left' }];
    });
    const after = from === undefined ? null : positionOf(position, from);
    const found = await readPastRetention(trx, ending, { today, after, limit: limit + 1 });
    const records = found.slice(0, limit);
    const last = records.at(-1);
    const clauseOf = new Map(rules.map((rule) => [rule.class, rule.clause]));
    return {
      status: 200,
      body: {
        day: today,
        rules: rules.map((rule) => ({
          class: rule.class,
          months: monthsOf(rule),
          from: rule.from ?? null,
          clause: rule.clause,
          sentence: `${rule.class.replaceAll('_', ' ')}: kept ${inWords(rule)} (${rule.clause})`,
        })),
        records: records.map((one) => ({ ...one, clause: clauseOf.get(one.class) ?? '' })),
        next: found.length > limit && last ? cursorOf({ keptUntil: last.keptUntil, caseId: last.caseId, class: last.class }) : null,
      },
      subjects: [...new Map(records.map((one) => [one.caseId, one])).values()],
    };
  },
});
