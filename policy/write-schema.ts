import { writeFile } from 'node:fs/promises';
import { layerSchemaText, policySchemaText } from './schema.ts';

/** Writes `policy/policy.schema.json` and `policy/layer.schema.json` anew from the documents' definitions: `npm run policy-schema`. */
await writeFile(new URL('policy.schema.json', import.meta.url), policySchemaText());
await writeFile(new URL('layer.schema.json', import.meta.url), layerSchemaText());
