import fc from 'fast-check';
import { differences } from '../../policy/differences.ts';
import { readPolicy, shippedPolicyText, type PolicyDocument } from '../../policy/index.ts';

const lausd = (): PolicyDocument => {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return structuredClone(read.document);
};
const sentences = (change: (draft: PolicyDocument) => void): string[] => {
  const draft = lausd();
  change(draft);
  return differences(lausd(), draft).map(({ sentence }) => sentence);
};
const task = (draft: PolicyDocument, key: string) => draft.tasks.find((one) => one.task === key)!;

test('a policy differs from itself in nothing', () => {
  expect(differences(lausd(), lausd())).toEqual([]);
});

test('what changed is told with its old value, in words', () => {
  expect(
    sentences((draft) => {
      task(draft, 'letter-2').reports = 3;
      task(draft, 'letter-2').due = 1;
      task(draft, 'teacher-call').owner = 'case_manager';
      task(draft, 'psa-consult').unavailable = undefined;
      draft.absenceList.clearing = 5;
      draft.days.occasion.minutes = 45;
    }),
  ).toEqual([
    'The policy’s absence list: clearing is 5 instead of 10.',
    'The policy’s days: occasion: minutes is 45 instead of 30.',
    '“The classroom teacher calls home” belongs to the case manager instead of the teacher.',
    '“Consult the PSA counselor” can no longer be recorded as not available.',
    '“Truancy Letter #2: request for a conference” is due 1 school day after it opens instead of 5 school days.',
    '“Truancy Letter #2: request for a conference” rests on 3 standing reports instead of 2 standing reports.',
  ]);
});

test('who is reminded of what is told as people say it', () => {
  expect(
    sentences((draft) => {
      draft.reminders = [
        { to: 'owner', before: 1, unless: 'begun' },
        { to: 'principal', after: 5 },
      ];
      task(draft, 'sst').reminders = [];
      task(draft, 'sart').reminders = [{ to: 'case_manager', before: 0 }];
    }),
  ).toEqual([
    '“Student Success Team (SST)” reminds nobody instead of whom the policy says for all tasks.',
    '“School Attendance Review Team (SART)” reminds the case manager on the day it is due instead of whom the policy says for all tasks.',
    'The policy reminds of every task the owner 1 school day before it is due if nothing was done, the principal 5 school days after it is due instead of nobody.',
  ]);
});

test('what a letter waits for is told as people say it', () => {
  const letter = (fullDays: number | undefined) => {
    const draft = lausd();
    task(draft, 'letter-2').fullDays = fullDays;
    return draft;
  };
  const told = (before: number | undefined, after: number | undefined) =>
    differences(letter(before), letter(after)).map(({ sentence }) => sentence);
  expect(told(4, 6)).toEqual(['“Truancy Letter #2: request for a conference” now needs 6 full-day events instead of 4.']);
  expect(told(undefined, 1)).toEqual([
    '“Truancy Letter #2: request for a conference” now needs 1 full-day event; before, any events were enough.',
  ]);
  expect(told(4, undefined)).toEqual(['“Truancy Letter #2: request for a conference” needs no full-day events any more; it needed 4.']);
  expect(sentences((draft) => (task(draft, 'letter-2').spacing = undefined))).toEqual([
    '“Truancy Letter #2: request for a conference” comes at any time after the letter before it instead of 5 school days.',
  ]);
});

test('what a task opens on is told opening by opening', () => {
  expect(
    sentences((draft) => {
      task(draft, 'sst').opens = [{ on: 'case' }, { on: 'no_improvement', after: 'parent-conference', schoolDays: 20, rate: 0.125 }];
      task(draft, 'pattern-review').opens = [{ on: 'no_improvement', after: 'parent-conference', schoolDays: 10, absences: 1 }];
    }).map((sentence) => sentence.replace(/ instead of .*/, '')),
  ).toEqual([
    '“Review prior absences for patterns” opens on 1 school day or more missed 10 school days after parent-conference',
    '“Student Success Team (SST)” opens on case or 12.5 % or more missed 20 school days after parent-conference',
  ]);
});

test('what is new and what is gone is told by its title, wherever it stands', () => {
  expect(
    sentences((draft) => {
      const [act] = draft.tasks.splice(
        draft.tasks.findIndex((one) => one.task === 'act'),
        1,
      );
      draft.tasks.unshift({ ...act!, task: 'wellness-check', title: 'The nurse looks in', owner: 'case_manager', due: 2 });
      draft.bands[3]!.from = 24;
      draft.bands[2]!.to = 23;
    }),
  ).toEqual([
    'Band “Below Basic” ends at 23 instead of 24.',
    'Band “Far Below Basic” begins at 24 instead of 25.',
    '“Abolish Chronic Truancy (ACT)” is gone.',
    '“The nurse looks in” is new: it belongs to the case manager and is due after 2 school days.',
  ]);
});

/** Every value that stands in the document, by its place, entries of keyed lists by their position. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [path];
  return Object.entries(value).flatMap(([name, one]) => leaves(one, [...path, Array.isArray(value) ? Number(name) : name]));
}

test('no change is left out, wherever it is made', () => {
  const all = leaves(lausd());
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.string({ minLength: 1 }), (path, value) => {
      const draft = lausd();
      const holder = path
        .slice(0, -1)
        .reduce<Record<string | number, unknown>>((at, name) => at[name] as Record<string, unknown>, draft as never);
      const last = path.at(-1)!;
      fc.pre(holder[last] !== value);
      holder[last] = value;
      const found = differences(lausd(), draft);
      expect(found.length).toBeGreaterThan(0);
      for (const { sentence } of found) expect(sentence).toMatch(/^[^.]*[“A-Z].*\.$/s);
    }),
    { seed: 20261125, numRuns: 120 },
  );
});
