import { pack, unpack } from '../../cases/carried.ts';
import { hasNotImproved, supportsOf } from '../../cases/index.ts';
import type { Ladder, Opening, TaskRule } from '../../policy/ladder.ts';
import { PaperCase, shippedLadder } from './paper-case.ts';

const byRate: Opening = { on: 'no_improvement', after: 'plan-made', schoolDays: 20, rate: 0.1 };
const byCount: Opening = { on: 'no_improvement', after: 'plan-made', schoolDays: 10, absences: 3 };
const rule = (task: string, opens: Opening[], action: 'plan' | 'coordination'): TaskRule => ({
  task,
  kind: 'task',
  opens,
  owner: 'case_manager',
  due: 3,
  evidence: { action },
});
const ladder: Ladder = {
  ...shippedLadder(),
  tasks: [
    rule('plan-made', [{ on: 'case' }], 'plan'),
    rule('more-by-rate', [byRate], 'coordination'),
    rule('more-by-count', [byCount, byRate], 'coordination'),
    ...shippedLadder().tasks,
  ],
};
const plan = { kind: 'plan', details: { about: 'attendance_success', review: '2022-05-01' } } as const;

/** A case whose plan was made today, and the line that begins with it. */
function planned(): { paper: PaperCase; on: string } {
  const paper = new PaperCase(ladder);
  paper.hears({ absences: 5 });
  paper.must(paper.does('case_manager', plan, 'plan-made'));
  return { paper, on: paper.day };
}
const more = (paper: PaperCase): string[] => paper.open().filter((task) => task.startsWith('more-'));

test.each([
  ['too early', 9, 9, []],
  ['as many as the count says, on its first day', 10, 3, ['more-by-count']],
  ['one fewer', 10, 2, []],
  ['at the rate, on its first day', 20, 2, ['more-by-rate', 'more-by-count']],
  ['below the rate, since more days have passed', 21, 2, []],
  ['above the count and below the rate', 40, 3, ['more-by-count']],
])('after a plan, %s: %i school days with %i absences open %j', (_what, days, absences, opens) => {
  const { paper, on } = planned();
  paper.hears({ sinceDone: [{ after: 'plan-made', on, days, absences }] });
  expect(more(paper)).toEqual(opens);
});

test('the case says after what the attendance is to be looked at once that is done, by the day of what documents it, and not before', () => {
  const paper = new PaperCase(ladder);
  paper.hears({ absences: 5 });
  expect(supportsOf(paper.state, ladder)).toEqual([]);
  const yesterday = paper.day;
  paper.pass(1).must(paper.does('case_manager', plan, 'plan-made', yesterday));
  expect(supportsOf(paper.state, ladder)).toEqual([
    { after: 'plan-made', schoolDays: 20, rate: 0.1, on: yesterday },
    { after: 'plan-made', schoolDays: 10, absences: 3, on: yesterday },
  ]);
  // On a ladder without such a line nothing is asked.
  expect(supportsOf(paper.state, shippedLadder())).toEqual([]);
});

test('what a correction makes better takes the untouched step back, and leaves what somebody has begun', () => {
  const { paper, on } = planned();
  const since = (days: number, absences: number) => paper.hears({ sinceDone: [{ after: 'plan-made', on, days, absences }] });
  since(20, 4);
  expect(more(paper)).toEqual(['more-by-rate', 'more-by-count']);
  paper.must(paper.does('case_manager', { kind: 'coordination', details: { with: ['parent'], result: 'agreed' } }, 'more-by-rate'));
  since(20, 1);
  expect(paper.task('more-by-rate')?.status).toBe('done');
  expect(paper.task('more-by-count')?.status).toBe('withdrawn');
  since(20, 3);
  expect(paper.task('more-by-count')).toMatchObject({ status: 'open', round: 1 });
});

test('when the plan itself is found to be none, nothing was done after which the attendance could have improved', () => {
  const { paper, on } = planned();
  paper.hears({ sinceDone: [{ after: 'plan-made', on, days: 30, absences: 9 }] });
  paper.must(paper.command('case_manager', { kind: 'supersede_action', action: paper.state.actions.at(-1)!.id }));
  expect(more(paper)).toEqual([]);
  expect(supportsOf(paper.state, ladder)).toEqual([]);
  // A plan made later begins its own days: what was counted since the first is not for it.
  paper.pass(5).must(paper.does('case_manager', plan, 'plan-made'));
  expect(more(paper)).toEqual([]);
});

test('a hold keeps it closed, and its end opens it', () => {
  const { paper, on } = planned();
  const sinceDone = [{ after: 'plan-made', on, days: 20, absences: 4 }];
  paper.hears({ sinceDone, holds: [{ why: 'day_not_submitted', since: paper.day }] });
  expect(more(paper)).toEqual([]);
  paper.hears({ holds: [] });
  expect(more(paper)).toEqual(['more-by-rate', 'more-by-count']);
});

test('a rate is compared in whole numbers, to the thousandth', () => {
  const line = { schoolDays: 1, rate: 0.07 };
  expect(hasNotImproved(line, { days: 100, absences: 7 })).toBe(true);
  expect(hasNotImproved(line, { days: 101, absences: 7 })).toBe(false);
});

test('it travels with the ladder', () => {
  expect(unpack(pack(ladder))).toEqual(ladder);
});
