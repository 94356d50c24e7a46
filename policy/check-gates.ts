import { comesWith, opening } from './check-openings.ts';
import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';

type Task = PolicyDocument['tasks'][number];
type Role = Task['owner'];

/** Gates that nobody can satisfy: work that waits for what never comes, evidence that nobody may document, requirements without a way. */
export function checkGates(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return [
    ...roles(document, text),
    ...waits(document, state, text),
    ...between(document, text),
    ...firstOnPaths(document, text),
    ...requirements(document, state, text),
    ...ofTheState(document, state, text),
  ];
}

/** Who may document a kind of action for some task of the policy; nobody else may document it at all. */
function documentedBy(document: PolicyDocument, action: string): Role[] {
  return document.tasks.flatMap((task) =>
    'action' in task.evidence && task.evidence.action === action ? [task.owner, ...(task.also ?? [])] : [],
  );
}

function roles(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap((task, index) => {
    const { evidence } = task;
    if (!('action' in evidence) || !evidence.by) return [];
    const may = [task.owner, ...(task.also ?? [])];
    return evidence.by.some((role) => may.includes(role))
      ? []
      : [
          text.problem(
            ['tasks', index, 'evidence', 'by'],
            `“${task.task}” asks for what the ${words(evidence.by)} did, and only the ${words(may)} may document it`,
            `let it belong to the ${words(evidence.by)}, or name that role in “also”`,
          ),
        ];
  });
}

/** A need has to have opened by the time the work that needs it is there, on every case and path. */
function waits(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const rules = new Map(document.tasks.map((task) => [task.task, task]));
  return document.tasks.flatMap((task, index) =>
    (task.needs ?? []).flatMap((key, n) => {
      const need = rules.get(key);
      if (!need || key === task.task) return [];
      const at = ['tasks', index, 'needs', n];
      const early = task.opens.find((one) => !need.opens.some((other) => comesWith(other, one, document, state)));
      if (early)
        return [
          text.problem(
            at,
            `“${task.task}” can be open (${opening(early)}) while “${key}”, which it needs, is not (${need.opens.map(opening).join(', ')}): nobody could finish it`,
            `open “${key}” no later, or take the need away`,
          ),
        ];
      const stopped = document.paths?.find((path) => stops(path, need) && !stops(path, task) && !path.drops?.includes(key));
      return stopped
        ? [
            text.problem(
              at,
              `“${task.task}” needs “${key}”, which does not go out on the path “${stopped.path}”: there nobody could finish it`,
              `let the path drop “${key}”, or take the need away`,
            ),
          ]
        : [];
    }),
  );
}

/** Whether a path keeps a task from being asked without dropping the need for it. */
function stops(path: NonNullable<PolicyDocument['paths']>[number], { task, evidence }: Task): boolean {
  const referral = 'referral' in evidence || ('action' in evidence && evidence.action === 'notice_of_referral');
  return path.drops?.includes(task) === true || (path.notices === 'stop' && 'letter' in evidence) || (path.referral === 'stop' && referral);
}

function between(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap((task, index) =>
    task.interventionBetween && !task.interventionBetween.some((kind) => documentedBy(document, kind).length > 0)
      ? [
          text.problem(
            ['tasks', index, 'interventionBetween'],
            `“${task.task}” waits for ${words(task.interventionBetween)}, and no task of this policy documents one`,
            'name a kind of action that some task asks for',
          ),
        ]
      : [],
  );
}

/** What a path puts before every letter must not itself wait for a letter, and no path may drop it. */
function firstOnPaths(document: PolicyDocument, text: Text): PolicyProblem[] {
  const rules = new Map(document.tasks.map((task) => [task.task, task]));
  const letterBefore = (key: string, seen: Set<string>): boolean => {
    const rule = rules.get(key);
    if (!rule || seen.has(key)) return false;
    seen.add(key);
    return 'letter' in rule.evidence || (rule.needs ?? []).some((need) => letterBefore(need, seen));
  };
  return (document.paths ?? []).flatMap((path, index) =>
    (path.first ?? []).flatMap((key, n) => {
      const at = ['paths', index, 'first', n];
      if (letterBefore(key, new Set()))
        return [text.problem(at, `letters wait for “${key}”, which waits for a letter`, 'put something first that needs no letter')];
      const drops = document.paths?.find((other) => other.drops?.includes(key));
      return drops
        ? [text.problem(at, `letters wait for “${key}”, which the path “${drops.path}” drops`, 'drop it nowhere, or put it first nowhere')]
        : [];
    }),
  );
}

/** Each requirement must have a way to be met on every case of which it is asked. */
function requirements(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const rules = new Map(document.tasks.map((task) => [task.task, task]));
  return document.referral.requirements.flatMap((requirement, index) => {
    const at = ['referral', 'requirements', index];
    const key = 'task' in requirement ? requirement.task : 'task' in requirement.test ? requirement.test.task : null;
    const rule = key === null ? undefined : rules.get(key);
    if (rule) return requiredTask(document, state, requirement, rule).map(([reason, remedy]) => text.problem(at, reason, remedy));
    if (!('test' in requirement)) return [];
    const { test } = requirement;
    const kind = 'decision' in test ? 'meeting' : 'evidence' in test ? test.evidence.action : null;
    if (kind === null) return [];
    const may = documentedBy(document, kind);
    const by = 'evidence' in test ? test.evidence.by : undefined;
    if (may.length === 0 || (by && !by.some((role) => may.includes(role))))
      return [
        text.problem(
          [...at, 'test'],
          `“${requirement.requirement}” asks for a ${words([kind])}${by ? ` by the ${words(by)}` : ''}, and no task of this policy lets anybody document one`,
          'add a task that does, or take the requirement out',
        ),
      ];
    return [];
  });
}

function requiredTask(
  document: PolicyDocument,
  state: StateProfile,
  requirement: PolicyDocument['referral']['requirements'][number],
  rule: Task,
): [reason: string, remedy: string][] {
  const asked = 'path' in requirement ? requirement.path : undefined;
  const drops = document.paths?.find((path) => path.drops?.includes(rule.task) && path.referral !== 'stop');
  if (drops && 'firm' in requirement && requirement.firm)
    return [
      [
        `the referral asks for “${rule.task}” without exception, and the path “${drops.path}” drops it`,
        'take “firm” out, or do not drop it',
      ],
    ];
  const again = rule.opens.find(({ on }) => on === 'attempt_failed' || on === 'contact_data_wrong');
  if (again && rule.opens.length > 1)
    return [
      [
        `the referral asks for “${rule.task}”, which opens anew with each ${opening(again)}: a referral that was ready would be so no more`,
        'take that opening out, or give it a task of its own',
      ],
    ];
  const facts = rule.opens.filter(
    ({ on }) => on === 'case' || on === 'band' || on === 'reports' || on === 'habitual' || on === 'report_due',
  );
  if (facts.length) {
    const truancy = facts.every(({ on }) => on === 'reports' || on === 'habitual' || on === 'report_due');
    return truancy && requirement.ground === undefined && hasOtherGround(state)
      ? [
          [
            `the referral asks for “${rule.task}” on every ground, and it opens only where truancy reports are filed`,
            `add ground: ${truancyGround(state)}`,
          ],
        ]
      : [];
  }
  const paths = rule.opens.flatMap((one) => (one.on === 'path' ? [one.path] : []));
  if (paths.length === 0)
    return [
      [`the referral asks for “${rule.task}”, which may never open on a case (${rule.opens.map(opening).join(', ')})`, 'take it out'],
    ];
  return asked !== undefined && paths.includes(asked)
    ? []
    : [
        [
          `the referral asks every case for “${rule.task}”, which opens only on ${rule.opens.map(opening).join(', ')}`,
          `add path: ${paths[0]}`,
        ],
      ];
}

function hasOtherGround({ referral }: StateProfile): boolean {
  return referral.some(({ ground }) => ground === 'chronic_absentee');
}

function truancyGround({ lastRung: { grounds } }: StateProfile): string {
  return grounds.find((ground) => ground !== 'chronic_absentee') ?? 'habitual_truant';
}

/** What the state asks before a referral must have a way in this policy too, on every path that has a referral. */
function ofTheState(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const index = document.tasks.findIndex(({ evidence }) => 'referral' in evidence);
  if (index < 0) return [];
  const ways = (kind: string): Task[] => document.tasks.filter(({ evidence }) => 'action' in evidence && evidence.action === kind);
  return state.referral.flatMap(({ title, clause, test }) => {
    const tasks =
      'noticeOfReferral' in test
        ? ways('notice_of_referral')
        : 'conferenceEffort' in test
          ? ways('conference')
          : 'reports' in test
            ? document.tasks.filter(({ evidence }) => 'report' in evidence)
            : null;
    if (tasks === null) return [];
    if (tasks.length === 0)
      return [
        text.problem(
          ['tasks', index],
          `nobody can refer: the state asks “${title}” (${clause}), and no task of this policy documents it`,
          'add a task that does',
        ),
      ];
    return (document.paths ?? []).flatMap((path, n) =>
      path.referral !== 'stop' && tasks.every(({ task }) => path.drops?.includes(task))
        ? [
            text.problem(
              ['paths', n, 'drops'],
              `the path “${path.path}” drops “${tasks[0]?.task}”, which the state asks for: “${title}” (${clause})`,
              'drop it nowhere',
            ),
          ]
        : [],
    );
  });
}

function words(roles: readonly string[]): string {
  return roles.map((role) => role.replaceAll('_', ' ')).join(' or ');
}
