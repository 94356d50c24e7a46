import type { z } from 'zod';
import type { schoolStatus } from '../../api/contracts/school.ts';
import type { Clock } from './follow-advance.ts';
import { table, words, wrap } from './table.ts';

type Given = z.infer<typeof schoolStatus>;
type Band = Given['bands'][number] & { from?: number | null; to?: number | null };
/** A service of an earlier release does not say where its bands begin, nor who has three unexcused days. */
type Status = Omit<Given, 'bands'> & { bands: Band[]; threeUnexcused?: number };

/** Students by band of their absences, a column a school, and the numbers of the truancy track below. */
export function standingText(statuses: Status[], clock: Clock | undefined, width: number): string {
  if (statuses.length === 0 || clock === undefined) return 'There is no school that you can see.';
  const asOf = clock.lastDayTurned ?? 'no day yet';
  const bands = new Map<string | null, Band>();
  for (const band of statuses.flatMap((status) => status.bands)) bands.set(band.band, band);
  const headings = ['', ...(statuses.length > 1 ? ['All'] : []), ...statuses.map(({ name }) => name)];
  const row = (label: string, value: (status: Status) => number): (string | number)[] => {
    const values = statuses.map(value);
    return [label, ...(values.length > 1 ? [values.reduce((sum, one) => sum + one, 0)] : []), ...values];
  };
  const students = ({ bands: own }: Status, band: string | null): number => own.find((one) => one.band === band)?.students ?? 0;
  const ladder = [...bands.values()]
    .sort((a, b) => (a.from ?? 0) - (b.from ?? 0))
    .map((band) => row(bandLabel(band), (status) => students(status, band.band)));
  const truancy = [
    ...(statuses.every(({ threeUnexcused }) => threeUnexcused !== undefined)
      ? [row('Three or more unexcused days', ({ threeUnexcused }) => threeUnexcused ?? 0)]
      : []),
    row('Truancy report due', ({ reportsDue }) => reportsDue),
    row('Cases open', ({ cases }) => cases),
    row('Referred to SARB', ({ referred }) => referred),
  ];
  return [
    `Absence ladder (all absences), as of ${asOf}: students by days absent`,
    table(headings, ladder, width),
    '',
    `Truancy track (unexcused days), as of ${asOf}`,
    table(headings, truancy, width),
    wrap(`District clock: ${clock.day}.`, width),
  ].join('\n');
}

function bandLabel({ band, from, to }: Band): string {
  if (band === null) return 'Never absent';
  if (from === undefined || from === null) return words(band);
  return to === null || to === undefined ? `${from} and more days` : `${from} to ${to} days`;
}
