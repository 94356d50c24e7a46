import { ASSUMED, type Responses } from '../../policy/rehearsal.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { openWorld, SCHOOL, type TestStudent, type TestWorld } from '../world/world.ts';
import { doSchoolTasks, live, nightOf, outcomeOf, rehearsed, type LivedSpan, type Nights, type Outcome } from './reality.ts';

const FROM = '2021-08-23';
const TO = '2021-11-12';

/** People who are quick and, but for one task, do everything: the whole ladder fits into twelve weeks. */
const QUICK: Responses = {
  ...ASSUMED,
  seed: 'a slice',
  justified: 1,
  tasks: [
    { task: 'email-or-letter', done: 0.5, after: [1, 2], unavailable: 0, outcomes: {}, minutes: 5 },
    ...ASSUMED.tasks.map((row) => ({
      ...row,
      done: 1,
      after: [Math.min(row.after[0], 1), Math.min(row.after[1], 4)] as [number, number],
      outcomes: { ...row.outcomes, ...(row.evidence === 'meeting' ? { decision: { refer_to_sarb: 1 } } : {}) },
    })),
  ],
};

/** Who is absent on the n-th school day, and how it is excused. */
const STUDENTS: Record<string, (n: number) => 'Unexcused' | 'Excused' | 'Unverified' | 'late' | null> = {
  truant: (n) => (n % 10 === 9 ? null : n < 40 && n % 3 !== 2 ? 'Unexcused' : null),
  ill: (n) => (n >= 2 && n < 30 ? 'Excused' : null),
  'in and out': (n) => (n % 4 === 0 ? 'Unverified' : n % 7 === 3 ? 'late' : null),
  'three days': (n) => (n >= 5 && n < 8 ? 'Unexcused' : null),
  'special education': (n) => (n % 3 === 1 ? 'Unexcused' : null),
};

/** A slice of a district under a policy, before its first day. */
export interface Slice {
  world: TestWorld;
  span: LivedSpan;
  students: (TestStudent & { localId: string })[];
  /** The policy's text. */
  document: string;
}

/**
 * Students of every kind, their flags and the school's records, on real servers. The world is the caller's to close.
 * @param change what is different in the policy, which is in force as its second version then
 */
export async function openSlice(policy: string, change?: (text: string) => string): Promise<Slice> {
  const world = await openWorld({ policy });
  const students: Slice['students'] = [];
  const shipped = shippedPolicyText(policy);
  const document = change ? change(shipped).replace('\nversion: 1\n', '\nversion: 2\n') : shipped;
  const read = readPolicy(document);
  if (!read.ok) throw new Error(`the policy is not valid: ${JSON.stringify(read.problems)}`);
  if (change) {
    const ladder = compile(read.document);
    await recordPolicy(world.db.owner, { document, ladder });
    await putPolicyInForce(world.db.owner, ladder.policy);
  }
  for (const name of Object.keys(STUDENTS)) {
    const localId = `L${students.length + 1}`;
    const student = await enroll(world, localId);
    const identifier = { student_id: student.studentId, scheme: 'local', value: localId, since: FROM, recorded_by: 'test' };
    await world.db.owner('student_identifier').insert(identifier);
    if (name === 'special education')
      await world.db.owner('student_flag').insert({ student_id: student.studentId, flag: 'iep', since: FROM, recorded_by: 'test' });
    students.push({ ...student, localId });
  }
  const schoolTasks = read.document.tasks.flatMap(({ evidence }) => ('schoolRecord' in evidence ? [evidence.schoolRecord] : []));
  await doSchoolTasks(world.db, schoolTasks, FROM);
  const dates = await world.db
    .owner('calendar_day')
    .where({ school_id: SCHOOL, instructional: true })
    .orderBy('date')
    .pluck<string[]>('date');
  const habits = Object.values(STUDENTS);
  const nights: Nights = (day) => {
    const n = dates.indexOf(day);
    return students.flatMap(({ localId }, index) => {
      const what = habits[index]!(n);
      if (what === null) return [];
      return [{ localId, status: what === 'late' ? 'tardy' : 'absent', code: what === 'late' ? 'Unexcused' : what }];
    });
  };
  const span: LivedSpan = {
    world,
    from: FROM,
    to: TO,
    nights: (day, taught) => Promise.resolve(taught ? nightOf(SCHOOL, day, nights(day)) : []),
    ladder: compile(read.document),
    responses: QUICK,
  };
  return { world, span, students, document };
}

/**
 * Lives a slice through on the real servers, then rehearses its past: what each student's case came to, in both, the forecast, and whether the
 * rehearsal wrote anything.
 */
export async function livedAndRehearsed({ world, span, students, document }: Slice) {
  await live(span);
  const real: Record<string, Outcome> = {};
  for (const student of students) real[student.studentId] = outcomeOf(await world.recorded(student));
  const before = JSON.stringify(await everything(world));
  const { forecast, outcomes } = await rehearsed(span, document);
  return { real, outcomes, forecast, changed: JSON.stringify(await everything(world)) !== before };
}

/** A student whose id is the same in every run, since people's chances hang on it. */
async function enroll(world: TestWorld, localId: string): Promise<TestStudent> {
  const studentId = `00000000-0000-4000-9000-0000000000${localId.slice(1).padStart(2, '0')}`;
  const stay = { student_id: studentId, school_id: SCHOOL, entry_date: FROM };
  const who = { local_id: localId, first_name: 'Given', last_name: 'Family', birthdate: '2010-03-01' };
  const [row] = await world.db
    .owner('student')
    .insert({ ...stay, ...who })
    .returning<{ case_id: string }[]>('case_id');
  await world.db.owner('enrollment').insert(stay);
  return { studentId, caseId: row!.case_id };
}

/** Rows of every table, and when each was last written. */
async function everything(world: TestWorld): Promise<unknown> {
  const tables = await world.db.owner('pg_tables').where({ schemaname: 'public' }).orderBy('tablename').pluck<string[]>('tablename');
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const { rows } = await world.db.owner.raw<{ rows: unknown[] }>(
      `SELECT count(*) AS n, max(xmin::text::bigint) AS written FROM ${table}`,
    );
    found[table] = rows[0];
  }
  return found;
}
