import { readFile } from 'node:fs/promises';
import { CliError } from './errors.ts';

/** The text of a layer. @param file a path, or the id of a shipped layer */
export async function layerText(file: string): Promise<string> {
  const { shippedLayers, shippedLayerText } = await import('../../policy/index.ts');
  return shippedLayers().includes(file) ? shippedLayerText(file) : fileText(file);
}

/** The text of a policy document. @param file a path, or the id of a shipped policy */
export async function policyText(file: string): Promise<string> {
  const { shippedPolicies, shippedPolicyText } = await import('../../policy/index.ts');
  return shippedPolicies().includes(file) ? shippedPolicyText(file) : fileText(file);
}

async function fileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
