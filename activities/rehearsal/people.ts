import { dayNumber, dayText, type DayNumber } from '../../attendance/past/day-numbers.ts';
import type { SchoolDays } from '../../attendance/past/school-days.ts';
import type { Day } from '../../cases/actions.ts';
import type { Actor } from '../../cases/events.ts';
import { finished, ofTask, TIMES_OF_DAY } from '../../cases/evidence.ts';
import { OF_AGE, groundsOf, groundStands, readiness } from '../../cases/index.ts';
import type { Command } from '../../cases/messages.ts';
import { droppedBy, needsOf } from '../../cases/paths.ts';
import { rolesOf } from '../../cases/permission.ts';
import type { CaseState, TaskState } from '../../cases/state.ts';
import { fallenReports, reportDue } from '../../cases/truancy.ts';
import type { Ladder, Requirement, TaskRule } from '../../policy/ladder.ts';
import type { Body, Ground, Role } from '../../policy/vocabulary.ts';
import { actionFor, callAction } from './actions.ts';
import { chance, drawn } from './chance.ts';
import type { Response, Responses } from '../../policy/rehearsal.ts';

/** What somebody is assumed to do on a day. */
export interface Deed {
  /** Names it among the deeds of a case: what was refused is not tried again on the same day. */
  key: string;
  role: Role;
  command: Command;
  /** The owner's minutes that it takes; 0 for a part of something whose minutes are counted elsewhere. */
  minutes: number;
}

/** The people of a district, as a table of responses has them: what they do depends on the case and on chance, never on the order of students. */
export interface People {
  responses: Responses;
  /** The one person whom calls, letters and notices reach; which one makes no difference to any rule. */
  contact: string;
}

/** A case as people find it on a day. */
interface Found {
  /** Whose case it is: with task and round, what chance depends on. */
  student: string;
  state: CaseState;
  day: DayNumber;
  calendar: SchoolDays;
  /** What is planned for this student's tasks on this calendar, kept from one question to the next. */
  plans: Plans;
}

/** A task as it is now, and what is planned for it; null: nobody will turn to it. */
export type Plans = Map<TaskState, Plan | null>;

interface Plan {
  task: TaskState;
  rule: TaskRule;
  /** The rule's place on the ladder. */
  place: number;
  row: Response;
  on: DayNumber;
}

/**
 * The next thing that somebody does on a case on a day, in the order of the ladder; null when nobody does anything more. Only what the
 * case would take is tried; should it be refused all the same, it is tried again on the next school day.
 * @param tried keys of what was tried on this day
 */
export function nextDeed(people: People, ladder: Ladder, found: Found, tried: ReadonlySet<string>): Deed | null {
  const { student, state, day } = found;
  if (state.closed !== null) return null;
  for (const { task, rule, row } of turnedTo(people, ladder, found)) {
    if (needsOf(state, ladder, rule).some((need) => !finished(state, ladder, need))) continue;
    const deed = deedFor(people, ladder, { student, state, day: dayText(day), rule, task, row });
    if (deed !== null && !tried.has(deed.key)) return deed;
  }
  return null;
}

/** The open tasks whose day has come, in the order of the ladder. */
function turnedTo(people: People, ladder: Ladder, found: Found): Plan[] {
  const due: Plan[] = [];
  for (const task of found.state.tasks) {
    if (task.status !== 'open') continue;
    const plan = planOf(people, ladder, task, found);
    if (plan !== null && plan.on <= found.day) due.push(plan);
  }
  return due.length > 1 ? due.sort((a, b) => a.place - b.place) : due;
}

/** The next day, after a day, on which somebody will turn to a task that is open now; null if nobody will. */
export function nextDay(people: People, ladder: Ladder, found: Found): DayNumber | null {
  let next: DayNumber | null = null;
  for (const task of found.state.tasks) {
    if (task.status !== 'open') continue;
    const plan = planOf(people, ladder, task, found);
    if (plan !== null && plan.on > found.day && (next === null || plan.on < next)) next = plan.on;
  }
  return next;
}

/** Whether and when somebody turns to a task, by the first row that fits it. A task that was opened again is another. */
function planOf(people: People, ladder: Ladder, task: TaskState, found: Found): Plan | null {
  const { plans } = found;
  const known = plans.get(task);
  if (known !== undefined) return known;
  const plan = planned(people.responses, ladder, task, found);
  // Attempts on different days move on with each of them.
  if (plan === null || !isOnDays(plan.rule)) plans.set(task, plan);
  return plan;
}

function planned(responses: Responses, ladder: Ladder, task: TaskState, { student, state, calendar }: Found): Plan | null {
  const place = ladder.tasks.findIndex((one) => one.task === task.task);
  const rule = ladder.tasks[place];
  const row = rule === undefined || 'schoolRecord' in rule.evidence ? undefined : rowFor(responses, rule);
  if (rule === undefined || row === undefined) return null;
  const lot = (what: string): number => chance(responses.seed, student, task.task, task.round, task.due.from, what);
  if (lot('done') >= row.done) return null;
  const gone = isOnDays(rule) ? ofTask(state, task).length : 0;
  const on = calendar.after(dayNumber(task.due.from), daysUntil(row, lot('after')) + gone);
  return on === null ? null : { task, rule, place, row, on };
}

/** School days from the opening until somebody turns to it: as likely as the table says, each between the two where it says no more. */
export function daysUntil({ after: [least, most], days }: Response, lot: number): number {
  if (days === undefined) return least + Math.floor(lot * (most - least + 1));
  return Number(
    drawn(
      days.map(([count, weight]) => [String(count), weight]),
      lot,
    ),
  );
}

/** Attempts that must be on different days follow one another by a school day each. */
function isOnDays({ evidence }: TaskRule): boolean {
  return 'action' in evidence && evidence.distinct?.days !== undefined;
}

/** The row of a table that says what people do about a task: the first that fits it. */
export function rowFor({ tasks }: Responses, rule: TaskRule): Response | undefined {
  return tasks.find((row) => isFor(row, rule));
}

function isFor(row: Response, rule: TaskRule): boolean {
  return (
    (row.task === undefined || row.task === rule.task) &&
    (row.kind === undefined || row.kind === rule.kind) &&
    (row.owner === undefined || row.owner === rule.owner) &&
    (row.evidence === undefined || row.evidence === evidenceOf(rule))
  );
}

/** What documents a task, in one word. */
function evidenceOf({ evidence }: TaskRule): string {
  if ('action' in evidence) return evidence.action;
  return Object.keys(evidence)[0] ?? '';
}

interface Asked {
  student: string;
  state: CaseState;
  day: Day;
  rule: TaskRule;
  task: TaskState;
  row: Response;
}

function deedFor(people: People, ladder: Ladder, asked: Asked): Deed | null {
  const { student, state, day, rule, task, row } = asked;
  const { evidence } = rule;
  const { seed } = people.responses;
  const name = { task: task.task, round: task.round };
  const key = `${task.task} ${task.round}`;
  const lot = (what: string): number => chance(seed, student, task.task, task.round, task.due.from, what);
  const deed = (what: string, role: Role, command: Command, minutes = row.minutes): Deed => ({
    key: `${key} ${what}`,
    role,
    command,
    minutes,
  });
  if (rule.unavailable && lot('unavailable') < row.unavailable)
    return deed('unavailable', rule.owner, { kind: 'record_unavailable', ...name });
  if ('report' in evidence) {
    const { due, events } = reportDue(state, ladder);
    return due ? deed('report', rule.owner, { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: day }) : null;
  }
  if ('withdrawal' in evidence) return deed('withdrawal', rule.owner, { kind: 'withdraw_report', ordinal: Number(task.ref) });
  if ('letter' in evidence) {
    const { letter } = evidence;
    if (droppedBy(state, ladder, rule) || fallenReports(state, ladder).length > 0) return null;
    if (!state.letters.some((one) => one.letter === letter && one.round === task.round && one.lost.length === 0))
      return deed('approval', rule.approver?.[0] ?? rule.owner, { kind: 'approve_letter', letter, round: task.round }, 5);
    const mailed = { kind: 'letter_mailed' as const, details: { letter, channel: 'mail' as const, contact: people.contact } };
    return deed('mailing', rule.owner, { kind: 'document_action', on: day, time: null, task: name, action: mailed });
  }
  if ('referral' in evidence) return referralFor(people, ladder, asked, deed);
  if (!('action' in evidence)) return null;
  const done = state.actions.filter((one) => !one.superseded && one.task?.task === task.task && one.task.round === task.round).length;
  const action = actionFor(evidence, {
    day,
    ref: task.ref ?? '',
    contact: evidence.distinct?.contacts ? otherContact(people.contact, done) : people.contact,
    ground: groundsOf(ladder).find((ground) => groundStands(state, ladder, ground)) ?? 'chronic_absentee',
    truancy: state.standing?.truancy ?? [],
    ofAge: (state.standing?.age ?? 0) >= OF_AGE,
    choose: (field, values) => drawn(weighted(row.outcomes[field], values), lot(`${field} ${done}`)) ?? values[0] ?? '',
  });
  const role = evidence.by?.find((one) => rolesOf(rule).includes(one)) ?? rule.owner;
  const time = evidence.distinct?.timesOfDay ? timeOfDay(ladder, done) : null;
  return deed(`action ${done}`, role, { kind: 'document_action', on: day, time, task: name, action });
}

/** Another of the family's contacts each time, of whom nothing else is known: an id like that of the first. */
function otherContact(contact: string, n: number): string {
  return n === 0 ? contact : contact.slice(0, -2) + (0x10 + (n % 0xf0)).toString(16);
}

/** Another time of day each time, by the policy's own clock. */
function timeOfDay({ timesOfDay: { afternoon, evening } = TIMES_OF_DAY }: Ladder, n: number): string {
  return [afternoon > '08:00' ? '08:00' : '00:00', afternoon, evening][n % 3]!;
}

/** The values that a task accepts, with the table's weights; all alike where it says nothing of any of them. */
function weighted(weights: Record<string, number> | undefined, values: readonly string[]): [string, number][] {
  const given = values.map((value): [string, number] => [value, weights?.[value] ?? 0]);
  return given.some(([, weight]) => weight > 0) ? given : values.map((value) => [value, 1]);
}

/** A referral that is ready; else, where that is all that is missing, the justification of what may be justified. */
function referralFor(
  people: People,
  ladder: Ladder,
  { student, state, day, rule, task }: Asked,
  deed: (what: string, role: Role, command: Command, minutes?: number) => Deed,
): Deed | null {
  if (state.referrals.some((one) => one.year === state.schoolYear)) return null;
  const { seed, justified } = people.responses;
  const willing = (requirement: string): boolean => chance(seed, student, task.round, 'justified', requirement) < justified;
  // Most often a step is missing that nobody will justify: that is seen without asking for the whole list.
  if (ladder.referral.some((one) => isStepMissing(state, ladder, one) && !willing(one.requirement))) return null;
  const answers = groundsOf(ladder).map((ground) => readiness(state, ladder, ground, day));
  const ready = answers.find((one) => one.ready);
  if (ready) return deed('referral', rule.owner, { kind: 'refer', to: bodyOf(rule), ground: ready.ground });
  const [by] = ladder.justifiableBy;
  if (by === undefined) return null;
  for (const { ground, requirements } of answers) {
    const missing = requirements.filter((one) => one.status === 'missing');
    if (!missing.every(({ requirement, statutory }) => !statutory && mayBeJustified(ladder, requirement, ground))) continue;
    const first = missing[0];
    if (first && missing.every(({ requirement }) => willing(requirement)))
      return deed(
        `justify ${ground} ${first.requirement}`,
        by,
        { kind: 'justify_requirement', requirement: first.requirement, ground },
        10,
      );
  }
  return null;
}

/** To whom a referral goes. */
function bodyOf({ evidence }: TaskRule): Body {
  return 'referral' in evidence ? evidence.referral : 'sarb';
}

/** Whether a requirement of every case, on whatever ground and path, is a task that has not been finished. */
function isStepMissing(state: CaseState, ladder: Ladder, { requirement, ground, path, test }: Requirement): boolean {
  if (ground !== undefined || path !== undefined || (test !== undefined && !('task' in test))) return false;
  return !finished(state, ladder, test?.task ?? requirement);
}

/** Not what a person or a panel decides against the referral: a decision is no lack of evidence. */
function mayBeJustified(ladder: Ladder, requirement: string, ground: Ground): boolean {
  const rule = ladder.referral.find((one) => one.requirement === requirement);
  if (!rule || rule.firm || rule.statutory || (rule.ground !== undefined && rule.ground !== ground)) return false;
  return !(rule.test && 'decision' in rule.test);
}

/** The call about a run of absence on its first day, from the daily absence list; null when nobody calls. */
export function callAbout(people: People, student: string, spell: DayNumber): Deed | null {
  const { calls, seed } = people.responses;
  const lot = (what: string): number => chance(seed, student, 'call', spell, what);
  if (lot('share') >= calls.share) return null;
  const outcome = drawn(Object.entries(calls.outcomes), lot('outcome')) ?? 'reached';
  const day = dayText(spell);
  const action = callAction(day, outcome, people.contact);
  return {
    key: `call ${day}`,
    role: calls.role,
    minutes: calls.minutes,
    command: { kind: 'document_action', on: day, time: null, task: null, action },
  };
}

/** Somebody in a role at a school, of whom nothing else is known. */
export function somebody(role: Role, school: string): Actor {
  return { id: `${role}.rehearsed`, role, place: school };
}
