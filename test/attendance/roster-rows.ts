import { COLUMNS, KINDS, type Kind } from '../../attendance/formats/format.ts';
import { mergeRoster, type RosterChange } from '../../attendance/roster/index.ts';
import { retell } from '../../attendance/roster/merge.ts';
import { attendanceRules } from '../../attendance/rules.ts';
import { createStaging } from '../../attendance/staging.ts';
import { recompute } from '../../attendance/standing.ts';
import { createDelivery, type Coverage } from '../../store/attendance-delivery.ts';
import { districtTime } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { RULES, YEAR } from './world.ts';

/** Rows in canonical columns, by kind: what any format is read into. */
export type Rows = { [K in Kind]?: Partial<Record<(typeof COLUMNS)[K][number], string>>[] };

/** What became of each row that was not taken, as `kind line reason`. */
export interface Merged extends RosterChange {
  refused: string[];
}

/** Merges canonical rows as an import does after its files have been read. */
export async function mergeRows(db: Database, rows: Rows, coverage: Partial<Coverage> = {}): Promise<Merged> {
  const whole: Coverage = { ...YEAR, complete: false, ...coverage };
  const deliveryId = await createDelivery(db, { source: 'test', coverage: whole, receivedBy: 'tester', files: [] });
  return db.transaction(async (trx) => {
    const { day } = await districtTime(trx);
    await createStaging(trx);
    for (const [kind, list] of Object.entries(rows)) {
      const columns = COLUMNS[kind as Kind].join(', ');
      await trx.raw(
        `INSERT INTO staged_${kind} (file, line, ${columns})
         SELECT :kind, n, ${columns} FROM ROWS FROM (jsonb_to_recordset(CAST(:rows AS jsonb)) AS (${COLUMNS[kind as Kind].map((c) => `${c} text`).join(', ')}))
           WITH ORDINALITY AS r(${columns}, n)`,
        { kind, rows: JSON.stringify(list) },
      );
    }
    const change = await mergeRoster(trx, new Set(Object.keys(rows)), { deliveryId, coverage: whole, today: day });
    const refused: string[] = [];
    for (const kind of KINDS.filter((one) => one in rows)) {
      const found = await trx(`staged_${kind}`)
        .whereNotNull('reason')
        .orderBy('line')
        .select<{ line: number; reason: string }[]>('line', 'reason');
      refused.push(...found.map(({ line, reason }) => `${kind} ${line} ${reason}`));
    }
    const again = await retell(
      trx,
      'all',
      { day, rules: (await attendanceRules(trx, RULES)).days },
      { by: 'tester', deliveryId, reason: 'changed' },
    );
    await recompute(trx, { day, students: change.schools.length > 0 ? 'all' : [...change.students, ...again], rules: RULES });
    return { ...change, refused };
  });
}

/** A calendar of weekdays from one day to another. */
export function weekdays(school: string, from: string, to: string, track?: string): NonNullable<Rows['calendar']> {
  const dates: NonNullable<Rows['calendar']> = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 === 0) continue;
    dates.push({
      school,
      date: date.toISOString().slice(0, 10),
      event: 'Instructional day',
      instructional: 'true',
      ...(track === undefined ? {} : { track }),
    });
  }
  return dates;
}

/** A student enrolled from the first day, as most are in these tests. */
export function pupil(student: string, more: Partial<Record<string, string>> = {}): NonNullable<Rows['student']>[number] {
  return {
    student,
    first_name: 'Given',
    last_name: `Family ${student}`,
    birthdate: '2010-01-01',
    grade: '05',
    school: 'S1',
    entry_date: '2021-09-06',
    ...more,
  };
}

/** The student's own id, by the number that the school gave. */
export async function idOf(db: Database, localId: string): Promise<string> {
  const row = await db('student_identifier')
    .where({ scheme: 'local', value: localId, until: null })
    .first<{ student_id: string }>('student_id');
  return row.student_id;
}
