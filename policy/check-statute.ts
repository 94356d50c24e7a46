import { checkNotices } from './check-notices.ts';
import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';

/** What the state fixes cannot be changed by a policy: neither made easier nor said again in other words. */
export function checkStatute(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return [
    ...conditions(document, state, text),
    ...occasions(document, state, text),
    ...checkNotices(document, state, text),
    ...lastRung(document, state, text),
    ...reviewTeam(document, state, text),
  ];
}

/** A policy refers to the last rung of its state, on the state's grounds, and rests on no status that the state does not know. */
function lastRung(
  { tasks, referral }: PolicyDocument,
  { lastRung: { body, name: rung, grounds }, statute, name }: StateProfile,
  text: Text,
): PolicyProblem[] {
  const found = tasks.flatMap(({ task, evidence, opens }, index) => [
    ...('referral' in evidence && evidence.referral !== body
      ? [
          text.problem(
            ['tasks', index, 'evidence', 'referral'],
            `“${task}” refers to ${plain(evidence.referral)}, and the last rung in ${name} is ${rung}`,
            `say ${body}`,
          ),
        ]
      : []),
    ...(statute.habitualReports === null && opens.some(({ on }) => on === 'habitual')
      ? [text.problem(['tasks', index, 'opens'], `“${task}” never opens: ${name} knows no habitual truants`, 'let it open on reports')]
      : []),
    ...(statute.furtherReportEvents === null && opens.some((one) => one.on === 'reports' && one.count > 1)
      ? [
          text.problem(
            ['tasks', index, 'opens'],
            `“${task}” never opens: in ${name} a pupil is reported once in a school year`,
            'let it open on one report',
          ),
        ]
      : []),
  ]);
  referral.requirements.forEach(({ ground }, index) => {
    if (ground !== undefined && !grounds.includes(ground))
      found.push(
        text.problem(
          ['referral', 'requirements', index, 'ground'],
          `there is no referral as ${plain(ground)} in ${name}`,
          `use one of ${grounds.join(', ')}`,
        ),
      );
  });
  return found;
}

/** A team that the state requires meets at least monthly, and reviews cases. */
function reviewTeam({ teams, tasks }: PolicyDocument, { reviewTeam: asked, name }: StateProfile, text: Text): PolicyProblem[] {
  if (!asked) return [];
  const { team, clause } = asked;
  const meets = teams?.some((one) => one.team === team && ['daily', 'weekly', 'monthly'].includes(one.cadence ?? ''));
  const reviews = tasks.some(
    ({ evidence }) => 'action' in evidence && evidence.action === 'meeting' && evidence.where?.['team']?.includes(team),
  );
  return [
    ...(meets
      ? []
      : [
          text.problem(
            ['teams'],
            `in ${name} the ${plain(team)} meets at least monthly (${clause}), and this policy does not say so`,
            `add team: ${team} with cadence: monthly`,
          ),
        ]),
    ...(reviews
      ? []
      : [
          text.problem(
            ['tasks'],
            `in ${name} the ${plain(team)} reviews cases (${clause}), and no task of this policy is its meeting on one`,
            `add a task whose evidence is a meeting with team: [${team}]`,
          ),
        ]),
  ];
}

function plain(code: string): string {
  return code === 'sarb' ? 'SARB' : code.replaceAll('_', ' ');
}

function conditions(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const fixed = new Map(state.referral.map((one) => [one.requirement, one]));
  const found = document.referral.requirements.flatMap((given, index) => {
    const key = 'task' in given ? given.task : given.requirement;
    const own = fixed.get(key);
    return own
      ? [
          text.problem(
            ['referral', 'requirements', index],
            `“${key}” is a condition of the statute (${own.clause}), and a policy cannot override it`,
            'leave it out here: it is asked of every referral by itself; or give yours another key',
          ),
        ]
      : [];
  });
  document.tasks.forEach(({ task, evidence, unavailable }, index) => {
    const condition = state.referral.find(
      ({ test }) => 'noticeOfReferral' in test && 'action' in evidence && evidence.action === 'notice_of_referral',
    );
    if (condition && unavailable)
      found.push(
        text.problem(
          ['tasks', index, 'unavailable'],
          `“${task}” is a condition of the statute (${condition.clause}), and nobody can record it as not available`,
          'leave “unavailable” out',
        ),
      );
  });
  (document.paths ?? []).forEach(({ path, drops }, index) => {
    (drops ?? []).forEach((key, n) => {
      const dropped = document.tasks.find(({ task }) => task === key);
      if (dropped && ('report' in dropped.evidence || 'withdrawal' in dropped.evidence))
        found.push(
          text.problem(
            ['paths', index, 'drops', n],
            `the path “${path}” drops “${key}”: the statute asks for truancy reports, and for true ones, of every pupil of compulsory age`,
            'do not drop it; a path can stop letters and the referral',
          ),
        );
    });
  });
  return found;
}

/** EC 48260: more than a 30-minute period. A district may count less, never more. */
function occasions({ days }: PolicyDocument, { truancy }: StateProfile, text: Text): PolicyProblem[] {
  if (!truancy || days.occasion.minutes >= truancy.occasionMinutes) return [];
  return [
    text.problem(
      ['days', 'occasion', 'minutes'],
      `an occasion of ${days.occasion.minutes} minutes would make a truancy report due before the statute allows it (${truancy.clause}: more than ${truancy.occasionMinutes} minutes)`,
      `state ${truancy.occasionMinutes} or more`,
    ),
  ];
}

/** School days of delay of the first notice beyond which somebody should look again: a school month (EC 37201). */
const LONG_DELAY = 20;

/** What is allowed and worth a second look. */
export function statuteWarnings(document: PolicyDocument, { truancy, notice, name }: StateProfile, text: Text): PolicyProblem[] {
  const found: PolicyProblem[] = [];
  const { minutes, operator } = document.days.occasion;
  if (truancy && minutes > truancy.occasionMinutes)
    found.push(
      text.problem(
        ['days', 'occasion', 'minutes'],
        `an occasion of more than ${truancy.occasionMinutes} minutes is a truancy event in ${name} (${truancy.clause}); here it is one only from ${minutes} on`,
        'let the statute’s number stand unless the district’s counsel says otherwise',
      ),
    );
  if (truancy && minutes === truancy.occasionMinutes && operator === 'at_least')
    found.push(
      text.problem(
        ['days', 'occasion', 'operator'],
        `${minutes} minutes exactly count here, and ${truancy.clause} says more than ${truancy.occasionMinutes} minutes`,
        'say “over”',
      ),
    );
  if (!notice) return found;
  const letters = document.tasks.flatMap((task, index) => ('letter' in task.evidence ? [{ index, reports: task.reports ?? 1 }] : []));
  const first = letters.toSorted((a, b) => a.reports - b.reports)[0];
  const delay = first && document.tasks[first.index]?.waitsFor?.schoolDays;
  if (first && delay !== undefined && delay > LONG_DELAY)
    found.push(
      text.problem(
        ['tasks', first.index, 'waitsFor', 'schoolDays'],
        `the first letter may be ${delay} school days late; ${notice.clause} asks for it upon the first classification as a truant`,
        'let the district’s counsel see it',
      ),
    );
  if (first && first.reports > notice.reports)
    found.push(
      text.problem(
        ['tasks', first.index, 'reports'],
        `the first letter waits for ${first.reports} reports; ${notice.clause} asks for it upon the first classification as a truant`,
        `let the first letter rest on ${notice.reports} report`,
      ),
    );
  return found;
}
