import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import { sendCommand } from '../../activities/send.ts';
import { rejectedFile } from '../../attendance/rejected-file.ts';
import { createDistrictJobs } from '../../api/jobs.ts';
import { listen, type RunningApi } from '../../api/listen.ts';
import type { ApiServices, CaseGateway, DistrictJobs } from '../../api/ports.ts';
import type { ProblemBody } from '../../api/problems.ts';
import type { documentAction } from '../../api/contracts/actions.ts';
import type { casePage, caseLine, chronicleLine, student, contact } from '../../api/contracts/case.ts';
import type { correctContact } from '../../api/contracts/command.ts';
import type { absenceList } from '../../api/contracts/school.ts';
import type { coverage, delivery } from '../../api/contracts/delivery.ts';
import type { clock, me } from '../../api/contracts/district.ts';
import type { Ground, Role } from '../../policy/vocabulary.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { pino } from 'pino';

/** An answer of the API, read. A problem's members are in `problem`. */
export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
  problem: ProblemBody;
  bytes: Buffer;
}

export interface Applied {
  commandId: string;
  caseId: string;
  outcome: 'applied' | null;
  seq: number;
}

interface CommandOptions {
  /** `Idempotency-Key`; a fresh one if absent. Null sends none. */
  key?: string | null;
  /** `If-Match`, as a sequence number. */
  ifSeq?: number;
}

/** The API as one person uses it, in the words of the domain. Every call answers whatever came; `expectOk` insists. */
export class PersonAtApi {
  constructor(
    readonly url: string,
    readonly token: string | null,
  ) {}

  async send<T>(method: string, path: string, input: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Reply<T>> {
    const raw = Buffer.isBuffer(input.body) || typeof input.body === 'string';
    const headers: Record<string, string> = { ...input.headers };
    if (this.token !== null) headers['authorization'] = `Bearer ${this.token}`;
    if (input.body !== undefined) headers['content-type'] ??= raw ? 'text/csv' : 'application/json';
    const body = input.body === undefined ? null : raw ? (input.body as string) : JSON.stringify(input.body);
    const response = await fetch(new URL(path, this.url), { method, headers, body });
    const bytes = Buffer.from(await response.arrayBuffer());
    const json = (response.headers.get('content-type') ?? '').includes('json')
      ? (JSON.parse(bytes.toString('utf8')) as unknown)
      : undefined;
    return { status: response.status, headers: response.headers, body: json as T, problem: json as ProblemBody, bytes };
  }

  get<T>(path: string): Promise<Reply<T>> {
    return this.send<T>('GET', path);
  }

  command<T = Applied>(path: string, body: unknown, { key = randomUUID(), ifSeq }: CommandOptions = {}): Promise<Reply<T>> {
    const headers: Record<string, string> = {};
    if (key !== null) headers['idempotency-key'] = key;
    if (ifSeq !== undefined) headers['if-match'] = `"${ifSeq}"`;
    return this.send<T>('POST', path, { body, headers });
  }

  me = () => this.get<z.output<typeof me>>('/v1/me');
  clock = () => this.get<z.output<typeof clock>>('/v1/clock');
  case = (caseId: string) => this.get<z.output<typeof casePage>>(`/v1/cases/${caseId}`);
  cases = (query = '') => this.get<{ cases: z.output<typeof caseLine>[]; next: string | null }>(`/v1/cases${query}`);
  history = (caseId: string, query = '') =>
    this.get<{ events: z.output<typeof chronicleLine>[]; next: number | null }>(`/v1/cases/${caseId}/history${query}`);
  absenceList = (school: string, day?: string) =>
    this.get<z.output<typeof absenceList>>(`/v1/schools/${school}/absence-list${day === undefined ? '' : `?day=${day}`}`);
  picture = (caseId?: string) => this.get<undefined>(caseId === undefined ? '/v1/policy/picture' : `/v1/cases/${caseId}/picture`);
  packet = (caseId: string) => this.get<undefined>(`/v1/cases/${caseId}/packet`);
  letter = (caseId: string, documentId: string) => this.get<undefined>(`/v1/cases/${caseId}/letters/${documentId}`);
  outcome = (commandId: string) =>
    this.get<{ outcome: 'applied' | 'refused' | null; result: (Applied & ProblemBody) | null }>(`/v1/commands/${commandId}`);

  findStudents(
    query: Record<string, string>,
  ): Promise<Reply<{ students: (z.output<typeof student> & { contacts: z.output<typeof contact>[] })[] }>> {
    return this.get(`/v1/students?${new URLSearchParams(query).toString()}`);
  }

  openCase = (studentId: string, reason: string, options?: CommandOptions) =>
    this.command('/v1/cases', { student: studentId, reason }, options);
  document = (caseId: string, action: z.input<typeof documentAction>, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/actions`, action, options);
  supersede = (caseId: string, actionId: string, reason: string, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/actions/${actionId}/supersede`, { reason }, options);
  unavailable = (caseId: string, task: string, round: number, reason: string, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/tasks/${task}/${round}/unavailable`, { reason }, options);
  fileReport = (caseId: string, events: string[], on: string, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/reports`, { events, on }, options);
  withdrawReport = (caseId: string, ordinal: number, reason: string, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/reports/${ordinal}/withdraw`, { reason }, options);
  approveLetter = (caseId: string, letter: string, round: number, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/letters/${letter}/approve`, { round }, options);
  justify = (caseId: string, requirement: string, ground: Ground, reason: string, options?: CommandOptions) =>
    this.command(`/v1/cases/${caseId}/justifications`, { requirement, ground, reason }, options);
  refer = (caseId: string, ground: Ground, options?: CommandOptions) => this.command(`/v1/cases/${caseId}/referral`, { ground }, options);
  correctContact = (studentId: string, contactId: string, body: z.input<typeof correctContact>, options?: CommandOptions) =>
    this.command<Applied & { contact: string | null }>(`/v1/students/${studentId}/contacts/${contactId}/correct`, body, options);
  recordSchoolTask = (school: string, task: string, on: string, note: string, options?: CommandOptions) =>
    this.command<{ recordId: string; cases: number }>(`/v1/schools/${school}/school-tasks/${task}/records`, { on, note }, options);
  advance = (by: { days: number } | { schoolDays: number }, options?: CommandOptions) =>
    this.command<{ from: string; readAt: string }>('/v1/clock/advance', by, options);
  delivery = (deliveryId: string, query = '') => this.get<z.output<typeof delivery>>(`/v1/deliveries/${deliveryId}${query}`);

  /** Opens a delivery, puts its files and commits it. @returns its id */
  async deliver(speaksOf: z.input<typeof coverage>, files: Record<string, Buffer | string>): Promise<string> {
    const opened = expectOk(await this.command<{ deliveryId: string }>('/v1/deliveries', { coverage: speaksOf }));
    for (const [name, content] of Object.entries(files)) {
      expectOk(await this.send('PUT', `/v1/deliveries/${opened.deliveryId}/files/${name}`, { body: content }));
    }
    expectOk(await this.command(`/v1/deliveries/${opened.deliveryId}/commit`, {}));
    return opened.deliveryId;
  }
}

/** The body of an answer that has to be a good one. */
export function expectOk<T>(reply: Reply<T>): T {
  if (reply.status >= 300) throw new Error(`expected a good answer, got ${reply.status}: ${JSON.stringify(reply.problem)}`);
  return reply.body;
}

/** A person with a fresh token, written into the database. @param schools null means the whole district */
export async function addPerson(
  owner: Database,
  role: Role,
  schools: string[] | null,
  id = `${role}.${randomBytes(4).toString('hex')}`,
  partner: string | null = null,
): Promise<string> {
  const token = `rb_${randomBytes(24).toString('base64url')}`;
  if (role === 'partner' && partner === null) {
    partner = 'some-partner';
    await owner('partner')
      .insert({ partner_id: partner, name: 'Some Partner', added_by: 'test', added_at: '2021-08-01' })
      .onConflict()
      .ignore();
  }
  await owner('person').insert({
    person_id: id,
    name: `Person ${id}`,
    role,
    schools,
    partner,
    certificated: ['case_manager', 'principal'].includes(role),
    token_sha256: createHash('sha256').update(token).digest('hex'),
  });
  return token;
}

export interface ApiWorld extends RunningApi {
  as(token: string | null): PersonAtApi;
}

/** The API as it is in service: commands go to the cases that run on the engine of `client`, long work to its workflows. */
export function startEngineApi(databaseUrl: string, client: Client): Promise<ApiWorld> {
  return startTestApi({
    databaseUrl,
    gateway: (db) => ({ deliver: (commandId, timeoutMs) => sendCommand({ client, db }, commandId, timeoutMs) }),
    jobs: createDistrictJobs(client),
  });
}

/** The API in this process on a free port, connected as its own database role, every answer checked against its contract. */
export async function startTestApi(input: {
  /** Connection URL of the role `rollbook_api`. */
  databaseUrl: string;
  gateway: (db: Database) => CaseGateway;
  jobs: DistrictJobs;
  patienceMs?: number;
  logger?: ApiServices['logger'];
}): Promise<ApiWorld> {
  const db = openDatabase(input.databaseUrl, { name: 'test api', max: 10 });
  const api = await listen(
    {
      db,
      gateway: input.gateway(db),
      jobs: input.jobs,
      files: { rejectedRows: rejectedFile },
      logger: input.logger ?? pino({ level: 'silent' }),
      version: '0.0.0-test',
      patienceMs: input.patienceMs ?? 5_000,
      checkAnswers: true,
    },
    { host: '127.0.0.1', port: 0 },
  );
  return {
    url: api.url,
    as: (token) => new PersonAtApi(api.url, token),
    async close() {
      await api.close();
      await db.destroy();
    },
  };
}

/** No engine at all: every command is written down and stays on its way. What the API does without an answer is tested with it. */
export const NOBODY_ANSWERS: { gateway: () => CaseGateway; jobs: DistrictJobs } = {
  gateway: () => ({ deliver: () => Promise.resolve(null) }),
  jobs: {
    settleMerges: () => Promise.reject(new Error('no engine')),
    importDelivery: () => Promise.resolve(),
    dryRunDelivery: () => Promise.resolve(),
    rehearsePolicy: () => Promise.resolve(),
    pullFeed: () => Promise.resolve(),
    dryRunFeed: () => Promise.resolve(),
    watchFeeds: () => Promise.resolve(),
    advance: () => Promise.resolve('started'),
    advanceProgress: () => Promise.resolve({ state: 'none', problem: null, planned: 0, passed: [], short: null }),
    reachable: () => Promise.resolve(false),
  },
};
