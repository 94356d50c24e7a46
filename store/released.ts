import { DISTRICT_DAY } from './clock.ts';

/**
 * What lets a partner be told of a student, in SQL over `student AS s` and `attendance_case AS c`, of a partner given in SQL, too. The case is open and
 * was referred to the partner, and the referral is not over; and the law lets the district tell: the partner works under a written agreement in
 * force for the student's school (34 CFR 99.31(a)(1)(i)(B), EC 49076), or whoever holds the rights has consented (34 CFR 99.30).
 */
export const mayBeTold = (partner: string): string =>
  `(c.phase <> 'closed' AND s.merged_into IS NULL AND ${referredOn(partner)} IS NOT NULL AND (${agreementOf(partner)} IS NOT NULL OR ${consentOf(partner)} IS NOT NULL))`;

/** SQL: the agreement under which the partner works for the student's school today; null if there is none. */
export const agreementOf = (partner: string): string => `(
  SELECT g.agreement_id FROM partner_agreement g
  WHERE g.partner_id = ${partner} AND g.ended_at IS NULL AND ${DISTRICT_DAY} BETWEEN g.from_day AND g.until_day
    AND (g.schools IS NULL OR s.school_id = ANY (g.schools))
  ORDER BY g.until_day DESC, g.agreement_id LIMIT 1)`;

/** SQL: the consent that is in force today; null if there is none. */
export const consentOf = (partner: string): string =>
  latest(
    'consent',
    partner,
    `CASE WHEN a.details ->> 'status' = 'given' AND coalesce(CAST(a.details ->> 'until' AS date) >= ${DISTRICT_DAY}, true) THEN a.action_id END`,
  );

/** SQL: the day on which the case was last referred to the partner, or heard of; null if it never was, or that is over. */
export const referredOn = (partner: string): string =>
  latest('agency_referral', partner, `CASE WHEN a.details ->> 'status' NOT IN ('declined', 'closed') THEN a.on_day END`);

/** SQL: the latest record of a kind about the partner on the case, as `what` of it; null if there is none. */
const latest = (kind: string, partner: string, what: string): string =>
  `(SELECT ${what} FROM case_action a WHERE a.case_id = c.case_id AND a.kind = '${kind}' AND a.superseded_by_event IS NULL AND a.details ->> 'partner' = ${partner}
    ORDER BY a.on_day DESC, a.seq DESC LIMIT 1)`;
