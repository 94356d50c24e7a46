import type { Caller, Transaction } from '../database.ts';

/**
 * Writes down that somebody outside the case team was shown something about a student, or that a document left: one row a student.
 * @param what what was shown, in one word
 * @param caseIds the cases of the students it was about
 */
export async function recordDisclosures(
  trx: Transaction,
  caller: Caller,
  what: string,
  caseIds: string[],
  detail: Record<string, unknown>,
): Promise<void> {
  const place = caller.schools === null ? 'district' : caller.schools.join(',');
  await trx.raw(
    `INSERT INTO disclosure (person_id, role, place, what, case_id, detail)
     SELECT ?, ?, ?, ?, case_id, ?::jsonb FROM unnest(?::uuid[]) AS case_id`,
    [caller.id, caller.role, place, what, JSON.stringify(detail), caseIds],
  );
}
