import { importDelivery } from '../../attendance/import.ts';
import { FeedProblem } from '../../attendance/feeds/problem.ts';
import { deliveredBy, pullFeed } from '../../attendance/feeds/pull.ts';
import type { Wire } from '../../attendance/feeds/http.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { feedSettings, type FeedSettings, type FeedSystem } from '../../policy/feeds.ts';
import type { DeliveryCounts } from '../../store/attendance-delivery.ts';
import { districtTime } from '../../store/clock.ts';
import { failPull, finishPull, readFeed, type Feed, type PullKind } from '../../store/feeds.ts';
import { addFeed } from '../../store/intake/feeds.ts';
import { readFeedHealth, type FeedHealth } from '../../store/read/feeds.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import type { EdfiServer } from './edfi-server.ts';
import type { Row } from './local-server.ts';

/** School 990 teaches on weekdays; the district is in Los Angeles. */
export const SCHOOL = 990;

/** A district without anything in it; its clock stands at a time of its own zone. */
export async function openFeedWorld(at = '2025-09-08 02:00'): Promise<TestDatabase> {
  const world = await createDatabase();
  await world.owner('district').insert({ name: 'Test', time_zone: 'America/Los_Angeles', sample: null, live: false });
  await loadShippedPolicy(world.owner, 'lausd');
  await setClock(world, at);
  return world;
}

/** Moves the district's clock to a local time, `2025-09-08 02:00`. */
export async function setClock({ owner }: TestDatabase, local: string): Promise<void> {
  await owner('district').update({
    clock_offset: owner.raw(`CAST(? AS timestamp) AT TIME ZONE time_zone - clock_timestamp()`, [local]),
  });
}

export async function feedOn(
  world: TestDatabase,
  system: FeedSystem,
  input: { url: string; clientId?: string; secret?: string; settings?: Partial<FeedSettings>; name?: string },
): Promise<Feed> {
  const { at } = await districtTime(world.api);
  const feedId = await world.api.transaction((trx) =>
    addFeed(trx, {
      name: input.name ?? 'sis',
      system,
      url: input.url,
      clientId: input.clientId ?? null,
      secret: input.secret ?? 'env:ROLLBOOK_FEED_SIS',
      settings: feedSettings.parse(input.settings ?? {}),
      activeSince: at,
      addedBy: 'ana',
    }),
  );
  return (await readFeed(world.api, feedId!))!;
}

/** What became of a pull. */
export interface Pulled {
  pullId: string;
  deliveries: string[];
  /** Accounts of its deliveries, in their order. */
  counts: DeliveryCounts[];
}

/** The waits of a client, told and not kept. */
export function noWaiting(): { pauses: number[]; wire: Wire } {
  const pauses: number[] = [];
  return { pauses, wire: { pause: (ms) => (pauses.push(ms), Promise.resolve()) } };
}

/** Pulls a feed and takes in what came, as the workflow does. */
export async function pull(
  world: TestDatabase,
  feed: Feed,
  options: { kind?: PullKind; secret?: string; wire?: Wire } = {},
): Promise<Pulled> {
  const secretAt = (): Promise<string> => Promise.resolve(options.secret ?? 'a-secret-of-the-district');
  const wire = options.wire ?? noWaiting().wire;
  try {
    const pulled = await pullFeed(world.worker, feed.feedId, { kind: options.kind ?? null, by: 'schedule' }, { secretAt, wire });
    const counts: DeliveryCounts[] = [];
    for (const id of pulled.deliveries) counts.push((await importDelivery(world.worker, id)).counts);
    await finishPull(world.worker, pulled.pullId, (await districtTime(world.worker)).at);
    return { ...pulled, counts };
  } catch (error) {
    if (error instanceof FeedProblem) {
      const { at } = await districtTime(world.worker);
      await failPull(world.worker, { feedId: feed.feedId, problem: error.message, at, by: deliveredBy(feed) });
    }
    throw error;
  }
}

export async function health(world: TestDatabase, name = 'sis'): Promise<FeedHealth> {
  return (await readFeedHealth(world.api)).find((feed) => feed.name === name)!.health;
}

/** The days on record, as `student date code`. */
export async function days({ worker }: TestDatabase): Promise<string[]> {
  const { rows } = await worker.raw<{ rows: { line: string }[] }>(
    `SELECT coalesce((SELECT value FROM student_identifier i WHERE i.student_id = d.student_id AND i.until IS NULL
       ORDER BY array_position(ARRAY['local', 'ssid'], scheme) LIMIT 1), '?') || ' ' || date || ' ' || code_raw AS line
     FROM attendance_day d ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}

/** Weekdays from one day to another. */
export function weekdays(from: string, to: string): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
    if (![0, 6].includes(new Date(at).getUTCDay())) found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}

const UNEXCUSED = 'Unexcused Absence';
const SESSION = { schoolId: SCHOOL, schoolYear: 2026, sessionName: '2025-2026 Fall Semester' };

export const event = (student: string, date: string, category = UNEXCUSED, school = SCHOOL): Row => ({
  attendanceEventCategoryDescriptor: `uri://ed-fi.org/AttendanceEventCategoryDescriptor#${category}`,
  eventDate: date,
  schoolReference: { schoolId: school },
  sessionReference: { ...SESSION, schoolId: school },
  studentReference: { studentUniqueId: student },
  eventDuration: 1,
});

/** An event of a section, which meets in a period. */
export const sectionEvent = (student: string, date: string, period: string, category = UNEXCUSED): Row => ({
  attendanceEventCategoryDescriptor: `uri://ed-fi.org/AttendanceEventCategoryDescriptor#${category}`,
  eventDate: date,
  sectionReference: { ...SESSION, localCourseCode: 'ALG-1', sectionIdentifier: `S-${period}` },
  studentReference: { studentUniqueId: student },
  classPeriods: [{ classPeriodReference: { classPeriodName: period, schoolId: SCHOOL } }],
});

export const stay = (student: string, entryDate = '2025-09-01', school = SCHOOL): Row => ({
  entryDate,
  schoolReference: { schoolId: school },
  studentReference: { studentUniqueId: student },
  entryGradeLevelDescriptor: 'uri://ed-fi.org/GradeLevelDescriptor#Ninth grade',
});

export const student = (id: string): Row => ({
  studentUniqueId: id,
  firstName: 'Given',
  lastSurname: `Family${id}`,
  birthDate: '2011-03-14',
});

/** Schools 990 and, if asked for, 991 with students `1` to `n`, who all are at 990, and a calendar of weekdays. */
export function fillEdfi(server: EdfiServer, students: number, schools: number[] = [SCHOOL]): void {
  for (const schoolId of schools) {
    server.add('schools', { schoolId, nameOfInstitution: `School ${schoolId}` });
    for (const date of weekdays('2025-09-01', '2025-12-19')) {
      server.add('calendarDates', {
        calendarReference: { calendarCode: 'A', schoolId, schoolYear: 2026 },
        date,
        calendarEvents: [{ calendarEventDescriptor: 'uri://ed-fi.org/CalendarEventDescriptor#Instructional day' }],
      });
    }
  }
  for (let n = 1; n <= students; n += 1) {
    server.add('students', student(String(n)));
    server.add('studentSchoolAssociations', stay(String(n)));
  }
}
