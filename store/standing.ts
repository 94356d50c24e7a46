import type { Day } from '../cases/actions.ts';
import type { Hold, MovedDue, PendingEvent, SinceDone, Standing } from '../cases/events.ts';
import type { StudentFlag } from '../policy/vocabulary.ts';
import { dueOn } from './calendar.ts';
import type { Database } from './database.ts';

interface StandingRow {
  case_id: string;
  version: number;
  student_id: string;
  as_of: Day;
  school_year: string;
  school_id: string;
  age: number;
  absences: number;
  excused: number;
  unexcused: number;
  unverified: number;
  days_enrolled: number;
  truancy: Day[];
  pending: PendingEvent[];
  occasions: Day[];
  holds: Hold[];
  flags: StudentFlag[];
  recovered_on: Day | null;
  made_up: number;
  since_done: SinceDone[];
  moved_dues: MovedDue[] | null;
  departed: Standing['departed'];
  merged_into: Standing['mergedInto'];
  joined: Standing['joined'];
  school_records: Standing['schoolRecords'] | null;
  earlier: Standing['earlier'] | null;
}

/** Under a name the driver has the statement planned once for each connection: planning it takes longer than running it. */
const PLANNED = { name: 'standing' };

/** What a case is told, of the cases that the rest of the statement names. */
const STANDINGS = `SELECT s.case_id, s.version, s.student_id, s.as_of, s.school_year, s.school_id, s.age, s.absences, s.excused, s.unexcused, s.unverified, s.days_enrolled,
            s.truancy, s.pending, s.occasions, s.holds, s.flags, s.recovered_on, s.made_up, s.since_done, s.departed, s.merged_into, s.joined,
            (SELECT json_agg(json_build_object('task', m.task, 'round', m.round, 'on', m.due) ORDER BY m.task, m.round)
             FROM (SELECT t.task, t.round, t.due_on, ${dueOn('s.student_id', 't.school_id', 't.due_from', 't.due_school_days')} AS due
                   FROM case_task t WHERE t.case_id = s.case_id AND t.due_stale AND t.status = 'open') m
             WHERE m.due IS DISTINCT FROM m.due_on) AS moved_dues,
            (SELECT json_agg(json_build_object('task', r.task, 'record', r.record_id, 'on', r.on_day) ORDER BY r.task)
             FROM (SELECT DISTINCT ON (task) task, record_id, on_day FROM school_record
                   WHERE school_id = s.school_id
                     AND on_day >= (SELECT min(date) FROM calendar_day c WHERE c.school_id = s.school_id AND c.date > s.as_of - 330)
                   ORDER BY task, on_day DESC, record_id DESC) r) AS school_records,
            (SELECT json_agg(w.body || jsonb_build_object('record', w.record_id, 'on', w.on_day, 'time', w.time, 'role', w.role, 'textDigest', w.text_digest,
               'source', jsonb_build_object('delivery', w.delivery_id, 'line', w.line, 'enteredBy', w.entered_by)) ORDER BY w.on_day, w.record_id)
             FROM earlier_record w WHERE w.student_id = s.student_id AND w.seq IS NULL) AS earlier
     FROM current_standing s`;

/**
 * A student's standing as the case is told it: cumulative, with the latest record of each school task of this school year, and with the
 * steps taken elsewhere of which the case has not taken note yet. Null when none has been computed yet.
 */
export async function readStanding(db: Database, caseId: string): Promise<Standing | null> {
  const { rows } = await db.raw<{ rows: StandingRow[] }>(`${STANDINGS} WHERE s.case_id = ?`, [caseId]).options(PLANNED);
  return rows[0] ? asStanding(rows[0]) : null;
}

/** The standings of many cases, as `readStanding` reads one. A case without a standing is missing. */
export async function readStandings(db: Database, caseIds: readonly string[]): Promise<Map<string, Standing>> {
  const { rows } = await db.raw<{ rows: StandingRow[] }>(`${STANDINGS} WHERE s.case_id = ANY (CAST(? AS uuid[]))`, [[...caseIds]]);
  return new Map(rows.map((row) => [row.case_id, asStanding(row)]));
}

function asStanding(row: StandingRow): Standing {
  return {
    version: row.version,
    student: row.student_id,
    asOf: row.as_of,
    schoolYear: row.school_year,
    school: row.school_id,
    age: row.age,
    absences: row.absences,
    excused: row.excused,
    unexcused: row.unexcused,
    unverified: row.unverified,
    daysEnrolled: row.days_enrolled,
    truancy: row.truancy,
    pending: row.pending,
    occasions: row.occasions,
    holds: row.holds,
    flags: row.flags,
    recoveredOn: row.recovered_on,
    ...(row.made_up > 0 ? { madeUp: row.made_up } : {}),
    ...(row.since_done.length > 0 ? { sinceDone: row.since_done } : {}),
    ...(row.moved_dues ? { movedDues: row.moved_dues } : {}),
    departed: row.departed ?? null,
    ...(row.merged_into ? { mergedInto: row.merged_into } : {}),
    ...(row.joined && row.joined.length > 0 ? { joined: row.joined } : {}),
    schoolRecords: row.school_records ?? [],
    ...(row.earlier ? { earlier: row.earlier } : {}),
  };
}
