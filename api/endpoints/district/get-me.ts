import { me } from '../../contracts/district.ts';
import { nothing, readHeaders } from '../../contracts/common.ts';
import { permissionsOf } from '../../access.ts';
import { endpoint } from '../../endpoint.ts';

export const getMe = endpoint({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  tag: 'district',
  summary: 'Who you are here: your role, where it holds, and what it permits',
  permission: 'see_self',
  place: 'none',
  audit: { none: 'the reader sees only themselves' },
  params: nothing,
  query: nothing,
  body: 'none',
  headers: readHeaders,
  responses: { 200: { description: 'You', schema: me } },
  async handler({ person }) {
    const { id, name, role, schools, certificated } = person;
    return { status: 200, body: { id, name, role, schools, certificated, permissions: permissionsOf(person) } };
  },
});
