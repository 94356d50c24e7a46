import { readPolicy, type SchoolTask } from '../policy/index.ts';
import { attendancePolicy } from '../policy/attendance.ts';
import type { SubmissionsPolicy } from '../policy/submissions.ts';
import type { Transaction } from '../store/database.ts';
import { readPolicyTextInForce } from '../store/read/policies.ts';

/** What the policy in force says about one school task; null if it has none of that name. */
export async function schoolTaskInForce(trx: Transaction, task: string): Promise<SchoolTask | null> {
  const document = await policyInForce(trx);
  return document?.schoolTasks.find((one) => one.task === task) ?? null;
}

/** All school tasks of the policy in force, in its order; none without a policy. */
export async function schoolTasksInForce(trx: Transaction): Promise<SchoolTask[]> {
  return (await policyInForce(trx))?.schoolTasks ?? [];
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

async function policyInForce(trx: Transaction) {
  const text = await readPolicyTextInForce(trx);
  const read = text === null ? null : readPolicy(text);
  return read?.ok ? read.document : null;
}
