import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createDistrictActivities } from '../../activities/district.ts';
import { readPart } from '../../attendance/nightly-folder.ts';
import { SYSTEMS, type System } from '../../bin/sample/schools.ts';
import { staffOf } from '../../bin/sample/staff.ts';
import { deliver, RULES, setToday } from '../attendance/world.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { allRows, generated, type Generated } from './generated.ts';

/** A generated district goes through the doors of a real one: its roster by an upload, its nights by passing days. */
let district: Generated;
let samplesDir: string;
let world: TestDatabase;

/** The last night that is delivered here: after a school-day that was late, and the first corrections. */
const UNTIL = '2025-09-05';

beforeAll(async () => {
  district = generated(150, 4, { systems: SYSTEMS });
  samplesDir = mkdtempSync(join(tmpdir(), 'rollbook-samples-'));
  cpSync(district.out, join(samplesDir, 'tres-robles'), { recursive: true });
  world = await createDatabase();
  await world.owner('district').insert({ name: 'Tres Robles', time_zone: 'America/Los_Angeles', sample: 'tres-robles', live: false });
  await setToday(world.owner, '2025-08-13');
  await world.owner('policy_version').insert({
    policy_id: 'p',
    version: 1,
    digest: 'd',
    in_force: true,
    document: 'absenceList:\n  clearing: 10\n',
    ladder: JSON.stringify({ statute: RULES, bands: RULES.bands }),
  });
  const { coverage, files } = await readPart(join(district.out, 'roster'), 'roster');
  const { counts } = await deliver(world.worker, files, coverage);
  expect({ rejected: counts.rejected, ignored: counts.ignored }).toEqual({ rejected: 0, ignored: 0 });

  const activities = createDistrictActivities({ db: world.worker, samplesDir, patienceMs: 300 });
  const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);
  const { dates } = await run(() => activities.planAdvance({ days: 30 }));
  for (const date of dates.filter((each) => each <= UNTIL)) await run(() => activities.passDay(date));
  // A repeat of a day, as after a lost worker, delivers nothing twice.
  await run(() => activities.passDay(UNTIL));
});

afterAll(async () => {
  await world.close();
  district.remove();
  rmSync(samplesDir, { recursive: true, force: true });
});

test('no row of any night is rejected', async () => {
  const rejected = await world.worker('delivery_row').where({ outcome: 'rejected' }).select('file', 'line', 'reason', 'message').limit(5);
  expect(rejected).toEqual([]);
  const unfinished = await world.worker('delivery').whereNot({ status: 'done' }).select('delivery_id', 'problem');
  expect(unfinished).toEqual([]);
});

/** Where each system's file says who, when and what: a day absent with its excuse, null for anything else. Said apart from the readers. */
const TOLD: Record<System, { file: string; who: string; date: string; absent: (row: Record<string, string>) => string | null }> = {
  clever: {
    file: 'clever-attendance.csv',
    who: 'Student_id',
    date: 'Attendance_date',
    absent: (row) => (row['Attendance_status'] === 'absent' ? row['Excuse_code']!.toLowerCase() || 'unverified' : null),
  },
  aeries: {
    file: 'aeries-att.csv',
    who: 'SN',
    date: 'DT',
    absent: (row) => ({ A: 'unverified', U: 'unexcused', I: 'excused', M: 'excused', E: 'excused' })[row['AL']!] ?? null,
  },
  powerschool: {
    file: 'powerschool-attendance.csv',
    who: 'student_number',
    date: 'att_date',
    absent: (row) => ({ A: 'unverified', UA: 'unexcused', I: 'excused', EA: 'excused' })[row['att_code']!] ?? null,
  },
  'infinite-campus': {
    file: 'infinite-campus-attendance.csv',
    who: 'studentNumber',
    date: 'date',
    absent: (row) => (row['status'] === 'A' ? ({ E: 'excused', U: 'unexcused', K: 'unverified' }[row['excuse']!] ?? null) : null),
  },
  plain: {
    file: 'attendance-list.csv',
    who: 'student_id',
    date: 'date',
    absent: (row) => (row['status'] === 'absent' ? row['excuse_type']! : null),
  },
};

test('every day of absence that was told, by whichever system, stands as it was told last', async () => {
  const told = new Map<string, string>();
  const seen = new Set<System>();
  const rows = Object.entries(TOLD).flatMap(([system, { file, ...columns }]) =>
    allRows(district.out, file)
      .filter(({ from }) => from.split('/')[1]! <= UNTIL)
      .map((row) => ({ row, system: system as System, ...columns })),
  );
  // Night after night, and in a night part after part.
  for (const { row, system, who, date, absent } of rows.sort((a, b) => a.row.from.localeCompare(b.row.from))) {
    const key = `${row[who]} ${row[date]}`;
    const says = absent(row);
    if (says === null) told.delete(key);
    else told.set(key, says);
    seen.add(system);
  }
  expect(seen.size).toBeGreaterThanOrEqual(4);
  const { rows: days } = await world.worker.raw<{ rows: { key: string; excuse: string }[] }>(
    `SELECT k.local_id || ' ' || d.date AS key, d.excuse FROM attendance_day d JOIN student k USING (student_id)
     WHERE d.absent AND d.suspension IS NULL AND d.independent_study IS NULL`,
  );
  const stands = new Map(days.map(({ key, excuse }) => [key, excuse]));
  const wrong = [...told].filter(([key, says]) => stands.get(key) !== says).map(([key, says]) => ({ key, says, stands: stands.get(key) }));
  expect(wrong.slice(0, 5)).toEqual([]);
  expect([...stands].filter(([key]) => !told.has(key))).toEqual([]);
});

test('a school-day that was sent late is covered', async () => {
  const { id } = district.index.schools[0]!;
  expect(district.index.notSubmitted.schoolDays).toContainEqual({ school: id, date: '2025-08-20', came: '2025-08-22' });
  const covered = await world
    .worker('covered_day AS c')
    .join('delivery AS d', 'd.delivery_id', 'c.delivery_id')
    .where({ school_id: id, date: '2025-08-20' })
    .pluck<string[]>('received_by');
  expect(covered).toEqual(['tres-robles nightly, 2025-08-22 3-late-2025-08-20']);
});

test('a homeroom that nobody took is known to be missing, holds its students, and frees them when it comes', async () => {
  const told = allRows(district.out, 'submission.csv').filter(({ from, date }) => from.split('/')[1]! <= UNTIL && date! <= UNTIL);
  const known = await world
    .worker('missing_submission')
    .whereNot({ section: '' })
    .select<{ section: string; date: string; came_on: string | null }[]>('section', 'date', 'came_on');
  const due = told.filter((row) => row['submitted_at'] === '').map((row) => `${row['section']} ${row['date']}`);
  expect(due.length).toBeGreaterThan(0);
  expect(known.map(({ section, date }) => `${section} ${date}`).sort()).toEqual(due.sort());
  const came = told.filter((row) => row['submitted_at'] !== '').map((row) => `${row['section']} ${row['date']}`);
  expect(
    known
      .filter(({ came_on }) => came_on !== null)
      .map(({ section, date }) => `${section} ${date}`)
      .sort(),
  ).toEqual(came.sort());
});

test('every school has a clerk, teachers, a case manager and a principal, and nobody shares an id', () => {
  const staff = staffOf(district.index);
  expect(new Set(staff.map(({ id }) => id)).size).toBe(staff.length);
  for (const { id } of district.index.schools) {
    const roles = staff.filter(({ schools }) => schools?.includes(id)).map(({ role }) => role);
    expect(new Set(roles)).toEqual(new Set(['clerk', 'teacher', 'case_manager', 'principal']));
  }
  expect(staff.filter(({ schools }) => schools === null).map(({ role }) => role)).toEqual(
    expect.arrayContaining(['attendance_supervisor', 'resource_panel_member', 'sarb_member', 'administrator']),
  );
});
