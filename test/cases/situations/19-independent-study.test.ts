import { refusal } from '../paper-case.ts';
import { mail, reported } from './ground.ts';

/** Hard situation 19: independent study and continuation schools are in no automated run. */
test.each(['independent_study', 'continuation'] as const)('with %s no evaluation list is asked; a person decides by hand first', (flag) => {
  const paper = reported([flag]);
  expect(paper.task('not-evaluation-list')).toBeUndefined();
  const early = paper.command('principal', { kind: 'approve_letter', letter: 'letter-1', round: 1 });
  expect(refusal(early)?.missing ?? refusal(early)?.detail).toContain('notice-by-hand');
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'notice-by-hand'));
  mail(paper, 'letter-1');
  // What the path drops is not missed before a referral either.
  expect(paper.missing('habitual_truant')).not.toContain('not-evaluation-list');
});
