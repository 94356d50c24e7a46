import type { Transaction } from './database.ts';

/** Whether any track of the district has a calendar of its own; where none has, no statement asks for tracks. */
export async function hasTracks(trx: Transaction): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { tracks: boolean }[] }>(`SELECT EXISTS (SELECT FROM track_day) AS tracks`);
  return rows[0]!.tracks;
}

/** SQL: the track whose calendar counts for a stay; empty where the school's counts. @param tracks whether any track has one; `stay`: alias of an enrollment */
export const trackOfStay = (tracks: boolean, stay: string): string =>
  tracks ? `CASE ${stay}.track WHEN '' THEN '' ELSE calendar_track(${stay}.school_id, ${stay}.track) END` : `''`;

/** SQL: the same for a row of a student, a school and a day. @param row its alias */
export const trackOfDay = (tracks: boolean, row: string): string =>
  tracks ? `track_on(${row}.student_id, ${row}.school_id, ${row}.date)` : `''`;
