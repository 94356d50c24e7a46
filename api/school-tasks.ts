import { spanOf, spansBetween } from '../policy/cadence.ts';
import { readPolicy, type PolicyDocument, type SchoolTask } from '../policy/index.ts';
import { attendancePolicy } from '../policy/attendance.ts';
import type { SubmissionsPolicy } from '../policy/submissions.ts';
import type { Transaction } from '../store/database.ts';
import type { Recurring } from '../store/read/cadence.ts';
import { readPolicyTerms, readPolicyTextInForce, readPolicyVersion } from '../store/read/policies.ts';

/** What the policy in force says about one school task; null if it has none of that name. */
export async function schoolTaskInForce(trx: Transaction, task: string): Promise<SchoolTask | null> {
  const document = await policyInForce(trx);
  return document?.schoolTasks.find((one) => one.task === task) ?? null;
}

/** All school tasks of the policy in force, in its order; none without a policy. */
export async function schoolTasksInForce(trx: Transaction): Promise<SchoolTask[]> {
  return (await policyInForce(trx))?.schoolTasks ?? [];
}

/** The teams of the policy in force; none without one. */
export async function teamsInForce(trx: Transaction): Promise<NonNullable<PolicyDocument['teams']>> {
  return (await policyInForce(trx))?.teams ?? [];
}

/** School days after a spell's first day within which its call is to be made; 1 without a policy. */
export async function callDueInForce(trx: Transaction): Promise<number> {
  return (await policyInForce(trx))?.absenceList.callDue ?? 1;
}

/** What the policy in force says of attendance being submitted; the defaults without a policy. */
export async function submissionsInForce(trx: Transaction): Promise<SubmissionsPolicy> {
  return attendancePolicy(await readPolicyTextInForce(trx)).submissions;
}

/** Who may document a school task: its owner, and those the policy names beside. */
export function rolesOf({ owner, also }: SchoolTask): string[] {
  return [owner, ...(also ?? [])];
}

/** A recurring duty of a school, as the policy in force words it. */
export interface SchoolDuty {
  recurring: Recurring;
  title: string;
  clause: string;
  owner: string | null;
  cadence: SchoolTask['cadence'];
}

/**
 * What was due at schools by its cadence in the school year so far, up to the spans that have ended: the school tasks, and the meetings of teams
 * of which no school task tells. Each counts since the policy has asked for it at this cadence.
 */
export async function dutiesUntil(trx: Transaction, day: string): Promise<SchoolDuty[]> {
  const document = await policyInForce(trx);
  if (!document) return [];
  const { from: yearStart } = spanOf('year', day);
  const terms = await termsSince(trx, yearStart);
  /** Since when each version up to the one in force has asked for it. */
  const sinceOf = (asks: (one: PolicyDocument) => boolean): string => {
    const before = terms.findIndex(({ document: one }) => !asks(one));
    const first = terms.at(before === -1 ? terms.length - 1 : before - 1);
    return first === undefined || first.from === null || first.from < yearStart ? yearStart : first.from;
  };
  const duty = (
    kind: Recurring['kind'],
    key: string,
    cadence: SchoolTask['cadence'],
    asks: (one: PolicyDocument) => boolean,
  ): Recurring => ({
    kind,
    key,
    since: sinceOf(asks),
    spans: spansBetween(cadence, yearStart, day),
  });
  return [
    ...document.schoolTasks.map(({ task, title, clause, owner, cadence }) => ({
      recurring: duty('school_task', task, cadence, (one) =>
        one.schoolTasks.some((other) => other.task === task && other.cadence === cadence),
      ),
      title,
      clause,
      owner,
      cadence,
    })),
    ...(document.teams ?? []).flatMap(({ team, title, clause, chair, cadence }) =>
      cadence === undefined || document.schoolTasks.some((one) => one.team === team)
        ? []
        : [
            {
              recurring: duty(
                'team',
                team,
                cadence,
                (one) => one.teams?.some((other) => other.team === team && other.cadence === cadence) ?? false,
              ),
              title,
              clause,
              owner: chair ?? null,
              cadence,
            },
          ],
    ),
  ];
}

/** The policies that were in force since a day, with their first days; the one in force comes first. */
async function termsSince(trx: Transaction, day: string): Promise<{ from: string | null; document: PolicyDocument }[]> {
  const found: { from: string | null; document: PolicyDocument }[] = [];
  for (const term of await readPolicyTerms(trx)) {
    if (term.until !== null && term.until < day) continue;
    const version = await readPolicyVersion(trx, term);
    const read = version === null ? null : readPolicy(version.document);
    if (read?.ok) found.unshift({ from: term.from, document: read.document });
  }
  return found;
}

async function policyInForce(trx: Transaction) {
  const text = await readPolicyTextInForce(trx);
  const read = text === null ? null : readPolicy(text);
  return read?.ok ? read.document : null;
}
