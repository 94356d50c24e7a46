import { climb, refer } from '../climb.ts';
import { PaperCase, refusal } from '../paper-case.ts';

/** Hard situation 18 and the check of THR-08: no SARB referral without the IEP or 504 team's review. */
test.each(['iep', 'section_504'] as const)('a student with %s cannot be referred before that team has reviewed the attendance', (flag) => {
  const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
  paper.hears({ flags: [flag] });
  expect(refusal(refer(paper, 'habitual_truant'))?.missing?.map((m) => m.requirement)).toEqual(['attendance-review-team']);
  expect(paper.task('attendance-review-team')?.status).toBe('open');
  const team = flag === 'iep' ? 'iep' : 'section_504';
  paper.must(paper.does('case_manager', { kind: 'meeting', details: { team, outcome: 'held', present: ['parent', 'teacher'] } }));
  paper.must(refer(paper, 'habitual_truant'));
});

test('nobody may justify that the team was not heard, and a meeting nobody came to is none', () => {
  const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
  paper.hears({ flags: ['iep'] });
  const justified = paper.command('principal', {
    kind: 'justify_requirement',
    requirement: 'attendance-review-team',
    ground: 'chronic_absentee',
  });
  expect(refusal(justified)?.type).toBe('requirement-not-justifiable');
  paper.does('case_manager', { kind: 'meeting', details: { team: 'iep', outcome: 'no_show', present: [] } });
  expect(refusal(refer(paper, 'chronic_absentee'))?.type).toBe('requirements-missing');
});

test('without the flag it is not asked, and the list says why', () => {
  const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
  expect(paper.ready('chronic_absentee').requirements.find((r) => r.requirement === 'attendance-review-team')).toMatchObject({
    status: 'not_applicable',
    why: expect.stringContaining('path') as string,
  });
});
