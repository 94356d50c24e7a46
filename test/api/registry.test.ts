import { readdirSync } from 'node:fs';
import { PERMISSIONS } from '../../api/access.ts';
import { endpoints } from '../../api/registry.ts';
import { openApiDocument } from '../../api/openapi.ts';

const folder = new URL('../../api/endpoints/', import.meta.url);
const header = (name: string) => (endpoint: (typeof endpoints)[number]) =>
  endpoint.headers.safeParse({}).error?.issues.some(({ path }) => path[0] === name) === true;
const takesKey = header('idempotency-key');
const takesMatch = header('if-match');

describe('the registry of endpoints', () => {
  test('knows every module in api/endpoints, and each is one endpoint', () => {
    const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    expect(modules).toHaveLength(endpoints.length);
    const named = modules.map((name) => name.replace(/^.*\//, '').replace('.ts', ''));
    const ids = endpoints.map(({ operationId }) => operationId.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
    expect(ids.sort()).toEqual(named.sort());
  });

  test('no two endpoints share an address or an id', () => {
    expect(new Set(endpoints.map(({ method, path }) => `${method} ${path}`)).size).toBe(endpoints.length);
    expect(new Set(endpoints.map(({ operationId }) => operationId)).size).toBe(endpoints.length);
  });

  test.each(endpoints.map((endpoint) => [endpoint.operationId, endpoint] as const))(
    '%s has a permission, an audit with a reason, and answers',
    (_id, endpoint) => {
      expect(Object.keys(PERMISSIONS)).toContain(endpoint.permission);
      const audit = 'none' in endpoint.audit ? endpoint.audit.none : endpoint.audit.discloses;
      expect(audit.length).toBeGreaterThan('none' in endpoint.audit ? 15 : 2);
      expect(Object.keys(endpoint.responses).some((status) => status.startsWith('2'))).toBe(true);
      expect(endpoint.path.includes(':id')).toBe(
        !['none', 'district'].includes(endpoint.place) || endpoint.path.startsWith('/v1/deliveries/'),
      );
    },
  );

  test('every POST is a command with an Idempotency-Key, and nothing else is', () => {
    for (const endpoint of endpoints)
      expect([endpoint.operationId, takesKey(endpoint)]).toEqual([endpoint.operationId, endpoint.method === 'post']);
  });

  test('judgements, and only they, ask for If-Match', () => {
    const judgements = endpoints.filter(takesMatch).map(({ operationId }) => operationId);
    expect(judgements.sort()).toEqual([
      'approveLetter',
      'approveLetterText',
      'approvePolicyDraft',
      'justifyRequirement',
      'referCase',
      'withdrawReport',
    ]);
  });

  test('only health is open to everybody', () => {
    expect(endpoints.filter(({ permission }) => permission === 'anyone').map(({ path }) => path)).toEqual(['/v1/health']);
  });

  test('a document that leaves is disclosed whoever asks for it', () => {
    // The student in a preview is made up.
    for (const { operationId, responses, audit } of endpoints.filter((one) => one.operationId !== 'previewLetterText')) {
      const leaves = Object.values(responses).some(({ type }) => type === 'application/pdf');
      expect([operationId, 'leaves' in audit]).toEqual([operationId, leaves]);
    }
  });

  test('everything that shows a student is either disclosed, or says why not', () => {
    const shows = (endpoint: (typeof endpoints)[number]) => endpoint.method === 'get' && ['case', 'student'].includes(endpoint.place);
    for (const endpoint of endpoints.filter(shows))
      expect([endpoint.operationId, 'discloses' in endpoint.audit]).toEqual([endpoint.operationId, true]);
  });

  test('the OpenAPI document has all of them, with roles and audit', () => {
    const { paths } = openApiDocument('1.0.0');
    for (const { method, path, permission } of endpoints) {
      expect(paths?.[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method]).toMatchObject({
        'x-permission': permission,
        'x-audit': expect.anything(),
      });
    }
  });
});
