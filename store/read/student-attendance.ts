import type { VerificationMethod } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';
import { recoveryCredit } from '../recovery-credit.ts';

/** What a day says beyond its row: how it was derived, and the periods beside it. */
export interface DayDetail {
  date: string;
  truancy: 'full_day' | 'occasion' | null;
  mode: 'in_person' | 'remote' | null;
  basis: 'day' | 'periods' | 'minutes' | 'hand';
  derivation: Record<string, unknown> | null;
  periods: { period: string; code: string; status: string; excuse: string; minutes: number | null; file: string; line: number }[];
}

/** The details of a student's days from one day to another, both included, by date. */
export async function readDayDetails(db: Database, studentId: string, from: string, to: string): Promise<Map<string, DayDetail>> {
  const { rows } = await db.raw<{ rows: DayDetail[] }>(
    `SELECT d.date, d.truancy, d.mode, d.basis, d.derivation,
       coalesce((SELECT json_agg(json_build_object('period', p.period, 'code', p.code, 'status', p.status, 'excuse', p.excuse, 'minutes', p.minutes,
         'file', p.file, 'line', p.line) ORDER BY p.period) FROM attendance_period p WHERE p.student_id = d.student_id AND p.date = d.date), '[]') AS periods
     FROM attendance_day d WHERE d.student_id = :studentId AND d.date BETWEEN CAST(:from AS date) AND CAST(:to AS date)`,
    { studentId, from, to },
  );
  return new Map(rows.map((row) => [row.date, row]));
}

/** A correction of a day by hand. */
export interface HandCorrection {
  correctionId: string;
  date: string;
  says: { status: string; excuse: string; minutes: number | null };
  before: Record<string, unknown> | null;
  reason: string;
  incident: string | null;
  verifier: string;
  method: VerificationMethod;
  approvedBy: string | null;
  recordedBy: string;
  recordedOn: string;
  ended: 'agreed' | 'changed' | 'superseded' | null;
}

export async function readHandCorrections(db: Database, studentId: string, from: string, to: string): Promise<HandCorrection[]> {
  return db('day_correction')
    .where({ student_id: studentId })
    .whereBetween('date', [from, to])
    .orderBy(['date', 'correction_id'])
    .select<HandCorrection[]>(
      'correction_id AS correctionId',
      'date',
      db.raw(`json_build_object('status', status, 'excuse', excuse, 'minutes', minutes) AS says`),
      'before',
      'reason',
      'incident',
      'verifier',
      'method',
      'approved_by AS approvedBy',
      'recorded_by AS recordedBy',
      'recorded_on AS recordedOn',
      'ended',
    );
}

/** One line of the ledger of corrections. */
export interface LedgerLine {
  date: string;
  reason: string;
  old: Record<string, unknown> | null;
  new: Record<string, unknown> | null;
  recordedBy: string;
  recordedAt: Date;
}

export async function readLedger(db: Database, studentId: string, from: string, to: string): Promise<LedgerLine[]> {
  return db('attendance_correction')
    .where({ student_id: studentId })
    .whereBetween('date', [from, to])
    .orderBy(['date', 'correction_id'])
    .select<LedgerLine[]>('date', 'reason', 'old', 'new', 'recorded_by AS recordedBy', 'recorded_at AS recordedAt');
}

/** The days on which a student's standing may not rest just now, and why. */
export async function readHeldDays(db: Database, studentId: string): Promise<{ date: string; why: string }[]> {
  return db('held_day').where({ student_id: studentId }).orderBy(['date', 'why']).select('date', 'why');
}

/** A day of attendance recovery, and how much of it counts within the caps. */
export interface RecoveryDay {
  date: string;
  portion: number;
  credited: number;
  file: string;
  line: number;
}

/**
 * The recovery days of a student in a span that begins with the school year (EC 46211): at most one a calendar day, so many days'
 * credit a week (Monday to Sunday) and so many a year, in the order in which they were earned.
 */
export async function readRecovery(
  db: Database,
  studentId: string,
  span: { from: string; to: string; perWeek: number; perYear: number },
): Promise<RecoveryDay[]> {
  const { rows } = await db.raw<{ rows: RecoveryDay[] }>(
    `SELECT date, portion::float8 AS portion, file, line, credited::float8 AS credited
     FROM (${recoveryCredit('r.student_id = :studentId AND r.date BETWEEN CAST(:from AS date) AND CAST(:to AS date)', { perWeek: ':perWeek', perYear: ':perYear' })}) AS made_up
     ORDER BY date`,
    { studentId, ...span },
  );
  return rows;
}

/** Attendance by how the student was taught. */
export interface ModeRate {
  mode: 'in_person' | 'remote';
  days: number;
  absences: number;
  /** Days attended of the days taught in this way; null without such a day. */
  rate: number | null;
}

/**
 * The rate of attendance by mode, of a student or of all who were enrolled at a school: a day is remote when its record says so, and
 * every other enrolled school day whose attendance has come is in person.
 */
export async function readRateByMode(
  db: Database,
  of: { student: string } | { school: string },
  from: string,
  to: string,
): Promise<ModeRate[]> {
  const student = 'student' in of ? of.student : null;
  const school = 'school' in of ? of.school : null;
  const { rows } = await db.raw<{ rows: { remote: number; remote_absent: number; absent: number; enrolled: number }[] }>(
    `SELECT coalesce(told.remote, 0) AS remote, coalesce(told.remote_absent, 0) AS remote_absent, coalesce(told.absent, 0) AS absent,
       coalesce((
         SELECT sum(taught.n) FROM enrollment e CROSS JOIN LATERAL (
           SELECT count(*) AS n FROM covered_day c JOIN calendar_day d USING (school_id, date)
           WHERE c.school_id = e.school_id AND d.instructional AND c.date BETWEEN greatest(e.entry_date, CAST(:from AS date)) AND least(e.exit_date, CAST(:to AS date))
         ) AS taught
         WHERE (e.student_id = CAST(:student AS uuid) OR e.school_id = :school)), 0)::integer AS enrolled
     FROM (
       SELECT count(*) FILTER (WHERE mode = 'remote')::integer AS remote, count(*) FILTER (WHERE mode = 'remote' AND absent)::integer AS remote_absent,
         count(*) FILTER (WHERE absent)::integer AS absent
       FROM attendance_day JOIN covered_day USING (school_id, date)
       WHERE (student_id = CAST(:student AS uuid) OR school_id = :school) AND date BETWEEN CAST(:from AS date) AND CAST(:to AS date)
     ) AS told`,
    { student, school, from, to },
  );
  const { remote, remote_absent: remoteAbsent, absent, enrolled } = rows[0]!;
  const rate = (mode: ModeRate['mode'], days: number, absences: number): ModeRate => ({
    mode,
    days,
    absences,
    rate: days > 0 ? (days - absences) / days : null,
  });
  return [rate('in_person', enrolled - remote, absent - remoteAbsent), rate('remote', remote, remoteAbsent)];
}
