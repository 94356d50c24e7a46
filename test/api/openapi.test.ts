import { readFileSync } from 'node:fs';
import { openApiText } from '../../api/openapi.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('api/openapi.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };

  test('is what the contracts say; if not, run `node --import tsx api/write-openapi.ts`', () => {
    expect(JSON.parse(read('api/openapi.json'))).toEqual(JSON.parse(openApiText(version)));
  });

  test('is OpenAPI 3.1, and every reference in it leads somewhere', () => {
    const text = read('api/openapi.json');
    const document = JSON.parse(text) as { openapi: string; components: { schemas: Record<string, unknown> } };
    expect(document.openapi).toBe('3.1.0');
    const references = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '');
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  test('lets no object take fields it does not name, but problems and counts', () => {
    const document = JSON.parse(read('api/openapi.json')) as {
      components: { schemas: Record<string, { type?: string; additionalProperties?: unknown }> };
    };
    const open = Object.entries(document.components.schemas).filter(
      ([, one]) => one.type === 'object' && one.additionalProperties !== false,
    );
    expect(open.map(([name]) => name).sort()).toEqual(['Applied', 'Problem']);
  });
});
