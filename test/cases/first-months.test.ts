import { pack, unpack } from '../../cases/carried.ts';
import type { Ladder, TaskRule } from '../../policy/ladder.ts';
import { PaperCase, shippedLadder } from './paper-case.ts';

const welcome: TaskRule = {
  task: 'welcome-call',
  kind: 'task',
  opens: [{ on: 'first_months' }],
  owner: 'teacher',
  due: 3,
  evidence: { action: 'contact' },
};
const ladder: Ladder = { ...shippedLadder(), firstMonths: [2, 4, 6], tasks: [welcome, ...shippedLadder().tasks] };

describe('two, four and six absences by the end of the first, second and third school month', () => {
  test.each([
    [1, 10, false],
    [2, 20, true],
    [2, 21, false],
    [3, 40, false],
    [4, 40, true],
    [4, 41, false],
    [6, 60, true],
    [6, 61, false],
  ])('%i absences in %i enrolled school days: %s', (absences, daysEnrolled, warns) => {
    const paper = new PaperCase(ladder);
    paper.hears({ absences, daysEnrolled });
    expect(paper.open().includes('welcome-call')).toBe(warns);
  });

  test('what the warning opened stays open when the months pass, and goes with the absences', () => {
    const paper = new PaperCase(ladder);
    paper.hears({ absences: 2, daysEnrolled: 18 });
    paper.hears({ absences: 2, daysEnrolled: 50 });
    expect(paper.open()).toContain('welcome-call');
    paper.hears({ absences: 1, daysEnrolled: 50 });
    expect(paper.task('welcome-call')?.status).toBe('withdrawn');
  });

  test('travel with the ladder', () => {
    expect(unpack(pack(ladder))).toEqual(ladder);
  });
});
