import type { Transaction } from './database.ts';

/** Names the temporary tables in which what cannot be remade waits while the read tables are. */
export interface Kept {
  bases: string;
  cases: string;
  stale: string;
}

/**
 * Empties the read tables, so that they can be remade from the events, and puts aside what is not in the events: the attendance rows
 * that were frozen under truancy reports, what a case shows for a person's attention, and which due days a changed calendar moves.
 */
export async function clearReadTables(trx: Transaction): Promise<Kept> {
  await trx.raw(`
    LOCK TABLE attendance_case, case_task, case_action, truancy_report, truancy_report_event IN EXCLUSIVE MODE;
    CREATE TEMP TABLE kept_base ON COMMIT DROP AS SELECT * FROM truancy_report_event;
    CREATE TEMP TABLE kept_stale ON COMMIT DROP AS SELECT case_id, task, round FROM case_task WHERE due_stale;
    CREATE TEMP TABLE kept_case ON COMMIT DROP AS SELECT case_id, needs_attention FROM attendance_case;
    DELETE FROM truancy_report_event;
    DELETE FROM truancy_report;
    DELETE FROM case_action;
    DELETE FROM case_task;
    DELETE FROM attendance_case`);
  return { bases: 'kept_base', cases: 'kept_case', stale: 'kept_stale' };
}

/** Puts back what was put aside. The attendance rows of today, which the remade reports rest on until then, make way for it. */
export async function restoreFrozen(trx: Transaction, kept: Kept): Promise<void> {
  await trx.raw(
    `DELETE FROM truancy_report_event e USING ?? k WHERE (e.case_id, e.school_year, e.ordinal) = (k.case_id, k.school_year, k.ordinal);
     INSERT INTO truancy_report_event SELECT * FROM ??;
     UPDATE attendance_case c SET needs_attention = k.needs_attention FROM ?? k WHERE k.case_id = c.case_id;
     UPDATE case_task t SET due_stale = true FROM ?? k WHERE (k.case_id, k.task, k.round) = (t.case_id, t.task, t.round)`,
    [kept.bases, kept.bases, kept.cases, kept.stale],
  );
}
