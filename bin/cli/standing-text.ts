import type { z } from 'zod';
import type { schoolStatus } from '../../api/contracts/school.ts';
import type { Clock } from './follow-advance.ts';
import { count, list, table, wrap } from './table.ts';

type Status = z.infer<typeof schoolStatus>;
type Band = Status['bands'][number];

/** More schools than these are only added up. */
const MOST_APART = 4;
/** More vacancies than these are only counted. */
const MOST_VACANT = 8;

/** Students by band of their absences, a column a school, and the numbers of the truancy track below. */
export function standingText(statuses: Status[], clock: Clock | undefined, width: number): string {
  if (statuses.length === 0 || clock === undefined) return 'There is no school that you can see.';
  const asOf = clock.lastDayTurned ?? 'no day yet';
  const bands = new Map<string | null, Band>();
  for (const band of statuses.flatMap((status) => status.bands)) bands.set(band.band, band);
  const apart = statuses.length <= MOST_APART ? statuses : [];
  const headings = ['', ...(statuses.length > 1 ? ['All'] : []), ...apart.map(({ name }) => name)];
  const row = (label: string, value: (status: Status) => number): (string | number)[] => {
    const all = statuses.reduce((sum, status) => sum + value(status), 0);
    return [label, ...(statuses.length > 1 ? [all] : []), ...apart.map(value)];
  };
  const students = ({ bands: own }: Status, band: string | null): number => own.find((one) => one.band === band)?.students ?? 0;
  const ladder = [...bands.values()]
    .sort((a, b) => (a.from ?? 0) - (b.from ?? 0))
    .map((band) => row(bandLabel(band), (status) => students(status, band.band)));
  const first = statuses[0]?.unexcused;
  const truancy = [
    ...(first ? [row(`${first.days}+ unexcused days`, ({ unexcused }) => unexcused?.students ?? 0)] : []),
    row('Truancy report due', ({ reportsDue }) => reportsDue),
    row('Cases open', ({ cases }) => cases),
    row('Referred to SARB', ({ referred }) => referred),
  ];
  const vacant = statuses.flatMap(({ vacancies }) => vacancies.map(({ sentence }) => sentence));
  const waiting = statuses.filter(({ release }) => release?.state === 'waits');
  return [
    ...waiting.flatMap(({ name, schoolId, release }) => (release ? [wrap(waitsText(name, schoolId, release), width), ''] : [])),
    ...(vacant.length ? ['Vacant:', list(vacant.slice(0, MOST_VACANT), width), ...moreText(vacant.length), ''] : []),
    `Absence ladder (all absences), as of ${asOf}: students by days absent`,
    table(headings, ladder, width),
    '',
    `Truancy track (unexcused days), as of ${asOf}`,
    table(headings, truancy, width),
    wrap(`District clock: ${clock.day}.${apart.length ? '' : ' Add --school SCHOOL for one school.'}`, width),
  ].join('\n');
}

function moreText(vacant: number): string[] {
  return vacant > MOST_VACANT ? [`  and ${vacant - MOST_VACANT} more: rollbook vacancies`] : [];
}

/** A school whose year was under way when it came: what it waits for, and how much would begin. */
export function waitsText(name: string, schoolId: string, { knownOn, schoolDays, would }: NonNullable<Status['release']>): string {
  const { begin = 0, goOn = 0, reportsDue = 0 } = would ?? {};
  return (
    `${name} is not released yet: it came on ${knownOn}, when ${schoolDays} of its school days had begun, so nothing begins and nothing falls due there. ` +
    `Released today, ${count(begin, 'case')} would begin, ${goOn} go on, and ${count(reportsDue, 'truancy report')} be due (rollbook schools release ${schoolId}).`
  );
}

function bandLabel({ band, from, to }: Band): string {
  if (band === null) return 'Never absent';
  if (from === null) return band.replaceAll('-', ' ');
  return to === null ? `${from} and more days` : `${from} to ${to} days`;
}
