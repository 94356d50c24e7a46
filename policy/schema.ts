import { z } from 'zod';
import { policyDocument } from './document.ts';
import { layerDocument } from './layer.ts';

/**
 * The JSON Schema of a policy document (draft 2020-12), for editors that complete and check YAML while it is written. It tells the shape
 * alone; what fits together is told by `rollbook policy validate`.
 */
export function policySchemaText(): string {
  return schemaText('Rollbook policy', policyDocument);
}

/** The JSON Schema of a layer document. */
export function layerSchemaText(): string {
  return schemaText('Rollbook policy layer', layerDocument);
}

function schemaText(title: string, document: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(document, { io: 'input', unrepresentable: 'any' }) }, null, 2)}\n`;
}
