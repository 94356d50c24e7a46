import type { TestDatabase } from '../world/database.ts';
import { edfiServers, type EdfiServer } from './edfi-server.ts';
import { feedOn, fillEdfi, health, openFeedWorld, pull, setClock } from './world.ts';

/** What an Ed-Fi API tells of people beside attendance: contacts and programs. */
let world: TestDatabase;
const { started, stopped } = edfiServers();
beforeEach(async () => {
  world = await openFeedWorld();
});
afterEach(async () => {
  await stopped();
  await world.close();
});

const feedOf = (server: EdfiServer) => feedOn(world, 'edfi', { url: server.url, clientId: server.clientId });

describe.each([
  ['7.2', 'contacts', 'studentContactAssociations', 'contact'],
  ['6.1', 'parents', 'studentParentAssociations', 'parent'],
] as const)('contacts of an API %s', (version, people, links, name) => {
  const person = (id: string, firstName: string, phone: string) => ({
    [`${name}UniqueId`]: id,
    firstName,
    lastSurname: 'Peña',
    telephones: [
      { telephoneNumber: phone, telephoneNumberTypeDescriptor: 'uri://ed-fi.org/TelephoneNumberTypeDescriptor#Mobile' },
      { telephoneNumber: '5550100999', telephoneNumberTypeDescriptor: 'uri://ed-fi.org/TelephoneNumberTypeDescriptor#Work' },
    ],
    electronicMails: [{ electronicMailAddress: `${firstName.toLowerCase()}@example.org`, electronicMailTypeDescriptor: 'x#Home/Personal' }],
    addresses: [
      {
        addressTypeDescriptor: 'uri://ed-fi.org/AddressTypeDescriptor#Home',
        streetNumberName: '1 Elm St',
        city: 'Eagle Rock',
        stateAbbreviationDescriptor: 'uri://ed-fi.org/StateAbbreviationDescriptor#CA',
        postalCode: '98765',
      },
    ],
    languages: [{ languageDescriptor: 'uri://ed-fi.org/LanguageDescriptor#spa' }],
  });
  const link = (id: string, student: string, relation: string, more = {}) => ({
    [`${name}Reference`]: { [`${name}UniqueId`]: id },
    studentReference: { studentUniqueId: student },
    relationDescriptor: `uri://ed-fi.org/RelationDescriptor#${relation}`,
    ...more,
  });
  const found = async (): Promise<string[]> =>
    (
      await world
        .owner('contact AS c')
        .join('student_identifier AS i', 'i.student_id', 'c.student_id')
        .whereNull('c.superseded_by')
        .orderBy(['i.value', 'c.local_id'])
        .select<{ line: string }[]>(world.owner.raw(`i.value || ' ' || c.local_id || ' ' || c.relationship || ' ' || c.phone AS line`))
    ).map(({ line }) => line);

  test('come with their people; what changes of a link or a person, and what is deleted, comes with the night', async () => {
    const server = await started({ version });
    fillEdfi(server, 3);
    const rosa = server.add(people, person('C1', 'Rosa', '5550100001'));
    server.add(people, person('C2', 'Victor', '5550100002'));
    server.add(links, link('C1', '1', 'Mother', { legalGuardian: true, livesWith: true, primaryContactStatus: true }));
    const second = server.add(links, link('C1', '2', 'Mother', { legalGuardian: true }));
    server.add(links, link('C2', '1', 'Father', { contactRestrictions: 'May not pick the student up' }));
    server.add(links, link('C9', '1', 'Aunt'));
    const feed = await feedOf(server);
    const first = await pull(world, feed);
    expect(first.counts[0]).toMatchObject({ rejected: 0 });
    expect(await found()).toEqual(['1 C1 Mother 5550100001', '1 C2 Father 5550100002', '2 C1 Mother 5550100001']);
    expect(await world.owner('contact').where({ local_id: 'C1', is_primary: true })).toMatchObject([
      {
        legal_role: 'parent',
        lives_with: true,
        phone_type: 'Mobile',
        email: 'rosa@example.org',
        street: '1 Elm St',
        state: 'CA',
        zip: '98765',
        language: 'spa',
      },
    ]);
    expect(await world.owner('contact').where({ local_id: 'C2' })).toMatchObject([
      {
        legal_role: null,
        court_order: 'Restriction in the information system: May not pick the student up',
        court_order_limits: ['contact', 'letters'],
      },
    ]);

    server.change(people, rosa, { telephones: [{ telephoneNumber: '5550100777', telephoneNumberTypeDescriptor: 'x#Home' }] });
    server.remove(links, second);
    server.add(links, link('C2', '3', 'Uncle'));
    await setClock(world, '2025-09-09 02:00');
    const night = await pull(world, feed);
    expect(night.counts.map(({ rejected }) => rejected)).toEqual(night.counts.map(() => 0));
    expect(await found()).toEqual(['1 C1 Mother 5550100777', '1 C2 Father 5550100002', '3 C2 Uncle 5550100002']);
    expect(await world.owner('feed_person')).toEqual([]);

    // A link that nobody told of is found to be gone by the week's reconcile.
    const silent = server.add(links, link('C2', '2', 'Uncle'));
    await setClock(world, '2025-09-10 02:00');
    await pull(world, feed);
    expect(await found()).toHaveLength(4);
    server.remove(links, silent, { silently: true });
    await setClock(world, '2025-09-13 02:00');
    await pull(world, feed);
    expect(await found()).toHaveLength(3);
  });
});

test('a link that was deleted and made anew stands, and one that the source does not let be read is named with the feed', async () => {
  const server = await started({ forbidden: ['contacts'] });
  fillEdfi(server, 1);
  server.add('studentContactAssociations', { contactReference: { contactUniqueId: 'C1' }, studentReference: { studentUniqueId: '1' } });
  const feed = await feedOf(server);
  await pull(world, feed);
  expect((await health(world)).leftOut).toEqual(['contacts']);
  server.options.forbidden = [];
  const link = { contactReference: { contactUniqueId: 'C1' }, studentReference: { studentUniqueId: '1' }, legalGuardian: true };
  server.add('contacts', { contactUniqueId: 'C1', firstName: 'Rosa', lastSurname: 'Peña' });
  const old = server.add('studentContactAssociations', link);
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  server.remove('studentContactAssociations', old);
  server.add('studentContactAssociations', link);
  await setClock(world, '2025-09-10 02:00');
  await pull(world, feed);
  expect(await world.owner('contact').whereNull('superseded_by')).toMatchObject([{ relationship: 'Guardian', legal_role: 'parent' }]);
});

test('programs are flags from day to day; one that was deleted takes its flag back, unless the source says it otherwise', async () => {
  const server = await started();
  fillEdfi(server, 3);
  const program = (student: string, type: string, beginDate: string, more = {}) => ({
    studentReference: { studentUniqueId: student },
    programReference: {
      educationOrganizationId: 255901,
      programName: type,
      programTypeDescriptor: `uri://ed-fi.org/ProgramTypeDescriptor#${type}`,
    },
    educationOrganizationReference: { educationOrganizationId: 255901 },
    beginDate,
    ...more,
  });
  const SPECIAL = 'studentSpecialEducationProgramAssociations';
  server.add(SPECIAL, program('1', 'Special Education', '2024-08-14', { endDate: '2025-06-12' }));
  server.add(SPECIAL, program('1', 'Special Education', '2025-06-13', { servedOutsideOfRegularSession: false }));
  const mistaken = server.add(SPECIAL, program('2', 'Special Education', '2025-08-20'));
  server.add('studentProgramAssociations', program('2', 'Foster Care', '2025-08-20'));
  server.add('studentProgramAssociations', program('3', 'Gifted and Talented', '2025-08-20'));
  const homeless = server.add('studentHomelessProgramAssociations', program('3', 'Homeless', '2025-08-20'));
  server.add('studentEducationOrganizationAssociations', {
    studentReference: { studentUniqueId: '3' },
    educationOrganizationReference: { educationOrganizationId: 255901 },
    studentCharacteristics: [{ studentCharacteristicDescriptor: 'uri://ed-fi.org/StudentCharacteristicDescriptor#Homeless' }],
  });
  const flags = () =>
    world
      .owner('student_flag AS f')
      .join('student_identifier AS i', 'i.student_id', 'f.student_id')
      .orderBy(['value', 'flag', 'f.since'])
      .select(world.owner.raw(`value || ' ' || flag || ' ' || f.since || coalesce(' to ' || f.until, '') AS line`))
      .then((rows: { line: string }[]) => rows.map(({ line }) => line));
  const feed = await feedOf(server);
  const first = await pull(world, feed);
  expect(first.counts.map(({ rejected }) => rejected)).toEqual([0]);
  expect(await flags()).toEqual(['1 iep 2024-08-14', '2 foster 2025-08-20', '2 iep 2025-08-20', '3 homeless 2025-08-20']);

  server.remove(SPECIAL, mistaken);
  server.remove('studentHomelessProgramAssociations', homeless);
  await setClock(world, '2025-09-09 02:00');
  await pull(world, feed);
  const after = ['1 iep 2024-08-14', '2 foster 2025-08-20', '2 iep 2025-08-20 to 2025-09-08', '3 homeless 2025-08-20'];
  expect(await flags()).toEqual(after);
  await setClock(world, '2025-09-13 02:00');
  await pull(world, feed);
  expect(await flags()).toEqual(after);
});
