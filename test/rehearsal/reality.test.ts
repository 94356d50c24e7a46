import { livedAndRehearsed, openSlice, type Slice } from './slice.ts';

/**
 * Rehearsal equals reality: a slice of students that reaches every band is lived through on the real servers, day by day, with people who
 * do what the table of responses has them do; and its past is rehearsed afterwards with the same table.
 */
let slice: Slice;

beforeAll(async () => {
  slice = await openSlice('lausd');
});
afterAll(() => slice.world.close());

test('what a rehearsal forecasts of a past is what the real workflows made of it: tasks, due days, reports, letters, deeds, referrals', async () => {
  const { real, outcomes, forecast, changed } = await livedAndRehearsed(slice);
  expect(changed).toBe(false);
  expect(outcomes).toEqual(real);
  // The slice is one that can tell: every band is reached, every kind of thing happens, and one case at least comes to SARB.
  expect(new Set(forecast.atStep.map(({ step }) => step))).toEqual(new Set(['basic', 'below-basic', 'far-below-basic', 'advanced']));
  const sum = (measure: 'referrals' | 'letters' | 'reports' | 'sarts' | 'calls'): number =>
    forecast.weeks.reduce((n, week) => n + week[measure], 0);
  for (const measure of ['referrals', 'letters', 'reports', 'sarts', 'calls'] as const) expect(sum(measure)).toBeGreaterThan(0);
}, 240_000);
