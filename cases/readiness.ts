import type { Ladder, Path, Requirement } from '../policy/ladder.ts';
import type { Ground } from '../policy/vocabulary.ts';
import type { Day } from './actions.ts';
import { enough, isFallenLetter, ofTask, roundsOf, ruleOf } from './evidence.ts';
import type { CaseState, DocumentedAction, TaskState } from './state.ts';
import { isOnPath, pathKey, pathLines, pathsOf } from './paths.ts';
import { titleOf } from './wording.ts';
import { isThisYear } from './year.ts';
import { conferenceEfforts, soundReports } from './truancy.ts';

/** One line of the readiness list: what is asked, whether it is there, and which records make it so. */
export interface RequirementAnswer {
  requirement: string;
  title: string;
  clause: string;
  statutory: boolean;
  status: 'met' | 'justified' | 'missing' | 'not_applicable';
  /** Actions, reports (`report:n`), letters and school records that satisfy it; for a justification, `seq:n`. */
  records: string[];
  /** One sentence: what is missing, or what meets it. */
  why: string;
}

export interface Readiness {
  ground: Ground;
  ready: boolean;
  requirements: RequirementAnswer[];
}

/**
 * Whether a referral on a ground would stand on a day, line by line (house rule 10: gates are evidence, not time). A function of the
 * events; nothing of it is stored.
 */
export function readiness(state: CaseState, ladder: Ladder, ground: Ground, day: Day): Readiness {
  const requirements = [
    ...ladder.referral.map((requirement) => answer(state, ladder, requirement, ground, day)),
    ...pathLines(state, ladder)
      .filter(({ path }) => isClosed(ladder, path))
      .map(closedBy),
  ];
  return { ground, ready: requirements.every((r) => r.status !== 'missing'), requirements };
}

function isClosed(ladder: Ladder, path: string): boolean {
  return ladder.paths?.some((one) => one.path === path && one.referral === 'stop') === true;
}

/** A path on which there is no referral stands in the list itself, so that nobody has to guess. */
function closedBy({ path, title, clause }: ReturnType<typeof pathLines>[number]): RequirementAnswer {
  return {
    requirement: pathKey(path),
    title,
    clause,
    statutory: true,
    status: 'missing',
    records: [],
    why: 'On this path there is no referral.',
  };
}

function answer(state: CaseState, ladder: Ladder, requirement: Requirement, ground: Ground, day: Day): RequirementAnswer {
  const key = requirement.requirement;
  const line = (status: RequirementAnswer['status'], why: string, records: string[] = []): RequirementAnswer => ({
    requirement: key,
    title: titleOf(ladder, key),
    clause: ladder.wording?.[key]?.clause ?? '',
    statutory: requirement.statutory === true,
    status,
    records,
    why,
  });
  if (requirement.ground !== undefined && requirement.ground !== ground)
    return line('not_applicable', `Not asked of a referral on the ground ${ground.replaceAll('_', ' ')}.`);
  if (requirement.path !== undefined && !isOnPath(state, ladder, requirement.path))
    return line('not_applicable', `Asked only on the path “${titleOf(ladder, pathKey(requirement.path))}”.`);
  const dropping = dropped(state, ladder, requirement);
  if (dropping) return line('not_applicable', `Not asked on the path “${titleOf(ladder, pathKey(dropping.path))}”.`);
  const found = test(state, ladder, requirement, ground, day);
  if (found.met) return line('met', found.why, found.records);
  const justified =
    requirement.statutory || requirement.firm
      ? undefined
      : state.justifications.findLast(
          (j) => j.requirement === requirement.requirement && j.ground === ground && j.year === state.schoolYear,
        );
  if (justified && hasExpired(state, ground, justified.seq))
    return line('missing', `The justification of ${justified.on} has expired; whoever may justify it can do so anew. ${found.why}`);
  if (justified)
    return line('justified', `Justified on ${justified.on} by the ${justified.role.replaceAll('_', ' ')}. ${found.why}`, [
      `seq:${justified.seq}`,
    ]);
  return line('missing', found.why);
}

/** What the end of a justification is called among the waits; `after` is its number in the record. */
export const JUSTIFICATION = 'justification:end';

/** Whether a justification holds no more. One on which the case was referred holds for good: the referral rests on it. */
function hasExpired(state: CaseState, ground: Ground, seq: number): boolean {
  return (
    state.waits.some(({ what, after, ended }) => what === JUSTIFICATION && after === String(seq) && ended) &&
    !state.referrals.some((one) => one.year === state.schoolYear && one.ground === ground)
  );
}

/** The path that drops the very task a requirement asks for. Stopped letters are another matter: they stay asked of a referral. */
function dropped(state: CaseState, ladder: Ladder, { requirement, test: asked, statutory }: Requirement): Path | undefined {
  const task = asked === undefined ? requirement : 'task' in asked ? asked.task : null;
  return statutory || task === null ? undefined : pathsOf(state, ladder).find((path) => path.drops?.includes(task));
}

interface Found {
  met: boolean;
  records: string[];
  why: string;
}

function test(state: CaseState, ladder: Ladder, requirement: Requirement, ground: Ground, day: Day): Found {
  const asked = requirement.test ?? { task: requirement.requirement };
  const { statute } = ladder;
  if ('task' in asked) return taskFound(state, ladder, asked.task);
  if ('reports' in asked) {
    const reports = soundReports(state, ladder);
    return found(
      reports.length >= asked.reports,
      reports.map((r) => `report:${r.ordinal}`),
      `${reports.length} of ${asked.reports} standing truancy reports.`,
    );
  }
  if ('conferenceEffort' in asked) {
    const efforts = conferenceEfforts(state, ladder);
    const text = `A conference with parent and pupil, held or tried after the filing of report ${statute.conferenceAfterReports.join(' or ')}`;
    return found(
      efforts.length > 0,
      efforts.map((a) => a.id),
      efforts.length ? `${text}: ${efforts.map((a) => a.on).join(', ')}.` : `${text}, is not documented.`,
    );
  }
  if ('age' in asked) {
    const age = state.standing?.age ?? null;
    const met = age !== null && age >= statute.ageFrom && age < statute.ageUntil;
    return found(
      met,
      met ? [`standing:${state.standing?.version}`] : [],
      `Age ${age ?? 'unknown'}; compulsory education is from ${statute.ageFrom} until ${statute.ageUntil}.`,
    );
  }
  if ('chronicRate' in asked) {
    const { absences = 0, madeUp = 0, daysEnrolled = 0, version = 0, asOf = day } = state.standing ?? {};
    const met = daysEnrolled > 0 && (absences - madeUp) / daysEnrolled >= statute.chronicRate;
    return found(
      met,
      met ? [`standing:${version}`] : [],
      `${absences} of ${daysEnrolled} enrolled school days absent as of ${asOf}${madeUp ? `, ${madeUp} of them made up (EC 46211)` : ''}; chronic absence begins at ${statute.chronicRate * 100} %.`,
    );
  }
  if ('noticeOfReferral' in asked) {
    const notices = state.actions.filter(
      (a) => a.kind === 'notice_of_referral' && !a.superseded && a.details.ground === ground && isThisYear(state, a.on),
    );
    const told = new Set(notices.flatMap((a) => (a.kind === 'notice_of_referral' ? a.details.to : [])));
    const missing = ['pupil', 'parent'].filter((who) => !told.has(who as 'pupil' | 'parent'));
    return found(
      missing.length === 0,
      notices.map((a) => a.id),
      missing.length
        ? `No written notice of this referral to ${missing.join(' and ')} is documented.`
        : 'Written notice of this referral went to pupil and parent.',
    );
  }
  if ('decision' in asked) {
    const { team, decision } = asked.decision;
    const last = state.actions
      .filter(
        (a) => a.kind === 'meeting' && !a.superseded && a.details.team === team && a.details.outcome === 'held' && isThisYear(state, a.on),
      )
      // What was brought in from elsewhere can be older than what stands before it in the record.
      .reduce<DocumentedAction | undefined>((a, b) => (a && (a.elsewhere ?? b.elsewhere) && b.on < a.on ? a : b), undefined);
    const met = last?.kind === 'meeting' && last.details.decision === decision;
    return found(
      met,
      met && last ? [last.id] : [],
      met ? `Decided on ${last?.on}.` : `The ${team.replaceAll('_', ' ')} has not decided “${decision.replaceAll('_', ' ')}”.`,
    );
  }
  const { met, records, why } = enough(
    asked.evidence,
    state.actions.filter((a) => isThisYear(state, a.on)),
    ladder,
  );
  return found(
    met,
    records.map((a) => a.id),
    why,
  );
}

/** A task that recurs is met by any round; others by their latest. */
function taskFound(state: CaseState, ladder: Ladder, task: string): Found {
  const rounds = roundsOf(state, task);
  const recurs = ruleOf(ladder, task)?.recurs !== undefined;
  const deciding = recurs ? rounds.findLast((t) => t.status !== 'open') : rounds.at(-1);
  if (!deciding) return found(false, [], rounds.length ? 'Open, not documented yet.' : 'Has not been opened on this case.');
  if (deciding.status === 'open') return found(false, [], `Open since ${deciding.openedOn}, ${progress(state, ladder, deciding)}`);
  if (deciding.status === 'paused') return found(false, [], 'Paused since the student has recovered.');
  if (isFallenLetter(state, ladder, deciding))
    return found(false, [], 'Sent, and its basis is no longer met: a later step may not rely on it.');
  return found(true, deciding.evidence, deciding.status === 'unavailable' ? 'Recorded as not available, with the reason.' : 'Documented.');
}

/** How much of an open task has been documented. */
function progress(state: CaseState, ladder: Ladder, task: TaskState): string {
  const evidence = ruleOf(ladder, task.task)?.evidence;
  const done = evidence && 'action' in evidence ? enough(evidence, ofTask(state, task), ladder) : null;
  return done?.records.length ? `not enough documented yet: ${done.why}` : 'not documented yet.';
}

function found(met: boolean, records: string[], why: string): Found {
  return { met, records: met ? records : [], why };
}
