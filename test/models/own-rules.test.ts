import type { Action } from '../../cases/actions.ts';
import { queued } from '../../cases/queued.ts';
import { differences } from '../../policy/differences.ts';
import { days, PaperCase, refusal } from '../cases/paper-case.ts';
import { ladderOf, shipped } from './shipped.ts';

function reported(paper: PaperCase, events: string[]): void {
  paper.pass(8).hears({ truancy: events, unexcused: events.length, absences: Math.max(events.length, paper.standing.absences) });
  const served = paper.state.reports.flatMap((report) => report.events);
  const rest = events.filter((day) => !served.includes(day));
  paper.must(paper.command('case_manager', { kind: 'file_report', events: rest, filedWith: 'attendance_supervisor', on: paper.day }));
}

const letterOf = (paper: PaperCase, letter: string): void => {
  paper.must(paper.command('case_manager', { kind: 'approve_letter', letter, round: 1 }));
  paper.must(paper.does('clerk', { kind: 'letter_mailed', details: { letter, channel: 'mail', contact: 'mother' } }, letter));
};
const talk = (more: Partial<Extract<Action, { kind: 'contact' }>['details']> = {}): Action => ({
  kind: 'contact',
  details: { channel: 'phone', outcome: 'reached', contact: 'mother', topics: ['reasons_explored', 'resources_offered'], ...more },
});

describe('San Diego', () => {
  const ladder = ladderOf(shipped('san-diego'));
  const waits = (paper: PaperCase, task: string) =>
    queued(paper.state, ladder)
      .find((one) => one.task === task)
      ?.waits.map(({ why }) => why);

  test('the second letter waits for six full days, school days and an intervention, and goes when all three are there', () => {
    const paper = new PaperCase(ladder);
    reported(paper, days(3));
    letterOf(paper, 'letter-1');
    reported(paper, days(5));
    expect(waits(paper, 'letter-2')).toEqual(['full_days', 'intervention']);
    reported(paper, days(6));
    expect(waits(paper, 'letter-2')).toEqual(['intervention']);
    paper.must(paper.does('case_manager', talk(), 'intervention-1'));
    expect(paper.open()).toContain('letter-2');
  });

  test('the third letter cannot be approved before the SART was held', () => {
    const paper = new PaperCase(ladder);
    reported(paper, days(3));
    letterOf(paper, 'letter-1');
    paper.must(paper.does('case_manager', talk(), 'intervention-1'));
    const conference: Action = {
      kind: 'conference',
      details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent', 'pupil'], channel: 'in_person' },
    };
    paper.must(paper.does('case_manager', conference, 'parent-conference'));
    reported(paper, days(6));
    letterOf(paper, 'letter-2');
    const plan = {
      about: 'problem_solving',
      review: '2022-05-01',
      causes: ['transport'],
      interventions: ['bus_pass'],
      measure: 'days_attended',
    };
    paper
      .pass(1)
      .must(paper.does('case_manager', { kind: 'plan', details: { ...plan, commitments: ['pupil'] } as never }, 'intervention-2'));
    reported(paper, days(8));
    expect(paper.open()).toContain('letter-3');
    const early = refusal(paper.command('principal', { kind: 'approve_letter', letter: 'letter-3', round: 1 }));
    expect(early).toMatchObject({ type: 'needs-other-tasks', detail: expect.stringContaining('sart') as string });
  });

  test('an absence that nobody has verified is not counted', () => {
    expect(shipped('san-diego').absenceList.unverified).toBe('not_counted');
  });

  test('another number of full days is told in a sentence', () => {
    const before = shipped('san-diego');
    const after = structuredClone(before);
    before.tasks.find(({ task }) => task === 'letter-2')!.fullDays = 4;
    expect(differences(before, after).map(({ sentence }) => sentence)).toEqual([
      '“Truancy Letter 2” now needs 6 full-day events instead of 4.',
    ]);
  });
});

describe('MCPS outreach first', () => {
  const ladder = ladderOf(shipped('mcps-outreach'));
  const begun = (): PaperCase => {
    const paper = new PaperCase(ladder);
    paper.hears({ absences: 3 });
    return paper;
  };
  const attempts = (paper: PaperCase, tries: [time: string, pass: number][]): void => {
    for (const [time, pass] of tries) {
      paper.pass(pass);
      const task = { task: 'parent-attempts', round: 1 };
      const action = talk({ outcome: 'no_answer', whom: 'parent' });
      paper.must(paper.command('clerk', { kind: 'document_action', on: paper.day, time, task, action }));
    }
  };

  test('three calls of one morning are not enough; on another day and at another time of day they are', () => {
    const paper = begun();
    attempts(paper, [
      ['08:00', 0],
      ['09:00', 0],
      ['09:30', 0],
    ]);
    expect(paper.task('parent-attempts')?.status).toBe('open');
    attempts(paper, [['17:30', 1]]);
    expect(paper.task('parent-attempts')?.status).toBe('done');
  });

  test('who was reached at the first try is not tried twice more', () => {
    const paper = begun();
    paper.must(paper.does('clerk', talk({ whom: 'parent' }), 'parent-attempts'));
    expect(paper.task('parent-attempts')?.status).toBe('done');
  });

  test('nobody asks a friend of the student before everything else has been tried', () => {
    const paper = begun();
    const friend = talk({ outcome: 'third_party', whom: 'friend' });
    expect(refusal(paper.does('case_manager', friend, 'known-friends'))?.type).toBe('needs-other-tasks');
    attempts(paper, [
      ['08:00', 0],
      ['13:00', 0],
      ['08:00', 1],
    ]);
    paper.must(paper.command('clerk', { kind: 'record_unavailable', task: 'other-contacts', round: 1 }));
    expect(refusal(paper.does('case_manager', friend, 'known-friends'))?.missing?.map(({ requirement }) => requirement)).toEqual([
      'virtual-meeting',
    ]);
    const virtual: Action = {
      kind: 'conference',
      details: { outcome: 'no_show', invited: ['parent', 'pupil'], present: [], channel: 'virtual_meeting' },
    };
    paper.must(paper.does('case_manager', virtual, 'virtual-meeting'));
    paper.must(paper.does('case_manager', friend, 'known-friends'));
    expect(paper.task('known-friends')?.status).toBe('done');
  });

  test('the notice of the statute goes out after ten school days though nobody reached out', () => {
    const paper = new PaperCase(ladder);
    reported(paper, days(3));
    expect(paper.open()).not.toContain('letter-1');
    paper.pass(11).ticks();
    expect(paper.open()).toContain('letter-1');
  });
});
