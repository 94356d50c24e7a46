import { queued } from '../../../cases/index.ts';
import type { Ladder } from '../../../policy/ladder.ts';
import { call } from '../climb.ts';
import { days, PaperCase, refusal, schoolDaysAfter, shippedLadder } from '../paper-case.ts';
import { file, mail } from './ground.ts';

/** Hard situation 22: from three to nine unexcused days in one delivery. Letters queue and never burst. */
function jumped(ladder: Ladder = shippedLadder()): PaperCase {
  const paper = new PaperCase(ladder);
  paper.pass(30).hears({ absences: 3, truancy: days(3) });
  file(paper, days(3));
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  paper.hears({ absences: 9, truancy: days(9) });
  file(paper, days(4).slice(3));
  file(paper, days(5).slice(4));
  return paper;
}

const waits = (paper: PaperCase): string[] => queued(paper.state, paper.ladder).flatMap((q) => q.waits.map((w) => `${q.task} ${w.why}`));

test('letter 2 is not asked of anybody before letter 1 has gone and its school days have passed; the queue says why', () => {
  const paper = jumped();
  expect(waits(paper)).toEqual(['letter-2 letter_before']);
  expect(paper.task('letter-2')).toBeUndefined();
  mail(paper, 'letter-1');
  expect(waits(paper)).toEqual(['letter-2 spacing']);
  expect(refusal(paper.command('principal', { kind: 'approve_letter', letter: 'letter-2', round: 1 }))?.type).toBe('letter-not-due');
  paper.pass(4).ticks();
  expect(paper.task('letter-2')).toBeUndefined();
});

test('it opens by itself when they have passed, once, on a deadline of its own', () => {
  const paper = jumped();
  mail(paper, 'letter-1');
  const mailed = paper.day;
  expect(paper.state.waits).toMatchObject([
    { what: 'letter-2', until: { on: schoolDaysAfter(mailed, 5) } },
    { what: 'letter-3', until: { on: schoolDaysAfter(mailed, 5) } },
  ]);
  paper.pass(6).ticks();
  expect(paper.task('letter-2')).toMatchObject({ status: 'open', round: 1 });
  paper.ticks();
  expect(paper.state.tasks.filter((t) => t.task === 'letter-2')).toHaveLength(1);
});

test('every letter keeps its distance to the one before it', () => {
  const paper = jumped();
  mail(paper, 'letter-1');
  paper.pass(6).ticks();
  paper.must(
    paper.does('case_manager', {
      kind: 'conference',
      details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent'], channel: 'phone' },
    }),
  );
  mail(paper, 'letter-2');
  expect(paper.task('letter-3')).toBeUndefined();
  expect(waits(paper)).toEqual(['letter-3 spacing']);
  paper.pass(6).ticks();
  expect(paper.task('letter-3')?.status).toBe('open');
});

test('where a policy asks for new events and an intervention between letters, both are waited for', () => {
  const ladder = structuredClone(shippedLadder());
  const rule = ladder.tasks.find((t) => t.task === 'letter-2')!;
  Object.assign(rule, { newEvents: 3, interventionBetween: ['contact', 'conference'] });
  delete rule.spacing;
  const paper = jumped(ladder);
  paper.must(paper.does('clerk', call('reached')));
  mail(paper, 'letter-1');
  expect(waits(paper)).toEqual(['letter-2 new_events', 'letter-2 intervention']);
  paper.must(paper.does('clerk', call('no_answer')));
  expect(waits(paper)).toContain('letter-2 intervention');
  paper.must(paper.does('clerk', call('reached')));
  expect(waits(paper)).toEqual(['letter-2 new_events']);
  file(paper, days(9).slice(5));
  expect(paper.task('letter-2')?.status).toBe('open');
});
