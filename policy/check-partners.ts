import type { PolicyDocument } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';
import { PARTNER_KINDS } from './vocabulary.ts';

type Task = PolicyDocument['tasks'][number];

/**
 * What a partner can be given: work with the family that rests on no record of the student, that somebody of the school can do where no
 * partner may be told of the student, and to which some task refers families.
 */
export function checkPartners(document: PolicyDocument, text: Text): PolicyProblem[] {
  const given = document.tasks.flatMap((task, index) => (rolesOf(task).includes('partner') ? [{ task, index }] : []));
  return [...given.flatMap(({ task, index }) => asked(document, task, index, text)), ...elsewhere(document, text)];
}

function rolesOf({ owner, also = [] }: Pick<Task, 'owner' | 'also'>): string[] {
  return [owner, ...also];
}

function asked(document: PolicyDocument, task: Task, index: number, text: Text): PolicyProblem[] {
  const { evidence } = task;
  if (!('action' in evidence) || !PARTNER_KINDS.includes(evidence.action))
    return [
      text.problem(
        ['tasks', index, 'evidence'],
        `“${task.task}” belongs to a partner and rests on the student’s record, which a partner does not read`,
        `ask a partner for one of ${PARTNER_KINDS.join(', ')}, or give it to somebody of the school`,
      ),
    ];
  if (rolesOf(task).every((role) => role === 'partner') && !task.unavailable)
    return [
      text.problem(
        ['tasks', index, 'also'],
        `partners alone may document “${task.task}”, and of a student of whom no partner may be told nobody could`,
        'name a role of the school in “also”, or add unavailable: true',
      ),
    ];
  const refers = document.tasks.some(
    (one) => 'action' in one.evidence && one.evidence.action === 'agency_referral' && rolesOf(one).some((role) => role !== 'partner'),
  );
  return refers
    ? []
    : [
        text.problem(
          ['tasks', index, 'owner'],
          `no task of this policy refers a family to a partner, so no partner ever sees “${task.task}”`,
          'add a task whose evidence is an agency_referral',
        ),
      ];
}

/** Places at which a partner has nothing to say. */
function elsewhere(document: PolicyDocument, text: Text): PolicyProblem[] {
  const places: [path: (string | number)[], roles: readonly string[]][] = [
    [['absenceList'], rolesOf(document.absenceList)],
    [['referral', 'justifiableBy'], document.referral.justifiableBy],
    ...document.schoolTasks.map((one, n): [(string | number)[], readonly string[]] => [['schoolTasks', n], rolesOf(one)]),
    ...document.tasks.map((one, n): [(string | number)[], readonly string[]] => [['tasks', n, 'approver'], one.approver ?? []]),
  ];
  return places
    .filter(([, roles]) => roles.includes('partner'))
    .map(([path]) =>
      text.problem(
        path,
        'a partner is named for work that takes the records of the school’s students',
        'name a role of the school; partners share tasks of the ladder',
      ),
    );
}
