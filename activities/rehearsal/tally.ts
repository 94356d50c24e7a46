import { dayNumber, dayText, type DayNumber } from '../../attendance/past/day-numbers.ts';
import type { Day } from '../../cases/actions.ts';
import type { CaseEvent } from '../../cases/events.ts';
import { bandOf, phaseOf } from '../../cases/index.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder, PolicyPin } from '../../policy/ladder.ts';
import type { Role } from '../../policy/vocabulary.ts';
import type { StudentAtStep } from '../../store/rehearsals.ts';
import type { Deed } from './people.ts';
import type { Audience } from './replay.ts';
import type { Responses } from '../../policy/rehearsal.ts';

/** What is counted of each school and week. */
export const MEASURES = ['tasks', 'calls', 'letters', 'visits', 'meetings', 'sarts', 'reports', 'referrals'] as const;
export type Measure = (typeof MEASURES)[number];

/** One school's week, which begins on its Monday. */
export interface SchoolWeek extends Record<Measure, number> {
  school: string;
  week: Day;
  /** Minutes of staff time by role. */
  minutes: Partial<Record<Role, number>>;
}

/** What became of the tasks of one kind. */
export interface TaskCount {
  task: string;
  opened: number;
  done: number;
  /** Whose due day passed while they were open. */
  late: number;
}

/** What a rehearsal tells of one policy. */
export interface Forecast {
  policy: PolicyPin;
  /** Students of whom something was on record, and those whose case began. */
  students: number;
  cases: number;
  weeks: SchoolWeek[];
  tasks: TaskCount[];
  /** Everyone in the second band or a later one, or with a report, a letter or a referral. */
  atStep: StudentAtStep[];
}

/** Adds up what the replays of students bring; the order of students makes no difference to what comes out. */
export class Tally implements Audience {
  students = 0;
  cases = 0;
  readonly #weeks = new Map<string, SchoolWeek>();
  readonly #tasks = new Map<string, TaskCount>();
  readonly #atStep: StudentAtStep[] = [];

  constructor(
    readonly ladder: Ladder,
    readonly responses: Responses,
  ) {}

  event(event: CaseEvent, state: CaseState): void {
    const { type, body } = event;
    if (type === 'case_opened') this.cases += 1;
    if (type === 'task_completed') this.#task(body.task).done += 1;
    if (type === 'deadline_passed') this.#task(body.task).late += 1;
    if (type === 'task_opened') this.#task(body.task).opened += 1;
    const what = measureOf(event);
    if (what.length === 0) return;
    const week = this.#week(state.school ?? '', dayNumber(event.day));
    for (const measure of what) week[measure] += 1;
    if (what.includes('meetings'))
      for (const [role, minutes] of Object.entries(this.responses.attendees) as [Role, number][]) spend(week, role, minutes);
  }

  deed({ role, minutes, key }: Deed, accepted: boolean, school: string, day: DayNumber): void {
    const week = this.#week(school, day);
    if (key.startsWith('call ')) week.calls += 1;
    else if (!accepted) return;
    spend(week, role, minutes);
  }

  /** A student's replay has ended. */
  end(student: string, state: CaseState): void {
    this.students += 1;
    if (state.student === null) return;
    const year = state.schoolYear;
    const band = bandOf(this.ladder, state.standing);
    const reports = state.reports.filter((one) => one.year === year && !one.withdrawn).length;
    const letters = state.letters.filter((one) => one.year === year).length;
    const referred = state.referrals.some((one) => one.year === year);
    if (band === this.ladder.bands[0] && reports + letters === 0 && !referred) return;
    const openTasks = state.tasks.filter((one) => one.status === 'open').length;
    this.#atStep.push({
      student,
      school: state.school ?? '',
      step: band?.band ?? null,
      phase: phaseOf(state),
      openTasks,
      reports,
      letters,
      referred,
    });
  }

  /** Takes in what another part of the district brought. */
  merge(other: Forecast): void {
    this.students += other.students;
    this.cases += other.cases;
    for (const week of other.weeks) {
      const mine = this.#week(week.school, dayNumber(week.week));
      for (const measure of MEASURES) mine[measure] += week[measure];
      for (const [role, minutes] of Object.entries(week.minutes) as [Role, number][]) spend(mine, role, minutes);
    }
    for (const task of other.tasks) {
      const mine = this.#task(task.task);
      mine.opened += task.opened;
      mine.done += task.done;
      mine.late += task.late;
    }
    for (const one of other.atStep) this.#atStep.push(one);
  }

  forecast(): Forecast {
    const order = this.ladder.tasks.map(({ task }) => task);
    return {
      policy: this.ladder.policy,
      students: this.students,
      cases: this.cases,
      weeks: [...this.#weeks.values()].sort((a, b) => compare(a.week, b.week) || compare(a.school, b.school)),
      tasks: [...this.#tasks.values()].sort((a, b) => order.indexOf(a.task) - order.indexOf(b.task)),
      atStep: [...this.#atStep].sort((a, b) => compare(a.school, b.school) || compare(a.student, b.student)),
    };
  }

  #week(school: string, day: DayNumber): SchoolWeek {
    // Day 0 was a Thursday.
    const monday = day - ((day + 3) % 7);
    const key = `${monday} ${school}`;
    let week = this.#weeks.get(key);
    if (!week) {
      week = {
        school,
        week: dayText(monday),
        tasks: 0,
        calls: 0,
        letters: 0,
        visits: 0,
        meetings: 0,
        sarts: 0,
        reports: 0,
        referrals: 0,
        minutes: {},
      };
      this.#weeks.set(key, week);
    }
    return week;
  }

  #task(task: string): TaskCount {
    let found = this.#tasks.get(task);
    if (!found) this.#tasks.set(task, (found = { task, opened: 0, done: 0, late: 0 }));
    return found;
  }
}

/** What an event counts as. */
function measureOf({ type, body }: CaseEvent): Measure[] {
  if (type === 'task_opened') return ['tasks'];
  if (type === 'report_filed') return ['reports'];
  if (type === 'referred') return ['referrals'];
  if (type !== 'action_documented') return [];
  if (body.kind === 'letter_mailed') return ['letters'];
  if (body.kind === 'contact' && body.details.channel === 'home_visit') return ['visits'];
  if (body.kind === 'meeting') return body.details.team === 'sart' ? ['meetings', 'sarts'] : ['meetings'];
  return body.kind === 'conference' ? ['meetings'] : [];
}

function spend(week: SchoolWeek, role: Role, minutes: number): void {
  if (minutes > 0) week.minutes[role] = (week.minutes[role] ?? 0) + minutes;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
