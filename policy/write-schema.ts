import { writeFile } from 'node:fs/promises';
import { policySchemaText } from './schema.ts';

/** Writes `policy/policy.schema.json` anew from the document's definition: `npm run policy-schema`. */
await writeFile(new URL('policy.schema.json', import.meta.url), policySchemaText());
