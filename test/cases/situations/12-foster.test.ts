import { pathLines, possible } from '../../../cases/index.ts';
import { refusal } from '../paper-case.ts';
import { mail, reported } from './ground.ts';

/** Hard situation 12: foster youth. */
test('rights holder and county worker are told before any letter is approved; the page says on whose account it waits', () => {
  const paper = reported(['foster']);
  const early = paper.command('principal', { kind: 'approve_letter', letter: 'letter-1', round: 1 });
  expect(refusal(early)).toMatchObject({ type: 'needs-other-tasks' });
  expect(possible(paper.state, paper.ladder).find((p) => p.task?.task === 'letter-1')).toMatchObject({
    waitsFor: ['foster-informed'],
    paths: ['path:foster'],
  });
  expect(pathLines(paper.state, paper.ladder)).toMatchObject([{ path: 'foster' }]);
  const half = paper.does(
    'case_manager',
    { kind: 'coordination', details: { with: ['education_rights_holder'], result: 'informed' } },
    'foster-informed',
  );
  expect(refusal(half)?.type).toBe('evidence-does-not-fit');
  paper.must(
    paper.does('case_manager', {
      kind: 'coordination',
      details: { with: ['education_rights_holder', 'county_worker'], result: 'informed' },
    }),
  );
  mail(paper, 'letter-1');
});

test('when the flag ends, what it alone asked for goes', () => {
  const paper = reported(['foster']);
  paper.hears({ flags: [] });
  expect(paper.task('foster-informed')?.status).toBe('withdrawn');
  mail(paper, 'letter-1');
});
