import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';
import { FAILED_ATTEMPTS, WRONG_DATA } from './vocabulary.ts';

type Task = PolicyDocument['tasks'][number];
type Opening = Task['opens'][number];

/** Work that can never come up: what opens it does not exist in this policy. */
export function checkOpenings(document: PolicyDocument, text: Text): PolicyProblem[] {
  return [
    ...tasksThatNeverOpen(document, text),
    ...tasksThatNeverEnd(document, text),
    ...emptySteps(document, text),
    ...onlyOnce(document, text),
  ];
}

/** A failed attempt that documents what a failed attempt opens opens it again. */
function tasksThatNeverEnd(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap(({ task, opens, evidence }, index) => {
    const outcomes: string[] = 'action' in evidence && evidence.action === 'contact' ? (evidence.where?.['outcome'] ?? []) : [];
    const again = opens.find(
      ({ on }) =>
        (on === 'attempt_failed' && outcomes.some((one) => FAILED_ATTEMPTS.some((failed) => failed === one))) ||
        (on === 'contact_data_wrong' && outcomes.some((one) => WRONG_DATA.some((wrong) => wrong === one))),
    );
    return again
      ? [
          text.problem(
            ['tasks', index, 'evidence', 'where', 'outcome'],
            `“${task}” opens on each ${opening(again)}, and one documents it: it would open itself again without end`,
            'ask for an attempt that reached somebody, or for another kind of action',
          ),
        ]
      : [];
  });
}

function tasksThatNeverOpen(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap((task, index) => {
    const found = task.opens.flatMap((opening, n) => {
      const why = neverBecause(document, task, opening);
      return why ? [{ n, why }] : [];
    });
    return found.map(({ n, why }) =>
      text.problem(
        ['tasks', index, 'opens', n],
        `“${task.task}” never opens on ${opening(task.opens[n]!)}: ${why}`,
        'let it open on something else, or take it out',
      ),
    );
  });
}

function neverBecause(document: PolicyDocument, task: Task, on: Opening): string | null {
  const has = (holds: (evidence: Task['evidence']) => boolean): boolean => document.tasks.some(({ evidence }) => holds(evidence));
  switch (on.on) {
    case 'case':
    case 'band':
      return null;
    case 'report_due':
      return null;
    case 'first_months':
      return document.firstMonths ? null : 'this policy says in no “firstMonths” how many absences are an early warning';
    case 'no_improvement':
      return neverWithoutImprovement(document, task, on);
    case 'reports':
    case 'report_fallen':
      return has((e) => 'report' in e) ? null : 'no task of this policy files a truancy report';
    case 'habitual':
      if (!has((e) => 'report' in e)) return 'no task of this policy files a truancy report';
      return has((e) => 'action' in e && e.action === 'conference')
        ? null
        : 'no task of this policy documents the conference that it takes';
    case 'attempt_failed':
    case 'contact_data_wrong':
      return has((e) => 'action' in e && e.action === 'contact') ? null : 'no task of this policy documents a contact';
    case 'letter_fallen':
      return has((e) => 'letter' in e) ? null : 'this policy has no letter';
    case 'referral_fallen':
      return has((e) => 'referral' in e) ? null : 'this policy has no referral';
    case 'recovered':
      return document.recovery ? null : 'this policy knows no recovery';
    case 'path': {
      const path = document.paths?.find((one) => one.path === on.path);
      if (path?.drops?.includes(task.task)) return `the path “${path.path}” itself drops it`;
      if (path?.notices === 'stop' && 'letter' in task.evidence) return `on the path “${path.path}” no letter goes out`;
      if (on.reports !== undefined && !has((e) => 'report' in e)) return 'no task of this policy files a truancy report';
      return null;
    }
  }
}

/** More school days than any school year has. */
const SCHOOL_YEAR = 190;

/** Why an opening of no improvement never comes, or comes for everybody; null if neither. */
function neverWithoutImprovement(document: PolicyDocument, { task }: Task, on: Extract<Opening, { on: 'no_improvement' }>): string | null {
  const rules = new Map(document.tasks.map((one) => [one.task, one]));
  const after = rules.get(on.after);
  if (!after) return `“${on.after}” is no task of this policy`;
  if (!('action' in after.evidence) && !('letter' in after.evidence))
    return `“${on.after}” documents no action and no letter, so it is done on no day of its own`;
  if ((on.absences === undefined) === (on.rate === undefined))
    return 'it says neither how many absences nor which rate, or both; one of them decides';
  if (on.rate === 0) return 'a rate of 0 draws no line: nobody misses less';
  if (on.schoolDays >= SCHOOL_YEAR || (on.absences ?? 0) >= SCHOOL_YEAR) return 'no school year has so many school days';
  if (waitsOn(on.after, task, rules, new Set())) return `“${on.after}” itself waits for “${task}”`;
  return null;
}

/** Whether a task cannot be done before another has opened: it needs it, opens after it alone, or waits for what does. */
function waitsOn(from: string, on: string, rules: ReadonlyMap<string, Task>, seen: Set<string>): boolean {
  if (from === on) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const rule = rules.get(from);
  if (!rule) return false;
  const before = rule.opens.map((one) => (one.on === 'no_improvement' ? one.after : null));
  const opens = before.every((after) => after !== null && waitsOn(after, on, rules, new Set(seen)));
  return opens || (rule.needs ?? []).some((need) => waitsOn(need, on, rules, seen));
}

/** Every band is there to open something: one that nothing opens on is a step nobody ever stands on. */
function emptySteps(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.bands.flatMap((band, index) => {
    const used = document.tasks.some(
      ({ step, opens }) => step === band.band || opens.some((one) => (one.on === 'band' || one.on === 'path') && one.band === band.band),
    );
    return used
      ? []
      : [text.problem(['bands', index], `nothing happens in band “${band.name}”: no task is of it or opens on it`, 'give it a task')];
  });
}

/** What a case asks for by its kind must be one task, or nobody could tell which was meant. */
function onlyOnce(document: PolicyDocument, text: Text): PolicyProblem[] {
  const seen = new Map<string, string>();
  return document.tasks.flatMap((task, index) => {
    const { evidence } = task;
    const kind =
      'letter' in evidence
        ? `mails ${evidence.letter}`
        : 'report' in evidence
          ? 'files the truancy reports'
          : 'referral' in evidence
            ? 'refers to SARB'
            : null;
    if (kind === null) return [];
    const other = seen.get(kind);
    seen.set(kind, task.task);
    return other === undefined
      ? []
      : [text.problem(['tasks', index, 'evidence'], `“${task.task}” ${kind}, and so does “${other}”`, 'keep one of the two')];
  });
}

/** Whether the one opening has come whenever the other has: then what opens on it is there already. */
export function comesWith(first: Opening, then: Opening, document: PolicyDocument, { statute }: StateProfile): boolean {
  const rank = (band: string | undefined): number => document.bands.findIndex((one) => one.band === band);
  const band = 'band' in then ? rank(then.band) : -1;
  const reports =
    then.on === 'habitual'
      ? (statute.habitualReports ?? 0)
      : then.on === 'reports'
        ? then.count
        : then.on === 'path'
          ? (then.reports ?? 0)
          : 0;
  if (first.on === 'case') return true;
  if (first.on === 'band') return band >= rank(first.band);
  if (first.on === 'reports') return reports >= first.count;
  if (first.on === 'report_due') return reports >= 1 || then.on === 'report_due';
  if (first.on === 'no_improvement') return JSON.stringify(first) === JSON.stringify(then);
  if (first.on !== 'path') return first.on === then.on;
  return (
    then.on === 'path' &&
    then.path === first.path &&
    (first.band === undefined || band >= rank(first.band)) &&
    reports >= (first.reports ?? 0)
  );
}

/** An opening in words. */
export function opening(one: Opening): string {
  if (one.on === 'band') return `band “${one.band}”`;
  if (one.on === 'reports') return `${one.count} report${one.count === 1 ? '' : 's'}`;
  if (one.on === 'path') return `the path “${one.path}”`;
  if (one.on === 'no_improvement') return `no improvement after “${one.after}”`;
  return one.on.replaceAll('_', ' ');
}
