import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { check, warn } from './check.ts';
import { compose, type Named } from './compose.ts';
import { compileLadder } from './compile.ts';
import { policyDocument, stateProfile, type PolicyDocument, type StateProfile, type ValidExcuse } from './document.ts';
import type { Ladder } from './ladder.ts';
import { Text, type PolicyProblem } from './problems.ts';
import type { RetentionClass } from './retention.ts';
import { shapeProblems } from './shape.ts';

export { ladderDigest, withoutWording } from './compile.ts';
export type { PolicyDocument, SchoolTask, ValidExcuse } from './document.ts';
export type { PolicyProblem } from './problems.ts';

const SHIPPED = new URL('./shipped/', import.meta.url);
const LAYERS = new URL('./layers/', import.meta.url);
const STATES = new URL('./states/', import.meta.url);

/** A policy document as it was read: whether it may be used, and everything to be said about it. */
export type ReadPolicy = { ok: true; document: PolicyDocument; warnings: PolicyProblem[] } | { ok: false; problems: PolicyProblem[] };

/**
 * Reads and checks a policy document. Everything wrong with it is told at once, with path, line, reason and remedy; what is allowed and
 * deserves a second look is told as warnings.
 */
export function readPolicy(yaml: string): ReadPolicy {
  const text = new Text(yaml);
  if (text.faults.length) return { ok: false, problems: text.faults };
  const value = valueOf(text);
  if ('problem' in value) return { ok: false, problems: [value.problem] };
  const parsed = policyDocument.safeParse(value.given);
  if (!parsed.success) return { ok: false, problems: shapeProblems(parsed.error.issues, value.given, text) };
  const document = parsed.data;
  const state = stateFor(document.state);
  if (!state) {
    const reason = `no profile of the state “${document.state}” is shipped`;
    return { ok: false, problems: [text.problem(['state'], reason, `use one of ${stateNames().join(', ')}`)] };
  }
  const problems = check(document, state, text);
  return problems.length ? { ok: false, problems } : { ok: true, document, warnings: warn(document, state, text) };
}

function valueOf(text: Text): { given: unknown } | { problem: PolicyProblem } {
  try {
    return { given: text.value };
  } catch (error) {
    const reason = `this YAML cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { problem: text.problem([], reason, 'write out what stands behind anchors and aliases') };
  }
}

/** The compiled ladder of a checked document, with its state's profile. */
export function compile(document: PolicyDocument): Ladder {
  const state = stateFor(document.state);
  if (!state) throw new Error(`no profile of the state “${document.state}” is shipped`);
  return compileLadder(document, state);
}

/**
 * Lays layers over a policy, one after the other. What comes out is a document of its own, read and checked as any other.
 * @param base the text of a policy
 * @param layers the texts of layers
 */
export function composePolicy(
  base: string,
  layers: string[],
  named: Named,
): { ok: true; text: string } | { ok: false; problems: PolicyProblem[] } {
  let text = base;
  let read = readPolicy(base);
  if (read.ok && read.document.policy === named.policy) {
    const reason = `the policy below is called “${named.policy}” itself`;
    return { ok: false, problems: [{ path: '', line: null, reason, remedy: 'give what comes out a name of its own' }] };
  }
  for (const layer of layers) {
    if (!read.ok) return read;
    const composed = compose(text, read.document, stateFor(read.document.state)!, layer, named);
    if (!composed.ok) return composed;
    text = composed.text;
    read = readPolicy(text);
  }
  return read.ok ? { ok: true, text } : read;
}

/** Ids of the layers that come with Rollbook. */
export function shippedLayers(): string[] {
  return names(LAYERS);
}

/** The YAML of a shipped layer. @throws if there is none of that id */
export function shippedLayerText(id: string): string {
  if (!shippedLayers().includes(id)) throw new Error(`no layer “${id}” is shipped; there are ${shippedLayers().join(', ')}`);
  return readFileSync(new URL(`${id}.yaml`, LAYERS), 'utf8');
}

/** What excuses an absence in a state. @throws if no profile of it is shipped */
export function validExcuses(state: string): ValidExcuse[] {
  return profileOf(state).excuses;
}

/** What statute fixes in a state. @throws if no profile of it is shipped */
export function profileOf(state: string): StateProfile {
  const profile = stateFor(state);
  if (!profile) throw new Error(`no profile of the state “${state}” is shipped`);
  return profile;
}

/** How long a state's law keeps each class of records at least; none where nothing is on file of it. @throws if no profile of it is shipped */
export function leastRetention(state: string): RetentionClass[] {
  const profile = stateFor(state);
  if (!profile) throw new Error(`no profile of the state “${state}” is shipped`);
  return profile.retention ?? [];
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
