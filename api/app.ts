import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import { bind } from './binder.ts';
import { docsPages } from './docs.ts';
import { landingPage } from './landing.ts';
import { describeError, requestIdOf, requestLog } from './logging.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiServices } from './ports.ts';
import { Problem, type ProblemBody } from './problems.ts';
import { endpoints } from './registry.ts';

/** The whole service as an Express application. It holds no state of its own and listens nowhere; `bin/` does. */
export function createApi(services: ApiServices): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(requestLog(services.logger));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], frameAncestors: ["'none'"] },
      },
      // Transport security belongs to the proxy that ends TLS; on a plain local address the header would only mislead.
      strictTransportSecurity: false,
    }),
  );
  for (const endpoint of endpoints) bind(app, endpoint, services);
  const document = openApiDocument(services.version);
  app.get('/v1/openapi.json', (_request, response) => void response.json(document));
  app.use('/docs', docsPages());
  app.use(landingPage(services));
  app.use((request) => {
    throw new Problem('not-found', `There is nothing at ${request.method} ${request.path}; see /docs for what there is.`);
  });
  app.use(problemResponses(services));
  return app;
}

/** Whatever was thrown becomes a problem response; what was not foreseen is logged and told without its inside. */
function problemResponses(services: ApiServices): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (problem.body.status >= 500)
      services.logger.error({ error: describeError(error), requestId: requestIdOf(response) }, 'a request failed');
    const body: ProblemBody = { ...problem.body, instance: `urn:uuid:${requestIdOf(response)}` };
    response
      .status(body.status)
      .set({ 'cache-control': 'no-store', ...problem.headers })
      .type('application/problem+json')
      .send(JSON.stringify(body));
  };
}

/** Errors of the database and of the body parser, in our words. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { type, code, name, message } = error as { type?: string; code?: string; name?: string; message?: string };
  if (type === 'entity.too.large') return new Problem('too-large', 'The body is larger than this address takes.');
  if (type?.startsWith('entity.') || type?.startsWith('encoding.') || type?.startsWith('charset.') || type?.startsWith('request.')) {
    return new Problem('bad-request', 'The body is not readable JSON.');
  }
  if (error instanceof URIError) return new Problem('bad-request', 'The address cannot be decoded.');
  if (name === 'KnexTimeoutError' || code === 'ECONNREFUSED' || code === '57P03' || code === '57P01' || code === '08006') {
    return new Problem(
      'unavailable',
      'The database does not answer; nothing was changed by this request. Try again shortly.',
      {},
      { 'retry-after': '2' },
    );
  }
  if (name === 'ServiceError') {
    return new Problem(
      'unavailable',
      'The engine does not answer. Repeat the request shortly; a command with the same Idempotency-Key.',
      {},
      { 'retry-after': '2' },
    );
  }
  if (message?.startsWith('no district has been set up'))
    return new Problem('no-district', 'No district has been loaded into this database yet.');
  return new Problem('internal', 'This is a mistake of the service, not yours. Tell the administrator the `instance` of this answer.');
}
