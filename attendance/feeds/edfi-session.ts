import { isObject, type JsonObject, type JsonValue } from '../read/record.ts';
import { FeedHttp, recordsIn, type Answer } from './http.ts';
import { FeedProblem } from './problem.ts';
import type { Connection } from './source.ts';

/** Records a page; the API gives no more. */
const PAGE = 500;
/** A token is not used any more when it ends within so many milliseconds. */
const MARGIN_MS = 30_000;

export type Query = Record<string, string | number>;

/** Where an API says its parts are. */
interface Parts {
  oauth: URL;
  data: string;
  /** Null when the API cannot tell what changed. */
  changes: string | null;
  /** Of the API, as its root says it: 5.3, 6.1, 7.2. */
  version: string;
}

/**
 * One client's talk with an Ed-Fi ODS/API of suite 3 (API v5, v6, v7): what it is, is asked at its root; tokens come by client
 * credentials and are renewed when they end or are refused. Lists are read from their end to their beginning: a row that leaves a list
 * while it is read moves the rows after it forward, and forward is where the reader is going.
 */
export class EdfiSession {
  private readonly http: FeedHttp;
  private parts: Promise<Parts> | null = null;
  private token: { value: string; ends: number } | null = null;

  constructor(private readonly connection: Connection) {
    this.http = new FeedHttp(connection.url, connection.wire);
  }

  /** The API's version, as its root says it. */
  async version(): Promise<string> {
    return (await this.discover()).version;
  }

  /** The newest and the oldest change that the API can tell of; null when it cannot tell of changes. */
  async changeVersions(): Promise<{ oldest: number; newest: number } | null> {
    const { changes } = await this.discover();
    if (changes === null) return null;
    const { status, body } = await this.get(`${changes}availableChangeVersions`, {}, [404]);
    if (status === 404) return null;
    const of = (name: string): number => {
      const entry = isObject(body) ? Object.entries(body).find(([key]) => key.toLowerCase() === name) : undefined;
      return Number(entry?.[1] ?? Number.NaN);
    };
    const [oldest, newest] = [of('oldestchangeversion'), of('newestchangeversion')];
    if (!Number.isSafeInteger(newest)) throw new FeedProblem('The source does not say which changes it can tell of.', true);
    return { oldest: Number.isSafeInteger(oldest) ? oldest : 0, newest };
  }

  /**
   * The records of a resource, page by page, the last page first. The number of records is asked for once.
   * @param told hears of that number
   * @returns nothing when the resource is not there or may not be read and `optional` says that this is no failure
   */
  async *pages(
    resource: string,
    query: Query,
    options: { told?: (rows: number) => void; optional?: () => void } = {},
  ): AsyncGenerator<JsonObject[]> {
    const { data } = await this.discover();
    const path = `${data}ed-fi/${resource}`;
    const also = options.optional ? [403, 404] : [];
    const first = await this.get(path, { ...query, limit: PAGE, offset: 0, totalCount: 'true' }, also);
    if (also.includes(first.status)) {
      options.optional!();
      return;
    }
    const head = recordsIn(first.body);
    const told = first.headers.get('total-count');
    // Without the number nobody knows where the list ends, so it cannot be read from there.
    if (told === null && head.length === PAGE)
      throw new FeedProblem('The source does not say how many records there are (Total-Count).', false);
    const total = Number(told ?? head.length);
    options.told?.(total);
    for (let offset = Math.floor(Math.max(0, total - 1) / PAGE) * PAGE; offset > 0; offset -= PAGE) {
      const { body } = await this.get(path, { ...query, limit: PAGE, offset });
      yield recordsIn(body);
    }
    // Of more than one page the first is asked for again, at its time: what left the others meanwhile has moved into it.
    yield total <= PAGE ? head : recordsIn((await this.get(path, { ...query, limit: PAGE, offset: 0 })).body);
  }

  /** How many records a query finds. */
  async count(resource: string, query: Query): Promise<number> {
    const { data } = await this.discover();
    const { headers, body } = await this.get(`${data}ed-fi/${resource}`, { ...query, limit: 1, offset: 0, totalCount: 'true' });
    return Number(headers.get('total-count') ?? recordsIn(body).length);
  }

  private async get(path: string, query: Query, also: readonly number[] = []): Promise<Answer> {
    const url = this.http.address(path, query);
    const ask = async (): Promise<Answer> =>
      this.http.ask(url, { headers: { authorization: `Bearer ${await this.bearer()}` }, also: [...also, 401] });
    const answer = await ask();
    if (answer.status !== 401) return answer;
    // The token has ended before its time.
    this.token = null;
    const again = await ask();
    if (again.status === 401)
      throw new FeedProblem(
        `${this.http.server} takes the key ${this.connection.clientId ?? ''} and then refuses the token it has given for it (401); ask its administrator.`,
        false,
      );
    return again;
  }

  private async bearer(): Promise<string> {
    if (this.token !== null && performance.now() < this.token.ends) return this.token.value;
    const { oauth } = await this.discover();
    const { clientId, secret } = this.connection;
    const { status, body } = await this.http.ask(oauth, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId ?? ''}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
      also: [400, 401],
    });
    const value = isObject(body) ? body['access_token'] : null;
    if (status >= 400 || typeof value !== 'string')
      throw new FeedProblem(
        `${this.http.server} refuses the key ${clientId ?? ''} with its secret${wordOf(body)}: check the key (--client), and the secret where it lies.`,
        false,
      );
    const seconds = Number((body as JsonObject)['expires_in'] ?? 0);
    this.token = { value, ends: performance.now() + Math.max(0, seconds * 1_000 - MARGIN_MS) };
    return value;
  }

  private discover(): Promise<Parts> {
    this.parts ??= this.askForParts().catch((error: unknown) => {
      this.parts = null;
      throw error;
    });
    return this.parts;
  }

  private async askForParts(): Promise<Parts> {
    const { body } = await this.http.ask(this.http.address(''));
    const urls = isObject(body) && isObject(body['urls']) ? body['urls'] : {};
    const version = isObject(body) && typeof body['version'] === 'string' ? body['version'] : '';
    const oauth = urlIn(urls, 'oauth');
    const data = urlIn(urls, 'dataManagementApi');
    if (oauth === null || data === null)
      throw new FeedProblem(
        'At the address of the feed there is no Ed-Fi API: its root has to name its parts. Give the address at which the API describes itself, without /data/v3.',
        false,
      );
    if ([oauth, data].some((url) => url.includes('{')))
      throw new FeedProblem(
        'The API serves several years or districts: add the year or the district to the address of the feed, as its root says.',
        false,
      );
    return { oauth: this.http.address(oauth), data: asFolder(data), changes: asFolder(urlIn(urls, 'changeQueries')), version };
  }
}

/** The reason that OAuth 2 has a word for (RFC 6749 section 5.2), as part of a sentence; other words of others are not repeated. */
function wordOf(body: JsonValue): string {
  const word = isObject(body) ? body['error'] : null;
  return typeof word === 'string' && /^(invalid|unauthorized|unsupported)_[a-z_]{1,30}$/.test(word) ? ` (${word})` : '';
}

function urlIn(urls: Record<string, JsonValue>, name: string): string | null {
  const url = urls[name];
  return typeof url === 'string' && url !== '' ? url : null;
}

function asFolder(url: string): string;
function asFolder(url: string | null): string | null;
function asFolder(url: string | null): string | null {
  return url === null || url.endsWith('/') ? url : `${url}/`;
}
