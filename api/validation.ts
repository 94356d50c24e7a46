import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import { Problem, type ProblemKind } from './problems.ts';

/** A part of the request, checked. Unknown fields are refused by the contracts themselves (strict objects). */
export function checked(schema: z.ZodType, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const errors = problemsIn(result.error, where);
  // A path that cannot exist is a page that does not exist.
  if (where === 'path') throw new Problem('not-found', 'There is nothing at this address.', { errors });
  throw new Problem(
    'invalid-request',
    `The ${where} of the request does not fit: ${errors[0]?.path ?? where}: ${errors[0]?.message ?? ''}`,
    { errors },
  );
}

/** Headers that are missing or malformed have problems of their own. */
const HEADER_PROBLEMS: Record<string, [ProblemKind, string]> = {
  'idempotency-key': [
    'idempotency-key-required',
    'Send the header Idempotency-Key with 8 to 200 characters that name this command, for instance a UUID; repeat it when you repeat the command.',
  ],
  'if-match': [
    'if-match-required',
    'This judges what you have seen: send the ETag with which you read it in the header If-Match, for instance "12".',
  ],
};

export function checkedHeaders(schema: z.ZodType, headers: IncomingHttpHeaders): unknown {
  const result = schema.safeParse(headers);
  if (result.success) return result.data;
  for (const { path } of result.error.issues) {
    const [kind, detail] = HEADER_PROBLEMS[String(path[0])] ?? [];
    if (kind !== undefined && detail !== undefined) throw new Problem(kind, detail, { errors: problemsIn(result.error, 'header') });
  }
  throw new Problem('bad-request', 'A header does not fit.', { errors: problemsIn(result.error, 'header') });
}

function problemsIn(error: z.ZodError, where: string): { path: string; message: string }[] {
  return error.issues
    .flatMap((issue) => deepest(issue))
    .map(({ path, message }) => ({ path: [where, ...path.map(String)].join('.'), message }));
}

/** Within a union, what is wrong in the variant that came nearest. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const nearest = issue.errors.reduce((best, one) => (one.length < best.length ? one : best));
  return nearest.length === 0 ? [issue] : nearest.flatMap((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] }));
}
