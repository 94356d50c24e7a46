import type { Database } from '../database.ts';
import { withinReach, type Reach } from './subjects.ts';

export interface CaseFilter {
  school?: string | undefined;
  /** A band of the pinned policy, by its code. */
  band?: string | undefined;
  /** A step with an open task. */
  step?: string | undefined;
  /** A role that owns an open task. */
  owner?: string | undefined;
  /** Kinds of open tasks that fall to a person, as columns of equal length. */
  falling?: Record<'school' | 'owner' | 'step' | 'task', string[]> | undefined;
  /** An open task is due before this day. */
  dueBefore?: string | undefined;
  /** At least this many standing reports. */
  reports?: number | undefined;
  /** Absence rate at least this. */
  rate?: number | undefined;
  needsAttention?: boolean | undefined;
}

export interface CaseListRow {
  caseId: string;
  studentId: string;
  localId: string;
  firstName: string;
  lastName: string;
  grade: string | null;
  school: string;
  band: string | null;
  absences: number;
  reportsStanding: number;
  openedOn: string;
  referredOn: string | null;
  seq: number;
  /** Earliest due day among the open tasks that the filter speaks of. */
  nextDue: string | null;
  openTasks: number;
  overdueTasks: number;
  needsAttention: string | null;
}

/** Where a page ended. */
export interface CasePosition {
  nextDue: string | null;
  caseId: string;
}

interface Row {
  case_id: string;
  student_id: string;
  local_id: string;
  first_name: string;
  last_name: string;
  grade: string | null;
  school_id: string;
  band: string | null;
  absences: number;
  reports_standing: number;
  opened_on: string;
  referred_on: string | null;
  seq: number;
  next_due: string | null;
  open_tasks: number;
  overdue_tasks: number;
  needs_attention: string | null;
}

/**
 * A page of the cases somebody can see, the one with the next due task first.
 * @param today the district's day: tasks due before it are overdue
 */
export async function listCases(
  db: Database,
  reach: Reach,
  filter: CaseFilter,
  page: { today: string; after: CasePosition | null; limit: number },
): Promise<CaseListRow[]> {
  const tasks = db('case_task AS t')
    .whereRaw(`t.case_id = c.case_id AND t.status = 'open'`)
    .select(
      db.raw('min(t.due_on) AS next_due, count(*) AS open_tasks, count(*) FILTER (WHERE t.due_on < ?) AS overdue_tasks', [page.today]),
    );
  if (filter.owner !== undefined) void tasks.where('t.owner', filter.owner);
  if (filter.step !== undefined) void tasks.where('t.step', filter.step);
  if (filter.falling !== undefined) {
    const { school, owner, step, task } = filter.falling;
    void tasks.whereRaw(
      '(t.school_id, t.owner, t.step, t.task) IN (SELECT * FROM unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[])))',
      [school, owner, step, task],
    );
  }
  const query = db('student AS s')
    .join('attendance_case AS c', 'c.case_id', 's.case_id')
    .crossJoin(db.raw('LATERAL (?) AS d', [tasks]))
    .orderByRaw(`coalesce(d.next_due, 'infinity'), c.case_id`)
    .limit(page.limit);
  void withinReach(query, reach);
  // A case whose record counts as another student now has no work of its own.
  void query.whereNull('s.merged_into');
  if (filter.school !== undefined) void query.where('s.school_id', filter.school);
  if (filter.band !== undefined) void query.where('c.band', filter.band);
  if (filter.owner !== undefined || filter.step !== undefined || filter.falling !== undefined) void query.where('d.open_tasks', '>', 0);
  if (filter.dueBefore !== undefined) void query.where('d.next_due', '<', filter.dueBefore);
  if (filter.reports !== undefined) void query.where('c.reports_standing', '>=', filter.reports);
  if (filter.needsAttention === true) void query.whereNotNull('c.needs_attention');
  if (filter.rate !== undefined) {
    void query.whereExists(
      db('current_standing AS g').whereRaw(
        'g.student_id = s.student_id AND g.days_enrolled > 0 AND g.absences >= CAST(? AS numeric) * g.days_enrolled',
        [filter.rate],
      ),
    );
  }
  if (page.after) {
    void query.whereRaw(`(coalesce(d.next_due, 'infinity'), c.case_id) > (coalesce(CAST(? AS date), 'infinity'), CAST(? AS uuid))`, [
      page.after.nextDue,
      page.after.caseId,
    ]);
  }
  const rows = await query.select<Row[]>(
    'c.case_id',
    's.student_id',
    's.local_id',
    's.first_name',
    's.last_name',
    's.grade',
    's.school_id',
    'c.band',
    'c.absences',
    'c.reports_standing',
    'c.opened_on',
    'c.referred_on',
    'c.seq',
    'd.next_due',
    'd.open_tasks',
    'd.overdue_tasks',
    'c.needs_attention',
  );
  return rows.map(fromRow);
}

function fromRow(row: Row): CaseListRow {
  return {
    caseId: row.case_id,
    studentId: row.student_id,
    localId: row.local_id,
    firstName: row.first_name,
    lastName: row.last_name,
    grade: row.grade,
    school: row.school_id,
    band: row.band,
    absences: row.absences,
    reportsStanding: row.reports_standing,
    openedOn: row.opened_on,
    referredOn: row.referred_on,
    seq: row.seq,
    nextDue: row.next_due,
    openTasks: row.open_tasks,
    overdueTasks: row.overdue_tasks,
    needsAttention: row.needs_attention,
  };
}
