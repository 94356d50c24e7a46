import { PRIOR_YEAR_FLAGS } from '../policy/vocabulary.ts';
import type { Transaction } from '../store/database.ts';
import type { StandingRules } from './rules.ts';
import type { Span } from './spells.ts';

/** Days enrolled from which on a rate says something of a whole year (the base of California's published rates: more than thirty). */
const MORE_THAN_DAYS = 30;

/**
 * When a school year begins: flags for the students who missed much of the one before, chronic at the state's rate of it, severe at twice that,
 * for as long as the new year lasts. Only where the policy in force has a path for them. Reads `target`; the standings there are still last
 * year's.
 */
export async function flagPriorYear(trx: Transaction, span: Span, rules: StandingRules): Promise<void> {
  const { priorYear = [] } = rules;
  if (priorYear.length === 0) return;
  await trx.raw(
    `INSERT INTO student_flag (student_id, flag, since, until, recorded_by)
     SELECT last.student_id, f.flag, CAST(:yearStart AS date), CAST(:yearEnd AS date), 'last year'
     FROM (
       SELECT s.student_id, s.absences, days_enrolled(s.student_id, CAST(:yearStart AS date) - 1) AS days
       FROM standing s JOIN target USING (student_id)
       WHERE s.school_year < :schoolYear AND s.as_of >= CAST(:yearStart AS date) - interval '1 year' AND s.absences > 0
     ) AS last
     JOIN unnest(CAST(:flags AS text[]), CAST(:rates AS float8[])) AS f(flag, rate) ON last.absences >= f.rate * last.days
     WHERE last.days > :least AND f.flag = ANY (CAST(:asked AS text[]))
     ON CONFLICT DO NOTHING`,
    {
      ...span,
      flags: [...PRIOR_YEAR_FLAGS],
      rates: PRIOR_YEAR_FLAGS.map((flag) => rules.chronicRate * (flag === 'severe_last_year' ? 2 : 1)),
      asked: priorYear,
      least: MORE_THAN_DAYS,
    },
  );
}
