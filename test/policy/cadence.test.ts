import { spanOf, spansBetween } from '../../policy/cadence.ts';

test.each([
  ['daily', '2026-02-27', '2026-02-27', '2026-02-27'],
  ['weekly', '2026-03-01', '2026-02-23', '2026-03-01'],
  ['weekly', '2026-03-02', '2026-03-02', '2026-03-08'],
  ['monthly', '2024-02-10', '2024-02-01', '2024-02-29'],
  ['quarterly', '2025-12-31', '2025-10-01', '2025-12-31'],
  ['quarterly', '2026-05-05', '2026-04-01', '2026-06-30'],
  ['term', '2025-09-01', '2025-07-01', '2025-12-31'],
  ['term', '2026-06-30', '2026-01-01', '2026-06-30'],
  ['year', '2026-06-30', '2025-07-01', '2026-06-30'],
  ['year', '2026-07-01', '2026-07-01', '2027-06-30'],
] as const)('a %s school task of %s is done once from %s to %s', (cadence, day, from, to) => {
  expect(spanOf(cadence, day)).toEqual({ from, to });
});

test.each([
  ['monthly', '2021-10-01', ['2021-07-01', '2021-08-01', '2021-09-01']],
  ['monthly', '2021-09-30', ['2021-07-01', '2021-08-01']],
  ['quarterly', '2022-01-15', ['2021-07-01', '2021-10-01']],
  ['term', '2021-12-31', []],
  // 1 July is a Thursday: the week that it lies in had begun before.
  ['weekly', '2021-07-19', ['2021-07-05', '2021-07-12']],
  ['daily', '2021-07-03', ['2021-07-01', '2021-07-02']],
] as const)('the %s spans of a school year that have ended by %s', (cadence, day, firsts) => {
  expect(spansBetween(cadence, '2021-07-01', day).map(({ from }) => from)).toEqual(firsts);
});
