import { phaseOf, possible } from '../../../cases/index.ts';
import { days, PaperCase, refusal } from '../paper-case.ts';
import { file, reported } from './ground.ts';

/** Hard situations 1 and 2: transfers inside the district, out of it and back. */
test('inside the district the case follows the student: counts, reports and open tasks go on at the new school', () => {
  const paper = reported();
  const { tasks, reports } = paper.state;
  paper.hears({ school: 'school-2' });
  expect(paper.state).toMatchObject({ school: 'school-2', tasks, reports });
  paper.hears({ school: 'school-2', truancy: days(4) });
  expect(paper.task('truancy-report')).toMatchObject({ status: 'open', ref: '2' });
});

test('out of the district the case is closed with its reason, and nothing stays in an inbox', () => {
  const paper = reported();
  paper.hears({ departed: { on: paper.day, reason: null } });
  expect(paper.state.closed).toEqual({ why: 'moved', on: paper.day });
  expect(phaseOf(paper.state)).toBe('closed');
  expect(paper.open()).toEqual([]);
  expect(possible(paper.state, paper.ladder)).toEqual([]);
  expect(
    refusal(paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: 'mother' } }))?.type,
  ).toBe('case-closed');
});

test.each([
  ['graduated', { on: '2021-09-20', reason: 'Graduated, standard diploma' }, 17],
  ['aged_out', { on: '2021-09-20', reason: 'left' }, 18],
  ['moved', { on: '2021-09-20', reason: 'left' }, 17],
] as const)('the reason is told apart: %s', (why, departed, age) => {
  const paper = new PaperCase();
  paper.hears({ absences: 9 });
  paper.pass(30).hears({ departed, age });
  expect(paper.state.closed?.why).toBe(why);
});

test('what was wrong can still be put right on a closed case', () => {
  const paper = reported();
  paper.hears({ departed: { on: paper.day, reason: null } });
  paper.must(paper.command('case_manager', { kind: 'withdraw_report', ordinal: 1 }));
  expect(paper.open()).toEqual([]);
});

test('the student comes back: another episode of the same case; counts and reports of the year go on', () => {
  const paper = reported();
  paper.hears({ departed: { on: paper.day, reason: null } });
  paper.pass(15).hears({ departed: null, truancy: days(4) });
  expect(paper.state).toMatchObject({ closed: null, episode: 2 });
  expect(phaseOf(paper.state)).toBe('reopened');
  expect(paper.events.at(-1)?.seq).toBe(paper.state.seq);
  expect(paper.events.find((e) => e.type === 'case_reopened')?.body).toEqual({ episode: 2, before: 'moved' });
  expect(paper.state.reports).toHaveLength(1);
  expect(paper.task('letter-1')).toMatchObject({ status: 'open', due: { from: paper.day } });
  file(paper, days(4).slice(3));
  expect(paper.state.reports.at(-1)?.ordinal).toBe(2);
});
