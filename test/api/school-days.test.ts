import { importDelivery } from '../../attendance/import.ts';
import type { PersonAtApi } from '../world/api.ts';
import { HIGH, MIDDLE, openSampleDistrict, TODAY, type SampleDistrict } from './sample-district.ts';

let district: SampleDistrict;
let principal: PersonAtApi;
let clerk: PersonAtApi;
beforeAll(async () => {
  district = await openSampleDistrict();
  principal = await district.person('principal', [HIGH]);
  clerk = await district.person('clerk', [HIGH]);
});
afterAll(() => district.close());

const calendar = `/v1/schools/${HIGH}/calendar`;
const closing = {
  days: [{ date: '2021-10-18', event: 'Weather day', instructional: false }],
  note: 'Flooded gym; the superintendent decided.',
};
/** Imports a delivery as a worker does. */
const taken = (answer: { body: unknown }) => importDelivery(district.db.worker, (answer.body as { deliveryId: string }).deliveryId);
const schoolDay = async (date: string) =>
  (
    (await principal.get(`${calendar}?from=${date}&to=${date}`)).body as {
      days: { instructional: boolean; schoolDay: number; event: string }[];
    }
  ).days[0];

test('a principal closes a day: the calendar says so, the days after it are counted anew, and who decided it is kept', async () => {
  const before = await schoolDay('2021-10-19');
  const options = { key: 'close-the-18th' };
  const answer = await principal.command<{ deliveryId: string }>(calendar, closing, options);
  expect(answer.status).toBe(202);
  expect((await principal.command<{ deliveryId: string }>(calendar, closing, options)).body).toEqual(answer.body);
  await taken(answer);
  expect(await schoolDay('2021-10-18')).toMatchObject({ instructional: false, event: 'Weather day' });
  expect((await schoolDay('2021-10-19'))?.schoolDay).toBe(before!.schoolDay - 1);
  const kept = await district.db.owner('delivery').where({ source: 'by hand' }).first('received_by', 'note');
  expect(kept).toEqual({ received_by: expect.stringMatching(/^principal\./), note: closing.note });
  expect((await principal.get(`/v1/schools/${HIGH}/calendar?from=2021-10-19&to=2021-10-18`)).body).toMatchObject({ days: [] });
});

test('a clerk changes no calendar, and a principal none of another school', async () => {
  expect((await clerk.command<{ deliveryId: string }>(calendar, closing, { key: 'clerk-closes' })).body).toMatchObject({
    type: expect.stringMatching(/role-not-allowed$/),
  });
  const other = await principal.command<{ deliveryId: string }>(`/v1/schools/${MIDDLE}/calendar`, closing, { key: 'other-school' });
  expect(other.problem).toMatchObject({ type: expect.stringMatching(/place-not-allowed$/) });
});

test('a section that nobody submitted is on the list, until a clerk says that attendance was taken', async () => {
  const path = `/v1/schools/${HIGH}/submissions`;
  await taken({
    body: {
      deliveryId: await deliverRows([
        `${HIGH},${TODAY},ALG-1,1,08:00,`,
        `${HIGH},${TODAY},ALG-2,2,09:00,09:16`,
        `${HIGH},${TODAY},ALG-3,3,10:00,10:15`,
      ]),
    },
  });
  const list = async () =>
    (
      (await clerk.get(`${path}?from=${TODAY}&to=${TODAY}`)).body as {
        days: [{ taken: boolean; submissions: object[]; missing: object[] }];
      }
    ).days[0];
  expect(await list()).toMatchObject({
    taken: true,
    submissions: [
      { section: 'ALG-1', submittedAt: null, late: false },
      { section: 'ALG-2', late: true },
      { section: 'ALG-3', late: false },
    ],
    missing: [{ section: 'ALG-1', period: '1', reminders: [] }],
  });
  const body = { date: TODAY, section: 'ALG-1', period: '1', note: 'Ms Ortiz took it on paper; I saw the sheet.' };
  const answer = await clerk.command<{ deliveryId: string }>(path, body, { key: 'alg-1-was-taken' });
  expect(answer.status).toBe(202);
  await taken(answer);
  expect(await list()).toMatchObject({ missing: [] });
  const tomorrow = await clerk.command<{ deliveryId: string }>(path, { date: '2021-10-19', note: 'It will be.' }, { key: 'not-yet-taken' });
  expect(tomorrow).toMatchObject({ status: 422, problem: { errors: [{ path: 'body.date' }] } });
});

async function deliverRows(rows: string[]): Promise<string> {
  const { createDelivery } = await import('../../store/attendance-delivery.ts');
  return createDelivery(district.db.worker, {
    source: 'test',
    coverage: { schools: 'all', from: TODAY, to: TODAY, complete: false },
    receivedBy: 'test',
    files: [{ name: 'submission.csv', bytes: Buffer.from(['school,date,section,period,starts_at,submitted_at', ...rows, ''].join('\n')) }],
  });
}
