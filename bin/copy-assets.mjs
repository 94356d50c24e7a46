import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';

/**
 * The second half of `npm run build`: puts what the compiler leaves out beside what it made. Every file of a room that is not TypeScript is
 * copied, so a new template or policy needs no list to be kept.
 */
const ROOMS = ['policy', 'attendance', 'documents', 'api', 'bin', 'samples'];
const SELF = 'copy-assets.mjs';

const from = new URL('../', import.meta.url);
const to = new URL('dist/', from);

// What an earlier build left and the source has no more would still be found: the shipped policies are read as a folder.
for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && extname(entry.name) !== '.js') rmSync(`${entry.parentPath}/${entry.name}`);
}

for (const room of ROOMS) {
  cpSync(new URL(room, from), new URL(room, to), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts') && !path.endsWith(SELF),
  });
}

// Only what the program reads of itself. A second package with the same name would trouble tools that look at the whole tree.
const { version, type } = JSON.parse(readFileSync(new URL('package.json', from), 'utf8'));
writeFileSync(new URL('package.json', to), `${JSON.stringify({ version, type, private: true })}\n`);
