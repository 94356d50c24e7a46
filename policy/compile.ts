import { createHash } from 'node:crypto';
import { canonicalize } from './canonical.ts';
import type { PolicyDocument, StateProfile } from './document.ts';
import { CALIFORNIAN_GROUNDS } from './vocabulary.ts';
import { meetingOf, teamOf } from './check-teams.ts';
import type { Band, Ladder, Path, Requirement, TaskRule, Wording } from './ladder.ts';

/**
 * Compiles a policy document and its state's profile to the ladder that a case carries: the statute's conditions of a referral come
 * first and cannot be justified away; the policy's follow.
 */
export function compileLadder(document: PolicyDocument, state: StateProfile): Ladder {
  const ladder: Ladder = {
    schema: 1,
    policy: { id: document.policy, version: document.version, digest: '' },
    statute: { state: state.state, ...defined(state.statute), ...groundsOf(state) },
    bands: document.bands.map((band) => bandOf(band, document.bandsBy)),
    ...(document.bandsBy === 'count' ? {} : { bandsBy: document.bandsBy, minimumDays: document.minimumDays }),
    tasks: document.tasks.map((task) => ruleOf(document, task)),
    referral: [
      ...state.referral.map((given): Requirement => ({ ...condition(given), statutory: true })),
      ...document.referral.requirements.map((given): Requirement => ('task' in given ? ofTask(given) : condition(given))),
    ],
    ...(document.paths ? { paths: document.paths.map(({ title: _title, clause: _clause, ...path }) => path as Path) } : {}),
    ...(document.recovery
      ? { recovery: { monitor: document.recovery.monitor, open: document.recovery.open, keep: document.recovery.keep } }
      : {}),
    ...(document.rollover ? { rollover: { goOn: document.rollover.goOn, countOn: document.rollover.countOn } } : {}),
    ...(document.firstMonths ? { firstMonths: document.firstMonths.absences } : {}),
    ...(document.timesOfDay ? { timesOfDay: document.timesOfDay } : {}),
    justifiableBy: document.referral.justifiableBy,
    ...(document.referral.justificationsLast ? { justificationsLast: document.referral.justificationsLast } : {}),
    wording: wording(document, state),
  };
  return { ...ladder, policy: { ...ladder.policy, digest: ladderDigest(ladder) } };
}

/** A task as `decide` reads it: of a team's meeting, with what the team asks of each. */
function ruleOf(document: PolicyDocument, task: PolicyDocument['tasks'][number]): TaskRule {
  const { title: _title, clause: _clause, step: _step, script: _script, reminders: _reminders, ...rule } = task as TaskRule & Wording;
  return 'action' in rule.evidence ? { ...rule, evidence: meetingOf(rule.evidence, teamOf(document, task.evidence)) } : rule;
}

/** A ladder that names no grounds has California's, as those have that were made when there was no other state. */
function groundsOf({ lastRung: { grounds } }: StateProfile): Pick<Ladder['statute'], 'grounds'> {
  return grounds.join() === CALIFORNIAN_GROUNDS.join() ? {} : { grounds };
}

/** Without the keys that say nothing. */
function defined({ firstReportWithin, firstReportYearEvents, ...rest }: StateProfile['statute']): Omit<Ladder['statute'], 'state'> {
  return {
    ...rest,
    ...(firstReportWithin === undefined ? {} : { firstReportWithin }),
    ...(firstReportYearEvents === undefined ? {} : { firstReportYearEvents }),
  };
}

/** A requirement of the same name as its task. */
function ofTask({ task, ...rest }: Extract<PolicyDocument['referral']['requirements'][number], { task: string }>): Requirement {
  return JSON.parse(JSON.stringify({ requirement: task, ...rest })) as Requirement;
}

/** A ladder by count carries no rates: they decide nothing there. */
function bandOf({ band, name, from, to, attendance }: PolicyDocument['bands'][number], by: PolicyDocument['bandsBy']): Band {
  const upper = attendance?.below ?? attendance?.atMost;
  return {
    band,
    name,
    from: from ?? null,
    to: to ?? null,
    ...(by === 'count' || upper === undefined
      ? {}
      : { limit: { perMille: Math.round(upper * 1000), inclusive: attendance?.atMost !== undefined } }),
  };
}

type Given = StateProfile['referral'][number];

function condition({ requirement, ground, test }: Given): Requirement {
  return { requirement, ...(ground ? { ground } : {}), test } as Requirement;
}

function wording(document: PolicyDocument, state: StateProfile): Record<string, Wording> {
  const own = document.referral.requirements.flatMap((given) => ('task' in given ? [] : [given]));
  return Object.fromEntries([
    ...Object.entries(state.law).map(([matter, clause]) => [`law:${matter}`, { title: clause, clause, step: null }] as const),
    ['law:lastRungInFull', { title: state.lastRung.inFull, clause: state.law.referral, step: null }] as const,
    ['law:lastRung', { title: state.lastRung.name, clause: state.law.referral, step: null }] as const,
    ...[...state.referral, ...own].map(({ requirement, title, clause }) => [requirement, { title, clause, step: null }] as const),
    ...(document.paths ?? []).map(({ path, title, clause }) => [`path:${path}`, { title, clause, step: null }] as const),
    ...document.tasks.map(({ task, title, clause, step, script, evidence, reminders = document.reminders ?? [] }) => {
      const team = teamOf(document, evidence);
      return [
        task,
        {
          title,
          clause,
          step,
          ...(script ? { script } : {}),
          ...(team ? { meeting: meetingWords(team) } : {}),
          ...(reminders.length ? { reminders } : {}),
        },
      ] as const;
    }),
  ]);
}

function meetingWords({ chair, invite, quorum, leadDays }: NonNullable<PolicyDocument['teams']>[number]): Wording['meeting'] {
  return { invite, ...(chair ? { chair } : {}), ...(quorum ? { quorum } : {}), ...(leadDays ? { leadDays } : {}) };
}

/** The ladder as it travels with a case: all that `decide` reads, and no more. */
export function withoutWording(ladder: Ladder): Ladder {
  const { wording: _wording, ...rest } = ladder;
  return rest;
}

/** SHA-256 of the RFC 8785 bytes of a ladder, its own digest and its wording left out: what pins a case to exactly this ladder. */
export function ladderDigest(ladder: Ladder): string {
  const bytes = canonicalize({ ...withoutWording(ladder), policy: { ...ladder.policy, digest: '' } });
  return createHash('sha256').update(bytes).digest('hex');
}
