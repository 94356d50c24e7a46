import { importDelivery } from '../../attendance/import.ts';
import type { NightPart } from '../../attendance/nightly.ts';
import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import { readCalendars } from '../../attendance/past/read.ts';
import type { PastCalendars } from '../../attendance/past/student.ts';
import { turn } from '../../attendance/turn.ts';
import { callAbout, nextDeed, type Deed, type People } from '../../activities/rehearsal/people.ts';
import type { Responses } from '../../policy/rehearsal.ts';
import { rehearse } from '../../activities/rehearsal/rehearse.ts';
import type { CaseEvent } from '../../cases/events.ts';
import { fold } from '../../cases/index.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { createDelivery } from '../../store/attendance-delivery.ts';
import type { TestStudent, TestWorld } from '../world/world.ts';

/** What a case has asked, told and done, by the keys that people know it by: what a rehearsal must have forecast. */
export interface Outcome {
  tasks: string[];
  reports: string[];
  letters: string[];
  actions: string[];
  referrals: string[];
}

export function outcomeOf(state: CaseState): Outcome {
  return {
    tasks: state.tasks
      .map((t) => `${t.task} ${t.round}: opened ${t.openedOn}, due ${t.due.on}, ${t.status}${t.lapsed ? ', late' : ''}`)
      .sort(),
    reports: state.reports.map((r) => `${r.ordinal} on ${r.on} for ${r.events.join(' ')}`),
    letters: state.letters.map((l) => `${l.letter} ${l.round} on ${l.on}`),
    actions: state.actions.map((a) => `${a.on} ${a.kind} by ${a.role} for ${a.task?.task ?? 'nothing'}`),
    referrals: state.referrals.map((r) => `${r.ground} on ${r.on}`),
  };
}

/** A day's file: which students, by the school's own numbers, were absent or late, and with which code. */
export type Nights = (day: string) => { localId: string; status: string; code: string }[];

export interface LivedSpan {
  world: TestWorld;
  from: string;
  to: string;
  /** What comes on the evening of a day; empty where nothing does. */
  nights: (day: string, taught: boolean) => Promise<Pick<NightPart, 'coverage' | 'files'>[]>;
  ladder: Ladder;
  responses: Responses;
}

const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';
/** Students on whose cases people work at the same time. */
const AT_ONCE = 20;
/** A whole district has more on its way than one case has. */
const PATIENCE_MS = 60_000;

/** The file of one school's night, which says everything about its day. */
export function nightOf(school: string, date: string, rows: ReturnType<Nights>): Awaited<ReturnType<LivedSpan['nights']>> {
  const text = [
    HEADER,
    ...rows.map(({ localId, status, code }, n) => [localId, school, '', date, 'daily', status, code, n].join(',')),
    '',
  ].join('\n');
  const coverage = { schools: [school], from: date, to: date, complete: true };
  return [{ coverage, files: [{ name: 'attendance.csv', bytes: Buffer.from(text) }] }];
}

/**
 * Lives through a span on the real servers: each day the clock moves on, deadlines pass, the day's files are delivered, the day turns, and
 * when all has taken effect people do what the table of responses has them do, as commands.
 */
export async function live(span: LivedSpan): Promise<void> {
  const { world, from, to, nights } = span;
  const calendars = await readCalendars(world.db.worker, from);
  const schools = (await world.db.owner('school').pluck<string[]>('school_id')).map((id) => calendars.school(id));
  for (let day = dayNumber(from); day <= dayNumber(to); day++) {
    const date = dayText(day);
    await world.setClock(`${date}T23:00:00Z`);
    await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0, PATIENCE_MS);
    const taught = schools.some((school) => school.isTaught(day));
    for (const part of await nights(date, taught)) await deliverPart(world, part);
    await turn(world.db.worker, date);
    await world.quiet(PATIENCE_MS);
    if (taught) await workOn(span, calendars, day);
  }
  await world.setClock(`${dayText(dayNumber(to) + 1)}T12:00:00Z`);
  await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0, PATIENCE_MS);
  await world.quiet(PATIENCE_MS);
}

/** What people do on all cases on one day: on those that have begun, and of students whose absence has. */
async function workOn(span: LivedSpan, calendars: PastCalendars, day: number): Promise<void> {
  const { owner } = span.world.db;
  const { rows } = await owner.raw<{ rows: (TestStudent & { school: string; spell: boolean })[] }>(
    `SELECT s.student_id AS "studentId", s.case_id AS "caseId", coalesce(c.school_id, g.school_id) AS school, p.student_id IS NOT NULL AS spell
     FROM student s LEFT JOIN attendance_case c USING (case_id) LEFT JOIN standing g ON g.student_id = s.student_id
     LEFT JOIN spell p ON p.student_id = s.student_id AND p.first_day = :date
     WHERE c.case_id IS NOT NULL OR p.student_id IS NOT NULL ORDER BY s.student_id`,
    { date: dayText(day) },
  );
  const found = rows.filter(({ school }) => calendars.school(school).isTaught(day));
  for (let at = 0; at < found.length; at += AT_ONCE)
    await Promise.all(found.slice(at, at + AT_ONCE).map((student) => act(span, student, { day, calendars, calls: student.spell })));
}

/** What people do on one case on one day: the call about a run of absence that begins, then what is to be done on the case. */
async function act(
  { world, ladder, responses }: LivedSpan,
  student: TestStudent,
  { day, calendars, calls }: { day: number; calendars: PastCalendars; calls: boolean },
): Promise<void> {
  const people: People = { responses, contact: '00000000-0000-4000-8000-000000000001' };
  const call = calls ? callAbout(people, student.studentId, day) : null;
  if (call) await does(world, student, call);
  const tried = new Set<string>();
  for (;;) {
    const state = await world.recorded(student);
    if (state.student === null) return;
    const calendar = calendars.school(state.school ?? '');
    const deed = nextDeed(people, ladder, { student: student.studentId, state, day, calendar, plans: new Map() }, tried);
    if (deed === null) return;
    tried.add(deed.key);
    await does(world, student, deed);
  }
}

function does(world: TestWorld, student: TestStudent, { command, role }: Deed): Promise<unknown> {
  return world.give(student, command, { role, text: 'as rehearsed' });
}

async function deliverPart({ db }: TestWorld, { coverage, files }: Pick<NightPart, 'coverage' | 'files'>): Promise<void> {
  await importDelivery(db.worker, await createDelivery(db.worker, { source: 'test', coverage, receivedBy: 'tester', files }));
}

/** A rehearsal of the same span with the same table. @returns the forecast, and what became of each student's case */
export async function rehearsed({ world, from, to, ladder, responses }: LivedSpan, document: string) {
  const events = new Map<string, CaseEvent[]>();
  const [forecast] = await rehearse(
    world.db.worker,
    { policies: [{ document, ladder }], from, to, whom: {}, responses },
    {
      audience: (_policy, student) => {
        const own: CaseEvent[] = [];
        events.set(student, own);
        return { event: (event) => void own.push(event), deed: () => undefined };
      },
    },
  );
  const cases = [...events].filter(([, own]) => own.length > 0);
  return { forecast: forecast!, outcomes: Object.fromEntries(cases.map(([student, own]) => [student, outcomeOf(fold(student, own))])) };
}

/** Every school's own tasks, done on its first school day as the table has it. */
export async function doSchoolTasks({ owner }: TestWorld['db'], tasks: string[], from: string): Promise<void> {
  const actor = JSON.stringify({ id: 'clerk.test', role: 'clerk', place: 'district' });
  for (const task of tasks)
    await owner.raw(
      `INSERT INTO school_record (school_id, task, on_day, caller, idempotency_key, actor, text)
       SELECT school_id, :task, min(date), 'clerk.test', :task || ' ' || school_id, CAST(:actor AS jsonb), 'done'
       FROM calendar_day WHERE instructional AND date >= CAST(:from AS date) GROUP BY school_id`,
      { task, actor, from },
    );
}
