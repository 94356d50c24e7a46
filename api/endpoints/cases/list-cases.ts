import { z } from 'zod';
import { readHeaders, code, cursor, day, role, schoolId, wholeNumber } from '../../contracts/common.ts';
import { caseLine } from '../../contracts/case.ts';
import { staleFeeds as staleFeedsContract } from '../../contracts/feeds.ts';
import { GROUNDS } from '../../../policy/vocabulary.ts';
import { districtTime } from '../../../store/clock.ts';
import { readLadderInForce } from '../../../store/read/case-record.ts';
import { tasksOfPerson } from '../../../store/read/duties.ts';
import { staleFeeds } from '../../../store/read/feeds.ts';
import { listCases as readPage, type CaseFilter, type CaseListRow, type CasePosition } from '../../../store/read/cases.ts';
import type { Transaction } from '../../../store/database.ts';
import { reachOf } from '../../access.ts';
import { cursorOf, positionOf } from '../../cursors.ts';
import { endpoint } from '../../endpoint.ts';
import type { Person } from '../../signin.ts';
import { stands } from '../../views/grounds.ts';

const query = z.strictObject({
  school: schoolId.optional(),
  band: code.optional(),
  step: code.optional().meta({ description: 'With an open task of this step' }),
  owner: role.optional().meta({ description: 'With an open task of this role' }),
  person: z.string().min(1).max(64).optional().meta({ description: 'With an open task that falls to this person; `me` is yourself' }),
  dueBefore: day.optional().meta({ description: 'With an open task due before this day' }),
  ground: z.enum(GROUNDS).optional().meta({ description: 'Now a habitual truant, or a chronic absentee, by statute' }),
  needsAttention: z.enum(['true']).optional(),
  cursor: cursor.optional(),
  limit: wholeNumber(1, 200).default(50),
});
type Query = z.output<typeof query>;

const position = z.strictObject({ nextDue: day.nullable(), caseId: z.uuid() });

export const listCases = endpoint({
  method: 'get',
  path: '/v1/cases',
  operationId: 'listCases',
  tag: 'cases',
  summary: 'Cases you can see, the one with the next due task first',
  permission: 'list_cases',
  place: 'none',
  audit: { discloses: 'case_list' },
  params: z.strictObject({}),
  query,
  body: 'none',
  headers: readHeaders,
  responses: {
    200: {
      description: 'A page of cases; `next` is the cursor of the page after it, null on the last',
      schema: z.strictObject({ cases: z.array(caseLine), next: z.string().nullable(), feeds: staleFeedsContract }).meta({ id: 'Cases' }),
    },
  },
  async handler({ trx, query: asked, person }) {
    const { day: today } = await districtTime(trx);
    const { cases, next } = await page(trx, person, asked, today);
    return {
      status: 200,
      body: {
        cases,
        next: next === null ? null : cursorOf(next),
        feeds: await staleFeeds(trx, asked.school === undefined ? person.schools : [asked.school]),
      },
      subjects: cases,
    };
  },
});

/**
 * One page. Whether a ground stands is a function of a case's events, so candidates are found by SQL and each is asked; pages are
 * read until one is full.
 */
async function page(
  trx: Transaction,
  person: Person,
  asked: Query,
  today: string,
): Promise<{ cases: CaseListRow[]; next: CasePosition | null }> {
  const filter = { ...(await filterOf(trx, asked)), falling: await fallingTo(trx, person, asked, today) };
  const cases: CaseListRow[] = [];
  let after: CasePosition | null = asked.cursor === undefined ? null : positionOf(position, asked.cursor);
  for (;;) {
    const rows: CaseListRow[] = await readPage(trx, reachOf(person), filter, { today, after, limit: asked.limit + 1 });
    for (const row of rows) {
      if (cases.length === asked.limit) return { cases, next: after };
      after = { nextDue: row.nextDue, caseId: row.caseId };
      if (asked.ground === undefined || (await stands(trx, row.caseId, asked.ground))) cases.push(row);
    }
    if (rows.length <= asked.limit) return { cases, next: null };
  }
}

/** What falls to the person that is asked for, at the schools that the reader can see. */
async function fallingTo(trx: Transaction, reader: Person, { person }: Query, today: string): Promise<CaseFilter['falling']> {
  if (person === undefined) return undefined;
  return tasksOfPerson(trx, person === 'me' ? reader.id : person, reader.schools, today);
}

async function filterOf(trx: Transaction, { school, band, step, owner, dueBefore, ground, needsAttention }: Query): Promise<CaseFilter> {
  const statute = ground === undefined ? undefined : (await readLadderInForce(trx))?.statute;
  return {
    school,
    band,
    step,
    owner,
    dueBefore,
    needsAttention: needsAttention === 'true',
    reports: ground === 'habitual_truant' ? (statute?.habitualReports ?? undefined) : ground === 'truant' ? 1 : undefined,
    rate: ground === 'chronic_absentee' ? statute?.chronicRate : undefined,
  };
}
