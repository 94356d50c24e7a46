import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { turn } from '../../attendance/turn.ts';
import { RULES, setToday } from '../attendance/world.ts';
import { commandLine } from '../world/command-line.ts';
import { openRatesWorld, type RatesWorld } from './world.ts';

/** What the district's office and a school read of rates, duties and years at the command line. */
let world: RatesWorld;
let rollbook: (...args: string[]) => Promise<string>;
let folder: string;
beforeAll(async () => {
  world = await openRatesWorld();
  folder = mkdtempSync(join(tmpdir(), 'rollbook-rates-'));
  const office = await world.person('administrator');
  rollbook = (...args) => commandLine(office.url, office.token, args);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

test('rates are a table with the rule below it, and a file with small groups hidden', async () => {
  const said = await rollbook('rates', '--by', 'school', '--months');
  expect(said).toContain('The district, school year from 2021-07-01');
  for (const upTo of ['2021-08-31', '2021-09-30', '2021-10-31', '2021-11-22'])
    expect(said).toContain(`${upTo} Students Chronic % Severe %`);
  expect(said).not.toContain('2021-07-31');
  expect(said).toContain('Chronically absent is who missed 10 % or more of the days enrolled in the district (CGS 10-198c(a)(1))');
  expect(said).toContain('Attendance has come up to 2021-11-22.');
  const file = join(folder, 'rates.csv');
  expect(await rollbook('rates', '--by', 'homeless', '--outside', '--csv', file)).toContain('with small groups hidden');
  const lines = readFileSync(file, 'utf8').trim().split('\r\n');
  expect(lines.map((line) => line.split(',').slice(1, 5).join(','))).toEqual([
    'by,value,name,enrolled',
    'all,,All,32',
    'homeless,yes,yes,*',
    'homeless,no,no,*',
  ]);
  expect(await rollbook('rates', '--school', 'Nowhere')).toContain('exit');
});

test('the students behind a number are listed, who missed most first', async () => {
  const said = await rollbook('absentees', '--school', 'North', '--list', 'severe');
  expect(said).toContain('North, up to 2021-11-22 Student Name School Grade Missed Of days %');
  expect(said).toContain('Family');
});

test('what is overdue is listed over all schools, and whether a team is required is said', async () => {
  expect(await rollbook('school-tasks', '--overdue')).toMatch(
    /North The attendance review team meets principal monthly never 2021-08-31 3 times/,
  );
  expect(await rollbook('school-tasks')).toContain('name a school, or add --overdue');
  expect(await rollbook('review-team')).toContain(
    'Attendance Review Team: Whether a team is required is not known: the rates of 2020-2021 are missing',
  );
  const file = join(folder, 'year.csv');
  writeFileSync(file, 'school,students,chronic\n,1000,120\nN,600,60\nS,400,60\n');
  expect(await rollbook('enter-year-rates', '2020-2021', file, '--source', 'EdSight')).toBe(
    'Recorded: 3 rates of 2020-2021 that say something new.',
  );
  const team = await rollbook('review-team');
  expect(team).toContain('in 2020-2021 the district reached 10 % and one school reached 15 %. (CGS 10-198c(b)(1)(D))');
  expect(team).toContain('South 400 60 15 required here or for the district');
  expect(team).toContain('North 600 60 10 not required');
  expect(await rollbook('school-tasks', 'South')).toContain(
    'The state requires the team here, unless there is one for the district. 15 % of its students',
  );
  writeFileSync(file, 'school,students,chronic\nN,many,60\n');
  expect(await rollbook('enter-year-rates', '2020-2021', file, '--source', 'EdSight')).toContain('year.csv, line 2: write a school');
});

test('the figures of the year that has ended are a file for the board', async () => {
  await setToday(world.db.owner, '2022-07-01');
  await turn(world.db.worker, '2022-07-01', { rules: RULES });
  expect(await rollbook('year-rates', '2021-2022')).toContain('The district 32 24');
  const file = join(folder, 'board.csv');
  expect(await rollbook('year-report', '--year', '2021-2022', '--csv', file)).toBe(`Written: ${file}`);
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\r\n');
  expect(head).toMatch(/^school,name,students,chronic,severe,band:/);
  expect(lines.map((line) => line.split(',')[1])).toEqual(['North', 'South', 'All']);
  expect(await rollbook('year-report', '--year', '2021-2022')).toContain('2021-2022, up to 2022-06-30');
  expect(await rollbook('year-report', '--records', 'referred')).toContain('Nothing of referred in 2022-2023.');
});
