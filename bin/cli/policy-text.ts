import { readFile } from 'node:fs/promises';
import { CliError } from './errors.ts';

/** The text of a policy document. @param file a path, or the id of a shipped policy */
export async function policyText(file: string): Promise<string> {
  const { shippedPolicies, shippedPolicyText } = await import('../../policy/index.ts');
  if (shippedPolicies().includes(file)) return shippedPolicyText(file);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
