import type { Role } from '../../policy/vocabulary.ts';
import type { Database } from '../database.ts';
import { ACTING, type Duty } from './duties.ts';

/** Somebody designated for a duty, with what has become of it. */
export interface Designee {
  designeeId: string;
  /** Null: in the whole district. */
  school: string | null;
  duty: Duty;
  person: string;
  name: string;
  from: string;
  /** Last day; null without an end. */
  until: string | null;
  /** The designee in whose place this one acts. */
  standsInFor: string | null;
  /** `replaced`: a substitute acts today; `gone`: can no longer do it, being removed or having moved. */
  state: 'acting' | 'replaced' | 'ahead' | 'over' | 'gone' | 'ended';
  note: string;
  namedBy: string;
  namedAt: string;
  ended: { by: string; at: string; why: string; givenUp: boolean } | null;
}

interface Row {
  designee_id: string;
  school_id: string | null;
  duty_kind: Duty['kind'];
  duty: string;
  person_id: string;
  name: string;
  from_day: string;
  until_day: string | null;
  stands_in_for: string | null;
  state: Designee['state'];
  note: string;
  named_by: string;
  named_at: Date;
  ended_by: string | null;
  ended_at: Date | null;
  ended_why: string | null;
  given_up: boolean;
}

/** Designees of schools (all, and the district's, when null), those who act first. @param only one of them */
export async function readDesignees(db: Database, schools: readonly string[] | null, today: string, only?: string): Promise<Designee[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `${ACTING}
     SELECT d.*, p.name, CASE
         WHEN d.ended_at IS NOT NULL THEN 'ended' WHEN d.until_day < :today THEN 'over' WHEN d.from_day > :today THEN 'ahead'
         WHEN NOT t.fit THEN 'gone' WHEN a.stands_in THEN 'replaced' ELSE 'acting' END AS state
     FROM designee d JOIN person p USING (person_id) LEFT JOIN term t USING (designee_id) LEFT JOIN acting a ON a.designee_id = d.designee_id
     WHERE (CAST(:schools AS text[]) IS NULL OR d.school_id IS NULL OR d.school_id = ANY (:schools))
       AND (CAST(:only AS uuid) IS NULL OR d.designee_id = CAST(:only AS uuid))
     ORDER BY d.ended_at IS NOT NULL, d.school_id NULLS FIRST, d.duty_kind, d.duty, d.designee_id`,
    { schools: schools === null ? null : [...schools], today, only: only ?? null },
  );
  return rows.map(fromRow);
}

function fromRow(row: Row): Designee {
  const { ended_by: by, ended_at: at, ended_why: why } = row;
  return {
    designeeId: row.designee_id,
    school: row.school_id,
    duty: { kind: row.duty_kind, name: row.duty },
    person: row.person_id,
    name: row.name,
    from: row.from_day,
    until: row.until_day,
    standsInFor: row.stands_in_for,
    state: row.state,
    note: row.note,
    namedBy: row.named_by,
    namedAt: row.named_at.toISOString(),
    ended: by === null || at === null || why === null ? null : { by, at: at.toISOString(), why, givenUp: row.given_up },
  };
}

/** Somebody who is known here, with what they hold. */
export interface KnownPerson {
  id: string;
  name: string;
  role: Role;
  schools: string[] | null;
  certificated: boolean;
  /** Where reminders go; null: nowhere. */
  email: string | null;
  /** False of somebody who was removed. */
  signsIn: boolean;
}

/** The people who work at schools, or in the whole district; all when null. @param only one of them */
export async function readPeople(db: Database, schools: readonly string[] | null, only?: string): Promise<KnownPerson[]> {
  const query = db('person').orderBy(['name', 'person_id']);
  if (schools !== null) void query.whereRaw('(schools IS NULL OR schools && ?)', [[...schools]]);
  if (only !== undefined) void query.where('person_id', only);
  const signsIn = db.raw(`token_sha256 NOT LIKE 'removed:%' AS "signsIn"`);
  return query.select<KnownPerson[]>('person_id AS id', 'name', 'role', 'schools', 'certificated', 'email', signsIn);
}

/** A post that every school has to fill. */
export interface RequiredPost {
  role: Role;
  certificated: boolean;
  clause: string;
  /** Null: the district began with it. */
  setBy: string | null;
}

/** The posts that schools have to fill now, by role. */
export async function readRequiredPosts(db: Database): Promise<RequiredPost[]> {
  return db('required_post')
    .whereNull('ended_at')
    .orderBy('role')
    .select<RequiredPost[]>('role', 'certificated', 'clause', 'set_by AS setBy');
}
