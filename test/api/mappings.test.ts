import { openSampleDistrict, type SampleDistrict } from './sample-district.ts';

let district: SampleDistrict;
beforeAll(async () => {
  district = await openSampleDistrict();
});
afterAll(() => district.close());

const mapping = { name: 'tracker', kind: 'attendance', columns: { student: 'Pupil', school: 'Bldg', date: 'Day', code: 'Mark' } };

test('an administrator says which column holds what, once however often it is sent, and everybody who works with codes sees it', async () => {
  const administrator = await district.person('administrator', null);
  const first = await administrator.command('/v1/mappings', mapping, { key: 'save-tracker' });
  expect(first).toMatchObject({ status: 201, body: mapping });
  await administrator.command('/v1/mappings', mapping, { key: 'save-tracker' });
  expect(await district.db.owner('import_mapping')).toHaveLength(1);
  expect((await administrator.get('/v1/mappings')).body).toMatchObject({
    mappings: [{ ...mapping, savedBy: expect.stringContaining('administrator') }],
  });
});

test('a mapping that leaves out what its rows need, or names what they do not have, is refused with each fault', async () => {
  const administrator = await district.person('administrator', null);
  const columns = { student: 'Pupil', date: 'Day', code: 'day', shoe_size: 'Shoes' };
  const { problem } = await administrator.command('/v1/mappings', { ...mapping, columns }, { key: 'save-worse' });
  expect(problem).toMatchObject({
    status: 422,
    errors: expect.arrayContaining([
      { path: 'body.columns.shoe_size', message: 'attendance has no such thing' },
      { path: 'body.columns', message: 'no column says school' },
      { path: 'body.columns', message: 'the column "day" is named for two things' },
    ]),
  });
});
