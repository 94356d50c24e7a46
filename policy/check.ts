import { bandWarnings, checkBands } from './check-bands.ts';
import { checkGates } from './check-gates.ts';
import { checkPartners } from './check-partners.ts';
import { checkOpenings } from './check-openings.ts';
import { checkRetention } from './check-retention.ts';
import { checkStatute, statuteWarnings } from './check-statute.ts';
import { checkTexts } from './check-texts.ts';
import { checkEvidence, checkTimes } from './check-evidence.ts';
import type { PolicyDocument, StateProfile } from './document.ts';
import type { Evidence } from './ladder.ts';
import { checkTeams } from './check-teams.ts';
import { checkReminders } from './reminders.ts';
import type { PolicyProblem, Text } from './problems.ts';

/** Everything that the shape alone does not show: gaps and overlaps, words that mean nothing, gates that nobody can pass. */
export function check(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return [
    ...checkBands(document, text),
    ...checkTimes(document, text),
    ...tasks(document, state, text),
    ...needs(document, text),
    ...paths(document, text),
    ...recovery(document, text),
    ...rollover(document, text),
    ...referral(document, text),
    ...checkTeams(document, text),
    ...checkReminders(document, text),
    ...checkOpenings(document, text),
    ...checkPartners(document, text),
    ...checkGates(document, state, text),
    ...checkStatute(document, state, text),
    ...checkTexts(document, state, text),
    ...checkRetention(document, state, text),
  ];
}

/** What is allowed and deserves a second look. */
export function warn(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return [...bandWarnings(document, text), ...statuteWarnings(document, state, text)];
}

function tasks(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const found: PolicyProblem[] = [];
  const steps = new Set([...document.bands.map((b) => b.band), 'truancy', 'situation']);
  const pathKeys = (document.paths ?? []).map((p) => p.path);
  const schoolTasks = new Set(document.schoolTasks.map((t) => t.task));
  for (const index of repeated(document.tasks.map((t) => t.task))) {
    found.push(text.problem(['tasks', index, 'task'], `task “${document.tasks[index]?.task}” is there twice`, 'give each its own key'));
  }
  document.tasks.forEach((task, index) => {
    const at = ['tasks', index];
    if (!steps.has(task.step))
      found.push(text.problem([...at, 'step'], `“${task.step}” is no step`, `use a band (${[...steps].join(', ')})`));
    task.opens.forEach((opening, n) => {
      if (opening.on === 'path' && !pathKeys.includes(opening.path))
        found.push(
          text.problem(
            [...at, 'opens', n],
            `“${opening.path}” is no path, so this never opens`,
            `use one of ${pathKeys.join(', ') || 'none'}`,
          ),
        );
      const band = opening.on === 'band' || opening.on === 'path' ? opening.band : undefined;
      if (band !== undefined && !document.bands.some((b) => b.band === band))
        found.push(
          text.problem(
            [...at, 'opens', n],
            `“${band}” is no band, so this never opens`,
            `use one of ${document.bands.map((b) => b.band).join(', ')}`,
          ),
        );
    });
    const { evidence } = task;
    if ('action' in evidence) found.push(...checkEvidence(evidence as Evidence, [...at, 'evidence'], text));
    if ('schoolRecord' in evidence && !schoolTasks.has(evidence.schoolRecord)) {
      found.push(
        text.problem([...at, 'evidence'], `no school task “${evidence.schoolRecord}” is there to be cited`, 'add it under schoolTasks'),
      );
    }
    if ('letter' in evidence) {
      if (!task.approver)
        found.push(
          text.problem(
            at,
            `letter “${evidence.letter}” has no approver`,
            'name the roles that read and approve it: no letter leaves unread',
          ),
        );
      if (!task.opens.every((o) => o.on === 'reports' || o.on === 'habitual')) {
        found.push(
          text.problem(
            [...at, 'opens'],
            `letter “${evidence.letter}” opens on something other than filed truancy reports`,
            'bands open support and nothing else; let a truancy letter open on reports or habitual status',
          ),
        );
      }
      const opensAt = task.opens.flatMap((o) =>
        o.on === 'reports' ? [o.count] : o.on === 'habitual' ? [state.statute.habitualReports ?? 0] : [],
      );
      if (task.reports === undefined || opensAt.some((n) => n < (task.reports ?? 1))) {
        found.push(
          text.problem(
            [...at, 'reports'],
            `letter “${evidence.letter}” opens before the ${task.reports ?? 'stated number of'} reports it rests on stand`,
            'state in “reports” on how many it rests, and open it no earlier',
          ),
        );
      }
    }
    if ('report' in evidence && !task.opens.every((o) => o.on === 'report_due')) {
      found.push(
        text.problem([...at, 'opens'], 'a truancy report may not be filed before the statute allows it', 'let it open on report_due'),
      );
    }
    if (task.unavailable && ('letter' in evidence || 'report' in evidence || 'referral' in evidence)) {
      found.push(text.problem([...at, 'unavailable'], `“${task.task}” cannot be recorded as not available`, 'leave “unavailable” out'));
    }
  });
  return found;
}

function needs(document: PolicyDocument, text: Text): PolicyProblem[] {
  const rules = new Map(document.tasks.map((t) => [t.task, t]));
  return document.tasks.flatMap((task, index) =>
    (task.needs ?? []).flatMap((need, n) => {
      const path = ['tasks', index, 'needs', n];
      if (!rules.has(need)) return [text.problem(path, `“${task.task}” needs “${need}”, which is no task`, 'name a task of this policy')];
      return reaches(need, task.task, rules, new Set())
        ? [text.problem(path, `“${task.task}” and “${need}” need each other, so neither can be done`, 'take one of the two needs away')]
        : [];
    }),
  );
}

/** Paths that nobody can be on, that name what is not there, or that make a letter wait for what never opens. */
function paths(document: PolicyDocument, text: Text): PolicyProblem[] {
  const all = document.paths ?? [];
  const rules = new Map(document.tasks.map((t) => [t.task, t]));
  const found = repeated(all.map((p) => p.path)).map((index) =>
    text.problem(['paths', index, 'path'], `path “${all[index]?.path}” is there twice`, 'give each its own key'),
  );
  all.forEach((path, index) => {
    const at = ['paths', index];
    if (path.flags === undefined && path.age === undefined)
      found.push(text.problem(at, `nothing puts a case on the path “${path.path}”`, 'name flags or an age'));
    for (const task of [...(path.first ?? []), ...(path.drops ?? [])]) {
      if (!rules.has(task))
        found.push(text.problem(at, `the path “${path.path}” names “${task}”, which is no task`, 'name a task of this policy'));
    }
    for (const task of path.first ?? []) {
      const opens = rules.get(task)?.opens ?? [];
      if (
        rules.has(task) &&
        !opens.some((o) => o.on === 'case' || (o.on === 'path' && o.path === path.path && o.band === undefined && (o.reports ?? 1) <= 1))
      )
        found.push(
          text.problem(
            [...at, 'first'],
            `letters on the path “${path.path}” wait for “${task}”, which may not have opened by then`,
            `let it open on this path (reports: 1 at the latest)`,
          ),
        );
    }
  });
  return found;
}

function recovery({ recovery: rule, bands: all, tasks: rules }: PolicyDocument, text: Text): PolicyProblem[] {
  if (!rule) return [];
  const found = all.some((b) => b.band === rule.from)
    ? []
    : [text.problem(['recovery', 'from'], `“${rule.from}” is no band`, `use one of ${all.map((b) => b.band).join(', ')}`)];
  rule.keep.forEach((task, n) => {
    if (!rules.some((t) => t.task === task))
      found.push(text.problem(['recovery', 'keep', n], `“${task}” is no task, so nothing goes on`, 'name a task of this policy'));
  });
  return found;
}

function rollover({ rollover: rules, tasks: all }: PolicyDocument, text: Text): PolicyProblem[] {
  return (['goOn', 'countOn'] as const).flatMap((how) =>
    (rules?.[how] ?? []).flatMap((task, n) =>
      all.some((t) => t.task === task)
        ? []
        : [text.problem(['rollover', how, n], `“${task}” is no task, so nothing is carried over`, 'name a task of this policy')],
    ),
  );
}

function reaches(from: string, to: string, rules: Map<string, { needs?: string[] | undefined }>, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (rules.get(from)?.needs ?? []).some((need) => reaches(need, to, rules, seen));
}

function referral(document: PolicyDocument, text: Text): PolicyProblem[] {
  const known = new Set(document.tasks.map((t) => t.task));
  const found = document.referral.requirements.flatMap((requirement, index) => {
    const at = ['referral', 'requirements', index];
    const task = 'task' in requirement ? requirement.task : 'task' in requirement.test ? requirement.test.task : null;
    if ('path' in requirement && requirement.path !== undefined && !document.paths?.some((p) => p.path === requirement.path))
      return [text.problem(at, `the referral speaks of the path “${requirement.path}”, which is none`, 'name a path of this policy')];
    if (task !== null && !known.has(task))
      return [text.problem(at, `the referral asks for “${task}”, which is no task`, 'name a task of this policy')];
    if ('test' in requirement && 'evidence' in requirement.test)
      return checkEvidence(requirement.test.evidence as Evidence, [...at, 'test', 'evidence'], text);
    return [];
  });
  const names = document.referral.requirements.map((r) => ('task' in r ? r.task : r.requirement));
  for (const index of repeated(names))
    found.push(text.problem(['referral', 'requirements', index], `requirement “${names[index]}” is there twice`, 'state it once'));
  return found;
}

function repeated(keys: string[]): number[] {
  return keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []));
}
