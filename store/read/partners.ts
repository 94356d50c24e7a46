import type { Evidence } from '../../policy/ladder.ts';
import type { Database } from '../database.ts';
import { DISTRICT_DAY } from '../clock.ts';
import { agreementOf, consentOf, mayBeTold, referredOn } from '../released.ts';

/** A written agreement with a partner. */
export interface Agreement {
  agreementId: string;
  /** Null: students of the whole district. */
  schools: string[] | null;
  from: string;
  until: string;
  purpose: string;
  signedBy: string;
  ended: { by: string; at: string; why: string } | null;
  /** It holds today. */
  inForce: boolean;
}

/** An organisation with which the district shares tasks. */
export interface Partner {
  partner: string;
  name: string;
  agreements: Agreement[];
}

/** The partners of the district by name, each with its agreements, latest first. */
export async function readPartners(db: Database): Promise<Partner[]> {
  const { rows } = await db.raw<{ rows: (Omit<Partner, 'agreements'> & { agreements: Agreement[] | null })[] }>(
    `SELECT p.partner_id AS partner, p.name,
       (SELECT json_agg(json_build_object('agreementId', g.agreement_id, 'schools', g.schools, 'from', g.from_day, 'until', g.until_day, 'purpose', g.purpose,
          'signedBy', g.signed_by,
          'ended', CASE WHEN g.ended_at IS NOT NULL THEN json_build_object('by', g.ended_by, 'at', to_char(g.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'why', g.ended_why) END,
          'inForce', g.ended_at IS NULL AND ${DISTRICT_DAY} BETWEEN g.from_day AND g.until_day) ORDER BY g.agreement_id DESC)
        FROM partner_agreement g WHERE g.partner_id = p.partner_id) AS agreements
     FROM partner p ORDER BY p.name, p.partner_id`,
  );
  return rows.map((row) => ({ ...row, agreements: row.agreements ?? [] }));
}

export async function partnerExists(db: Database, partner: string): Promise<boolean> {
  return (await db('partner').where({ partner_id: partner }).first<object | undefined>('partner_id')) !== undefined;
}

/** A task that partners have on a case of which one of them may be told. */
export interface PartnerTask {
  caseId: string;
  studentId: string;
  firstName: string;
  lastName: string;
  school: string;
  schoolName: string;
  task: string;
  round: number;
  title: string;
  script: string | null;
  evidence: Evidence;
  openedOn: string;
  due: string | null;
  overdue: boolean;
  referredOn: string;
  agreement: string | null;
  consent: string | null;
  /** What the partner itself has documented for it. */
  documented: { action: string; on: string; kind: string }[];
}

/**
 * The open tasks of a partner, those that are due first, on the cases of which it may be told today.
 * @param schools where the person's role holds; null means the whole district
 */
export async function readPartnerTasks(
  db: Database,
  partner: string,
  schools: readonly string[] | null,
  limit: number,
): Promise<PartnerTask[]> {
  const { rows } = await db.raw<{ rows: PartnerTask[] }>(
    `SELECT t.case_id AS "caseId", s.student_id AS "studentId", s.first_name AS "firstName", s.last_name AS "lastName", s.school_id AS school,
       k.name AS "schoolName", t.task, t.round, t.title, v.ladder #>> ARRAY['wording', t.task, 'script'] AS script, rule -> 'evidence' AS evidence,
       t.opened_on AS "openedOn", t.due_on AS due, coalesce(t.due_on < ${DISTRICT_DAY}, false) AS overdue, ${referredOn(':partner')} AS "referredOn",
       ${agreementOf(':partner')} AS agreement, ${consentOf(':partner')} AS consent,
       (SELECT coalesce(json_agg(json_build_object('action', d.action_id, 'on', d.on_day, 'kind', d.kind) ORDER BY d.seq), '[]')
        FROM case_action d JOIN person w ON w.person_id = d.actor ->> 'id' AND w.partner = :partner
        WHERE d.case_id = t.case_id AND d.task = t.task AND d.round = t.round AND d.superseded_by_event IS NULL) AS documented
     FROM (SELECT DISTINCT case_id FROM case_action WHERE kind = 'agency_referral' AND details ->> 'partner' = :partner) AS referred
     JOIN attendance_case c USING (case_id) JOIN student s ON s.student_id = c.student_id JOIN school k ON k.school_id = s.school_id
     JOIN case_task t ON t.case_id = c.case_id AND t.status = 'open'
     JOIN policy_version v ON v.policy_id = c.policy_id AND v.version = c.policy_version
     CROSS JOIN LATERAL jsonb_array_elements(v.ladder -> 'tasks') AS rule
     WHERE rule ->> 'task' = t.task AND (rule ->> 'owner' = 'partner' OR rule -> 'also' @> '["partner"]')
       AND (CAST(:schools AS text[]) IS NULL OR s.school_id = ANY (:schools)) AND ${mayBeTold(':partner')}
     ORDER BY t.due_on NULLS LAST, t.case_id, t.task, t.round LIMIT :limit`,
    { partner, schools: schools === null ? null : [...schools], limit },
  );
  return rows;
}
