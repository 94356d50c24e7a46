import type { Knex } from 'knex';

/**
 * Why: the record is append-only by privilege, not by good manners. The worker inserts the record and keeps the projections; the
 * API reads, and inserts commands, uploads and disclosures; nobody but the migrator can change or delete what was recorded.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    GRANT USAGE ON SCHEMA public TO rollbook_worker, rollbook_api;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO rollbook_worker, rollbook_api;

    -- The record: insert only.
    GRANT INSERT ON case_event, document, document_file, attendance_correction, truancy_report, truancy_report_event,
      delivery_file, delivery_row, disclosure, policy_version, policy_band TO rollbook_worker;
    -- Facts and projections: the worker keeps them.
    GRANT INSERT, UPDATE, DELETE ON school, calendar_day, student, enrollment, contact, delivery, attendance_day, covered_day, spell, standing,
      case_watch, district_turn, attendance_case, case_task, case_action, outbox, district TO rollbook_worker;
    -- Of the record, only this may change: whether a report was withdrawn, and the school at which the student is now.
    GRANT UPDATE (withdrawn, school_id) ON truancy_report TO rollbook_worker;
    GRANT UPDATE (school_id) ON document TO rollbook_worker;
    GRANT UPDATE (outcome, outcome_body, outcome_at, next_try_at, tries) ON command TO rollbook_worker;
    GRANT UPDATE (in_force) ON policy_version TO rollbook_worker;

    -- The API: commands, uploads, school records, disclosures.
    GRANT INSERT ON command, delivery, delivery_file, school_record, disclosure, document, document_file TO rollbook_api;
    GRANT UPDATE (status) ON delivery TO rollbook_api;
    GRANT INSERT ON district_command TO rollbook_api;
    GRANT UPDATE (answer) ON district_command TO rollbook_api;
    -- A corrected contact is a new row that supersedes the old one.
    GRANT INSERT ON contact TO rollbook_api;
    GRANT UPDATE (superseded_by) ON contact TO rollbook_api;
    -- A school record is cited by cases: their standing gets a new version and is sent.
    GRANT INSERT, UPDATE ON outbox TO rollbook_api;
    GRANT UPDATE (version) ON standing TO rollbook_api;
    -- A refusal that the case gave is written down by whoever carried it, once, and never over an outcome.
    CREATE FUNCTION refuse_command(id uuid, refusal jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public
      AS $$ UPDATE command SET outcome = 'refused', outcome_body = refusal, outcome_at = now() WHERE command_id = id AND outcome IS NULL $$;
    REVOKE EXECUTE ON FUNCTION refuse_command FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION refuse_command TO rollbook_worker, rollbook_api;

    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rollbook_worker, rollbook_api;
  `);
}
