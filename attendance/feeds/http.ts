import { setTimeout as sleep } from 'node:timers/promises';
import { feedAddressProblem } from '../../policy/feeds.ts';
import { isObject, type JsonObject, type JsonValue } from '../read/record.ts';
import { FeedProblem } from './problem.ts';

/** What a source answered: its status, its headers, and its body read as JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  body: JsonValue;
}

export interface Asking {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Statuses that are answers too, and no failure. */
  also?: readonly number[];
}

/** What of the world a client uses, and its limits. */
export interface Wire {
  /** Waits between tries, in milliseconds. */
  pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Ends the work early. */
  signal?: AbortSignal | undefined;
  /** The longest answer that is read, in bytes after unpacking. */
  longest?: number;
  /** How long one answer may take as a whole, in milliseconds. */
  patience?: number;
}

const LONGEST = 64 * 1024 * 1024;
export const PATIENCE_MS = 120_000;
/** One request is sent so often, with these waits between, before the pull fails and is tried again as a whole. */
export const WAITS_MS = [1_000, 2_000, 4_000, 8_000];
/** A source that asks for a longer rest than this gets it by the pull being tried again later. */
const LONGEST_REST_MS = 120_000;
const REDIRECTS = 3;

/**
 * Asks one source over HTTP. Only over TLS, unless the source is on this machine; never sends credentials to another host than the one
 * that was configured, not even when told to; reads no more than its limits; and tries again what may pass by itself: a broken
 * connection, a server's own failure, a request to wait.
 */
export class FeedHttp {
  /** The source as sentences name it: by its host, for a district may have several feeds. */
  readonly server: string;
  private readonly base: URL;
  private readonly pause: NonNullable<Wire['pause']>;

  constructor(
    base: string,
    private readonly wire: Wire = {},
  ) {
    this.base = checkedUrl(base);
    this.server = `The server at ${this.base.host}`;
    this.pause = wire.pause ?? ((ms, signal) => sleep(ms, undefined, signal ? { signal } : {}));
  }

  /** An address of the source: absolute and on its host, or relative to the configured one. @throws FeedProblem when it lies elsewhere */
  address(path: string, query: Record<string, string | number> = {}): URL {
    const base = new URL(this.base);
    if (!base.pathname.endsWith('/')) base.pathname += '/';
    const url = new URL(path, base);
    if (url.host !== this.base.host || url.protocol !== this.base.protocol)
      throw new FeedProblem(
        `${this.server} points to another host (${url.host}); nothing is sent there. Give the feed the address that its source really has.`,
        false,
      );
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    return url;
  }

  /** @throws FeedProblem when no good answer can be had */
  async ask(url: URL, asking: Asking = {}): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      this.wire.signal?.throwIfAborted();
      const got = await this.once(url, asking).catch((error: unknown): Failure => {
        this.wire.signal?.throwIfAborted();
        if (error instanceof FeedProblem) throw error;
        return { failure: sentenceOf(error, this.server), rest: null };
      });
      if (!('failure' in got)) return got;
      const wait = got.rest ?? WAITS_MS[tries];
      if (tries === WAITS_MS.length || wait === undefined || wait > LONGEST_REST_MS) throw new FeedProblem(got.failure, true);
      await this.pause(wait, this.wire.signal);
    }
  }

  private async once(url: URL, asking: Asking): Promise<Answer | Failure> {
    const signal = AbortSignal.any([
      AbortSignal.timeout(this.wire.patience ?? PATIENCE_MS),
      ...(this.wire.signal ? [this.wire.signal] : []),
    ]);
    const response = await this.follow(url, asking, signal);
    const { status, headers } = response;
    if (status === 429 || status === 408 || status >= 500) {
      await response.body?.cancel();
      const rest = restOf(headers.get('retry-after'));
      return status === 429
        ? { failure: `${this.server} asks to be asked less often (429).`, rest }
        : { failure: `${this.server} failed by itself (HTTP ${status}).`, rest };
    }
    const good = response.ok || (asking.also?.includes(status) ?? false);
    if (!good) {
      await response.body?.cancel();
      throw refusedWith(status, url, this.server);
    }
    const text = await this.textOf(response);
    try {
      return { status, headers, body: text === '' ? null : (JSON.parse(text) as JsonValue) };
    } catch {
      // An answer of an error status need not be JSON.
      if (!response.ok) return { status, headers, body: null };
      return { failure: `${this.server} sent something that is not JSON.`, rest: null };
    }
  }

  private async follow(url: URL, asking: Asking, signal: AbortSignal): Promise<Response> {
    let at = url;
    for (let redirects = 0; ; redirects += 1) {
      const response = await fetch(at, {
        method: asking.method ?? 'GET',
        headers: { accept: 'application/json', ...asking.headers },
        body: asking.body ?? null,
        redirect: 'manual',
        signal,
      });
      const to = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || to === null) return response;
      await response.body?.cancel();
      if (redirects === REDIRECTS || asking.method === 'POST')
        throw new FeedProblem(`${this.server} sends from one address to the next without an answer; check the address of the feed.`, false);
      at = this.address(new URL(to, at).href);
    }
  }

  private async textOf(response: Response): Promise<string> {
    const longest = this.wire.longest ?? LONGEST;
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += (piece as Uint8Array).length;
      if (size > longest)
        throw new FeedProblem(`${this.server} sent an answer of more than ${Math.round(longest / 2 ** 20)} MB; it is not read.`, true);
      pieces.push(Buffer.from(piece as Uint8Array));
    }
    return Buffer.concat(pieces, size).toString('utf8');
  }
}

interface Failure {
  failure: string;
  /** So many milliseconds the source asks to be left alone; null when it does not say. */
  rest: number | null;
}

function checkedUrl(url: string): URL {
  const problem = feedAddressProblem(url, 'edfi');
  if (problem !== null) throw new FeedProblem(`The address of the feed cannot be used: ${problem}.`, false);
  return new URL(url);
}

function refusedWith(status: number, url: URL, server: string): FeedProblem {
  const place = url.pathname;
  switch (status) {
    case 401:
      return new FeedProblem(`${server} refuses the feed’s credentials (401); check the client id, and the secret where it lies.`, false);
    case 403:
      return new FeedProblem(`${server} does not let the feed read ${place} (403); ask its administrator to allow it.`, false);
    case 404:
      return new FeedProblem(`${server} has nothing at ${place} (404); check the address of the feed.`, false);
    default:
      return new FeedProblem(`${server} refused ${place} (HTTP ${status}).`, false);
  }
}

/** `Retry-After` in milliseconds, given in seconds or as a date. */
function restOf(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1_000;
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now());
}

const KNOWN: Record<string, string> = {
  ECONNREFUSED: '{server} refuses the connection: it is not running, or not at this address.',
  ENOTFOUND: '{server} cannot be found: nobody knows the name of its host. Check the address of the feed.',
  EAI_AGAIN: '{server} cannot be looked up at the moment.',
  ECONNRESET: '{server} broke the connection off.',
  UND_ERR_SOCKET: '{server} broke the connection off.',
  ETIMEDOUT: '{server} does not answer.',
  UND_ERR_CONNECT_TIMEOUT: '{server} does not answer.',
  UND_ERR_HEADERS_TIMEOUT: '{server} does not answer.',
  UND_ERR_BODY_TIMEOUT: '{server} stopped in the middle of an answer.',
};

/** What went wrong on the wire, in words of ours: those of others may hold what nobody should read. */
function sentenceOf(error: unknown, server: string): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') return `${server} takes too long to answer.`;
  const code = cause?.code ?? (error as { code?: string }).code ?? '';
  if (/CERT|SELF_SIGNED|ALTNAME|SSL|TLS/.test(code))
    return `${server} has a certificate that cannot be trusted (${code}): ask whoever runs it.`;
  return KNOWN[code]?.replace('{server}', server) ?? `${server} cannot be reached${code === '' ? '' : ` (${code})`}.`;
}

/** The records of an answer that has to be a list of them. @throws FeedProblem when it is none */
export function recordsIn(body: JsonValue): JsonObject[] {
  if (Array.isArray(body) && body.every(isObject)) return body;
  throw new FeedProblem(
    'The source sent something other than a list of records; check that the address of the feed is that of its API.',
    true,
  );
}
