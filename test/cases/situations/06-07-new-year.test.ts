import { call, climb, DOCUMENTED, refer } from '../climb.ts';
import { days, PaperCase, recoveringLadder, refusal, schoolDaysAfter } from '../paper-case.ts';
import { file, mail, reported } from './ground.ts';

const YEAR = '2022-2023';
const FIRST = '2022-08-15';

/** The standing of a new school year: everything at zero. */
function begins(paper: PaperCase, day = '2022-07-01'): PaperCase {
  paper.day = day;
  paper.hears({ schoolYear: YEAR, absences: 0, excused: 0, unexcused: 0, truancy: [], pending: [], occasions: [], schoolRecords: [] });
  return paper;
}

/** Hard situations 6 and 7. */
test('counts and reports start again; what was reported and written last year stays in the record and serves nothing', () => {
  const paper = begins(climb(new PaperCase(), { ground: 'habitual_truant' }));
  expect(paper.state).toMatchObject({ schoolYear: YEAR, standing: { absences: 0 } });
  expect(paper.state.reports).toHaveLength(3);
  expect(paper.missing('habitual_truant')).toEqual(
    expect.arrayContaining(['truancy-reports', 'conference-effort', 'letter-1', 'sst', 'personal-call']),
  );
  paper.day = '2022-10-03';
  paper.hears({ absences: 3, truancy: days(3, FIRST) });
  file(paper, days(3, FIRST));
  expect(paper.state.reports.at(-1)).toMatchObject({ year: YEAR, ordinal: 1 });
  expect(paper.task('truancy-report')).toMatchObject({ ref: '1', year: YEAR });
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  mail(paper, 'letter-1');
  expect(paper.state.letters.at(-1)).toMatchObject({ year: YEAR, reports: [1] });
});

test('a report of last year cannot be withdrawn as one of this year, and a referral of last year bars none', () => {
  const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
  paper.must(refer(paper, 'habitual_truant'));
  begins(paper);
  expect(refusal(paper.command('case_manager', { kind: 'withdraw_report', ordinal: 1 }))?.type).toBe('unknown-report');
  expect(refusal(refer(paper, 'habitual_truant'))?.type).toBe('requirements-missing');
});

test('contracts and plans run on while they are in force, and no longer', () => {
  const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
  paper.must(
    paper.does('case_manager', {
      kind: 'contract',
      details: { status: 'signed', signers: ['parent'], from: paper.day, until: '2022-12-16' },
    }),
  );
  paper.must(
    paper.command('principal', { kind: 'supersede_action', action: paper.state.tasks.find((t) => t.task === 'contract')!.evidence[0]! }),
  );
  paper.must(
    paper.does(
      'case_manager',
      { kind: 'contract', details: { status: 'signed', signers: ['parent'], from: paper.day, until: '2022-12-16' } },
      'contract',
    ),
  );
  begins(paper);
  const met = (requirement: string) => paper.ready('chronic_absentee').requirements.find((r) => r.requirement === requirement)?.status;
  expect(met('contract')).toBe('met');
  expect(met('case-management-plan')).toBe('missing');
  expect(met('sst')).toBe('missing');
});

test('what is carried over gets a due date on the new calendar: no deadline falls in the holidays', () => {
  const paper = reported();
  paper.must(paper.does('clerk', call('wrong_number')));
  begins(paper, '2022-08-12');
  expect(paper.task('contact-correction')).toMatchObject({
    status: 'open',
    year: YEAR,
    due: { from: '2022-08-12', on: schoolDaysAfter('2022-08-12', 2) },
  });
  expect(paper.events.filter((e) => e.type === 'task_carried')).toHaveLength(1);
});

test('an entry of last year that is superseded now asks nobody for last year’s work again', () => {
  const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
  const sst = paper.state.tasks.find((t) => t.task === 'sst')!;
  begins(paper);
  paper.must(paper.command('principal', { kind: 'supersede_action', action: sst.evidence[0]! }));
  expect(paper.open()).not.toContain('sst');
});

/** A thousand cases, each somewhere else on the ladder. */
function thousand(): PaperCase[] {
  const ladder = recoveringLadder();
  return Array.from({ length: 1000 }, (_, n) => {
    const paper = new PaperCase(ladder);
    paper
      .pass(10 + (n % 25))
      .hears({ absences: (n * 7) % 40, unexcused: n % 7, truancy: days(n % 7), flags: n % 11 === 0 ? ['foster'] : [] });
    if (n % 7 >= 3) file(paper, days(n % 7).slice(0, 3));
    for (const [task, role, action] of DOCUMENTED.slice(0, n % 4)) paper.does(role, action, task);
    if (n % 5 === 0) paper.does('clerk', call('no_answer'));
    if (n % 13 === 0) paper.does('clerk', call('wrong_number'));
    if (n % 17 === 0) paper.hears({ recoveredOn: paper.day });
    if (n % 19 === 0) paper.hears({ departed: { on: paper.day, reason: null } });
    return paper;
  });
}

test('the July job on a thousand cases leaves none in limbo', () => {
  for (const paper of thousand()) {
    const open = paper.state.tasks.filter((t) => t.status === 'open' || t.status === 'paused');
    const { seq } = paper.state;
    begins(paper);
    const told = paper.events.slice(seq);
    // Each open task of the year that ended is dealt with by exactly one event.
    for (const { task, round } of open) {
      const dealt = told.filter(
        (e) => (e.type === 'task_withdrawn' || e.type === 'task_carried') && e.body.task === task && e.body.round === round,
      );
      expect(dealt).toHaveLength(1);
    }
    const left = paper.state.tasks.filter((t) => t.status === 'open' || t.status === 'paused');
    for (const task of left) expect(task).toMatchObject({ status: 'open', year: YEAR, due: { on: expect.any(String) as string } });
    expect(paper.state.waits.every((w) => w.ended)).toBe(true);
    // And the year goes on: the first absence opens the case's work again, unless the student has left.
    paper.day = '2022-09-01';
    paper.hears({ absences: 1 });
    expect(paper.open().length > 0).toBe(paper.state.closed === null);
  }
}, 120_000);
