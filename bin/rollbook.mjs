#!/usr/bin/env node
import { existsSync } from 'node:fs';

// A built copy runs as it is; a checkout runs its TypeScript through tsx.
const built = new URL('./main.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
}
