import { dayNumber, dayText } from '../../attendance/past/day-numbers.ts';
import { SchoolDays } from '../../attendance/past/school-days.ts';
import { importDelivery } from '../../attendance/import.ts';
import { turn } from '../../attendance/turn.ts';
import { callAbout, nextDeed, type Deed, type People } from '../../activities/rehearsal/people.ts';
import type { Responses } from '../../policy/rehearsal.ts';
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
  school: string;
  students: (TestStudent & { localId: string })[];
  from: string;
  to: string;
  nights: Nights;
  ladder: Ladder;
  responses: Responses;
}

const HEADER = 'Student_id,School_id,Section_id,Attendance_date,Attendance_type,Attendance_status,Excuse_code,Sis_id';

/**
 * Lives through a span on the real servers: each day the clock moves on, deadlines pass, the day's file is delivered, the day turns, and
 * when all has taken effect people do what the table of responses has them do, as commands.
 */
export async function live({ world, school, students, from, to, nights, ladder, responses }: LivedSpan): Promise<void> {
  const people: People = { responses, contact: '00000000-0000-4000-8000-000000000001' };
  const dates = await world.db
    .owner('calendar_day')
    .where({ school_id: school, instructional: true })
    .orderBy('date')
    .pluck<string[]>('date');
  const calendar = new SchoolDays(dates.map(dayNumber), new Set());
  for (let day = dayNumber(from); day <= dayNumber(to); day++) {
    const date = dayText(day);
    await world.setClock(`${date}T23:00:00Z`);
    await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0);
    if (calendar.isTaught(day)) await deliverNight(world, school, date, nights(date));
    await turn(world.db.worker, date);
    await world.quiet();
    if (!calendar.isTaught(day)) continue;
    await Promise.all(students.map((student) => act(world, student, { people, ladder, day, calendar })));
  }
  await world.setClock(`${dayText(dayNumber(to) + 1)}T12:00:00Z`);
  await world.until('no passed deadline is left', async () => (await world.passedDeadlines()) === 0);
  await world.quiet();
}

/** What people do on one case on one day: the call about a run of absence that begins, then what is to be done on the case. */
async function act(
  world: TestWorld,
  student: TestStudent,
  { people, ladder, day, calendar }: { people: People; ladder: Ladder; day: number; calendar: SchoolDays },
): Promise<void> {
  const { studentId } = student;
  const spell = await world.db
    .owner('spell')
    .where({ student_id: studentId, first_day: dayText(day) })
    .first<object | undefined>('days');
  const call = spell ? callAbout(people, studentId, day) : null;
  if (call) await does(world, student, call);
  const tried = new Set<string>();
  for (;;) {
    const state = await world.recorded(student);
    const deed =
      state.student === null ? null : nextDeed(people, ladder, { student: studentId, state, day, calendar, plans: new Map() }, tried);
    if (deed === null) return;
    tried.add(deed.key);
    await does(world, student, deed);
  }
}

function does(world: TestWorld, student: TestStudent, { command, role }: Deed): Promise<unknown> {
  return world.give(student, command, { role, text: 'as rehearsed' });
}

async function deliverNight(world: TestWorld, school: string, date: string, rows: ReturnType<Nights>): Promise<void> {
  const text = [
    HEADER,
    ...rows.map(({ localId, status, code }, n) => [localId, school, '', date, 'daily', status, code, n].join(',')),
    '',
  ].join('\n');
  const coverage = { schools: [school], from: date, to: date, complete: true };
  const files = [{ name: 'attendance.csv', bytes: Buffer.from(text) }];
  await importDelivery(world.db.worker, await createDelivery(world.db.worker, { source: 'test', coverage, receivedBy: 'tester', files }));
}
