import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Query parameters that can hold a name or a number of a person: they never reach a log. */
const PRIVATE = new Set(['q', 'name', 'phone', 'id']);

/** One line for each request: ids, never names; no headers and no bodies. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger,
    genReqId: () => randomUUID(),
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    customProps: (_request, response) => ({ person: (response as Response).locals?.['person'] as unknown }),
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        url: withoutNames(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      err: (error: Error & { raw?: unknown }) => describeError(error.raw ?? error),
    },
  });
}

/** The request's id, as the log and a problem's `instance` name it. */
export function requestIdOf(response: Response): string {
  const { id } = response.req;
  return typeof id === 'object' ? '' : String(id);
}

/** The address with the values of private query parameters replaced. */
function withoutNames(url: string): string {
  const [path = '', query] = url.split('?', 2);
  if (query === undefined) return path;
  const shown = [...new URLSearchParams(query)].map(([name, value]) => `${name}=${PRIVATE.has(name.toLowerCase()) ? '…' : value}`);
  return `${path}?${shown.join('&')}`;
}

/**
 * An error for the log. What the database says can quote values, so of its errors only the code, the constraint and the place in our
 * code are kept.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, severity, constraint } = error as Error & { code?: string; severity?: string; constraint?: string };
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  return severity === undefined ? { type: error.name, code, message: error.message, stack } : { type: error.name, code, constraint, stack };
}
