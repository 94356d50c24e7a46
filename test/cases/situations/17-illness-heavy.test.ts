import { days, PaperCase } from '../paper-case.ts';
import { reported } from './ground.ts';

/** Hard situation 17: an illness-heavy student. */
test('the health track takes the place of truancy letters; reports are the law’s and stay', () => {
  const paper = reported(['medical']);
  expect(paper.open()).toContain('health-track');
  expect(paper.task('letter-1')).toBeUndefined();
  expect(paper.task('truancy-report')?.status).toBe('done');
  paper.must(paper.does('case_manager', { kind: 'coordination', details: { with: ['nurse', 'parent'], result: 'agreed' } }));
  expect(paper.task('health-track')?.status).toBe('done');
});

test('excused illness days open support and no truancy, with or without the flag', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 20, excused: 20, flags: ['medical'] });
  expect(paper.open()).toEqual(expect.arrayContaining(['home-visit-consult', 'health-track']));
  expect(paper.open()).not.toContain('truancy-report');
});

test('when the flag ends, the letter that the reports ask for opens', () => {
  const paper = reported(['medical']);
  paper.hears({ flags: [], truancy: days(3) });
  expect(paper.task('letter-1')?.status).toBe('open');
});
