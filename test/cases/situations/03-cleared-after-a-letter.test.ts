import { days, PaperCase, refusal } from '../paper-case.ts';

/** Hard situation 3: an absence is cleared after the letter about it went out. */
function lettered(): PaperCase {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 4, unexcused: 4, truancy: days(4) });
  file(paper, days(3));
  file(paper, days(4).slice(3));
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  mail(paper, 1);
  return paper.pass(1);
}

function file(paper: PaperCase, events: string[]): void {
  paper.must(paper.command('case_manager', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day }));
}

function mail(paper: PaperCase, round: number): void {
  paper.must(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round }));
  paper.must(
    paper.does('clerk', { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: 'mother' } }, 'letter-1'),
  );
}

const cleared = { absences: 4, excused: 1, unexcused: 3, truancy: days(4).slice(1) };

test('the letter stays in the record, marked, and a person is asked to withdraw the report and to tell the family', () => {
  const paper = lettered();
  paper.hears(cleared);
  expect(paper.state.letters).toMatchObject([{ letter: 'letter-1', lost: days(1) }]);
  expect(paper.open().filter((t) => t === 'report-review' || t === 'correction-note')).toEqual([
    'report-review',
    'report-review',
    'correction-note',
  ]);
});

test('once: the same news again changes nothing', () => {
  const paper = lettered();
  paper.hears(cleared);
  const { seq, tasks } = paper.state;
  paper.hears(cleared);
  expect(paper.events.slice(seq).map((e) => e.type)).toEqual(['standing_noted']);
  expect(paper.state.tasks).toEqual(tasks);
});

test('report 2 was allowed only after report 1, so it is flagged and asked to be withdrawn, too', () => {
  const paper = lettered();
  paper.hears(cleared);
  const asked = paper.state.tasks.filter((t) => t.task === 'report-review' && t.status === 'open');
  expect(asked.map((t) => t.ref)).toEqual(['1', '2']);
  expect(paper.missing('habitual_truant')).toContain('truancy-reports');
});

test('no later step relies on the letter, and no further one is approved before the reports are withdrawn', () => {
  const paper = lettered();
  paper.hears(cleared);
  expect(paper.ready('habitual_truant').requirements.find((r) => r.requirement === 'letter-1')).toMatchObject({
    status: 'missing',
    why: expect.stringContaining('no longer met') as string,
  });
  paper.pass(10).ticks();
  expect(paper.open()).not.toContain('letter-2');
  const again = paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 });
  expect(refusal(again)?.type).toBe('letter-not-due');
});

test('after both withdrawals the three days that stand make a new report due, with the next number, and a new letter', () => {
  const paper = lettered();
  paper.hears(cleared);
  for (const ordinal of [1, 2]) paper.must(paper.command('case_manager', { kind: 'withdraw_report', ordinal }));
  expect(paper.open()).not.toContain('report-review');
  expect(paper.task('truancy-report')).toMatchObject({ status: 'open', ref: '3' });
  file(paper, days(4).slice(1));
  expect(paper.task('letter-1')).toMatchObject({ round: 2, status: 'open' });
  mail(paper, 2);
  expect(paper.ready('habitual_truant').requirements.find((r) => r.requirement === 'letter-1')?.status).toBe('met');
});

test('the family is told by an action of its own; an ordinary call does not stand for it', () => {
  const paper = lettered();
  paper.hears(cleared);
  paper.must(paper.does('case_manager', { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: 'mother' } }));
  expect(paper.open()).toContain('correction-note');
  const { document } = paper.state.letters[0]!;
  paper.must(paper.does('case_manager', { kind: 'correction_note', details: { letter: document, channel: 'phone', contact: 'mother' } }));
  expect(paper.open()).not.toContain('correction-note');
});

test('when the day stands again after all, report and letter do, too, and the untouched requests go', () => {
  const paper = lettered();
  paper.hears(cleared);
  paper.hears({ absences: 4, excused: 0, unexcused: 4, truancy: days(4) });
  expect(paper.events.filter((e) => e.type === 'basis_restored')).toHaveLength(2);
  expect(paper.state.reports.every((r) => r.lost.length === 0)).toBe(true);
  expect(paper.open()).not.toContain('report-review');
  expect(paper.ready('habitual_truant').requirements.find((r) => r.requirement === 'letter-1')?.status).toBe('met');
});

test('a report that had more days than it needed still stands without one of them', () => {
  const paper = new PaperCase();
  paper.pass(20).hears({ absences: 4, truancy: days(4) });
  file(paper, days(4));
  paper.hears(cleared);
  expect(paper.state.reports[0]?.lost).toEqual(days(1));
  expect(paper.open()).not.toContain('report-review');
  expect(refusal(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'))).toBeNull();
  paper.must(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }));
  expect(paper.state.letters[0]?.events).toEqual(days(4).slice(1));
});
