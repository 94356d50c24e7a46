import type { Transaction } from '../store/database.ts';

/**
 * Temporary table `touched_student`: the students whose standing may be another after what this transaction has written. Each step of
 * an import adds its own by `INSERT … SELECT`, repeats included; none of them travels through this process.
 */
export async function beginTouched(trx: Transaction): Promise<void> {
  await trx.raw(`DROP TABLE IF EXISTS touched_student; CREATE TEMP TABLE touched_student (student_id uuid NOT NULL) ON COMMIT DROP`);
}

/** Touches students by their ids. */
export async function touchStudents(trx: Transaction, students: string[]): Promise<void> {
  if (students.length === 0) return;
  await trx.raw(`INSERT INTO touched_student SELECT unnest(CAST(:students AS uuid[]))`, { students });
}

/** Touches everybody who was ever enrolled at schools whose calendar changed: windows and denominators follow it. */
export async function touchSchools(trx: Transaction, schools: string[]): Promise<void> {
  if (schools.length === 0) return;
  await trx.raw(`INSERT INTO touched_student SELECT student_id FROM enrollment WHERE school_id = ANY(:schools)`, { schools });
}

/**
 * Where a day that a delivery has newly covered came later than a day after it, touches everybody with a record at that school: it may
 * divide a spell or show an earlier return. Temporary table `awaiting_return`: those who wait for a return, to whom any such day says
 * something.
 */
export async function touchCovered(trx: Transaction, deliveryId: string): Promise<void> {
  await trx.raw(
    `INSERT INTO touched_student
     WITH fresh AS (
       SELECT school_id, min(date) AS date FROM covered_day WHERE delivery_id = CAST(:delivery AS uuid) GROUP BY school_id
     ), late AS (
       SELECT f.school_id FROM fresh f
       WHERE EXISTS (SELECT FROM covered_day k WHERE k.school_id = f.school_id AND k.date > f.date AND k.delivery_id <> CAST(:delivery AS uuid))
     )
     SELECT student_id FROM attendance_day WHERE school_id IN (SELECT school_id FROM late)`,
    { delivery: deliveryId },
  );
  await trx.raw(`DROP TABLE IF EXISTS awaiting_return`);
  await trx.raw(
    `CREATE TEMP TABLE awaiting_return ON COMMIT DROP AS
     SELECT student_id FROM standing WHERE awaits_return AND EXISTS (SELECT FROM covered_day WHERE delivery_id = CAST(:delivery AS uuid))`,
    { delivery: deliveryId },
  );
}

/**
 * Touches those whose standing is held, or has a day that is: what holds it may have begun or ended. A school that waits to be released
 * holds for long and whole schools at a time, and whoever releases it touches them.
 */
export async function touchHeld(trx: Transaction): Promise<void> {
  await trx.raw(`
    INSERT INTO touched_student
    SELECT student_id FROM standing
    WHERE holds <> '[]' AND EXISTS (SELECT FROM jsonb_array_elements(holds) AS hold WHERE hold ->> 'why' <> 'school_not_released')
    UNION SELECT student_id FROM held_day UNION SELECT student_id FROM standing_hold`);
}
