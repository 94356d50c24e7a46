import { climb, refer } from '../climb.ts';
import { explain, queued } from '../../../cases/index.ts';
import { days, PaperCase, refusal, shippedLadder } from '../paper-case.ts';
import { file, mail, reported } from './ground.ts';

/** Hard situation 10: the student turns eighteen. */
test('parent notices stop, even one that was approved; the rights pass to the student; the SARB route closes and says so', () => {
  const paper = reported();
  paper.must(paper.command('principal', { kind: 'approve_letter', letter: 'letter-1', round: 1 }));
  paper.hears({ age: 18, absences: 26 });
  expect(paper.task('letter-1')?.status).toBe('withdrawn');
  expect(paper.open()).toContain('adult-rights');
  expect(paper.open()).not.toEqual(expect.arrayContaining(['sarb-referral']));
  const mailed = paper.does('clerk', { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: 'mother' } });
  expect(refusal(mailed)).toMatchObject({ type: 'letter-not-due', detail: expect.stringContaining('Do not mail') as string });
  expect(paper.missing('chronic_absentee')).toEqual(expect.arrayContaining(['age', 'path:adult']));
});

test('the case says whose the rights are, and the queue of letters to whom they go, where the policy lets them go', () => {
  const ladder = structuredClone(shippedLadder());
  ladder.paths = ladder.paths?.filter(({ path }) => path !== 'adult') ?? [];
  const paper = new PaperCase(ladder);
  paper.pass(20).hears({ absences: 4, unexcused: 4, truancy: days(4) });
  file(paper, days(3));
  file(paper, days(4).slice(3));
  const to = () => queued(paper.state, ladder).map((letter) => letter.to);
  expect(to()).toEqual(['everybody who holds educational rights']);
  paper.hears({ age: 18 });
  expect(to()).toEqual(['the student, who is of age, or the conservator whom a court has appointed']);
  expect(explain(paper.state, ladder)).toContainEqual(
    expect.objectContaining({
      about: 'rights',
      clause: '34 CFR 99.5',
      text: expect.stringContaining('the rights are the student’s own') as string,
    }),
  );
});

test('a complete record of a student of eighteen cannot be referred', () => {
  const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
  paper.hears({ age: 18 });
  expect(refusal(refer(paper, 'habitual_truant'))?.missing?.map((m) => m.requirement)).toEqual(['age', 'path:adult']);
});

test('what was filed before stays in the record', () => {
  const paper = reported();
  mail(paper, 'letter-1');
  paper.hears({ age: 18 });
  expect(paper.state.reports.map((r) => r.events)).toEqual([days(3)]);
  expect(paper.task('letter-1')?.status).toBe('done');
});
