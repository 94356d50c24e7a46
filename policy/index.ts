import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { check } from './check.ts';
import { compileLadder } from './compile.ts';
import { policyDocument, stateProfile, type PolicyDocument, type StateProfile, type ValidExcuse } from './document.ts';
import type { Ladder } from './ladder.ts';
import { Text, type PolicyProblem } from './problems.ts';

export { ladderDigest, withoutWording } from './compile.ts';
export type { PolicyDocument, SchoolTask, ValidExcuse } from './document.ts';
export type { PolicyProblem } from './problems.ts';

const SHIPPED = new URL('./shipped/', import.meta.url);
const STATES = new URL('./states/', import.meta.url);

/** Reads and checks a policy document. Everything wrong with it is told at once, with path, line, reason and remedy. */
export function readPolicy(yaml: string): { ok: true; document: PolicyDocument } | { ok: false; problems: PolicyProblem[] } {
  const text = new Text(yaml);
  if (text.faults.length) return { ok: false, problems: text.faults };
  const parsed = policyDocument.safeParse(text.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      text.problem(
        issue.path.map((p) => (typeof p === 'number' ? p : String(p))),
        issue.message,
        'compare with the shipped policies; `rollbook policy show lausd` prints one',
      ),
    );
    return { ok: false, problems };
  }
  const state = stateFor(parsed.data.state);
  if (!state) {
    return {
      ok: false,
      problems: [
        text.problem(['state'], `no profile of the state “${parsed.data.state}” is shipped`, `use one of ${stateNames().join(', ')}`),
      ],
    };
  }
  const problems = check(parsed.data, state, text);
  return problems.length ? { ok: false, problems } : { ok: true, document: parsed.data };
}

/** The compiled ladder of a checked document, with its state's profile. */
export function compile(document: PolicyDocument): Ladder {
  const state = stateFor(document.state);
  if (!state) throw new Error(`no profile of the state “${document.state}” is shipped`);
  return compileLadder(document, state);
}

/** What excuses an absence in a state. @throws if no profile of it is shipped */
export function validExcuses(state: string): ValidExcuse[] {
  const profile = stateFor(state);
  if (!profile) throw new Error(`no profile of the state “${state}” is shipped`);
  return profile.excuses;
}

/** Ids of the policies that come with Rollbook. */
export function shippedPolicies(): string[] {
  return names(SHIPPED);
}

/** The YAML of a shipped policy. @throws if there is none of that id */
export function shippedPolicyText(id: string): string {
  if (!shippedPolicies().includes(id)) throw new Error(`no policy “${id}” is shipped; there are ${shippedPolicies().join(', ')}`);
  return readFileSync(new URL(`${id}.yaml`, SHIPPED), 'utf8');
}

function stateNames(): string[] {
  return names(STATES);
}

function stateFor(state: string): StateProfile | null {
  if (!stateNames().includes(state)) return null;
  return stateProfile.parse(parse(readFileSync(new URL(`${state}.yaml`, STATES), 'utf8')));
}

function names(folder: URL): string[] {
  return readdirSync(fileURLToPath(folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}
