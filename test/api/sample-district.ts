import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importDelivery } from '../../attendance/import.ts';
import { turn } from '../../attendance/turn.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { createDelivery, type Coverage } from '../../store/attendance-delivery.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { addPerson, NOBODY_ANSWERS, startTestApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import type { Role } from '../../policy/vocabulary.ts';
import type { ApiServices } from '../../api/ports.ts';

/** Schools of the sample. */
export const HIGH = '255901001';
export const MIDDLE = '255901044';
/** The day on which the tests' clock stands: the sample's own first day. */
export const TODAY = '2021-10-15';

const sample = (name: string) => ({
  name,
  bytes: readFileSync(fileURLToPath(new URL(`../../samples/grand-bend/${name}`, import.meta.url))),
});

/** Grand Bend with its attendance up to `TODAY`, its policy, and the API over it. No engine: commands are written and wait. */
export interface SampleDistrict {
  db: TestDatabase;
  api: ApiWorld;
  /** A new person of a role; null means the whole district. */
  person(role: Role, schools?: string[] | null): Promise<PersonAtApi>;
  close(): Promise<void>;
}

export async function openSampleDistrict(options: { logger?: ApiServices['logger'] } = {}): Promise<SampleDistrict> {
  const db = await createDatabase();
  await db.owner('district').insert({ name: 'Grand Bend', time_zone: 'America/Chicago', sample: 'grand-bend', live: false });
  await loadShippedPolicy(db.owner, 'lausd');
  const coverage: Coverage = { schools: 'all', from: '2021-08-23', to: TODAY, complete: true };
  // The roster comes on the day before school begins, and the attendance up to today.
  const arrivals = [
    ['2021-08-22', ['schools.csv', 'calendar.csv', 'students.csv', 'contacts.csv']],
    [TODAY, ['attendance.csv']],
  ] as const;
  for (const [day, names] of arrivals) {
    await db.owner('district').update({ clock_offset: db.owner.raw(`CAST(? AS timestamptz) - now()`, [`${day}T23:00:00Z`]) });
    await importDelivery(
      db.worker,
      await createDelivery(db.worker, { source: 'test', coverage, receivedBy: 'test', files: names.map(sample) }),
    );
  }
  await turn(db.worker, TODAY);
  const api = await startTestApi({ databaseUrl: db.apiUrl, ...NOBODY_ANSWERS, ...options });
  return {
    db,
    api,
    person: async (role, schools = null) => api.as(await addPerson(db.owner, role, schools)),
    async close() {
      await api.close();
      await db.close();
    },
  };
}

export interface SampleStudent {
  studentId: string;
  caseId: string;
  lastName: string;
  school: string;
  contactId: string;
  /** First day of a spell. */
  spell: string;
}

/** A student of a school who has been absent and has a contact. */
export async function someStudent({ db }: SampleDistrict, school: string): Promise<SampleStudent> {
  const { rows } = await db.owner.raw<{ rows: SampleStudent[] }>(
    `SELECT s.student_id AS "studentId", s.case_id AS "caseId", s.last_name AS "lastName", s.school_id AS school,
       c.contact_id AS "contactId", p.first_day AS spell
     FROM student s JOIN contact c USING (student_id) JOIN spell p USING (student_id)
     WHERE s.school_id = ? ORDER BY s.local_id, c.contact_id, p.first_day LIMIT 1`,
    [school],
  );
  const [row] = rows;
  if (!row) throw new Error(`the sample has no absent student at ${school}`);
  return row;
}

/** A row of `attendance_case`, as if the case had begun. */
export async function beginCase(
  { db }: SampleDistrict,
  { caseId, studentId, school }: SampleStudent,
  more: Record<string, unknown> = {},
): Promise<void> {
  const pin = await db
    .owner('policy_version')
    .where({ in_force: true })
    .first<{ policy_id: string; version: number }>('policy_id', 'version');
  await db.owner('attendance_case').insert({
    case_id: caseId,
    student_id: studentId,
    school_id: school,
    school_year: '2021-2022',
    policy_id: pin.policy_id,
    policy_version: pin.version,
    opened_on: TODAY,
    opened_why: 'by_hand',
    seq: 1,
    last_hash: '',
    last_at: `${TODAY}T23:00:00Z`,
    standing_version: 0,
    band: 'advanced',
    ...more,
  });
}

/** A documented call, whole. */
export function call(student: SampleStudent, note = 'Spoke with the mother; back on Monday.') {
  return {
    on: TODAY,
    time: '09:10',
    action: {
      kind: 'contact' as const,
      details: {
        channel: 'phone' as const,
        outcome: 'reached' as const,
        contact: student.contactId,
        spell: student.spell,
        reason: 'illness' as const,
      },
    },
    note,
  };
}
