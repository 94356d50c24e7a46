import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CanonicalRow } from '../../attendance/formats/format.ts';
import { importDelivery, type ImportResult } from '../../attendance/import.ts';
import { mergeDays } from '../../attendance/merge-days.ts';
import { releaseSchool } from '../../attendance/release.ts';
import { attendanceRules, type StandingRules } from '../../attendance/rules.ts';
import { createStaging } from '../../attendance/staging.ts';
import { recompute, type StandingChange } from '../../attendance/standing.ts';
import { beginTouched } from '../../attendance/touched.ts';
import { createDelivery, type Coverage, type DeliveryCounts } from '../../store/attendance-delivery.ts';
import { districtTime } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';

/** The numbers of the LAUSD protocol and of California's law, for tests that are not about policies. */
export const RULES: StandingRules = {
  bands: [1, 8, 16, 25].map((from, index) => ({ position: index + 1, from })),
  bandsBy: 'count',
  minimumDays: 30,
  firstReportEvents: 3,
  firstReportWithin: null,
  firstReportYearEvents: 10_000,
  furtherReportEvents: 1,
  ageFrom: 6,
  ageUntil: 18,
  chronicRate: 0.1,
  clearingSchoolDays: 10,
  unverified: 'unexcused',
  recovery: null,
  yearEnd: { reasons: ['E155', 'year end', 'promoted'], returnWithin: 5 },
};

export const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
export const sampleFile = (name: string): Buffer => readFileSync(`${SAMPLES}grand-bend/${name}`);
export const ROSTER = ['schools.csv', 'calendar.csv', 'students.csv', 'contacts.csv'].map((name) => ({ name, bytes: sampleFile(name) }));
export const YEAR: Coverage = {
  schools: 'all',
  from: '2021-08-23',
  to: '2022-05-27',
  complete: true,
};

/** Sets up a district that is not live, with its clock at noon UTC of a day. */
export async function setUpDistrict(owner: Database, today: string): Promise<void> {
  await owner('district').insert({
    name: 'Test',
    time_zone: 'America/Chicago',
    sample: 'grand-bend',
    live: false,
  });
  await setToday(owner, today);
}

export async function setToday(db: Database, today: string): Promise<void> {
  await db('district').update({
    clock_offset: db.raw(`CAST(? AS timestamptz) - now()`, [`${today}T18:00:00Z`]),
  });
}

/**
 * Delivers files and imports them. Text stands for a file's content. A test that is not about starting in the middle of a year has the
 * schools that come so released at once, by a named person, as people would after bringing in what was done before.
 */
export async function deliver(
  db: Database,
  files: Record<string, string | Buffer> | { name: string; bytes: Buffer }[],
  coverage: Partial<Coverage> = {},
  options: { release: boolean } = { release: true },
): Promise<ImportResult & { deliveryId: string }> {
  const list = Array.isArray(files)
    ? files
    : Object.entries(files).map(([name, content]) => ({
        name,
        bytes: Buffer.from(content),
      }));
  const deliveryId = await createDelivery(db, {
    source: 'test',
    coverage: { ...YEAR, complete: false, ...coverage },
    receivedBy: 'tester',
    files: list,
  });
  const imported = await importDelivery(db, deliveryId, { rules: RULES });
  const waiting = await db('school_start').where({ under_way: true }).whereNull('released_on').pluck<string[]>('school_id');
  if (options.release) for (const school of waiting) await release(db, school);
  return { deliveryId, ...imported };
}

export const SUPERVISOR = { id: 'supervisor.test', role: 'attendance_supervisor' as const, place: 'district' };

/** Releases a school as the worker does for an attendance supervisor. */
export async function release(db: Database, school: string, note = 'Nothing was done elsewhere.') {
  return db.transaction((trx) => releaseSchool(trx, { school, note }, { actor: SUPERVISOR, rules: RULES }));
}

export const ATTENDANCE_HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';

/** An attendance file of rows `student date status code`. */
export function attendanceCsv(school: string, rows: [student: string, date: string, status: string, code: string][]): string {
  return [
    ATTENDANCE_HEADER,
    ...rows.map(([student, date, status, code], n) => [student, school, '', date, 'daily', status, code, n].join(',')),
    '',
  ].join('\n');
}

/** One school that teaches on every weekday of a span, and its students, all enrolled from the first day. */
export function rosterCsv(input: {
  school: string;
  from: string;
  to: string;
  students: Record<string, { born: string }>;
}): Record<string, string> {
  const dates: string[] = [];
  for (let at = Date.parse(input.from); at <= Date.parse(input.to); at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 !== 0) dates.push(date.toISOString().slice(0, 10));
  }
  return {
    'schools.csv': `School_id,School_name\n${input.school},School ${input.school}\n`,
    'calendar.csv': `School_id,Date,Calendar_event,Session\n${dates.map((date) => `${input.school},${date},Instructional day,\n`).join('')}`,
    'students.csv': `Student_id,First_name,Middle_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n${Object.entries(
      input.students,
    )
      .map(([id, { born }]) => `${id},Given,,Family,${born},05,${input.school},${input.from},\n`)
      .join('')}`,
  };
}

/** The standing of a student, by the id that the school gave. */
export async function standingOf(db: Database, localId: string) {
  return db('current_standing AS s').join('student AS k', 'k.student_id', 's.student_id').where({ local_id: localId }).first('s.*');
}

type StagedRow = CanonicalRow<'attendance'>;

/**
 * Takes attendance rows in canonical columns, as a reader of any format would have made them; line numbers are 2, 3, … of one file.
 * The rows take the way of a delivery's, from staging on.
 */
export async function deliverRows(
  db: Database,
  codeSet: string,
  rows: StagedRow[],
  coverage: Partial<Coverage> = {},
): Promise<{ deliveryId: string; days: DeliveryCounts['days']; reasons: Record<string, number>; standing: StandingChange }> {
  const covers = { ...YEAR, complete: false, ...coverage };
  const deliveryId = await createDelivery(db, { source: 'test', coverage: covers, receivedBy: 'tester', files: [] });
  return db.transaction(async (trx) => {
    const { day } = await districtTime(trx);
    const rules = await attendanceRules(trx, RULES);
    await createStaging(trx);
    await trx('staged_file').insert({ file: 'rows', code_set: codeSet });
    if (rows.length > 0)
      await trx('staged_attendance').insert(rows.map((row, n) => ({ file: 'rows', line: n + 2, scope: 'day', school: 'S1', ...row })));
    await beginTouched(trx);
    const days = await mergeDays(trx, { deliveryId, coverage: covers, today: day, receivedBy: 'tester' }, rules.days);
    const standing = await recompute(trx, { day, students: 'touched', rules: RULES, correctionsOf: deliveryId });
    const told = await trx('judged_day')
      .whereNotNull('reason')
      .where({ derived: false })
      .groupBy('reason')
      .select('reason', trx.raw('count(*)::integer AS n'));
    return { deliveryId, days, standing, reasons: Object.fromEntries(told.map(({ reason, n }) => [reason, n])) };
  });
}
