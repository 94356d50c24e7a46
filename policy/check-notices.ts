import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';

type Task = PolicyDocument['tasks'][number];

/**
 * What letters wait for, and that the notice which the state prescribes is never withheld: outreach may delay it by a stated number of
 * school days, which pass by themselves, and nothing that can stay undone may stand before it.
 */
export function checkNotices(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  return [...onLettersOnly(document, text), ...waitsFor(document, text), ...firstNotice(document, state, text)];
}

/** School days of an ordinary year (EC 46208). */
const YEAR = 180;

const OF_LETTERS = ['fullDays', 'waitsFor', 'spacing', 'newEvents', 'interventionBetween'] as const;

function onLettersOnly(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap((task, index) =>
    'letter' in task.evidence
      ? []
      : OF_LETTERS.filter((key) => task[key] !== undefined).map((key) =>
          text.problem(
            ['tasks', index, key],
            `“${task.task}” is no letter, and “${key}” makes letters wait`,
            'leave it out, or use “needs”',
          ),
        ),
  );
}

function waitsFor({ tasks }: PolicyDocument, text: Text): PolicyProblem[] {
  return tasks.flatMap((task, index) =>
    (task.waitsFor?.tasks ?? []).flatMap((key, n) => {
      const awaited = tasks.find((one) => one.task === key);
      const at = ['tasks', index, 'waitsFor', 'tasks', n];
      if (!awaited) return [text.problem(at, `“${task.task}” waits for “${key}”, which is no task`, 'name a task of this policy')];
      if ('letter' in awaited.evidence)
        return [text.problem(at, `“${task.task}” waits for the letter “${key}”`, 'name a letter that must go before it under “needs”')];
      return [];
    }),
  );
}

function firstNotice(document: PolicyDocument, { notice }: StateProfile, text: Text): PolicyProblem[] {
  if (!notice || !document.tasks.some(({ evidence }) => 'report' in evidence)) return [];
  const letters = document.tasks.filter(({ evidence }) => 'letter' in evidence);
  if (letters.length === 0)
    return [
      text.problem(
        ['tasks'],
        `no letter of this policy tells the family that the pupil is truant (${notice.clause})`,
        'add a task whose evidence is a letter and that opens on reports',
      ),
    ];
  const earliest = Math.min(...letters.map(({ reports }) => reports ?? 1));
  const first = letters.filter(({ reports }) => (reports ?? 1) === earliest);
  const keys = first.map(({ task }) => task);
  return first.flatMap((letter) => withheld(document, letter, keys, notice, text));
}

/** What could keep the first notice from ever going out. */
function withheld(
  document: PolicyDocument,
  letter: Task,
  firstOnes: string[],
  notice: NonNullable<StateProfile['notice']>,
  text: Text,
): PolicyProblem[] {
  const at = ['tasks', document.tasks.indexOf(letter)];
  const found: PolicyProblem[] = [];
  if (letter.fullDays !== undefined)
    found.push(
      text.problem(
        [...at, 'fullDays'],
        `“${letter.task}” waits for ${letter.fullDays} full-day events, and a pupil who is only late would never be told what ${notice.clause} asks for`,
        'leave it out here; later letters may wait for full days',
      ),
    );
  if (letter.waitsFor && letter.waitsFor.schoolDays >= YEAR)
    found.push(
      text.problem(
        [...at, 'waitsFor', 'schoolDays'],
        `“${letter.task}”, the notice that ${notice.clause} asks for, would wait ${letter.waitsFor.schoolDays} school days, and no school year has more than ${YEAR}: it would be withheld`,
        'state as many as outreach takes, as 10',
      ),
    );
  for (const [n, key] of (letter.needs ?? []).entries()) {
    const other = undone(document, key, new Set(firstOnes));
    if (other)
      found.push(
        text.problem(
          [...at, 'needs', n],
          `“${letter.task}”, the notice that ${notice.clause} asks for, needs “${other}”: as long as nobody does that, it would be withheld`,
          'name it under “waitsFor”, with the school days after which the notice goes out all the same',
        ),
      );
  }
  return found;
}

/** What stands before a letter and is not the reading of the letter's own list: it can stay undone. Null where there is nothing. */
function undone(document: PolicyDocument, key: string, seen: Set<string>): string | null {
  const task = document.tasks.find((one) => one.task === key);
  if (!task || seen.has(key)) return null;
  seen.add(key);
  if (!('action' in task.evidence && task.evidence.action === 'evaluation_list')) return key;
  for (const need of task.needs ?? []) {
    const found = undone(document, need, seen);
    if (found) return found;
  }
  return null;
}
