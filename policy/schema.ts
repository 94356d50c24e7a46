import { z } from 'zod';
import { policyDocument } from './document.ts';

/**
 * The JSON Schema of a policy document (draft 2020-12), for editors that complete and check YAML while it is written. It tells the shape
 * alone; what fits together is told by `rollbook policy validate`.
 */
export function policySchemaText(): string {
  const schema = z.toJSONSchema(policyDocument, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify({ title: 'Rollbook policy', ...schema }, null, 2)}\n`;
}
