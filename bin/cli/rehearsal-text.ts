import { MEASURES, type Forecast, type Measure, type SchoolWeek } from '../../activities/rehearsal/tally.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { ROLES, type Role } from '../../policy/vocabulary.ts';
import { csvRow } from '../../store/csv.ts';
import { count, table, words, wrap, type Cell } from './table.ts';

/** A policy's forecast with the ladder that words it. */
export interface Told {
  forecast: Forecast;
  ladder: Ladder;
  /** How it is called beside the other one. */
  name: string;
}

const HEADINGS: Record<Measure, string> = {
  tasks: 'Tasks',
  calls: 'Calls',
  letters: 'Letters',
  visits: 'Visits',
  meetings: 'Meetings',
  sarts: 'SARTs',
  reports: 'Reports',
  referrals: 'SARB',
};

/** A rehearsal for people: what each policy asks of the district in all, of each school, in the busiest weeks, of whom, and where students end up. */
export function rehearsalText(told: Told[], span: { from: string; to: string; width: number }): string {
  const { width } = span;
  return [
    ...told.flatMap((one) => [policyLine(one, span), '']),
    'In all:',
    table(
      ['', ...MEASURES.map((measure) => HEADINGS[measure]), 'Hours'],
      told.map(({ name, forecast }) => [name, ...sums(forecast.weeks), hours(forecast.weeks)]),
      width,
    ),
    ...told.flatMap((one) => ['', `By school, ${one.name}:`, bySchool(one, width)]),
    '',
    'Hours of staff by role:',
    table(
      ['Role', ...told.map(({ name }) => name)],
      ROLES.filter((role) => told.some(({ forecast }) => minutesOf(forecast.weeks, role) > 0)).map((role) => [
        words(role),
        ...told.map(({ forecast }) => Math.round(minutesOf(forecast.weeks, role) / 60)),
      ]),
      width,
    ),
    '',
    'Tasks opened, done, and past their due day:',
    table(['Task', 'What', ...told.flatMap(({ name }) => [name, 'done', 'late'])], byTask(told), width),
    '',
    'Students at each step on the last day:',
    table(['Step', ...told.map(({ name }) => name)], bySteps(told), width),
    '',
    wrap('A forecast under assumed responses, not a promise: docs/rehearsal.md says what it assumes and what it cannot tell.', width),
  ].join('\n');
}

function policyLine({ name, forecast }: Told, { from, to, width }: { from: string; to: string; width: number }): string {
  const { id, version } = forecast.policy;
  return wrap(
    `${name}: ${id} version ${version} from ${from} to ${to}. Of ${count(forecast.students, 'student')} with an absence or a tardy on record, ${count(forecast.cases, 'case')} began.`,
    width,
  );
}

function bySchool({ forecast }: Told, width: number): string {
  const schools = [...new Set(forecast.weeks.map(({ school }) => school))].sort();
  const rows = schools.map((school): Cell[] => {
    const weeks = forecast.weeks.filter((week) => week.school === school);
    const busiest = weeks.reduce((a, b) => (b.tasks + b.calls > a.tasks + a.calls ? b : a));
    return [school, ...sums(weeks), hours(weeks), busiest.week];
  });
  return table(['School', ...MEASURES.map((measure) => HEADINGS[measure]), 'Hours', 'Busiest week'], rows, width);
}

function byTask(told: Told[]): Cell[][] {
  const tasks = [...new Set(told.flatMap(({ ladder }) => ladder.tasks.map(({ task }) => task)))];
  return tasks
    .map((task): Cell[] => [
      task,
      told.map(({ ladder }) => ladder.wording?.[task]?.title).find((title) => title !== undefined) ?? '',
      ...told.flatMap(({ forecast }) => {
        const found = forecast.tasks.find((one) => one.task === task);
        return [found?.opened ?? 0, found?.done ?? 0, found?.late ?? 0];
      }),
    ])
    .filter((row) => row.slice(2).some((cell) => cell !== 0));
}

function bySteps(told: Told[]): Cell[][] {
  const bands = [...new Set(told.flatMap(({ ladder }) => ladder.bands.map(({ band }) => band)))];
  const row = (name: string, of: (forecast: Forecast) => number): Cell[] => [name, ...told.map(({ forecast }) => of(forecast))];
  return [
    ...bands.map((band) => row(band, ({ atStep }) => atStep.filter(({ step }) => step === band).length)),
    row('a truancy report', ({ atStep }) => atStep.filter(({ reports }) => reports > 0).length),
    row('a letter', ({ atStep }) => atStep.filter(({ letters }) => letters > 0).length),
    row('referred to SARB', ({ atStep }) => atStep.filter(({ referred }) => referred).length),
  ];
}

/** Every school and week as a line of CSV, one policy after the other. */
export function rehearsalCsv(forecasts: Forecast[]): string {
  const headings = ['policy', 'version', 'week', 'school', ...MEASURES, ...ROLES.map((role) => `minutes_${role}`)];
  const lines = forecasts.flatMap(({ policy, weeks }) =>
    weeks.map((week) =>
      csvRow(
        [
          policy.id,
          policy.version,
          week.week,
          week.school,
          ...MEASURES.map((measure) => week[measure]),
          ...ROLES.map((role) => week.minutes[role] ?? 0),
        ].map(String),
      ),
    ),
  );
  return `${[headings.join(','), ...lines].join('\n')}\n`;
}

/** The students at each step as CSV: ids, never names. */
export function studentsCsv(forecasts: Forecast[]): string {
  const headings = 'policy,version,student,school,step,phase,open_tasks,reports,letters,referred';
  const lines = forecasts.flatMap(({ policy, atStep }) =>
    atStep.map(({ student, school, step, phase, openTasks, reports, letters, referred }) =>
      csvRow([policy.id, policy.version, student, school, step ?? '', phase, openTasks, reports, letters, referred].map(String)),
    ),
  );
  return `${[headings, ...lines].join('\n')}\n`;
}

function sums(weeks: SchoolWeek[]): number[] {
  return MEASURES.map((measure) => weeks.reduce((sum, week) => sum + week[measure], 0));
}

function hours(weeks: SchoolWeek[]): number {
  return Math.round(ROLES.reduce((sum, role) => sum + minutesOf(weeks, role), 0) / 60);
}

function minutesOf(weeks: SchoolWeek[], role: Role): number {
  return weeks.reduce((sum, week) => sum + (week.minutes[role] ?? 0), 0);
}
