import { refusal } from '../paper-case.ts';
import { mail, reported } from './ground.ts';

/** Hard situation 13: the liaison comes first; barriers are not truancy. */
test('no letter before the liaison was heard', () => {
  const paper = reported(['homeless']);
  const early = paper.command('principal', { kind: 'approve_letter', letter: 'letter-1', round: 1 });
  expect(refusal(early)?.type).toBe('needs-other-tasks');
  paper.must(paper.does('case_manager', { kind: 'coordination', details: { with: ['homeless_liaison'], result: 'agreed' } }));
  mail(paper, 'letter-1');
});
