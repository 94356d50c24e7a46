import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { problem } from './contracts/common.ts';
import { endpoints } from './registry.ts';
import { PERMISSIONS } from './access.ts';
import type { Endpoint, ResponseSpec } from './endpoint.ts';

type Document = ReturnType<OpenApiGeneratorV31['generateDocument']>;

/** The OpenAPI 3.1 document, from the same contracts that check the requests. @param version the release */
export function openApiDocument(version: string): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer', description: 'Your personal token' });
  for (const endpoint of endpoints) registry.registerPath(route(endpoint));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Rollbook',
      version,
      description:
        "Every student's attendance case as one durable workflow, from a phone call to a SARB packet. Commands take an `Idempotency-Key`; " +
        'judgements take `If-Match` with the ETag of the case as you have seen it; problems are RFC 9457 and say what is missing.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.map(([name, description]) => ({ name, description })),
  });
}

const TAGS = [
  ['schools', 'Schools, the daily absence list, school tasks'],
  ['students', 'Finding students and keeping their contacts'],
  ['cases', 'Cases: what stands, what may be done, and doing it'],
  ['documents', 'Letters and the packet'],
  ['commands', 'Outcomes of commands'],
  ['attendance', 'Codes, days, corrections by hand'],
  ['deliveries', 'Attendance from the SIS'],
  ['policy', 'What the district decides'],
  ['staff', 'Who does what: people, designees, posts and what stands vacant'],
  ['retention', 'How long records are kept, and which have been kept long enough'],
  ['partners', 'Organisations that share tasks: agreements, and what they have to do'],
  ['district', 'The clock and the health of the service'],
] as const;

function route(endpoint: Endpoint): RouteConfig {
  const roles: readonly string[] | 'everybody' = PERMISSIONS[endpoint.permission];
  return {
    method: endpoint.method,
    path: endpoint.path.replaceAll(/:(\w+)/g, '{$1}'),
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    tags: [endpoint.tag],
    security: roles === 'everybody' ? [] : [{ token: [] }],
    request: {
      params: endpoint.params as z.ZodObject,
      query: endpoint.query as z.ZodObject,
      headers: endpoint.headers as z.ZodObject,
      ...requestBody(endpoint),
    },
    responses: {
      ...Object.fromEntries(Object.entries(endpoint.responses).map(([status, spec]) => [status, response(spec)])),
      default: { description: 'A problem', content: { 'application/problem+json': { schema: problem } } },
    },
    'x-permission': endpoint.permission,
    'x-roles': roles === 'everybody' ? [] : roles,
    'x-audit': endpoint.audit,
  };
}

function requestBody({ body }: Endpoint): Pick<NonNullable<RouteConfig['request']>, 'body'> | object {
  if (body === 'none') return {};
  if (body === 'stream') return { body: { required: true, content: { 'text/csv': { schema: { type: 'string', format: 'binary' } } } } };
  return { body: { required: true, content: { 'application/json': { schema: body } } } };
}

function response({ description, schema, type }: ResponseSpec): RouteConfig['responses'][string] {
  if (type !== undefined) return { description, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
  return schema ? { description, content: { 'application/json': { schema } } } : { description };
}

/** The document as `api/openapi.json` holds it. */
export function openApiText(version: string): string {
  return `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
}
