import { actionFor } from '../../activities/rehearsal/actions.ts';
import { OF_AGE, possible, type Decision } from '../../cases/index.ts';
import type { Action, Day } from '../../cases/actions.ts';
import { ruleOf } from '../../cases/evidence.ts';
import type { Command } from '../../cases/messages.ts';
import { waitingLetters } from '../../cases/notices.ts';
import { droppedBy, pathsOf } from '../../cases/paths.ts';
import type { Possible } from '../../cases/possible.ts';
import { mayReport, unservedEvents } from '../../cases/truancy.ts';
import type { Evidence } from '../../policy/ladder.ts';
import type { Ground, Role } from '../../policy/vocabulary.ts';
import { days, type PaperCase } from './paper-case.ts';

/** Which of some values a person takes; the first, where nobody says otherwise. */
export type Choose = (values: readonly string[]) => string;
const first: Choose = (values) => values[0]!;
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length]!;

/** One of the things that `possible` offers, done as its task asks. @returns what was decided; null where nobody can do it alone */
export function does(paper: PaperCase, offer: Possible, choose: Choose = first, as?: Role): Decision | null {
  const command = commandFor(paper, offer, choose);
  if (!command) return null;
  const rule = offer.task && ruleOf(paper.ladder, offer.task.task);
  const by = rule && 'action' in rule.evidence ? rule.evidence.by : undefined;
  const role = as ?? offer.roles.find((one) => by === undefined || by.includes(one)) ?? offer.roles[0]!;
  return paper.command(role, command);
}

/** A case on a day, on paper or on record. */
export type Found = Pick<PaperCase, 'state' | 'ladder' | 'day'>;

/** What a person sends who does one of the things that `possible` offers; null where nobody can do it alone. */
export function commandFor(paper: Found, { command, task }: Possible, choose: Choose): Command | null {
  const { state, ladder, day } = paper;
  if (!task) return null;
  const rule = ruleOf(ladder, task.task)!;
  const ref = state.tasks.find((t) => t.task === task.task && t.round === task.round)?.ref ?? '';
  switch (command) {
    case 'document_action': {
      const { evidence } = rule;
      const asked: Evidence | null =
        'letter' in evidence ? { action: 'letter_mailed', where: { letter: [evidence.letter] } } : 'action' in evidence ? evidence : null;
      return (
        asked && {
          kind: command,
          on: day,
          time: pick(['09:30', '13:00', '18:30'], state.actions.length),
          task,
          action: actionOf(paper, asked, ref, choose),
        }
      );
    }
    case 'record_unavailable':
      return { kind: command, ...task };
    case 'file_report': {
      const open = unservedEvents(state);
      const events = open.slice(0, open.findIndex((_, n) => mayReport(state, ladder, open.slice(0, n + 1))) + 1);
      return { kind: command, events, filedWith: 'attendance_supervisor', on: day };
    }
    case 'withdraw_report':
      return { kind: command, ordinal: Number(ref) };
    case 'approve_letter':
      return 'letter' in rule.evidence ? { kind: command, letter: rule.evidence.letter, round: task.round } : null;
    case 'open_case':
    case 'supersede_action':
    case 'justify_requirement':
    case 'refer':
    case 'migrate_policy':
      return null;
  }
}

function actionOf(paper: Found, evidence: Evidence, ref: string, choose: Choose): ReturnType<typeof actionFor> {
  const { day, state } = paper;
  const choice = (_field: string, values: readonly string[]): string => choose(values);
  return actionFor(evidence, {
    day,
    ref,
    // Attempts differ in time of day and person, as people's do who do not give up.
    contact: pick(['mother', 'father', 'grandmother'], state.actions.length),
    ground: 'habitual_truant',
    truancy: state.standing?.truancy ?? [],
    ofAge: (state.standing?.age ?? 0) >= OF_AGE,
    choose: choice,
  });
}

/** Does everything that can be done now, once. @returns how much of it was accepted */
export function doesAll(paper: PaperCase): number {
  let accepted = 0;
  for (const offer of possible(paper.state, paper.ladder)) {
    if (offer.waitsFor || offer.command === 'record_unavailable') continue;
    const still = paper.state.tasks.some((t) => t.task === offer.task?.task && t.round === offer.task.round && t.status === 'open');
    if (still && does(paper, offer)?.kind === 'events') accepted += 1;
  }
  return accepted;
}

/** Something of a kind that no task asks for just now, by somebody who may. */
function doesLoose(paper: PaperCase, evidence: Evidence, change: (action: Action) => Action = (action) => action): void {
  const who = paper.ladder.tasks.filter((rule) => 'action' in rule.evidence && rule.evidence.action === evidence.action);
  const roles = who.flatMap(({ owner, also }) => [owner, ...(also ?? [])]);
  const role = roles.find((one) => evidence.by === undefined || evidence.by.includes(one)) ?? 'case_manager';
  paper.does(role, change(actionOf(paper, evidence, '', first)));
}

/** What comes between letters and before the referral without a task of its own: interventions, records of a kind, a team's decision. */
function doesTheRest(paper: PaperCase, ground: Ground): void {
  for (const { rule, waits } of waitingLetters(paper.state, paper.ladder, () => true))
    if (waits.some(({ why }) => why === 'intervention'))
      for (const kind of rule.interventionBetween ?? []) doesLoose(paper, { action: kind });
  for (const { requirement, test, firm } of paper.ladder.referral) {
    if (!paper.missing(ground).includes(requirement)) continue;
    const rule = ruleOf(paper.ladder, requirement);
    // What the student's path keeps from being done, somebody answers for in writing.
    if (!test && !firm && rule && droppedBy(paper.state, paper.ladder, rule))
      paper.command(paper.ladder.justifiableBy[0]!, { kind: 'justify_requirement', requirement, ground });
    if (!test) continue;
    const evidence: Evidence | null =
      'evidence' in test
        ? test.evidence
        : 'decision' in test
          ? { action: 'meeting', where: { team: [test.decision.team], decision: [test.decision.decision], outcome: ['held'] } }
          : 'noticeOfReferral' in test
            ? { action: 'notice_of_referral' }
            : 'conferenceEffort' in test
              ? { action: 'conference', includes: { invited: ['parent', 'pupil'] } }
              : null;
    if (!evidence) continue;
    const onGround = (action: Action): Action =>
      action.kind === 'notice_of_referral' ? { ...action, details: { ...action.details, ground } } : action;
    for (let left = evidence.count ?? 1; left > 0; left -= 1) doesLoose(paper, evidence, onGround);
  }
}

export type End = 'referred' | 'closed' | 'no referral on this path' | 'stuck';

/**
 * Whether people who do all that is asked get a case to its end, whatever happened to it before: absences go on, everything open is done,
 * weeks pass. A case from which they do not is stuck.
 */
export function carriesThrough(paper: PaperCase, ground: Ground): End {
  const from: Day = paper.standing.schoolYear === '2021-2022' ? '2021-08-24' : '2022-08-24';
  const begun = days(16, from).at(-1)!;
  if (paper.day < begun) paper.day = begun;
  for (let weeks = 0; weeks < 40; weeks += 1) {
    const truancy = days(200, from)
      .filter((day) => day <= paper.day)
      .slice(0, 16 + weeks);
    paper.hears({
      absences: 60,
      unexcused: truancy.length,
      truancy,
      daysEnrolled: 100,
      holds: [],
      recoveredOn: null,
      schoolRecords: [{ task: 'assembly', record: 'record-assembly', on: paper.day }],
    });
    if (paper.state.closed !== null) return 'closed';
    const stopped = pathsOf(paper.state, paper.ladder).some(({ referral }) => referral === 'stop');
    if (stopped || (paper.state.standing?.age ?? 0) >= paper.ladder.statute.ageUntil) return 'no referral on this path';
    doesAll(paper);
    doesTheRest(paper, ground);
    if (paper.state.referrals.some(({ year }) => year === paper.state.schoolYear)) return 'referred';
    const refers = paper.ladder.tasks.find(({ evidence }) => 'referral' in evidence)!;
    if (paper.command(refers.owner, { kind: 'refer', to: 'sarb', ground }).kind === 'events') return 'referred';
    paper.pass(5).ticks();
  }
  return 'stuck';
}
