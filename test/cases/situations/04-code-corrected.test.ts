import { climb, refer } from '../climb.ts';
import { days, PaperCase, refusal } from '../paper-case.ts';

/** Hard situation 4: a code is corrected, and things rest on it. */
test('a band that a correction takes back withdraws what it alone opened and nobody has touched; documented work stays', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 8 });
  paper.must(paper.does('case_manager', { kind: 'consultation', details: { with: 'psa_counselor', about: 'case' } }, 'psa-consult'));
  paper.hears({ absences: 7 });
  expect(paper.task('teacher-call')?.status).toBe('withdrawn');
  expect(paper.task('psa-consult')?.status).toBe('done');
  expect(paper.open()).toContain('agency-referral-1');
  const { seq } = paper.state;
  paper.hears({ absences: 7 });
  expect(paper.events.slice(seq).map((e) => e.type)).toEqual(['standing_noted']);
});

test('a letter that was approved and not mailed stays as it was read, and cannot be mailed', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 3, truancy: days(3) });
  paper.must(paper.command('clerk', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day }));
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  paper.must(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }));
  paper.hears({ truancy: days(2) });
  expect(paper.task('letter-1')?.status).toBe('open');
  const mailed = paper.does(
    'clerk',
    { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: 'mother' } },
    'letter-1',
  );
  expect(refusal(mailed)?.type).toBe('basis-lost');
  expect(paper.open()).not.toContain('correction-note');
});

test('the band comes again: the same task opens again in the same round, with a new due date', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 8 });
  paper.hears({ absences: 7 });
  paper.pass(9).hears({ absences: 8 });
  expect(paper.task('teacher-call')).toMatchObject({ round: 1, status: 'open', due: { from: paper.day } });
  expect(paper.state.tasks.filter((t) => t.task === 'teacher-call')).toHaveLength(1);
});

test('a tardy of 31 minutes that was 20 takes report, letters and referral with it, and the SARB coordinator is told', () => {
  const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
  paper.must(refer(paper, 'habitual_truant'));
  expect(paper.open()).not.toContain('referral-review');
  paper.hears({ truancy: days(4), occasions: [] });
  expect(paper.task('referral-review')).toMatchObject({ status: 'open' });
  expect(paper.state.referrals).toHaveLength(1);
  paper.must(
    paper.does('attendance_supervisor', { kind: 'coordination', details: { with: ['attendance_supervisor'], result: 'informed' } }),
  );
  paper.hears({ truancy: days(4) });
  expect(paper.open()).not.toContain('referral-review');
});
