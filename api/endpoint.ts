import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Transaction } from '../store/database.ts';
import type { Subject } from '../store/read/subjects.ts';
import type { Permission, PlaceKind } from './access.ts';
import type { ApiServices } from './ports.ts';
import type { Person } from './signin.ts';

/**
 * What an endpoint leaves in the disclosure log. `discloses` names what it shows: its answer must then name the students, and the
 * binder writes the rows before anything is sent. `leaves` marks a document that leaves: it is logged for the case team, too.
 */
export type Audit = { discloses: string; leaves?: true } | { none: string };

/** One possible answer, for the contract. */
export interface ResponseSpec {
  description: string;
  schema?: z.ZodType;
  /** Media type of a body that is not JSON. */
  type?: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  /** A body that is not JSON. */
  bytes?: { type: string; data: Buffer; name: string };
  /** A body that is sent as it is made. */
  stream?: { type: string; data: AsyncIterable<string>; name: string };
  headers?: Record<string, string>;
}

/** An answer that shows something about students, and says about whom. */
export interface DisclosingAnswer extends Answer {
  subjects: (Pick<Subject, 'caseId' | 'school'> & {
    /** On what ground somebody outside the district is told, where it is not the role's own: an agreement, a consent. */
    basis?: string;
  })[];
}

type AnswerFor<A extends Audit> = A extends { discloses: string } ? DisclosingAnswer : Answer;

/** The rest of the work, after the first transaction is committed: what a command's outcome is, for instance. */
export interface AfterCommit<A extends Answer> {
  afterCommit(): Promise<A>;
}

export interface EndpointRequest<P, Q, B, H, S> {
  id: string;
  params: P;
  query: Q;
  body: B;
  headers: H;
  person: Person;
  /** The student and case that the path names. */
  subject: S;
  /** The caller's transaction; it ends when the handler returns. */
  trx: Transaction;
  /** Opens a further transaction of the same caller, for work after the commit. */
  within<T>(work: (trx: Transaction) => Promise<T>): Promise<T>;
  services: ApiServices;
  /** The raw body, of an endpoint whose `body` is `stream`. */
  stream: Readable;
}

type SubjectFor<Pl extends PlaceKind> = Pl extends 'case' | 'student' ? Subject : null;
type BodyOf<B> = B extends z.ZodType ? z.output<B> : undefined;

/** All that makes an endpoint. Permission, place and audit are required: one without them does not compile. */
export interface EndpointSpec<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType | 'none' | 'stream',
  H extends z.ZodType,
  A extends Audit,
  Pl extends PlaceKind,
> {
  method: 'get' | 'post' | 'put';
  /** With parameters as `:name`; the parameter `id` names the place. */
  path: `/v1/${string}`;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  permission: Permission;
  place: Pl;
  audit: A;
  params: P;
  query: Q;
  body: B;
  headers: H;
  responses: Record<number, ResponseSpec>;
  handler(
    request: EndpointRequest<z.output<P>, z.output<Q>, BodyOf<B>, z.output<H>, SubjectFor<Pl>>,
  ): Promise<AnswerFor<A> | AfterCommit<AnswerFor<A>>>;
}

/** An endpoint as the registry and the binder know it, whatever its types. */
export interface Endpoint extends Omit<
  EndpointSpec<z.ZodType, z.ZodType, z.ZodType | 'none' | 'stream', z.ZodType, Audit, PlaceKind>,
  'handler'
> {
  handler(request: EndpointRequest<unknown, unknown, unknown, unknown, Subject | null>): Promise<Answer | AfterCommit<Answer>>;
}

/** Declares one endpoint: its contract, who may use it, what it discloses, and what it does. */
export function endpoint<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType | 'none' | 'stream',
  H extends z.ZodType,
  const A extends Audit,
  Pl extends PlaceKind,
>(spec: EndpointSpec<P, Q, B, H, A, Pl>): Endpoint {
  return spec;
}
