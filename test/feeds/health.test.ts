import { z } from 'zod';
import { endpoints } from '../../api/registry.ts';
import { turn } from '../../attendance/turn.ts';
import { readPacketSource } from '../../store/packet-source.ts';
import { staleFeeds } from '../../store/read/feeds.ts';
import { beginCase, HIGH, openSampleDistrict, someStudent } from '../api/sample-district.ts';
import { expectOk } from '../world/api.ts';
import type { TestDatabase } from '../world/database.ts';
import { EdfiServer } from './edfi-server.ts';
import { event, feedOn, fillEdfi, health, openFeedWorld, pull, setClock } from './world.ts';

const EVENTS = 'studentSchoolAttendanceEvents';

describe('the health of a feed', () => {
  let world: TestDatabase;
  let server: EdfiServer;
  beforeEach(async () => {
    world = await openFeedWorld();
    server = await new EdfiServer().start();
    fillEdfi(server, 2);
  });
  afterEach(async () => {
    await server.stop();
    await world.close();
  });
  const feedOf = (settings = {}, name = 'sis') => feedOn(world, 'edfi', { url: server.url, clientId: server.clientId, settings, name });

  test('one that nobody pulls is late an hour after its time, though no worker runs to say so', async () => {
    const feed = await feedOf();
    expect(await health(world)).toMatchObject({
      state: 'waiting',
      sentence: null,
      nextAttempt: expect.stringContaining('2025-09-08T09:00'),
    });
    await pull(world, feed);
    await setClock(world, '2025-09-09 02:30');
    expect(await health(world)).toMatchObject({ state: 'well', sentence: null, nextAttempt: '2025-09-09T09:00:00.000Z' });
    await setClock(world, '2025-09-09 03:01');
    expect((await health(world)).sentence).toBe(
      'The feed sis (Ed-Fi API) has brought nothing since 2025-09-08 02:00. It was to be pulled at 2025-09-09 02:00 and was not: is a worker running? The numbers shown are of 2025-09-07 and leave out what has happened since.',
    );
  });

  test('one that goes on failing is tried after ten minutes, twenty, forty, and at its times in any case', async () => {
    const feed = await feedOf();
    await pull(world, feed);
    server.troubles.push({ on: EVENTS, times: 1_000, with: { status: 400 } });
    const next: (string | null)[] = [];
    for (const at of ['2025-09-09 02:00', '2025-09-09 02:10', '2025-09-09 02:30', '2025-09-09 23:00']) {
      await setClock(world, at);
      await expect(pull(world, feed)).rejects.toThrow('HTTP 400');
      next.push((await health(world)).nextAttempt);
    }
    expect(next.map((at) => at?.slice(0, 15))).toEqual(['2025-09-09T09:1', '2025-09-09T09:3', '2025-09-09T10:1', '2025-09-10T07:2']);
    expect(await health(world)).toMatchObject({ failures: 4, state: 'failing' });
  });

  test('rows that were found and could not be taken in are counted', async () => {
    const feed = await feedOf();
    await pull(world, feed);
    for (const student of ['1', '2']) server.add(EVENTS, event(student, '2025-09-08'));
    // They are found, and break off.
    server.troubles.push({ on: `${EVENTS}/deletes`, times: 99, with: { status: 500 } });
    await setClock(world, '2025-09-09 02:00');
    await expect(pull(world, feed)).rejects.toThrow('failed by itself');
    expect((await health(world)).rowsBehind).toBe(2);
  });

  test('it is told on the pages of the schools that it speaks of, and on no other', async () => {
    const feed = await feedOf({ schools: ['990'] });
    await pull(world, feed);
    await setClock(world, '2025-09-09 04:00');
    const told = async (schools: string[] | null): Promise<number> => (await staleFeeds(world.api, schools)).length;
    expect([await told(['990']), await told(['991']), await told(['991', '990']), await told(null)]).toEqual([1, 0, 1, 1]);
  });

  test('each of several feeds has its own cursors, and one does not take back what another brought', async () => {
    const other = await new EdfiServer().start();
    try {
      fillEdfi(other, 0, [991]);
      server.add(EVENTS, event('1', '2025-09-02'));
      await pull(world, await feedOf());
      const second = await feedOn(world, 'edfi', { url: other.url, clientId: other.clientId, name: 'charter' });
      await pull(world, second);
      expect(await world.owner('attendance_day').pluck('school_id')).toEqual(['990']);
      expect(await world.owner('covered_day').distinct().orderBy('school_id').pluck('school_id')).toEqual(['990', '991']);
    } finally {
      await other.stop();
    }
  });
});

/** Reads that show no number that rests on attendance. Documents and pictures are frozen, or stand on a page that says so. */
const WITHOUT_NUMBERS = [
  'cancelDelivery', 'getCalendar', 'getClock', 'getCodes', 'getCommand', 'getDelivery', 'getFile', 'getHealth', 'getHistory', 'getLetter', 'getMe',
  'getPacket', 'getRejectedRows', 'getSisDifferences', 'listDeliveries', 'listMappings', 'listRetractions', 'listSchoolRecords', 'listSchools',
  'listFeeds', 'listPolicyDrafts', 'getPolicyDraft', 'listPolicyVersions', 'getPolicyVersion', 'previewPolicyMigration', 'getPolicyMigration',
  'getPolicyRehearsal', 'listRehearsedWeeks', 'listRehearsedStudents', 'listLetterTexts', 'getLetterText', 'listPeople', 'listDesignees',
  'listVacancies', 'listSchoolTasks', 'listOverdueDuties', 'listPosts', 'getSaidByHand', 'getFeedDryRun', 'listPartners', 'listPartnerTasks', 'listOverdueTasks', 'listMessages', 'listYearlyRates', 'getReviewTeam', 'listPastRetention',
]; // prettier-ignore

describe('a stale feed stands where numbers stand', () => {
  const saysSo = endpoints.filter(({ responses }) => {
    const schema = responses[200]?.schema;
    return (
      schema !== undefined &&
      JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).includes('Feeds whose numbers')
    );
  });

  test('every read says so in its contract, but those that show no number of attendance', () => {
    const reads = endpoints
      .filter(({ method, responses }) => method === 'get' && responses[200]?.schema)
      .map(({ operationId }) => operationId);
    const said = saysSo.map(({ operationId }) => operationId);
    expect(reads.filter((id) => !said.includes(id) && !WITHOUT_NUMBERS.includes(id))).toEqual([]);
    expect(said.filter((id) => WITHOUT_NUMBERS.includes(id))).toEqual([]);
  });

  test('and does it: the packet, the case, its rows, the school, the lists and the student', async () => {
    const district = await openSampleDistrict();
    try {
      const student = await someStudent(district, HIGH);
      await beginCase(district, student);
      await feedOn(district.db, 'edfi', { url: 'http://127.0.0.1:9/', clientId: 'x' });
      await district.db.owner('district').update({ clock_offset: district.db.owner.raw(`clock_offset + interval '1 day'`) });
      await turn(district.db.worker, '2021-10-16');
      const packet = await readPacketSource(district.db.api, { caseId: student.caseId, ground: null, readiness: [] });
      expect(packet.staleFeeds).toEqual([{ feed: 'sis', numbersOf: null }]);
      const principal = await district.person('principal');
      const query: Record<string, string> = {
        findStudents: `?q=${student.lastName}`,
        getRows: '?number=absences',
        getSchoolAttendanceByMode: '?from=2021-09-01&to=2021-10-15',
      };
      for (const { operationId, path, place } of saysSo) {
        const id = { case: student.caseId, student: student.studentId, school: HIGH }[place as 'case'] ?? '';
        const body = expectOk(await principal.get<{ feeds: object[] }>(`${path.replace(':id', id)}${query[operationId] ?? ''}`));
        expect([operationId, body.feeds]).toEqual([
          operationId,
          [expect.objectContaining({ feed: 'sis', state: 'late', numbersOf: null })],
        ]);
      }
    } finally {
      await district.close();
    }
  });
});
