import { readFile, writeFile } from 'node:fs/promises';
import { openApiText } from './openapi.ts';

/** Writes `api/openapi.json` anew from the contracts: `node --import tsx api/write-openapi.ts`. */
const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
await writeFile(new URL('openapi.json', import.meta.url), openApiText(version));
