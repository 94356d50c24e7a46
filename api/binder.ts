import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import { asCaller, type Transaction } from '../store/database.ts';
import { recordDisclosures } from '../store/intake/disclosures.ts';
import { admit, onCaseTeam } from './access.ts';
import type { AfterCommit, Answer, DisclosingAnswer, Endpoint } from './endpoint.ts';
import { requestIdOf } from './logging.ts';
import type { ApiServices } from './ports.ts';
import { Problem } from './problems.ts';
import { ANYONE, signIn, type Person } from './signin.ts';
import { checked, checkedHeaders } from './validation.ts';

const readJson: RequestHandler = express.json({ limit: '128kb', strict: true, type: ['application/json'] });

/**
 * Puts an endpoint behind its guard. In this order, in one transaction of the caller: sign-in, role and place, contract, the
 * endpoint itself, the disclosure rows; then, after the commit, what waits for an outcome; then the answer is sent.
 */
export function bind(router: Router, endpoint: Endpoint, services: ApiServices): void {
  router[endpoint.method](endpoint.path, async (request, response) => {
    const person = endpoint.permission === 'anyone' ? ANYONE : await signIn(services.db, request.headers.authorization);
    response.locals['person'] = person.id;
    if (endpoint.body === 'stream' && !request.is(['text/*', 'application/*'])) {
      throw new Problem('media-type', 'Send the file as application/octet-stream, or by its own type, for instance text/csv.');
    }
    if (typeof endpoint.body !== 'string') await parseJson(request, response);
    const answer = await serve(endpoint, services, request, response, person);
    if (services.checkAnswers) checkAnswer(endpoint, answer);
    await send(response, answer);
  });
}

async function serve(endpoint: Endpoint, services: ApiServices, request: Request, response: Response, person: Person): Promise<Answer> {
  const within = <T>(work: (trx: Transaction) => Promise<T>) => asCaller(services.db, person, work);
  const first = await within(async (trx) => {
    const params = checked(endpoint.params, request.params, 'path');
    const subject = await admit(trx, person, endpoint.permission, { kind: endpoint.place, id: request.params['id'] as string });
    const result = await endpoint.handler({
      id: requestIdOf(response),
      params,
      query: checked(endpoint.query, request.query, 'query'),
      headers: checkedHeaders(endpoint.headers, request.headers),
      body: typeof endpoint.body === 'string' ? undefined : checked(endpoint.body, request.body, 'body'),
      person,
      subject,
      trx,
      within,
      services,
      stream: request,
    });
    if (!isDeferred(result)) await disclose(trx, endpoint, person, result);
    return result;
  });
  if (!isDeferred(first)) return first;
  const answer = await first.afterCommit();
  if (mustDisclose(endpoint, person, answer).length > 0) await within((trx) => disclose(trx, endpoint, person, answer));
  return answer;
}

/** The students whose showing has to be logged: all in a document that leaves, else those whose case team the reader is not on. */
function mustDisclose(endpoint: Endpoint, person: Person, answer: Answer): DisclosingAnswer['subjects'] {
  if (!('discloses' in endpoint.audit)) return [];
  const { subjects } = answer as DisclosingAnswer;
  return endpoint.audit.leaves ? subjects : subjects.filter(({ school }) => !onCaseTeam(person, school));
}

async function disclose(trx: Transaction, endpoint: Endpoint, person: Person, answer: Answer): Promise<void> {
  const subjects = mustDisclose(endpoint, person, answer);
  if (subjects.length === 0 || !('discloses' in endpoint.audit)) return;
  const { discloses } = endpoint.audit;
  for (const basis of new Set(subjects.map((one) => one.basis))) {
    const cases = subjects.filter((one) => one.basis === basis).map(({ caseId }) => caseId);
    await recordDisclosures(trx, person, discloses, cases, { operation: endpoint.operationId, ...(basis === undefined ? {} : { basis }) });
  }
}

function isDeferred(result: Answer | AfterCommit<Answer>): result is AfterCommit<Answer> {
  return 'afterCommit' in result;
}

async function parseJson(request: Request, response: Response): Promise<void> {
  if (!request.is('application/json')) throw new Problem('media-type', 'Send the body as application/json.');
  await new Promise<void>((resolve, reject) => {
    void readJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

function checkAnswer(endpoint: Endpoint, answer: Answer): void {
  const spec = endpoint.responses[answer.status];
  if (answer.status >= 400) return;
  if (spec === undefined) throw new Error(`${endpoint.operationId} answers ${answer.status}, which its contract does not know`);
  // A file that was asked for instead of JSON.
  if (spec.schema === undefined || answer.bytes !== undefined || answer.stream !== undefined) return;
  const result = spec.schema.safeParse(JSON.parse(JSON.stringify(answer.body)));
  if (!result.success) throw new Error(`the answer of ${endpoint.operationId} does not fit its contract: ${z.prettifyError(result.error)}`);
}

async function send(response: Response, answer: Answer): Promise<void> {
  response.status(answer.status).set({ 'cache-control': 'no-store', ...answer.headers });
  if (answer.bytes) {
    response.type(answer.bytes.type).set('content-disposition', `inline; filename="${answer.bytes.name}"`).send(answer.bytes.data);
  } else if (answer.stream) {
    const { type, name, data } = answer.stream;
    response.type(type).set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    await pipeline(Readable.from(data), response);
  } else if (answer.body === undefined) {
    response.end();
  } else {
    if (answer.status >= 400) {
      response.type('application/problem+json').send(JSON.stringify({ ...answer.body, instance: `urn:uuid:${requestIdOf(response)}` }));
    } else response.json(answer.body);
  }
}
