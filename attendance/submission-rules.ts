import { parse } from 'yaml';
import { submissionsPolicy, type SubmissionsPolicy } from '../policy/submissions.ts';
import type { Database } from '../store/database.ts';

export type SubmissionRules = SubmissionsPolicy;

/** What the policy in force says of attendance being submitted; without a policy in force, the defaults. */
export async function submissionRules(db: Database): Promise<SubmissionRules> {
  const row = await db('policy_version').where({ in_force: true }).first<{ document: string } | undefined>('document');
  const document = row === undefined ? null : (parse(row.document) as { submissions?: unknown } | null);
  return submissionsPolicy.parse(document?.submissions);
}
