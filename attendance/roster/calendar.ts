import type { Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from '../checks.ts';

/**
 * Calendars of schools and of their tracks. A row without a track speaks of all tracks; a track's own row goes before it. A school's
 * own calendar has a day when any row speaks of it, and is taught on it when the row of all tracks says so or, where there is none,
 * when any track is. A track has a calendar of its own as soon as one row names it.
 * @returns schools whose calendar changed: their school days are counted anew, and windows and denominators with them
 */
export async function mergeCalendar(trx: Transaction): Promise<string[]> {
  const table = 'staged_calendar';
  await requireFields(trx, table, ['school', 'date', 'event']);
  await requireDates(trx, table, ['date']);
  await requireSchool(trx, table);
  await trx.raw(`
    UPDATE ${table} SET reason = 'unknown-event', a = event WHERE reason IS NULL AND instructional IS NULL;
    UPDATE ${table} SET track = coalesce(track, '')`);
  await ignoreRepeats(trx, table, 'school, track, date');
  await trx.raw(`
    UPDATE ${table} s SET reason = 'unchanged' FROM calendar_said c
    WHERE s.reason IS NULL AND c.school_id = s.school AND c.track = s.track AND c.date = s.date::date
      AND c.event = s.event AND c.instructional = s.instructional::boolean AND c.session IS NOT DISTINCT FROM s.session`);
  const { rows } = await trx.raw<{ rows: { school_id: string }[] }>(`
    WITH merged AS (
      INSERT INTO calendar_said (school_id, track, date, event, instructional, session)
      SELECT school, track, date::date, event, instructional::boolean, session FROM ${table} WHERE reason IS NULL
      ON CONFLICT (school_id, track, date) DO UPDATE
        SET event = excluded.event, instructional = excluded.instructional, session = excluded.session
      RETURNING school_id)
    SELECT DISTINCT school_id FROM merged ORDER BY school_id`);
  const schools = rows.map((row) => row.school_id);
  if (schools.length > 0) await resolveCalendars(trx, schools);
  return schools;
}

/** Makes the calendars of schools and tracks from what was said, and numbers their school days. */
async function resolveCalendars(trx: Transaction, schools: string[]): Promise<void> {
  await trx.raw(
    `INSERT INTO calendar_day AS c (school_id, date, event, instructional, session)
     SELECT DISTINCT ON (school_id, date) school_id, date, event, instructional, session
     FROM calendar_said WHERE school_id = ANY(:schools)
     ORDER BY school_id, date, (track = '') DESC, instructional DESC, track
     ON CONFLICT (school_id, date) DO UPDATE SET event = excluded.event, instructional = excluded.instructional, session = excluded.session
       WHERE (c.event, c.instructional, c.session) IS DISTINCT FROM (excluded.event, excluded.instructional, excluded.session)`,
    { schools },
  );
  await number(trx, 'calendar_day', 'school_id', schools);
  const { rows } = await trx.raw<{ rows: unknown[] }>(`SELECT FROM calendar_said WHERE school_id = ANY(:schools) AND track <> '' LIMIT 1`, {
    schools,
  });
  if (rows.length === 0) return;
  await trx.raw(
    `INSERT INTO track_day AS d (school_id, track, date, event, instructional, session)
     SELECT DISTINCT ON (t.school_id, t.track, s.date) t.school_id, t.track, s.date, s.event, s.instructional, s.session
     FROM (SELECT DISTINCT school_id, track FROM calendar_said WHERE school_id = ANY(:schools) AND track <> '') AS t
     JOIN calendar_said s ON s.school_id = t.school_id AND s.track IN (t.track, '')
     ORDER BY t.school_id, t.track, s.date, (s.track = t.track) DESC
     ON CONFLICT (school_id, track, date) DO UPDATE
       SET event = excluded.event, instructional = excluded.instructional, session = excluded.session
       WHERE (d.event, d.instructional, d.session) IS DISTINCT FROM (excluded.event, excluded.instructional, excluded.session)`,
    { schools },
  );
  await number(trx, 'track_day', 'school_id, track', schools);
}

/** Gives each day the running number of the instructional days up to it. */
async function number(trx: Transaction, table: string, calendar: string, schools: string[]): Promise<void> {
  const key = calendar.split(', ').concat('date');
  await trx.raw(
    `UPDATE ${table} c SET school_day = n.school_day
     FROM (SELECT ${calendar}, date, count(*) FILTER (WHERE instructional) OVER (PARTITION BY ${calendar} ORDER BY date) AS school_day
           FROM ${table} WHERE school_id = ANY(:schools)) AS n
     WHERE ${key.map((column) => `n.${column} = c.${column}`).join(' AND ')} AND c.school_day IS DISTINCT FROM n.school_day`,
    { schools },
  );
}
