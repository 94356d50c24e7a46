import { randomUUID } from 'node:crypto';
import { PERMISSIONS } from '../../api/access.ts';
import { endpoints } from '../../api/registry.ts';
import type { Endpoint } from '../../api/endpoint.ts';
import { ROLES, type Role } from '../../policy/vocabulary.ts';
import { addPerson, type PersonAtApi } from '../world/api.ts';
import { beginCase, HIGH, MIDDLE, openSampleDistrict, someStudent, type SampleDistrict, type SampleStudent } from './sample-district.ts';

/** The first two questions about every endpoint: is it protected, and does it check what it is sent? */
describe('every endpoint', () => {
  let district: SampleDistrict;
  let student: SampleStudent;
  let deliveryId: string;
  const people = new Map<string, PersonAtApi>();

  beforeAll(async () => {
    district = await openSampleDistrict();
    student = await someStudent(district, HIGH);
    await beginCase(district, student, { referred_on: '2021-10-15', band: 'far-below-basic' });
    const row = await district.db.owner('delivery').first<{ delivery_id: string }>('delivery_id');
    deliveryId = row.delivery_id;
    for (const role of ROLES) {
      people.set(role, district.api.as(await addPerson(district.db.owner, role, null, `${role}.district`)));
      people.set(`${role}@other`, district.api.as(await addPerson(district.db.owner, role, [MIDDLE], `${role}.other`)));
    }
  });
  afterAll(() => district.close());

  const address = (endpoint: Endpoint): string =>
    endpoint.path
      .replace(':id', idOf(endpoint))
      .replace(':contactId', student.contactId)
      .replace(':task', 'staff-meeting')
      .replace(':date', '2021-10-14')
      .replace(/:(round|ordinal)/, '1')
      .replace(':letter', 'letter-1')
      .replace(':name', 'attendance.csv')
      .replace(':feed', 'sis')
      .replace(':partner', 'some-partner')
      .replace(/:(draft|migration|rehearsal|designee|delivery|agreement)\b/, randomUUID())
      .replace(':role', 'case_manager')
      .replace(':year', '2020-2021')
      .replace(':policy/:version', 'lausd/1')
      .replace(':version', 'shipped')
      .replace(/:(actionId|documentId)/, randomUUID());

  function idOf({ place, path }: Endpoint): string {
    if (path.startsWith('/v1/deliveries/')) return deliveryId;
    return { case: student.caseId, student: student.studentId, school: HIGH, command: randomUUID(), none: '', district: '' }[place];
  }

  const ask = (who: PersonAtApi | undefined, endpoint: Endpoint, body: unknown = {}, headers: Record<string, string> = {}) => {
    if (!who) throw new Error('nobody asks');
    if (endpoint.method === 'get') return who.send('GET', address(endpoint), { headers });
    return who.send(endpoint.method.toUpperCase(), address(endpoint), { body: endpoint.body === 'stream' ? 'a,b\n' : body, headers });
  };

  const rolesOf = (endpoint: Endpoint): readonly Role[] => {
    const roles = PERMISSIONS[endpoint.permission];
    return roles === 'everybody' ? ROLES : roles;
  };
  const cases = endpoints.filter(({ permission }) => permission !== 'anyone').map((endpoint) => [endpoint.operationId, endpoint] as const);

  test.each(cases)('%s is protected: 401 without a token, or with one that nobody has', async (_id, endpoint) => {
    for (const token of [null, 'rb_nobody_has_this_token_at_all', 'short']) {
      const reply = await ask(district.api.as(token), endpoint);
      expect(reply.status).toBe(401);
      expect(reply.problem.type).toBe('urn:rollbook:problem:not-signed-in');
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  test.each(cases)('%s is protected: 403 for every role without its permission', async (_id, endpoint) => {
    for (const role of ROLES.filter((one) => !rolesOf(endpoint).includes(one))) {
      const reply = await ask(people.get(role), endpoint);
      expect([role, reply.status, reply.problem.type]).toEqual([role, 403, 'urn:rollbook:problem:role-not-allowed']);
    }
  });

  test.each(cases.filter(([, { place }]) => !['none', 'command'].includes(place)))(
    '%s is protected: nothing of another school, and nothing of the district for a school',
    async (_id, endpoint) => {
      for (const role of rolesOf(endpoint)) {
        const reply = await ask(people.get(`${role}@other`), endpoint);
        expect([role, reply.status]).toEqual([role, ['case', 'student'].includes(endpoint.place) ? 404 : 403]);
      }
    },
  );

  test.each(cases)('%s refuses a query it does not know', async (_id, endpoint) => {
    const who = people.get(rolesOf(endpoint)[0] ?? '');
    if (endpoint.place === 'command') return;
    const path = `${address(endpoint)}?unheardOf=1`;
    const input = endpoint.method === 'get' ? {} : { body: endpoint.body === 'stream' ? 'a\n' : {} };
    const reply = await who?.send(endpoint.method.toUpperCase(), path, input);
    expect(reply?.status).toBe(422);
    expect(JSON.stringify(reply?.problem.errors)).toContain('unheardOf');
  });

  const commands = cases.filter(([, endpoint]) => endpoint.method === 'post');

  test.each(commands)('%s asks for an Idempotency-Key, and judgements for If-Match', async (id, endpoint) => {
    const who = people.get(rolesOf(endpoint)[0] ?? '');
    const bare = await ask(who, endpoint, {});
    expect([id, bare.status, bare.problem.type]).toEqual([id, 400, 'urn:rollbook:problem:idempotency-key-required']);
    if (!endpoint.headers.safeParse({}).error?.issues.some(({ path }) => path[0] === 'if-match')) return;
    const unseen = await ask(who, endpoint, {}, { 'idempotency-key': randomUUID() });
    expect([unseen.status, unseen.problem.type]).toEqual([428, 'urn:rollbook:problem:if-match-required']);
    const weak = await ask(who, endpoint, {}, { 'idempotency-key': randomUUID(), 'if-match': '*' });
    expect(weak.status).toBe(428);
  });

  test.each(commands)('%s refuses a body with a field that it does not know', async (_id, endpoint) => {
    const headers = { 'idempotency-key': randomUUID(), 'if-match': '"1"' };
    const reply = await ask(people.get(rolesOf(endpoint)[0] ?? ''), endpoint, { unheardOf: true }, headers);
    expect(reply.status).toBe(422);
    expect(reply.problem.type).toBe('urn:rollbook:problem:invalid-request');
  });

  test('an id that is none is a page that does not exist', async () => {
    const reply = await people.get('principal')?.send('GET', '/v1/cases/17');
    expect([reply?.status, reply?.problem.type]).toEqual([404, 'urn:rollbook:problem:not-found']);
  });

  test('a command of somebody else is not there', async () => {
    const { commandId } = await givenBy('clerk.other-person');
    expect((await people.get('clerk')?.outcome(commandId))?.status).toBe(404);
  });

  async function givenBy(caller: string): Promise<{ commandId: string }> {
    const [row] = await district.db
      .owner('command')
      .insert({
        caller,
        idempotency_key: randomUUID(),
        case_id: student.caseId,
        kind: 'open_case',
        body: '{}',
        body_sha256: '',
        actor: '{}',
        district_at: '2021-10-15T12:00:00Z',
      })
      .returning<{ command_id: string }[]>('command_id');
    return { commandId: row?.command_id ?? '' };
  }
});
