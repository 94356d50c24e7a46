import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CliError, type MissingThing } from './errors.ts';

/** Talks to one running Rollbook as one person. Thin on purpose: what may be done is decided by the service. */
export interface ApiClient {
  readonly url: string;
  get<T>(path: string, query?: Query): Promise<T>;
  /** Sends a command; waits for its outcome when the service answers 202. */
  command<T>(path: string, body: unknown, options?: CommandOptions): Promise<T>;
  /** Any other request; answers with the status, too. */
  send<T>(method: string, path: string, options?: SendOptions): Promise<Answer<T>>;
}

export type Query = Record<string, string | number | undefined>;

interface CommandOptions {
  /** `Idempotency-Key`; a fresh one if absent. */
  key?: string | undefined;
  /** The case's sequence number as it was seen, for judgements. */
  ifSeq?: number | undefined;
}

interface SendOptions {
  query?: Query | undefined;
  headers?: Record<string, string>;
  /** JSON, unless it is bytes or a stream of them. */
  body?: unknown;
}

interface Answer<T> {
  status: number;
  body: T;
  bytes: Buffer;
  headers: Headers;
}

/** RFC 9457, as the service sends it. */
interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  status?: number;
  missing?: MissingThing[];
  errors?: { path?: string; message?: string }[];
}

/** How long an outcome is waited for after a 202, in milliseconds. */
const OUTCOME_PATIENCE = 120_000;

export function createClient(input: {
  url: string;
  token: string | undefined;
  howToStart: string;
  /** Hears what has to be said above whatever is shown: that numbers are older than they should be. */
  heard?: (sentence: string) => void;
}): ApiClient {
  async function send<T>(method: string, path: string, options: SendOptions = {}): Promise<Answer<T>> {
    const url = new URL(path, input.url);
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { accept: 'application/json, application/problem+json, */*', ...options.headers };
    if (input.token !== undefined) headers['authorization'] = `Bearer ${input.token}`;
    let body: RequestInit['body'] = null;
    if (Buffer.isBuffer(options.body)) {
      body = new Uint8Array(options.body);
      headers['content-type'] ??= 'text/csv';
    } else if (options.body instanceof Readable) {
      body = Readable.toWeb(options.body) as NonNullable<RequestInit['body']>;
      headers['content-type'] ??= 'application/octet-stream';
    } else if (options.body !== undefined) {
      body = JSON.stringify(options.body);
      headers['content-type'] = 'application/json';
    }
    const response = await reach(url, { method, headers, body, ...(options.body instanceof Readable ? { duplex: 'half' } : {}) });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw problemError(response.status, bytes);
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    const read: unknown = isJson ? JSON.parse(bytes.toString('utf8')) : undefined;
    for (const { sentence } of staleIn(read)) input.heard?.(sentence);
    return {
      status: response.status,
      body: read as T,
      bytes,
      headers: response.headers,
    };
  }

  async function reach(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
      throw new CliError(`Rollbook is not running at ${input.url} (${cause}); ${input.howToStart}`, { type: 'not-running' });
    }
  }

  async function command<T>(path: string, body: unknown, options: CommandOptions = {}): Promise<T> {
    const key = options.key ?? randomUUID();
    const headers: Record<string, string> = { 'idempotency-key': key };
    if (options.ifSeq !== undefined) headers['if-match'] = `"${options.ifSeq}"`;
    const answer = await send<T>('POST', path, { body, headers });
    // What has no address of its own for its outcome is asked again: the same key has one effect.
    const again = (): Promise<Answer<T>> => send<T>('POST', path, { body, headers });
    // A delivery has no outcome to wait for here: whoever asked reads what becomes of it.
    return answer.status === 202 && !isDelivery(answer.body) ? outcome<T>(answer.body, key, again) : answer.body;
  }

  async function outcome<T>(accepted: unknown, key: string, again: () => Promise<Answer<T>>): Promise<T> {
    const { commandId, readAt } = accepted as { commandId: string; readAt?: string };
    const until = Date.now() + OUTCOME_PATIENCE;
    while (Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (readAt === undefined) {
        const repeated = await again();
        if (repeated.status !== 202) return repeated.body;
        continue;
      }
      const { body } = await send<{ outcome: string | null; result?: unknown }>('GET', `/v1/commands/${commandId}`);
      if (body.outcome === 'applied') return (body.result ?? body) as T;
      if (body.outcome === 'refused') throw problemOf(0, body.result as Problem);
    }
    throw new CliError('The command was written down, but no worker has taken it up yet', {
      detail: `Nothing is lost: it will be carried out once a worker runs. See its outcome with: rollbook commands ${commandId} (key ${key})`,
    });
  }

  return {
    url: input.url,
    get: async <T>(path: string, query?: Query) => (await send<T>('GET', path, { query })).body,
    command,
    send,
  };
}

function isDelivery(body: unknown): boolean {
  return typeof (body as { deliveryId?: unknown } | null | undefined)?.deliveryId === 'string';
}

/** The feeds of which a page says that they are stale; other pages list feeds of another kind. */
function staleIn(body: unknown): { sentence: string }[] {
  const feeds = (body as { feeds?: unknown } | null | undefined)?.feeds;
  if (!Array.isArray(feeds)) return [];
  return (feeds as { sentence?: unknown; feed?: unknown }[]).flatMap(({ feed, sentence }) =>
    feed !== undefined && typeof sentence === 'string' ? [{ sentence }] : [],
  );
}

/** What the service said, for people; a body that is no problem document is quoted shortly. */
function problemError(status: number, bytes: Buffer): CliError {
  const text = bytes.toString('utf8');
  try {
    return problemOf(status, JSON.parse(text) as Problem);
  } catch {
    return new CliError(`The service answered ${status}`, { status, detail: text.slice(0, 300) });
  }
}

function problemOf(status: number, problem: Problem): CliError {
  return new CliError(problem.title ?? `The service answered ${status}`, {
    status: problem.status ?? status,
    ...(problem.type === undefined ? {} : { type: problem.type }),
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.missing ? { missing: problem.missing } : {}),
    ...(problem.errors ? { lines: problem.errors.map(({ path, message }) => [path, message].filter(Boolean).join(': ')) } : {}),
  });
}
