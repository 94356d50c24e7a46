import { days, PaperCase, refusal } from '../paper-case.ts';

/** Hard situation 11: only days at compulsory age count, by the date of each absence, not of the run. */
test('a child of five gets support and no report; at six only the days since the birthday can be reported', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ age: 5, absences: 9, unexcused: 9, truancy: [] });
  expect(paper.open()).toContain('teacher-call');
  expect(paper.open()).not.toContain('truancy-report');
  paper.pass(20).hears({ age: 6, absences: 12, unexcused: 12, truancy: days(3, '2021-09-20') });
  expect(paper.task('truancy-report')?.status).toBe('open');
  const early = paper.command('clerk', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day });
  expect(refusal(early)?.type).toBe('report-events');
  expect(paper.missing('chronic_absentee')).not.toContain('age');
});
