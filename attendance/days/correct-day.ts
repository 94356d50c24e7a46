import { validExcuses, type ValidExcuse } from '../../policy/index.ts';
import { RECORD_REASONS } from '../../policy/vocabulary.ts';
import type { AttendanceOutcome, DayCorrectionAsked, RefusalType } from '../../store/attendance-commands.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { attendanceRules, type AttendanceRules, type StandingRules } from '../rules.ts';
import { schoolYearOf, type Day } from '../school-year.ts';
import { recompute } from '../standing.ts';
import { beginTouched, touchStudents } from '../touched.ts';
import { takeTurns } from '../turns.ts';
import { sisWord } from './hand.ts';
import { ledger } from './merge.ts';

interface DayOnRecord {
  status: 'absent' | 'tardy' | 'early_departure' | 'partial' | 'present';
  excuse: string;
  absent: boolean;
  truancy: 'full_day' | 'occasion' | null;
  minutes: number | null;
  suspension: 'OSS' | 'ISS' | null;
  independent_study: string | null;
  basis: string;
}

/** How far the cap of an excuse has been used. */
interface CapUse {
  days: number;
  per: NonNullable<ValidExcuse['cap']>['per'];
  used: number;
}

const refuse = (type: RefusalType, detail: string): AttendanceOutcome & { outcome: 'refused' } => ({
  outcome: 'refused',
  answer: { type, detail },
});

/**
 * Corrects a day by hand: what a person says, with the reason, who verified it and how, stands over what the student information
 * system said, until that changes or agrees. Counts, spells and truancy events are recomputed in the same transaction, and the case is
 * woken when the day served a filed report. Nothing is overwritten: the ledger keeps the old and the new value.
 *
 * An absence is excused only for a reason of the state's list (California: EC 48205), within its cap, with the approval it needs.
 * @param command the person's command; the ledger names it
 */
export async function correctDay(
  trx: Transaction,
  asked: DayCorrectionAsked,
  cause: { by: string; command: string; rules?: StandingRules },
): Promise<Exclude<AttendanceOutcome, { outcome: null }>> {
  await takeTurns(trx);
  const { day: today } = await districtTime(trx);
  const school = await taughtAt(trx, asked, today);
  if (typeof school !== 'string') return school;
  const rules = await attendanceRules(trx, cause.rules);
  const excuses = validExcuses(rules.state);
  const excuse = excuses.find(({ reason }) => reason === asked.reason) ?? null;
  const mismatch = reasonFault(asked, excuse, excuses);
  if (mismatch) return mismatch;
  const cap = excuse?.cap ? await capUse(trx, asked, excuse.cap) : null;
  if (cap && cap.used >= cap.days) {
    return refuse(
      'cap-reached',
      `${excuse!.title} excuses at most ${cap.days} school ${cap.days === 1 ? 'day' : 'days'} a ${cap.per}, and ${cap.used} ${cap.used === 1 ? 'is' : 'are'} used (${excuse!.clause}). Beyond it a school administrator may excuse the day: use the reason "discretion" with the administrator's name.`,
    );
  }
  const before =
    (await trx('attendance_day').where({ student_id: asked.student, date: asked.date }).first<DayOnRecord | undefined>()) ?? null;
  if (asked.says === 'present' && (before === null || before.status === 'present'))
    return refuse('nothing-to-correct', `The record does not say that the student was away on ${asked.date}; there is nothing to correct.`);
  if (asked.says === 'unexcused' && before?.suspension === 'OSS')
    return refuse('suspended-day', 'A day of an out-of-school suspension is never unexcused.');
  await write(trx, asked, { before, school, today, ...cause, after: newDay(rules, asked, before) });
  await beginTouched(trx);
  await touchStudents(trx, [asked.student]);
  const standing = await recompute(trx, {
    day: today,
    students: 'touched',
    rules: rules.standing,
    correctionsOf: cause.command,
  });
  return {
    outcome: 'applied',
    answer: {
      student: asked.student,
      date: asked.date,
      says: asked.says,
      reason: asked.reason,
      cap: cap && { ...cap, used: cap.used + 1 },
      standingChanged: standing.changed > 0,
      caseWoken: standing.crossings.length > 0,
    },
  };
}

/** The school at which the student was to be taught on the day, or why the day cannot be corrected. */
async function taughtAt(trx: Transaction, { student, date }: DayCorrectionAsked, today: Day) {
  if (date > today) return refuse('future-day', `${date} lies in the future; the district's day is ${today}.`);
  const year = schoolYearOf(date).name;
  if (year !== schoolYearOf(today).name)
    return refuse('year-closed', `${date} lies in the school year ${year}, which is closed; its record stays as it is.`);
  const { rows } = await trx.raw<{ rows: { school_id: string; instructional: boolean | null }[] }>(
    `SELECT e.school_id, c.instructional FROM enrollment e
     LEFT JOIN calendar_of c ON c.school_id = e.school_id AND c.track = calendar_track(e.school_id, e.track) AND c.date = CAST(:date AS date)
     WHERE e.student_id = :student AND CAST(:date AS date) BETWEEN e.entry_date AND coalesce(e.exit_date, CAST(:date AS date))
     ORDER BY e.entry_date DESC LIMIT 1`,
    { student, date },
  );
  const place = rows[0];
  if (!place) return refuse('not-enrolled', `The student was not enrolled on ${date}.`);
  if (place.instructional !== true) return refuse('not-a-school-day', `School ${place.school_id} did not teach the student on ${date}.`);
  return place.school_id;
}

function reasonFault(asked: DayCorrectionAsked, excuse: ValidExcuse | null, excuses: ValidExcuse[]) {
  if (asked.says !== 'excused') {
    if (RECORD_REASONS.some((reason) => reason === asked.reason)) return null;
    return refuse('unknown-reason', `“${asked.reason}” does not say why the record was wrong; use one of ${RECORD_REASONS.join(', ')}.`);
  }
  if (!excuse)
    return refuse('unknown-reason', `“${asked.reason}” excuses no absence; use one of ${excuses.map(({ reason }) => reason).join(', ')}.`);
  if (excuse.approver && !asked.approvedBy)
    return refuse(
      'approval-missing',
      `${excuse.title} needs the approval of the ${excuse.approver} (${excuse.clause}): say who approved it.`,
    );
  if (excuse.writtenRequest && asked.method !== 'written' && asked.method !== 'digital')
    return refuse('written-request-missing', `${excuse.title} must be requested in writing by the parent (${excuse.clause}).`);
  if (excuse.cap?.per === 'incident' && !asked.incident)
    return refuse(
      'incident-missing',
      `${excuse.title} excuses ${excuse.cap.days} days for each incident (${excuse.clause}): say which one it is.`,
    );
  return null;
}

/** Days of this reason that stand, within the cap's span, the day itself left out. */
async function capUse(trx: Transaction, asked: DayCorrectionAsked, cap: NonNullable<ValidExcuse['cap']>): Promise<CapUse> {
  const year = schoolYearOf(asked.date);
  const january = `${year.to.slice(0, 4)}-01-01`;
  const span = {
    year: [year.from, year.to],
    incident: [year.from, year.to],
    semester: asked.date < january ? [year.from, january] : [january, year.to],
    month: [`${asked.date.slice(0, 7)}-01`, `${asked.date.slice(0, 7)}-31`],
  }[cap.per];
  const query = trx('day_correction')
    .where({ student_id: asked.student, reason: asked.reason, status: 'absent' })
    .whereRaw(`coalesce(ended, 'agreed') = 'agreed' AND date::text BETWEEN ? AND ? AND date <> CAST(? AS date)`, [
      span[0]!,
      span[1]!,
      asked.date,
    ]);
  if (cap.per === 'incident') void query.andWhereRaw('lower(incident) = lower(?)', [asked.incident]);
  const { n } = await query.countDistinct<{ n: number }[]>('date AS n').first<{ n: number }>();
  return { ...cap, used: n };
}

/** What the day is after the correction. */
function newDay({ days }: AttendanceRules, { says, minutes }: DayCorrectionAsked, before: DayOnRecord | null) {
  const missed = minutes ?? before?.minutes ?? null;
  if (says === 'present') return { status: 'present', excuse: 'unknown', absent: false, truancy: null, minutes: null };
  const { occasion } = days;
  const long = missed !== null && (occasion.operator === 'over' ? missed > occasion.minutes : missed >= occasion.minutes);
  if (says === 'tardy') {
    const excuse = before && before.status !== 'present' ? before.excuse : 'unverified';
    return { status: 'tardy', excuse, absent: false, truancy: long ? 'occasion' : null, minutes: missed };
  }
  const away = before !== null && before.status !== 'present';
  return {
    status: away ? before.status : 'absent',
    excuse: says,
    absent: away ? before.absent : true,
    truancy: away ? (before.absent ? (before.truancy ?? 'full_day') : long ? 'occasion' : null) : 'full_day',
    minutes: missed,
  };
}

async function write(
  trx: Transaction,
  asked: DayCorrectionAsked,
  given: {
    before: DayOnRecord | null;
    after: ReturnType<typeof newDay>;
    school: string;
    today: Day;
    by: string;
    command: string;
  },
): Promise<void> {
  const key = { student: asked.student, date: asked.date };
  const { after, command, by } = given;
  const values = { ...key, command, by, school: given.school, ...after };
  const earlier = await trx('day_correction')
    .where({ student_id: asked.student, date: asked.date })
    .whereNull('ended')
    .first<{ sis: unknown } | undefined>('sis');
  await trx('day_correction')
    .where({ student_id: asked.student, date: asked.date })
    .whereNull('ended')
    .update({ ended: 'superseded', ended_at: trx.fn.now() });
  await trx.raw(
    `INSERT INTO day_correction (correction_id, student_id, date, school_id, sis, before, status, excuse, absent, minutes, reason, incident,
       verifier, method, approved_by, note, recorded_by, recorded_on)
     SELECT :command, :student, CAST(:date AS date), :school,
       CASE WHEN :again THEN CAST(:sis AS jsonb) ELSE (SELECT ${sisWord('d')} FROM attendance_day d WHERE d.student_id = :student AND d.date = CAST(:date AS date)) END,
       (SELECT ${ledger('d')} FROM attendance_day d WHERE d.student_id = :student AND d.date = CAST(:date AS date)),
       :status, :excuse, :absent, :minutes, :reason, :incident, :verifier, :method, :approvedBy, :note, :by, CAST(:today AS date)`,
    {
      ...values,
      again: earlier !== undefined,
      sis: earlier === undefined ? null : JSON.stringify(earlier.sis),
      reason: asked.reason,
      incident: asked.incident,
      verifier: asked.verifier,
      method: asked.method,
      approvedBy: asked.approvedBy,
      note: asked.note,
      today: given.today,
    },
  );
  await trx.raw(
    `WITH old AS (SELECT * FROM attendance_day WHERE student_id = :student AND date = CAST(:date AS date)),
     merged AS (
       INSERT INTO attendance_day AS d (student_id, date, school_id, status, excuse, absent, truancy, minutes, basis, derivation)
       VALUES (:student, CAST(:date AS date), :school, :status, :excuse, :absent, :truancy, :minutes, 'hand', jsonb_build_object('correction', CAST(:command AS text)))
       ON CONFLICT (student_id, date) DO UPDATE SET status = excluded.status, excuse = excluded.excuse, absent = excluded.absent,
         truancy = excluded.truancy, minutes = excluded.minutes, basis = 'hand', derivation = excluded.derivation
       RETURNING d.*)
     INSERT INTO attendance_correction (student_id, date, old, new, recorded_by, change_id, reason)
     SELECT m.student_id, m.date, CASE WHEN o.student_id IS NOT NULL THEN ${ledger('o')} END, ${ledger('m')}, :by, CAST(:command AS uuid), 'by-hand'
     FROM merged m LEFT JOIN old o USING (student_id, date)`,
    values,
  );
}
