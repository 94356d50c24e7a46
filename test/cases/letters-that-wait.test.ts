import type { Ladder, TaskRule } from '../../policy/ladder.ts';
import { queued } from '../../cases/queued.ts';
import { call } from './climb.ts';
import { days, PaperCase, refusal, shippedLadder } from './paper-case.ts';

/** The shipped ladder with other rules for one letter. */
function withLetter(letter: string, more: Partial<TaskRule>): Ladder {
  const ladder = shippedLadder();
  return { ...ladder, tasks: ladder.tasks.map((rule) => (rule.task === letter ? { ...rule, ...more } : rule)) };
}

function files(paper: PaperCase, events: string[]): void {
  paper.pass(events.length);
  paper.hears({ truancy: events, unexcused: events.length, absences: events.length });
  const served = paper.state.reports.flatMap((report) => report.events);
  const rest = events.filter((day) => !served.includes(day));
  paper.must(paper.command('case_manager', { kind: 'file_report', events: rest, filedWith: 'attendance_supervisor', on: paper.day }));
}

describe('a letter that waits for full days', () => {
  const ladder = withLetter('letter-2', { fullDays: 6, needs: [], spacing: undefined as never });

  test('goes on nothing else, however many reports stand, and counts no occasion', () => {
    const paper = new PaperCase(ladder);
    files(paper, days(3));
    files(paper, days(4));
    files(paper, days(5));
    paper.hears({ truancy: days(7), occasions: days(2) });
    expect(paper.open()).not.toContain('letter-2');
    expect(queued(paper.state, ladder).flatMap(({ waits }) => waits)).toContainEqual({
      why: 'full_days',
      text: '6 full days among the truancy events are asked; 5 stand.',
    });
    paper.hears({ truancy: days(8) });
    expect(paper.open()).toContain('letter-2');
  });

  test('is not approved once the full days are gone again', () => {
    const paper = new PaperCase(ladder);
    files(paper, days(3));
    files(paper, days(6));
    expect(paper.open()).toContain('letter-2');
    // A correction turns one of the days into a mere occasion.
    paper.hears({ occasions: days(1) });
    expect(refusal(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-2', round: 1 }))?.type).toBe('letter-not-due');
  });
});

describe('a first notice that waits for outreach', () => {
  const ladder = withLetter('letter-1', { needs: [], waitsFor: { tasks: ['teacher-call', 'email-or-letter'], schoolDays: 10 } });
  const reported = (): PaperCase => {
    const paper = new PaperCase(ladder);
    files(paper, days(3));
    paper.hears({ absences: 8 });
    return paper;
  };

  test('goes out after the stated school days though nobody did anything', () => {
    const paper = reported();
    expect(paper.open()).toEqual(expect.arrayContaining(['teacher-call', 'email-or-letter']));
    expect(paper.open()).not.toContain('letter-1');
    paper.pass(10).ticks();
    expect(paper.open()).not.toContain('letter-1');
    paper.pass(1).ticks();
    expect(paper.open()).toContain('letter-1');
  });

  test('goes out at once when the outreach is done, and says until then what it waits for', () => {
    const paper = reported();
    const [letter] = queued(paper.state, ladder);
    expect(letter).toMatchObject({ task: 'letter-1', waits: [{ why: 'outreach' }] });
    expect(letter?.waits[0]?.text).toMatch(/“teacher-call”, “email-or-letter”, though no longer than until \d{4}-/);
    paper.pass(1).must(paper.does('teacher', call('reached'), 'teacher-call'));
    expect(paper.open()).not.toContain('letter-1');
    const email = { kind: 'contact' as const, details: { channel: 'email' as const, outcome: 'sent' as const, contact: 'mother' } };
    paper.must(paper.does('clerk', email, 'email-or-letter'));
    expect(paper.open()).toContain('letter-1');
  });

  test('waits for nothing when the outreach was done before', () => {
    const paper = new PaperCase(ladder);
    paper.hears({ absences: 8 });
    paper.does('teacher', call('reached'), 'teacher-call');
    paper.does('clerk', { kind: 'contact', details: { channel: 'email', outcome: 'sent', contact: 'mother' } }, 'email-or-letter');
    files(paper, days(3));
    paper.hears({ absences: 8 });
    expect(paper.open()).toContain('letter-1');
    expect(paper.events.some(({ type }) => type === 'wait_began')).toBe(false);
  });

  test('is not delayed again in the same year by a second wait', () => {
    const paper = reported();
    paper.pass(11).ticks();
    expect(paper.events.filter(({ type }) => type === 'wait_began')).toHaveLength(1);
    expect(paper.refolded()).toEqual(paper.state);
  });
});
