import type { Transaction } from '../store/database.ts';
import { ignoreRepeats, requireDates, requireFields, requireSchool } from './checks.ts';
import type { Day } from './school-year.ts';

const TABLE = 'staged_submission';

/** SQL: is this text an instant, or empty? A time of day is one on the row's date where the district is. */
const isInstant = (column: string): string =>
  `(${column} IS NULL OR pg_input_is_valid(${column}, 'timestamptz') OR ${column} ~ '^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}){0,1}$')`;
const instant = (column: string): string =>
  `CASE WHEN s.${column} ~ '^[0-9]{1,2}:' THEN (s.date::date + s.${column}::time) AT TIME ZONE d.time_zone ELSE s.${column}::timestamptz END`;

/**
 * What a source says of attendance being taken, section by section or for a whole school day. A row without a time says that it was due
 * and nobody submitted it; a later row of the same section says otherwise. A whole day that was submitted is one of which attendance
 * has come, also without any row of attendance.
 */
export async function mergeSubmissions(trx: Transaction, delivery: { deliveryId: string; today: Day }): Promise<void> {
  await requireFields(trx, TABLE, ['school', 'date']);
  await requireDates(trx, TABLE, ['date']);
  await requireSchool(trx, TABLE);
  for (const column of ['submitted_at', 'starts_at']) {
    await trx.raw(`UPDATE ${TABLE} SET reason = 'bad-time', a = ?, b = ${column} WHERE reason IS NULL AND NOT ${isInstant(column)}`, [
      column.replaceAll('_', ' '),
    ]);
  }
  await trx.raw(
    `UPDATE ${TABLE} SET reason = 'after-today', a = date, b = :today WHERE reason IS NULL AND date::date > CAST(:today AS date)`,
    {
      today: delivery.today,
    },
  );
  await trx.raw(`
    UPDATE ${TABLE} s SET reason = 'not-a-school-day', a = s.school, b = s.date
    WHERE reason IS NULL AND NOT EXISTS (SELECT FROM calendar_day c WHERE c.school_id = s.school AND c.date = s.date::date AND c.instructional)`);
  await ignoreRepeats(trx, TABLE, `school, date, coalesce(section, ''), coalesce(period, '')`);
  await trx.raw(`
    UPDATE ${TABLE} s SET reason = 'unchanged' FROM submission k, district d
    WHERE s.reason IS NULL AND (k.school_id, k.date, k.section, k.period) = (s.school, s.date::date, coalesce(s.section, ''), coalesce(s.period, ''))
      AND (k.submitted_at, k.starts_at) IS NOT DISTINCT FROM (${instant('submitted_at')}, ${instant('starts_at')})`);
  await trx.raw(
    `INSERT INTO submission (school_id, date, section, period, starts_at, submitted_at, delivery_id, file, line)
     SELECT s.school, s.date::date, coalesce(s.section, ''), coalesce(s.period, ''), ${instant('starts_at')}, ${instant('submitted_at')},
       CAST(:delivery AS uuid), s.file, s.line
     FROM ${TABLE} s CROSS JOIN district d WHERE s.reason IS NULL
     ON CONFLICT (school_id, date, section, period) DO UPDATE SET starts_at = excluded.starts_at, submitted_at = excluded.submitted_at,
       delivery_id = excluded.delivery_id, file = excluded.file, line = excluded.line`,
    { delivery: delivery.deliveryId },
  );
  await trx.raw(
    `INSERT INTO covered_day (school_id, date, delivery_id)
     SELECT s.school, s.date::date, CAST(:delivery AS uuid) FROM ${TABLE} s
     WHERE s.reason IS NULL AND s.section IS NULL AND s.period IS NULL AND s.submitted_at IS NOT NULL
     ON CONFLICT DO NOTHING`,
    { delivery: delivery.deliveryId },
  );
}
