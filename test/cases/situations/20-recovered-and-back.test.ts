import { phaseOf } from '../../../cases/index.ts';
import { call } from '../climb.ts';
import { days, PaperCase, schoolDaysAfter, recoveringLadder } from '../paper-case.ts';
import { file } from './ground.ts';

/** Hard situation 20, and the check of THR-05: recovery, and a case that opens again. */
function supported(ladder = recoveringLadder()): PaperCase {
  const paper = new PaperCase(ladder);
  paper.pass(20).hears({ absences: 9, truancy: days(2) });
  paper.must(paper.does('teacher', call('reached'), 'teacher-call'));
  return paper;
}

test('a recovered student leaves the inboxes, is praised, and the evidence stays', () => {
  const paper = supported();
  paper.hears({ recoveredOn: paper.day });
  expect(phaseOf(paper.state)).toBe('monitoring');
  expect(paper.open()).toEqual(['praise']);
  expect(paper.task('teacher-call')?.status).toBe('done');
  expect(paper.state.actions).toHaveLength(1);
  paper.must(paper.does('teacher', { kind: 'recognition', details: { to: ['pupil', 'parent'], channel: 'phone' } }));
  expect(paper.open()).toEqual([]);
});

test('after the school days of monitoring the student has recovered, on a deadline of the case’s own', () => {
  const paper = supported();
  const { day } = paper;
  paper.hears({ recoveredOn: day });
  paper.pass(19).ticks();
  expect(phaseOf(paper.state)).toBe('monitoring');
  paper.pass(2).ticks();
  expect(paper.state.waits).toMatchObject([{ what: 'recovery', until: { on: schoolDaysAfter(day, 20) }, ended: true }]);
  expect(phaseOf(paper.state)).toBe('recovered');
});

test.each(['pause', 'withdraw'] as const)('falling back goes on where the steps were and repeats none that was done (%s)', (open) => {
  const ladder = recoveringLadder();
  const paper = supported({ ...ladder, recovery: { ...ladder.recovery!, open } });
  const before = paper.open();
  paper.hears({ recoveredOn: paper.day });
  expect(paper.task('psa-consult')?.status).toBe(open === 'pause' ? 'paused' : 'withdrawn');
  paper.pass(10).hears({ recoveredOn: null, absences: 12 });
  expect(phaseOf(paper.state)).toBe('reopened');
  expect(paper.open().toSorted()).toEqual(before.toSorted());
  expect(paper.task('psa-consult')).toMatchObject({ round: 1, status: 'open', due: { from: paper.day } });
  expect(paper.state.tasks.filter((t) => t.task === 'teacher-call')).toHaveLength(1);
});

test('what the law asks for is asked of a recovered student, too: recovery erases no event and no report', () => {
  const paper = supported();
  paper.hears({ recoveredOn: paper.day });
  paper.hears({ truancy: days(3) });
  expect(paper.open()).toContain('truancy-report');
  file(paper, days(3));
  expect(paper.open()).toContain('letter-1');
  expect(paper.open()).not.toContain('not-evaluation-list');
});

test('a second recovery is praised a second time', () => {
  const paper = supported();
  paper.hears({ recoveredOn: paper.day });
  paper.pass(5).hears({ recoveredOn: null });
  expect(paper.task('praise')?.status).toBe('withdrawn');
  paper.pass(5).hears({ recoveredOn: paper.day });
  expect(paper.state.tasks.filter((t) => t.task === 'praise').map((t) => t.status)).toEqual(['withdrawn', 'open']);
});
