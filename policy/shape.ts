import type { PolicyProblem, Text } from './problems.ts';

/** What zod says of a value that does not have the shape of a policy, as far as it is used here. */
export interface ShapeIssue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
  errors?: ShapeIssue[][];
  values?: unknown[];
}

const ADVICE = 'compare with the shipped policies; `rollbook policy show lausd` prints one';

/** Keys that people look for in a policy, and why they are not there. */
const NOT_HERE = new Map<string, [reason: string, remedy: string]>(
  Object.entries({
    statute: ['what the state fixes stands in the state’s profile, and a policy cannot override it', 'take “statute” out'],
    overrides: ['nobody can override a condition of the statute, and what may be justified is said once', 'use “referral.justifiableBy”'],
  }),
);

/** Turns what does not have the shape of a policy into problems that name the place and what to write there. */
export function shapeProblems(issues: readonly ShapeIssue[], value: unknown, text: Text): PolicyProblem[] {
  return issues.flatMap((issue) => problems(issue, [], value, text));
}

function problems(issue: ShapeIssue, base: (string | number)[], value: unknown, text: Text): PolicyProblem[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.errors?.length) {
    const branch = nearest(issue.errors, at(value, path));
    if (branch.length) return branch.flatMap((one) => problems(one, path, value, text));
  }
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => {
      const [reason, remedy] = NOT_HERE.get(key) ?? [`“${key}” is no key here`, `take it out, or mend its spelling; ${ADVICE}`];
      return text.problem([...path, key], reason, remedy);
    });
  const last = path.at(-1);
  if (at(value, path) === undefined && last !== undefined) {
    if (last === 'owner') return [text.problem(path, `${called(value, path)} has no owner`, 'name in “owner” the role that does it')];
    return [text.problem(path, `${called(value, path)} lacks “${last}”: ${issue.message}`, `add it; ${ADVICE}`)];
  }
  const given = at(value, path);
  if (issue.code === 'invalid_value' && issue.values?.length && (typeof given === 'string' || typeof given === 'number'))
    return [
      text.problem(path, `“${String(given)}” is no word of “${last ?? 'policy'}”`, `use one of ${issue.values.map(String).join(', ')}`),
    ];
  return [text.problem(path, issue.message, ADVICE)];
}

/** Of the shapes a value may have, the problems with the one that it is most like. */
function nearest(branches: ShapeIssue[][], value: unknown): ShapeIssue[] {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const strange = (branch: ShapeIssue[]): number =>
    branch.reduce((sum, issue) => sum + (issue.path.length === 0 ? (issue.keys?.length ?? keys.length + 1) : 0), 0);
  return branches.toSorted((a, b) => strange(a) - strange(b) || a.length - b.length)[0] ?? [];
}

/** How the entry is called in which something is missing. */
function called(value: unknown, path: (string | number)[]): string {
  const entry = at(value, path.slice(0, -1));
  if (typeof entry === 'object' && entry !== null) {
    for (const name of ['task', 'requirement', 'path', 'band', 'policy']) {
      const key = (entry as Record<string, unknown>)[name];
      if (typeof key === 'string') return `“${key}”`;
    }
  }
  return path.length > 1 ? `“${path.slice(0, -1).join('.')}”` : 'the policy';
}

function at(value: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, step) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, step) ? (here as Record<string | number, unknown>)[step] : undefined,
    value,
  );
}
