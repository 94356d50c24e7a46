import { recompute } from '../../attendance/standing.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { RULES, setUpDistrict } from '../attendance/world.ts';
import { addPerson, NOBODY_ANSWERS, startTestApi, type PersonAtApi } from '../world/api.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { FROM, makeHandDistrict, plus, UPTO, type HandStudent } from './district.ts';

/** The hand-made district on its last day, under a shipped policy, with its standings, and the API over it. */
export interface RatesWorld {
  db: TestDatabase;
  students: HandStudent[];
  person(role: Role, schools?: string[] | null): Promise<PersonAtApi>;
  close(): Promise<void>;
}

export async function openRatesWorld(policy = 'connecticut'): Promise<RatesWorld> {
  const db = await createDatabase();
  await setUpDistrict(db.owner, UPTO);
  await loadShippedPolicy(db.owner, policy);
  const students = await makeHandDistrict(db.owner);
  const known_on = plus(FROM, -3);
  await db.owner('school_start').insert(['N', 'S'].map((school_id) => ({ school_id, known_on, school_days: 0, under_way: false })));
  await db.worker.transaction((trx) => recompute(trx, { day: UPTO, students: 'all', rules: RULES }));
  const api = await startTestApi({ databaseUrl: db.apiUrl, ...NOBODY_ANSWERS });
  return {
    db,
    students,
    person: async (role, schools = null) => api.as(await addPerson(db.owner, role, schools)),
    async close() {
      await api.close();
      await db.close();
    },
  };
}
