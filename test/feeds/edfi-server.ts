import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, LocalServer, misbehave, type Row } from './local-server.ts';

interface Kept {
  id: string;
  version: number;
  row: Row;
}
interface Tracked {
  version: number;
  row: Row;
}

export interface EdfiOptions {
  /** v5.3, v6.1 or v7.2: what the root says and which addresses there are. */
  version?: '5.2' | '5.3' | '6.1' | '7.2';
  /** False: the API cannot tell what changed. */
  changeQueries?: boolean;
  /** Requests that a token is good for; then it has ended. */
  tokenLasts?: number;
  /** Resources that this client may not read. */
  forbidden?: string[];
}

const KEYS: Record<string, string[]> = {
  studentSchoolAttendanceEvents: [
    'attendanceEventCategoryDescriptor',
    'eventDate',
    'schoolId',
    'schoolYear',
    'sessionName',
    'studentUniqueId',
  ],
  studentContactAssociations: ['contactUniqueId', 'studentUniqueId'],
  studentParentAssociations: ['parentUniqueId', 'studentUniqueId'],
  studentProgramAssociations: ['beginDate', 'educationOrganizationId', 'programName', 'programTypeDescriptor', 'studentUniqueId'],
  studentSpecialEducationProgramAssociations: [
    'beginDate',
    'educationOrganizationId',
    'programName',
    'programTypeDescriptor',
    'studentUniqueId',
  ],
  studentHomelessProgramAssociations: ['beginDate', 'educationOrganizationId', 'programName', 'programTypeDescriptor', 'studentUniqueId'],
  studentSchoolAssociations: ['entryDate', 'schoolId', 'studentUniqueId'],
  studentSectionAttendanceEvents: [
    'attendanceEventCategoryDescriptor',
    'eventDate',
    'localCourseCode',
    'schoolId',
    'schoolYear',
    'sectionIdentifier',
    'sessionName',
    'studentUniqueId',
  ],
};

/**
 * An HTTP server that answers as an Ed-Fi ODS/API does: discovery at the root, tokens by client credentials that end, lists in pages of at
 * most 500 with `Total-Count`, filters by key, change versions, deletes with their keys, and key changes from v6 on. What goes wrong on the
 * way is told to it beforehand.
 */
export class EdfiServer extends LocalServer {
  protected readonly path = '/edfi';
  readonly clientId = 'rollbook-client';
  secret = 'a-secret-of-the-district';
  private readonly resources = new Map<string, Kept[]>();
  private readonly deletes = new Map<string, Tracked[]>();
  private readonly keyChanges = new Map<string, Tracked[]>();
  private version = 0;
  private ids = 0;
  private tokens = new Map<string, number>();
  oldest = 0;

  constructor(readonly options: EdfiOptions = {}) {
    super();
  }

  get newest(): number {
    return this.version;
  }

  /** Adds a record. @returns its id */
  add(resource: string, row: Row): string {
    const id = `r${(this.ids += 1)}`;
    this.of(this.resources, resource).push({ id, version: (this.version += 1), row });
    return id;
  }

  change(resource: string, id: string, row: Row): void {
    const kept = this.of(this.resources, resource).find((one) => one.id === id)!;
    kept.row = { ...kept.row, ...row };
    kept.version = this.version += 1;
  }

  /** Changes the key of a record, as an update of an identity does. */
  rename(resource: string, id: string, row: Row): void {
    const kept = this.of(this.resources, resource).find((one) => one.id === id)!;
    const oldKeyValues = keysOf(resource, kept.row);
    this.change(resource, id, row);
    const renamed = { id, changeVersion: kept.version, oldKeyValues, newKeyValues: keysOf(resource, kept.row) };
    this.of(this.keyChanges, resource).push({ version: kept.version, row: renamed });
  }

  /** @param options.silently leaves no trace, as a purge below the API does */
  remove(resource: string, id: string, options: { silently?: boolean } = {}): void {
    const list = this.of(this.resources, resource);
    const at = list.findIndex((one) => one.id === id);
    const [kept] = list.splice(at, 1);
    if (options.silently) return;
    const version = (this.version += 1);
    const keyValues = this.options.version === '5.2' ? {} : { keyValues: keysOf(resource, kept!.row) };
    this.of(this.deletes, resource).push({ version, row: { id, changeVersion: version, ...keyValues } });
  }

  private of<T>(map: Map<string, T[]>, resource: string): T[] {
    const list = map.get(resource) ?? [];
    map.set(resource, list);
    return list;
  }

  protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const asked = `${request.method} ${url.pathname}${url.search}`;
    this.asked.push(asked);
    const trouble = this.troubles.find(({ on }) => (typeof on === 'string' ? asked.includes(on) : on.test(asked)));
    if (trouble) {
      trouble.times = (trouble.times ?? 1) - 1;
      if (trouble.times === 0) this.troubles.splice(this.troubles.indexOf(trouble), 1);
      trouble.also?.();
      if (trouble.with !== 'nothing') return misbehave(trouble.with, response);
    }
    const path = url.pathname.replace(/^\/edfi/, '');
    if (path === '' || path === '/') return json(response, this.root());
    if (path === '/oauth/token') return this.giveToken(request, response);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const left = this.tokens.get(token) ?? 0;
    if (left <= 0) return json(response, { message: 'Unauthorized' }, 401);
    this.tokens.set(token, left - 1);
    if (path === '/changeQueries/v1/availableChangeVersions' && this.options.changeQueries !== false)
      return json(response, { oldestChangeVersion: this.oldest, newestChangeVersion: this.version });
    const [, resource = '', tracked = ''] = /^\/data\/v3\/ed-fi\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
    if (this.options.forbidden?.includes(resource)) return json(response, { message: 'Forbidden' }, 403);
    if (resource === '' || (tracked === 'keyChanges' && this.options.version?.startsWith('5'))) return json(response, {}, 404);
    this.list(url.searchParams, response, this.rowsOf(resource, tracked));
  }

  private root(): object {
    const { version = '7.2', changeQueries = true } = this.options;
    const base = this.url;
    return {
      version,
      informationalVersion: version,
      suite: '3',
      build: '2025.1.1',
      ...(version.startsWith('7') ? {} : { apiMode: 'Sandbox' }),
      dataModels: [{ name: 'Ed-Fi', version: version.startsWith('7') ? '5.2.0' : version.startsWith('6') ? '4.0.0' : '3.3.1-b' }],
      urls: {
        dependencies: `${base}/metadata/data/v3/dependencies`,
        openApiMetadata: `${base}/metadata/`,
        oauth: `${base}/oauth/token`,
        dataManagementApi: `${base}/data/v3/`,
        xsdMetadata: `${base}/metadata/xsd`,
        ...(changeQueries ? { changeQueries: `${base}/changeQueries/v1/` } : {}),
      },
    };
  }

  private async giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request) body += String(piece);
    const right = `Basic ${Buffer.from(`${this.clientId}:${this.secret}`).toString('base64')}`;
    if (request.headers.authorization !== right || !body.includes('grant_type=client_credentials'))
      return json(response, { error: 'invalid_client' }, 401);
    const value = `token-${this.tokens.size + 1}`;
    this.tokens.set(value, this.options.tokenLasts ?? 1_000_000);
    json(response, { access_token: value, expires_in: 1800, token_type: 'bearer' });
  }

  private rowsOf(resource: string, tracked: string): { version: number; row: Row }[] {
    if (tracked === 'deletes') return this.of(this.deletes, resource);
    if (tracked === 'keyChanges') return this.of(this.keyChanges, resource);
    return this.of(this.resources, resource).map(({ id, version, row }) => ({ version, row: { id, ...row, _etag: String(version) } }));
  }

  private list(query: URLSearchParams, response: ServerResponse, rows: { version: number; row: Row }[]): void {
    const limit = Number(query.get('limit') ?? 25);
    if (limit > 500) return json(response, { message: 'limit must be at most 500' }, 400);
    const filters = [...query].filter(
      ([name]) => !['limit', 'offset', 'totalCount', 'minChangeVersion', 'maxChangeVersion'].includes(name),
    );
    const found = rows.filter(
      ({ version, row }) =>
        version >= Number(query.get('minChangeVersion') ?? 0) &&
        version <= Number(query.get('maxChangeVersion') ?? Infinity) &&
        filters.every(([name, value]) => String(valueOf(row, name)) === value),
    );
    if (query.get('totalCount') === 'true') response.setHeader('Total-Count', found.length);
    const offset = Number(query.get('offset') ?? 0);
    json(
      response,
      found.slice(offset, offset + limit).map(({ row }) => row),
    );
  }
}

/** A key of a record, wherever it lies: `studentUniqueId` is in `studentReference`. */
function valueOf(row: Row, name: string): unknown {
  if (name in row) return row[name];
  return Object.values(row).find((value): value is Row => typeof value === 'object' && value !== null && name in value)?.[name];
}

const keysOf = (resource: string, row: Row): Row => Object.fromEntries((KEYS[resource] ?? []).map((key) => [key, valueOf(row, key)]));

/** Ed-Fi servers of a test file: each runs from `started` until `stopped`. */
export function edfiServers() {
  const servers: EdfiServer[] = [];
  return {
    started: async (options: ConstructorParameters<typeof EdfiServer>[0] = {}): Promise<EdfiServer> => {
      const server = await new EdfiServer(options).start();
      servers.push(server);
      return server;
    },
    stopped: () => Promise.all(servers.splice(0).map((server) => server.stop())),
  };
}
