import type { CaseEvent, Due } from '../cases/events.ts';
import type { Support } from '../cases/improvement.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder } from '../policy/ladder.ts';
import type { Transaction } from './database.ts';
import { insertRows } from './insert-rows.ts';

/** What the read tables show of new events: the events in order, and the case as it stands after the last of them. */
export interface Projection {
  /** `ladder`: the one to which the case is pinned after the event. */
  steps: { event: CaseEvent; schoolYear: string; ladder: Ladder }[];
  state: CaseState;
  /** The school of the case before these events; null before it began. */
  schoolBefore: string | null;
  lastHash: string;
  band: string | null;
  /** Where the case stands in its life: open, monitoring, recovered, reopened, closed. */
  phase: string;
  nextDeadline: string | null;
  /** After what the attendance is to be looked at, and since when. */
  supports: Support[];
}

/** Brings the read tables up to date with new events. Every table here can be remade from the events (`rebuildReadTables`). */
export async function project(trx: Transaction, projection: Projection): Promise<void> {
  await projectCase(trx, projection);
  // A task opens before anything happens to it, and only once: all openings can be written together.
  await projectOpenings(trx, projection);
  for (const step of projection.steps) await projectEvent(trx, projection, step);
}

async function projectCase(
  trx: Transaction,
  { steps, state, schoolBefore, lastHash, band, phase, nextDeadline, supports }: Projection,
): Promise<void> {
  const caseId = state.caseId;
  const head = {
    school_id: state.school,
    school_year: state.standing?.schoolYear ?? state.schoolYear,
    seq: state.seq,
    last_hash: lastHash,
    last_at: state.at,
    standing_version: state.standing?.version ?? 0,
    band,
    absences: state.standing?.absences ?? 0,
    reports_standing: state.reports.filter((report) => !report.withdrawn && report.year === state.schoolYear).length,
    referred_on: state.referrals.at(-1)?.on ?? null,
    phase,
    episode: state.episode,
    next_deadline: nextDeadline,
    supports: JSON.stringify(supports),
    tick_next_try_at: null,
    needs_attention: null,
    policy_id: state.policy?.id,
    policy_version: state.policy?.version,
  };
  const opened = steps.map(({ event }) => event).find((event) => event.type === 'case_opened');
  if (opened?.type === 'case_opened') {
    const { student, why } = opened.body;
    await trx('attendance_case').insert({ ...head, case_id: caseId, student_id: student, opened_on: opened.day, opened_why: why });
    return;
  }
  await trx('attendance_case').where({ case_id: caseId }).update(head);
  if (schoolBefore === null || schoolBefore === state.school) return;
  // The case follows the student (house rule 13): every read table carries the present school.
  for (const table of ['case_task', 'case_action', 'truancy_report', 'document'])
    await trx(table).where({ case_id: caseId }).update({ school_id: state.school });
  // Another school has another calendar.
  await trx('case_task').where({ case_id: caseId, status: 'open' }).update({ due_stale: true });
}

async function projectOpenings(trx: Transaction, { steps, state }: Projection): Promise<void> {
  const rows = steps.flatMap(({ event, ladder }) => {
    if (event.type !== 'task_opened') return [];
    const { task, due, ref = null } = event.body;
    return {
      ...keyOf(state.caseId, event.body),
      school_id: state.school,
      ...saidOf(ladder, task),
      status: 'open',
      opened_on: event.day,
      ...dueColumns(due),
      ref,
    };
  });
  const [first, ...others] = rows;
  if (first) await insertRows(trx, 'case_task', [first, ...others]);
}

/** What a ladder says of a task, as its row shows it. */
function saidOf(ladder: Ladder, task: string): Record<'step' | 'kind' | 'title' | 'owner', string> {
  const rule = ladder.tasks.find((one) => one.task === task);
  const wording = ladder.wording?.[task];
  return { step: wording?.step ?? '', kind: rule?.kind ?? 'task', title: wording?.title ?? task, owner: rule?.owner ?? 'case_manager' };
}

async function projectEvent(
  trx: Transaction,
  { state }: Projection,
  { event, schoolYear, ladder }: Projection['steps'][number],
): Promise<void> {
  const { caseId } = state;
  const updateTask = async (key: { task: string; round: number }, change: Record<string, unknown>): Promise<void> => {
    await trx('case_task').where(keyOf(caseId, key)).update(change);
  };
  switch (event.type) {
    case 'task_completed':
      return updateTask(event.body, { status: 'done', closed_on: event.day, evidence: event.body.evidence });
    case 'task_unavailable':
      return updateTask(event.body, { status: 'unavailable', closed_on: event.day, evidence: [event.cause] });
    case 'task_withdrawn':
      return updateTask(event.body, { status: 'withdrawn', closed_on: event.day });
    case 'task_reopened':
      return updateTask(event.body, {
        status: 'open',
        closed_on: null,
        evidence: [],
        ...dueColumns(event.body.due),
      });
    case 'due_moved':
      return updateTask(event.body, dueColumns(event.body.due));
    case 'action_documented': {
      const { action, on, time, kind, details, task } = event.body;
      await trx('case_action').insert({
        action_id: action,
        case_id: caseId,
        school_id: state.school,
        seq: event.seq,
        kind,
        on_day: on,
        time,
        actor: JSON.stringify(event.actor),
        task: task?.task ?? null,
        round: task?.round ?? null,
        details: JSON.stringify(details),
        spell: kind === 'contact' ? (details.spell ?? null) : null,
      });
      return;
    }
    case 'action_superseded':
      await trx('case_action').where({ action_id: event.body.action }).update({ superseded_by_event: event.seq });
      return;
    case 'report_filed': {
      const { ordinal, on, filedWith, events } = event.body;
      const key = { case_id: caseId, school_year: schoolYear, ordinal };
      await trx('truancy_report').insert({
        ...key,
        school_id: state.school,
        filed_on: on,
        filed_with: filedWith,
        filed_by: JSON.stringify(event.actor),
        seq: event.seq,
      });
      // The basis is frozen: the rows as they are now (house rule 5).
      await trx.raw(
        `INSERT INTO truancy_report_event (case_id, school_year, ordinal, date, basis)
         SELECT c.case_id, ?, ?, a.date, to_jsonb(a) - 'student_id' FROM attendance_case c
         JOIN attendance_day a USING (student_id) WHERE c.case_id = ? AND a.date = ANY (?::date[])`,
        [schoolYear, ordinal, caseId, events],
      );
      return;
    }
    case 'report_recorded_elsewhere': {
      const { record, ordinal, on, filedWith, source, events } = event.body;
      const key = { case_id: caseId, school_year: schoolYear, ordinal };
      const by = JSON.stringify({ ...event.actor, id: source.enteredBy });
      await trx('truancy_report').insert({
        ...key,
        school_id: state.school,
        filed_on: on,
        filed_with: filedWith,
        filed_by: by,
        seq: event.seq,
        elsewhere: true,
      });
      // Nobody saw the rows when it was filed: those of today stand for them, and nothing stands for a day without one.
      await trx.raw(
        `INSERT INTO truancy_report_event (case_id, school_year, ordinal, date, basis)
         SELECT c.case_id, ?, ?, d.date, coalesce(to_jsonb(a) - 'student_id', '{}') FROM attendance_case c
         CROSS JOIN unnest(?::date[]) AS d(date) LEFT JOIN attendance_day a ON a.student_id = c.student_id AND a.date = d.date WHERE c.case_id = ?`,
        [schoolYear, ordinal, events, caseId],
      );
      await noteRecord(trx, record, event.seq);
      return;
    }
    case 'action_recorded_elsewhere': {
      const { kind, details } = event.body;
      await insertElsewhere(trx, state, event, { kind, details, spell: kind === 'contact' ? (details.spell ?? null) : null });
      return;
    }
    case 'letter_recorded_elsewhere': {
      const { letter, channel } = event.body;
      await insertElsewhere(trx, state, event, { kind: 'letter_mailed', details: { letter, channel, contact: null }, spell: null });
      return;
    }
    case 'record_declined':
      return noteRecord(trx, event.body.record, event.seq);
    case 'task_paused':
      return updateTask(event.body, { status: 'paused' });
    case 'task_carried':
      if (event.body.due !== null) await updateTask(event.body, dueColumns(event.body.due));
      return;
    case 'report_withdrawn':
      await trx('truancy_report')
        .where({ case_id: caseId, school_year: schoolYear, ordinal: event.body.ordinal, withdrawn: false })
        .update({ withdrawn: true });
      return;
    case 'policy_migrated': {
      // Work that goes on belongs to whom the new version says; what is done keeps the words under which it was done.
      const unfinished = await trx('case_task')
        .where({ case_id: caseId })
        .whereIn('status', ['open', 'paused'])
        .distinct<{ task: string }[]>('task');
      for (const { task } of unfinished)
        if (ladder.tasks.some((rule) => rule.task === task))
          await trx('case_task').where({ case_id: caseId, task }).whereIn('status', ['open', 'paused']).update(saidOf(ladder, task));
      return;
    }
    // Shown by the case's own row, by its openings, or by the record alone.
    case 'case_opened':
    case 'standing_noted':
    case 'year_begun':
    case 'case_closed':
    case 'case_reopened':
    case 'recovery_began':
    case 'recovered':
    case 'relapsed':
    case 'wait_began':
    case 'wait_ended':
    case 'task_opened':
    case 'record_merged':
    case 'record_parted':
    case 'deadline_passed':
    case 'basis_lost':
    case 'basis_restored':
    case 'letter_approved':
    case 'requirement_justified':
    case 'referred':
      return;
  }
}

type OfElsewhere = Extract<CaseEvent, { type: 'action_recorded_elsewhere' | 'letter_recorded_elsewhere' }>;

/** A step that Rollbook has not witnessed, among the actions of the case. */
async function insertElsewhere(
  trx: Transaction,
  { caseId, school }: CaseState,
  { seq, actor, body }: OfElsewhere,
  what: { kind: string; details: object; spell: string | null },
): Promise<void> {
  const { record, on, time, role, source } = body;
  await trx('case_action').insert({
    action_id: record,
    case_id: caseId,
    school_id: school,
    seq,
    kind: what.kind,
    on_day: on,
    time,
    actor: JSON.stringify({ ...actor, id: source.enteredBy, role: role ?? actor.role }),
    details: JSON.stringify(what.details),
    spell: what.spell,
    elsewhere: true,
  });
  await noteRecord(trx, record, seq);
}

/** The case has taken note of a record: it is told no more. */
async function noteRecord(trx: Transaction, record: string, seq: number): Promise<void> {
  await trx('earlier_record').where({ record_id: record }).update({ seq });
}

function dueColumns({ schoolDays, from, on, at }: Due): Record<string, unknown> {
  return { due_on: on, due_at: at, due_from: from, due_school_days: schoolDays, due_stale: false };
}

function keyOf(caseId: string, { task, round }: { task: string; round: number }): { case_id: string; task: string; round: number } {
  return { case_id: caseId, task, round };
}
