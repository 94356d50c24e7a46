import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VERSION = '1.28.2';
const SHA256 = '687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6';
const JAR = `greenfield-apps-${VERSION}.jar`;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/verapdf/', import.meta.url));

/**
 * What veraPDF finds against PDF/UA-1 in each file: nothing, or its report.
 * @throws if Java is missing, or veraPDF cannot be downloaded or is not the file that was pinned
 */
export async function faultsAgainstUa1(files: string[]): Promise<string[]> {
  requireJava();
  const run = spawnSync(
    'java',
    ['-cp', await jar(), 'org.verapdf.apps.GreenfieldCliWrapper', '-f', 'ua1', '--format', 'text', '-v', ...files],
    {
      encoding: 'utf8',
    },
  );
  const passed = new Set(run.stdout.split('\n').flatMap((line) => /^PASS (.*) ua1$/.exec(line.trim())?.[1] ?? []));
  return files.every((file) => passed.has(file)) ? [] : [`${run.stdout}\n${run.stderr}`.trim() || 'veraPDF said nothing'];
}

function requireJava(): void {
  if (spawnSync('java', ['-version']).status === 0) return;
  throw new Error(
    'veraPDF needs Java, and there is no “java” that runs here: install a Java runtime, 11 or later (on Debian and Ubuntu: apt-get install default-jre-headless), and run npm run test:long again',
  );
}

/** veraPDF's jar, downloaded once. MAVEN_MIRROR names another copy of Maven Central. */
async function jar(): Promise<string> {
  const path = CACHE + JAR;
  if (existsSync(path) && digest(readFileSync(path)) === SHA256) return path;
  const mirror = (process.env['MAVEN_MIRROR'] ?? 'https://repo1.maven.org/maven2').replace(/\/+$/, '');
  const url = `${mirror}/org/verapdf/apps/greenfield-apps/${VERSION}/${JAR}`;
  const answer = await fetch(url).catch((error: unknown) => {
    throw new Error(`veraPDF could not be downloaded from ${url}: set MAVEN_MIRROR to a copy of Maven Central that is reachable`, {
      cause: error,
    });
  });
  if (!answer.ok) throw new Error(`veraPDF could not be downloaded from ${url}: the answer was ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (digest(bytes) !== SHA256) throw new Error(`what ${url} gave is not veraPDF ${VERSION}: its SHA-256 is ${digest(bytes)}`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  return path;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
