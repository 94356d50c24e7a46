import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FeedSettings } from '../../policy/feeds.ts';
import { readFeed, type Feed } from '../../store/feeds.ts';
import type { TestDatabase } from '../world/database.ts';
import type { SftpServer } from './sftp-server.ts';
import { feedOn, weekdays } from './world.ts';

/** Where the files of Clever's layout lie that the readers are tested with. */
export const CLEVER = fileURLToPath(new URL('../attendance/formats/fixtures/clever/', import.meta.url));
const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';

/** A row of Clever's attendance, and a file of such rows. */
export const row = (student: number, day: string, status = 'absent', excuse = 'Unexcused'): string =>
  `${student},990,,${day},daily,${status},${excuse},${student}-${day}`;
export const attendance = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

/** Half past one at night in Los Angeles, when exports are written. */
export const night = (date: string): string => `${date}T08:30:00Z`;

/** What Clever's folder holds of a school: its own layouts, with the columns that Rollbook reads beside them. */
export function dropRoster(server: SftpServer, at: string): void {
  server.put('schools.csv', 'School_id,School_name\n990,Hoover High\n', at);
  const dates = weekdays('2025-09-01', '2025-12-19').map((date) => `990,${date},instructional day`);
  server.put('calendar.csv', `School_id,Date,Calendar_event\n${dates.join('\n')}\n`, at);
  const [header = '', ...students] = readFileSync(`${CLEVER}students.csv`, 'utf8').trimEnd().split(/\r?\n/);
  server.put('students.csv', `${[`${header},Entry_date`, ...students.map((one) => `${one},2025-09-01`)].join('\n')}\n`, at);
}

export const feedOf = (world: TestDatabase, server: SftpServer, settings: Partial<FeedSettings> = {}): Promise<Feed> =>
  feedOn(world, 'sftp', { url: server.url, clientId: server.user, settings: { hostKey: server.hostKey, ...settings } });

export async function change(world: TestDatabase, feed: Feed, settings: Partial<FeedSettings>): Promise<Feed> {
  await world.owner('feed').update({ settings: JSON.stringify({ ...feed.settings, ...settings }) });
  return (await readFeed(world.api, feed.feedId))!;
}
