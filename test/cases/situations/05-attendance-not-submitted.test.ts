import type { Hold } from '../../../cases/events.ts';
import { holdsOf, holdSentence } from '../../../cases/index.ts';
import { days, PaperCase, refusal } from '../paper-case.ts';

const NOT_SUBMITTED: Hold[] = [{ why: 'day_not_submitted', since: '2021-09-20' }];

/** Hard situation 5: a day was not submitted. Nothing escalates on it, and what people do goes on. */
test('no task of a new band, no report and no letter opens while a hold stands, and the reason is on the case', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 3, truancy: days(2) });
  const open = paper.open();
  paper.hears({ absences: 16, truancy: days(5), holds: NOT_SUBMITTED });
  expect(paper.open()).toEqual(open);
  expect(holdsOf(paper.state).map(holdSentence)).toEqual([
    'Attendance of 2021-09-20 was not submitted; nothing escalates on it until it is.',
  ]);
});

test('what is open goes on: it can be documented, and its deadline passes', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 8 });
  paper.hears({ absences: 8, holds: NOT_SUBMITTED });
  paper.must(paper.does('case_manager', { kind: 'consultation', details: { with: 'psa_counselor', about: 'case' } }, 'psa-consult'));
  expect(paper.task('psa-consult')?.status).toBe('done');
  paper.pass(5).ticks();
  expect(paper.task('teacher-call')?.lapsed).toBe(true);
});

test('when the hold ends, what is due opens, once', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 3, truancy: days(2) });
  paper.hears({ absences: 9, truancy: days(3), holds: NOT_SUBMITTED });
  paper.pass(3).hears({ holds: [] });
  expect(paper.open()).toEqual(expect.arrayContaining(['teacher-call', 'truancy-report']));
  expect(paper.task('teacher-call')?.openedOn).toBe(paper.day);
  const opened = paper.events.filter((e) => e.type === 'task_opened').length;
  paper.hears({ holds: [] });
  expect(paper.events.filter((e) => e.type === 'task_opened')).toHaveLength(opened);
});

test('the report that was asked for before the hold is still filed; one that was not is refused, and says why', () => {
  const asked = new PaperCase();
  asked.pass(20).hears({ absences: 3, truancy: days(3) });
  asked.hears({ holds: NOT_SUBMITTED });
  const file = (paper: PaperCase) =>
    paper.command('case_manager', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day });
  asked.must(file(asked));
  expect(asked.open()).not.toContain('letter-1');
  asked.hears({ holds: [] });
  expect(asked.open()).toContain('letter-1');

  const unasked = new PaperCase();
  unasked.pass(20).hears({ absences: 3, truancy: days(3), holds: NOT_SUBMITTED });
  expect(refusal(file(unasked))).toMatchObject({ type: 'held', detail: expect.stringContaining('2021-09-20') as string });
});

test('a hold withdraws nothing, even when the numbers under it fall', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 8 });
  const { tasks } = paper.state;
  paper.hears({ absences: 5, holds: [{ why: 'retractions_waiting', since: '2021-08-23' }] });
  expect(paper.state.tasks).toEqual(tasks);
});

test('in a school that nobody has released nothing begins, not even what every case has', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 12, truancy: days(4), holds: [{ why: 'school_not_released', since: '2021-08-23' }] });
  expect(paper.state.tasks).toEqual([]);
  paper.hears({ holds: [] });
  expect(paper.open()).toContain('mass-notification');
});
