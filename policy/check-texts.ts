import type { PolicyDocument } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';
import { LETTERS, MERGE_FIELDS } from './vocabulary.ts';

/** Letters and scripts may name only what there is a text or a value for. */
export function checkTexts(document: PolicyDocument, text: Text): PolicyProblem[] {
  return document.tasks.flatMap(({ task, evidence, script }, index) => {
    const found: PolicyProblem[] = [];
    if ('letter' in evidence && !LETTERS.some((letter) => letter === evidence.letter))
      found.push(
        text.problem(
          ['tasks', index, 'evidence', 'letter'],
          `there is no text of a letter “${evidence.letter}”`,
          `use one of ${LETTERS.join(', ')}`,
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
    return found;
  });
}
