import type { Database } from '../database.ts';

/** Which of these students are in foster care on a day: their letters and calls go to other people. */
export async function fosterOn(db: Database, students: readonly string[], day: string): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { student_id: string }[] }>(
    `SELECT DISTINCT student_id FROM student_flag
     WHERE flag = 'foster' AND student_id = ANY(CAST(:students AS uuid[])) AND since <= CAST(:day AS date) AND coalesce(until, CAST(:day AS date)) >= CAST(:day AS date)`,
    { students, day },
  );
  return new Set(rows.map((row) => row.student_id));
}

/** Which of these students are of age on a day, at so many years: born on 29 February, from 1 March on. */
export async function ofAgeOn(db: Database, students: readonly string[], day: string, years: number): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { student_id: string }[] }>(
    `SELECT student_id FROM student
     WHERE student_id = ANY(CAST(:students AS uuid[])) AND extract(year FROM age(CAST(:day AS date), birthdate)) >= :years`,
    { students, day, years },
  );
  return new Set(rows.map((row) => row.student_id));
}
