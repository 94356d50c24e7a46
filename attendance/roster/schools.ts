import type { Transaction } from '../../store/database.ts';
import { ignoreRepeats, requireFields } from '../checks.ts';

/** Schools, by their number; a changed name is taken. */
export async function mergeSchools(trx: Transaction): Promise<void> {
  await requireFields(trx, 'staged_school', ['school', 'name']);
  await ignoreRepeats(trx, 'staged_school', 'school');
  await trx.raw(`
    UPDATE staged_school s SET reason = 'unchanged' FROM school k WHERE s.reason IS NULL AND k.school_id = s.school AND k.name = s.name;
    INSERT INTO school (school_id, name) SELECT school, name FROM staged_school WHERE reason IS NULL
    ON CONFLICT (school_id) DO UPDATE SET name = excluded.name`);
}
