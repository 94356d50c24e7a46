import type { PolicyDocument, StateProfile } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';
import { LAW_OF_LETTER, LETTERS, MERGE_FIELDS } from './vocabulary.ts';

/** Letters and scripts may name only what there is a text or a value for. */
export function checkTexts(document: PolicyDocument, state: StateProfile, text: Text): PolicyProblem[] {
  const own = LETTERS.filter((letter) => LAW_OF_LETTER[letter] === state.state);
  return document.tasks.flatMap(({ task, evidence, script }, index) => {
    const found: PolicyProblem[] = [];
    if ('letter' in evidence && !own.some((letter) => letter === evidence.letter))
      found.push(
        text.problem(
          ['tasks', index, 'evidence', 'letter'],
          LETTERS.some((letter) => letter === evidence.letter)
            ? `the letter “${evidence.letter}” cites the law of another state than ${state.name}`
            : `there is no text of a letter “${evidence.letter}”`,
          own.length ? `use one of ${own.join(', ')}` : `no letter cites the law of ${state.name}: leave the letter out`,
        ),
      );
    for (const [, field = ''] of (script ?? '').matchAll(/\{([^{}]*)\}/g)) {
      if (!MERGE_FIELDS.some((one) => one === field))
        found.push(
          text.problem(
            ['tasks', index, 'script'],
            `the script of “${task}” has the merge field “{${field}}”, which is none`,
            `use one of ${MERGE_FIELDS.map((one) => `{${one}}`).join(', ')}`,
          ),
        );
    }
    if ('action' in evidence && evidence.where?.['whom']?.includes('friend'))
      found.push(...toAFriend(task, script, ['tasks', index], text));
    return found;
  });
}

/** What would tell a friend something of the student. */
const DISCLOSES =
  /\b(absen\w*|attend\w*|truan\w*|school\w*|class\w*|grade\w*|teacher\w*|counsel\w*|court\w*|case|miss(ed|es|ing)?)\b|\{school\}/i;

/** Nothing of a student's record is told to a friend of the student (34 CFR 99.30): the words to say stand in the policy, and are these. */
function toAFriend(task: string, script: string | undefined, at: (string | number)[], text: Text): PolicyProblem[] {
  if (script === undefined)
    return [
      text.problem(
        at,
        `“${task}” asks friends of the student and says in no “script” what they are told`,
        'write one that discloses nothing',
      ),
    ];
  const word = DISCLOSES.exec(script)?.[0];
  return word === undefined
    ? []
    : [
        text.problem(
          [...at, 'script'],
          `the script of “${task}” says “${word}” to a friend of the student, who may learn nothing of the student (34 CFR 99.30)`,
          'say only who calls, and ask that the student call back',
        ),
      ];
}
