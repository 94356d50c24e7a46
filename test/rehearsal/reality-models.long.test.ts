import { livedAndRehearsed, openSlice } from './slice.ts';

/** Rehearsal equals reality under policies whose letters wait for full days, for an intervention, and for outreach. */
test.each(['san-diego', 'mcps-outreach'])(
  '%s: what a rehearsal forecasts is what the real workflows made of the same days',
  async (policy) => {
    const slice = await openSlice(policy);
    try {
      const { real, outcomes, forecast, changed } = await livedAndRehearsed(slice);
      expect(changed).toBe(false);
      expect(outcomes).toEqual(real);
      // It can tell: somebody was reported, and letters went out after what they had waited for.
      for (const measure of ['letters', 'reports'] as const)
        expect(forecast.weeks.reduce((n, week) => n + week[measure], 0)).toBeGreaterThan(0);
    } finally {
      await slice.world.close();
    }
  },
);
