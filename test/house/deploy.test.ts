import { parse } from 'yaml';
import { run } from '../../bin/cli/run.ts';
import { readSettings } from '../../bin/settings.ts';
import { filesUnder, read } from './source.ts';

/** The container files against the programs that they run. What only a container engine can show is listed in deploy/README.md. */

interface Service {
  image?: string;
  command?: string | string[];
  container_name?: string;
  ports?: string[];
  networks?: string[];
  environment: Record<string, string | null>;
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const example = read('deploy/env.example');
/** Variables that are read by Node, not by Rollbook. */
const OF_NODE = ['TZ', 'NODE_ENV'];

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** A service's environment with the operator's values in it, as the container engine would make it. */
function environmentOf(name: string): Record<string, string> {
  const values: Record<string, string> = {
    ROLLBOOK_OWNER_PASSWORD: 'of-the-owner',
    ROLLBOOK_WORKER_PASSWORD: 'of-the-worker',
    ROLLBOOK_API_PASSWORD: 'of-the-api',
    TEMPORAL_POSTGRES_PASSWORD: 'of-temporal',
    ROLLBOOK_PAYLOAD_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  return Object.fromEntries(
    Object.entries(service(name).environment).map(([key, text]) => [
      key,
      String(text).replace(
        /\$\{(\w+):([-?])([^}]*)\}/g,
        (_, variable: string, how: string, text: string) => values[variable] ?? (how === '-' ? text : `no value for ${variable}`),
      ),
    ]),
  );
}

/** Which variables a program looks up, and which of them it refuses to do without. */
async function readBy(program: 'migrate' | 'api'): Promise<{ asked: Set<string>; required: string[] }> {
  const asked = new Set<string>();
  const watched = (env: Record<string, string>): NodeJS.ProcessEnv =>
    new Proxy(env, { get: (target, key) => (typeof key === 'string' ? (asked.add(key), target[key]) : undefined) });
  if (program === 'api') {
    const refusal = refusalOf(() => readSettings(watched({})));
    return { asked, required: [...refusal.matchAll(/(\w+) \(not set\)/g)].map(([, name = '']) => name) };
  }
  // Nobody listens at this address, so the program goes no further than to look for the database.
  const env: Record<string, string> = {};
  for (;;) {
    let said = '';
    await run(['migrate'], { env: watched(env), streams: { out: () => undefined, err: (text) => void (said += text), columns: 80 } });
    const [, missing] = /(\w+) is not set/.exec(said) ?? [];
    if (missing === undefined) return { asked, required: Object.keys(env) };
    env[missing] = 'postgresql://nobody:nothing@127.0.0.1:1/nowhere';
  }
}

function refusalOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('docker-compose.yml', () => {
  test.each([
    ['migrate', 'migrate'],
    ['api', 'api'],
    ['worker', 'api'],
  ] as const)('%s is given every variable it requires, and none that it does not read', async (name, program) => {
    const { asked, required } = await readBy(program);
    expect(required).toContain('DATABASE_URL');
    const given = Object.keys(service(name).environment).filter((key) => !OF_NODE.includes(key));
    expect(given.filter((key) => !asked.has(key))).toEqual([]);
    expect(required.filter((key) => !given.includes(key))).toEqual([]);
  });

  test.each([
    ['api', 'rollbook_api', 'of-the-api'],
    ['worker', 'rollbook_worker', 'of-the-worker'],
    ['migrate', 'rollbook_owner', 'of-the-owner'],
  ])('%s reaches the record as %s', (name, role, password) => {
    const url = new URL(environmentOf(name)['DATABASE_URL'] ?? '');
    const server = environmentOf('postgres');
    expect({ role: url.username, password: url.password, database: url.pathname }).toEqual({
      role,
      password,
      database: `/${server['POSTGRES_DB']}`,
    });
    expect(service(url.hostname)).toBe(service('postgres'));
  });

  test('the owner is who the server was made with, and the roles get the passwords that they sign in with', () => {
    expect(environmentOf('postgres')).toMatchObject({ POSTGRES_USER: 'rollbook_owner', POSTGRES_PASSWORD: 'of-the-owner' });
    expect(environmentOf('migrate')).toMatchObject({ ROLLBOOK_API_PASSWORD: 'of-the-api', ROLLBOOK_WORKER_PASSWORD: 'of-the-worker' });
  });

  test('an API process and a worker start with what they are given, and speak to one engine with one key', () => {
    const [api, worker] = [readSettings(environmentOf('api')), readSettings(environmentOf('worker'))];
    expect(worker).toMatchObject({
      TEMPORAL_ADDRESS: api.TEMPORAL_ADDRESS,
      TEMPORAL_NAMESPACE: api.TEMPORAL_NAMESPACE,
      ROLLBOOK_PAYLOAD_KEY: api.ROLLBOOK_PAYLOAD_KEY,
    });
    expect(service(api.TEMPORAL_ADDRESS.split(':')[0] ?? '')).toBe(service('temporal'));
    expect(environmentOf('temporal-namespace')['TEMPORAL_NAMESPACE']).toBe(api.TEMPORAL_NAMESPACE);
  });

  test('health is asked at the ports that the processes listen on', () => {
    const asked = (name: string): string => JSON.stringify((service(name) as { healthcheck?: unknown }).healthcheck);
    expect(asked('worker')).toContain(`:${readSettings(environmentOf('worker')).ROLLBOOK_HEALTH_PORT}/`);
    expect(asked('api')).toContain(`:${readSettings(environmentOf('api')).ROLLBOOK_PORT}/v1/health`);
  });

  test('Temporal has 512 history shards', () => {
    expect(service('temporal').environment['NUM_HISTORY_SHARDS']).toBe('512');
  });

  test('no service has a password or key of its own: each is asked of the operator, who finds its name in deploy/env.example', () => {
    const secret = Object.entries(compose.services).flatMap(([name, { environment }]) =>
      Object.entries(environment ?? {})
        .filter(([key]) => /PASSWORD|PWD|KEY|DATABASE_URL/.test(key))
        .map(([key, text]) => ({ name, key, text })),
    );
    expect(secret.length).toBeGreaterThan(8);
    for (const { name, key, text } of secret) {
      const variable = /\$\{(\w+):\?[^}]+\}/.exec(String(text))?.[1];
      expect(`${name}: ${key}=${variable}`).not.toContain('undefined');
      expect(example).toMatch(new RegExp(`^${variable}=$`, 'm'));
    }
  });

  test('workers can be multiplied: nothing that one machine has only once belongs to one of them', () => {
    expect(service('worker')).not.toHaveProperty('container_name');
    expect(service('worker')).not.toHaveProperty('ports');
  });

  test('the record’s server has connections for three workers, two API processes and a command', () => {
    const limit = /max_connections=(\d+)/.exec(String(service('postgres').command))?.[1];
    expect(Number(limit)).toBeGreaterThanOrEqual(3 * poolOf('rollbook worker') + 2 * apiPool() + 10);
  });

  test('nothing is offered beyond this machine, and databases and engine are on networks without a way out', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    for (const name of ['postgres', 'temporal-postgres', 'temporal', 'worker']) {
      const open = (service(name).networks ?? ['default']).filter((network) => compose.networks[network]?.internal !== true);
      expect({ name, open }).toEqual({ name, open: [] });
    }
  });

  test('every image that is fetched names its release', () => {
    const images = Object.values(compose.services).flatMap(({ image }) => (image && image !== 'rollbook:local' ? [image] : []));
    expect(images.length).toBeGreaterThan(4);
    expect(images.filter((image) => !/:v?\d+\.\d+/.test(image))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const letThrough = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const rooms = (parse(read('tsconfig.build.json')) as { include: string[] }).include;

  test('the build is given every room that it compiles or copies, and the files that steer it', () => {
    const assets = [...(/ROOMS = \[([^\]]+)\]/.exec(read('bin/copy-assets.mjs'))?.[1] ?? '').matchAll(/'(\w+)'/g)].map(
      ([, room = '']) => room,
    );
    expect(assets).toContain('samples');
    const needed = [...rooms, ...assets, 'package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'tsconfig.build.json'];
    expect(needed.filter((path) => !letThrough.includes(path))).toEqual([]);
    expect(dockerfile).toMatch(/^COPY \. \.$/m);
  });

  test('what is copied by name is let through', () => {
    const named = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    expect(named).toContain('LICENSE');
    expect(named.filter((path) => path !== '.' && !letThrough.includes(path))).toEqual([]);
  });

  test('every file of a room that is not TypeScript has a room from which the build copies it', () => {
    const assets = /ROOMS = \[([^\]]+)\]/.exec(read('bin/copy-assets.mjs'))?.[1] ?? '';
    const others = rooms.filter((room) => filesUnder(room, /\.(?!ts$)\w+$/).length > 0);
    expect(others).toContain('documents');
    expect(others.filter((room) => !assets.includes(`'${room}'`))).toEqual([]);
  });

  test('the image runs as nobody in particular, on the release of Node that the package asks for, on glibc', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const bases = [...dockerfile.matchAll(/^FROM node:(\S+)/gm)].map(([, tag]) => tag);
    expect(bases.length).toBeGreaterThan(1);
    expect(new Set(bases)).toEqual(new Set([`${engines.node.replace('>=', '')}-bookworm-slim`]));
    expect(dockerfile.lastIndexOf('\nUSER node\n')).toBeGreaterThan(dockerfile.lastIndexOf('\nFROM '));
  });
});

/** The connections that a worker takes, as its source says. */
function poolOf(name: string): number {
  return found(read('bin/run-process.ts'), new RegExp(`name: '${name}', max: (\\d+)`));
}

/** The connections that an API process takes, as its source says. */
function apiPool(): number {
  return found(read('bin/commands/api.ts'), /max: (\d+)/);
}

function found(text: string, pattern: RegExp): number {
  const [, number] = pattern.exec(text) ?? [];
  if (number === undefined) throw new Error(`${pattern} is not in the source any more`);
  return Number(number);
}
