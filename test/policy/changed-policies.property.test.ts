import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { readPolicy, shippedPolicies, shippedPolicyText } from '../../policy/index.ts';
import { runs } from '../world/runs.ts';

const SEED = 20261125;

/** Every place in a document: keys of entries and positions of lists. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, one]) => places(one, [...path, Array.isArray(value) ? Number(name) : name]));
  return path.length ? [path, ...below] : below;
}

const STRANGE = [null, true, 0, -1, 1.5, 999, '', 'x', 'Ünknown', '{nobody}', [], {}, ['x'], { on: 'case' }];

interface Mutation {
  policy: string;
  path: (string | number)[];
  how: 'replace' | 'remove' | 'repeat';
  value: unknown;
}

const mutation: fc.Arbitrary<Mutation> = fc.constantFrom(...shippedPolicies()).chain((policy) =>
  fc.record({
    policy: fc.constant(policy),
    path: fc.constantFrom(...places(parse(shippedPolicyText(policy)))),
    how: fc.constantFrom('replace', 'remove', 'repeat'),
    value: fc.constantFrom<unknown>(...STRANGE),
  }),
);

/** The document changed in one place, and the words of that place before and after. */
function mutated({ policy, path, how, value }: Mutation): { text: string; words: string[] } {
  const draft = parse(shippedPolicyText(policy)) as Record<string | number, unknown>;
  const holder = path.slice(0, -1).reduce<Record<string | number, unknown>>((at, step) => at[step] as never, draft);
  const last = path.at(-1)!;
  const before = holder[last];
  if (how === 'replace') holder[last] = value;
  else if (how === 'repeat' && Array.isArray(holder)) holder.push(before);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  const words = places(before).map((one) => one.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], before));
  // What a case could not ask for any more is named by what it is, where the entry itself is gone.
  const kinds = ['truancy report', 'letter', 'referral', 'refer', 'contact', 'conference', 'recovery', 'absences', 'attendance'];
  return { text: stringify(draft), words: [...words.map(String).filter((word) => word.length > 1), ...kinds] };
}

test('a policy changed anywhere is valid, or refused with the fault’s place or name; it never breaks the validator', () => {
  fc.assert(
    fc.property(mutation, (given) => {
      const { text, words } = mutated(given);
      const read = readPolicy(text);
      if (read.ok) return;
      expect(read.problems.length).toBeGreaterThan(0);
      const place = given.path.join('.');
      const related = (path: string): boolean =>
        path === place || path.startsWith(`${place}.`) || (path !== '' && place.startsWith(`${path}.`));
      for (const { reason, remedy } of read.problems)
        expect([reason, remedy]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
      // What is missing now, or too little, is named by its key.
      const key = String(given.path.findLast((step) => typeof step === 'string'));
      const told = read.problems.some(
        ({ path, reason, remedy }) => related(path) || words.some((word) => reason.includes(word)) || remedy.includes(`“${key}”`),
      );
      if (!told) throw new Error(`changed ${place}, told only ${JSON.stringify(read.problems)}`);
    }),
    { seed: SEED, numRuns: runs(100, 2_000) },
  );
});
