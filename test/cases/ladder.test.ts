import { readiness } from '../../cases/index.ts';
import { call, climb, DOCUMENTED, refer } from './climb.ts';
import { days, PaperCase, refusal } from './paper-case.ts';

describe('the climb to SARB', () => {
  test.each(['habitual_truant', 'chronic_absentee'] as const)('a fully documented %s is referred', (ground) => {
    const paper = climb(new PaperCase(), { ground });
    expect(paper.missing(ground)).toEqual([]);
    expect(refusal(refer(paper, ground))).toBeNull();
    expect(paper.state.referrals).toHaveLength(1);
    expect(paper.refolded()).toEqual(paper.state);
  });

  test('a student with 26 days, all excused, gets every support step, no report and no letter', () => {
    const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
    const opened = new Set(paper.state.tasks.map((t) => t.task));
    for (const [task] of DOCUMENTED) expect(opened).toContain(task);
    for (const task of ['truancy-report', 'letter-1', 'letter-2', 'letter-3', 'not-evaluation-list']) expect(opened).not.toContain(task);
    const letters = paper.ready('chronic_absentee').requirements.filter((r) => r.requirement.startsWith('letter-'));
    expect(letters.map((r) => r.status)).toEqual(['not_applicable', 'not_applicable', 'not_applicable']);
  });

  test('each met requirement names the records that meet it', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    for (const answer of paper.ready('habitual_truant').requirements.filter((r) => r.status === 'met'))
      expect(answer.records).not.toEqual([]);
  });

  test('only the attendance supervisor refers', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    for (const role of ['clerk', 'teacher', 'case_manager', 'principal', 'administrator', 'sarb_member'] as const) {
      expect(refusal(refer(paper, 'habitual_truant', role))?.type).toBe('role-not-allowed');
    }
  });

  test('a second referral is refused', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    paper.must(refer(paper, 'habitual_truant'));
    expect(refusal(refer(paper, 'habitual_truant'))?.type).toBe('already-referred');
  });
});

describe('the two clocks', () => {
  test('bands open support and nothing else: 30 excused days make no report due', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 30, excused: 30 });
    expect(paper.open()).toContain('sarb-referral');
    expect(paper.open()).not.toContain('truancy-report');
  });

  test('earlier bands stay open when a student jumps to a later one', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 25 });
    for (const task of ['agency-referral-1', 'teacher-call', 'home-visit-consult', 'sst']) expect(paper.open()).toContain(task);
  });

  test('the first report needs three events, each further one the next event; an event serves one report', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 2, truancy: days(2) });
    expect(paper.open()).not.toContain('truancy-report');
    const file = (events: string[]): string | undefined =>
      refusal(paper.command('clerk', { kind: 'file_report', events, filedWith: 'attendance_supervisor', on: paper.day }))?.type;
    paper.pass(20);
    expect(file(days(2))).toBe('report-not-due');
    paper.hears({ absences: 3, truancy: days(3) });
    expect(file(days(3))).toBeUndefined();
    expect(file(days(1))).toBe('report-events');
    paper.hears({ absences: 4, truancy: days(4) });
    expect(paper.task('truancy-report')?.round).toBe(2);
    expect(file(days(4).slice(3))).toBeUndefined();
  });

  test('a withdrawn report keeps its number and stops counting; its events can serve another', () => {
    const paper = new PaperCase();
    paper.pass(20).hears({ absences: 3, truancy: days(3) });
    paper.must(paper.command('clerk', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day }));
    paper.must(paper.command('clerk', { kind: 'withdraw_report', ordinal: 1 }));
    paper.must(paper.command('clerk', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day }));
    expect(paper.state.reports.map((r) => [r.ordinal, r.withdrawn])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  test('a report that is no longer due asks nobody to file it', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 3, truancy: days(3) });
    expect(paper.task('truancy-report')?.status).toBe('open');
    paper.hears({ absences: 3, truancy: days(2) });
    expect(paper.task('truancy-report')?.status).toBe('withdrawn');
    paper.hears({ absences: 3, truancy: days(3) });
    expect(paper.task('truancy-report')?.status).toBe('open');
  });

  test('an absence cleared after a letter went out marks report and letter, once', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    paper.hears({ truancy: days(5).slice(1) });
    paper.hears({ absences: 27 });
    const lost = paper.events.flatMap((e) => (e.type === 'basis_lost' ? [`${e.body.what} ${e.body.days.join()}`] : []));
    expect(lost.filter((l) => l.startsWith('report'))).toEqual([`report ${days(1).join()}`]);
    expect(lost.filter((l) => l.startsWith('letter'))).toHaveLength(3);
    expect(paper.missing('habitual_truant')).toContain('truancy-reports');
  });
});

describe('the conference effort (EC 48262)', () => {
  const conference = {
    kind: 'conference',
    details: { outcome: 'no_show', invited: ['parent', 'pupil'], present: [], channel: 'in_person' },
  } as const;
  const withReports = (): PaperCase => {
    const paper = new PaperCase();
    paper.pass(20).hears({ absences: 3, truancy: days(3) });
    return paper;
  };
  const file = (paper: PaperCase): void => {
    paper.must(paper.command('clerk', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: paper.day }));
  };
  const met = (paper: PaperCase): boolean =>
    !readiness(paper.state, paper.ladder, 'habitual_truant', paper.day).requirements.some(
      (r) => r.requirement === 'conference-effort' && r.status === 'missing',
    );

  test('before report 1 it does not count, after it it does, even when nobody came', () => {
    const paper = withReports();
    paper.must(
      paper.does('case_manager', { ...conference, details: { ...conference.details, invited: ['parent', 'pupil'], present: [] } }),
    );
    file(paper);
    expect(met(paper)).toBe(false);
    paper.pass(1).must(
      paper.does('case_manager', {
        kind: 'conference',
        details: { outcome: 'no_show', invited: ['parent', 'pupil'], present: [], channel: 'phone' },
      }),
    );
    expect(met(paper)).toBe(true);
  });

  test('with the parent alone it does not count', () => {
    const paper = withReports();
    file(paper);
    paper.pass(1).must(
      paper.does('case_manager', {
        kind: 'conference',
        details: { outcome: 'held', invited: ['parent'], present: ['parent'], channel: 'in_person' },
      }),
    );
    expect(met(paper)).toBe(false);
  });
});

describe('evidence', () => {
  test('dated in the future it is refused', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 8 });
    expect(refusal(paper.does('teacher', call('reached'), 'teacher-call', '2022-01-01'))?.type).toBe('future-date');
  });

  test('from before the task opened it does not count', () => {
    const paper = new PaperCase();
    paper.pass(5).hears({ absences: 8 });
    expect(refusal(paper.does('teacher', call('reached'), 'teacher-call', '2021-08-24'))?.type).toBe('evidence-predates');
    paper.must(paper.does('teacher', call('reached'), undefined, '2021-08-24'));
    expect(paper.task('teacher-call')?.status).toBe('open');
  });

  test('an attempt is not a contact: no answer schedules the next, a wrong number asks for a correction', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 8 });
    paper.must(paper.does('teacher', call('no_answer')));
    expect(paper.task('teacher-call')?.status).toBe('open');
    expect(paper.task('next-attempt')?.status).toBe('open');
    paper.pass(1).must(paper.does('clerk', call('wrong_number')));
    expect(paper.open()).toContain('contact-correction');
    paper.must(paper.does('clerk', { kind: 'contact_correction', details: { contact: 'mother', result: 'corrected' } }));
    expect(paper.open()).not.toContain('contact-correction');
    paper.must(paper.does('clerk', call('reached')));
    expect(paper.task('next-attempt')?.status).toBe('done');
  });

  test('superseding an erroneous entry turns its requirement red again', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    const sart = paper.state.actions.find((a) => a.kind === 'meeting' && a.details.team === 'sart');
    paper.must(paper.command('principal', { kind: 'supersede_action', action: sart?.id ?? '' }));
    expect(paper.missing('habitual_truant')).toContain('sart');
    expect(paper.task('sart')?.status).toBe('open');
  });

  test('"when available" accepts a reason; what the protocol asks of all does not', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 25 });
    paper.must(paper.command('case_manager', { kind: 'record_unavailable', task: 'psa-consult', round: 1 }));
    expect(paper.task('psa-consult')?.status).toBe('unavailable');
    expect(refusal(paper.command('case_manager', { kind: 'record_unavailable', task: 'sart', round: 1 }))?.type).toBe('not-optional');
    expect(refusal(paper.command('case_manager', { kind: 'record_unavailable', task: 'cost', round: 1 }, { text: false }))?.type).toBe(
      'bad-command',
    );
  });

  test('a letter is read and approved before it is mailed, and letters go in order', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant', without: ['letter-1', 'letter-2', 'letter-3'] });
    expect(
      refusal(
        paper.does('clerk', { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: 'mother' } }, 'letter-1'),
      )?.type,
    ).toBe('letter-not-approved');
    expect(refusal(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-2', round: 1 }))).toMatchObject({
      type: 'letter-not-due',
      detail: expect.stringContaining('letter-1') as string,
    });
    expect(refusal(paper.command('clerk', { kind: 'approve_letter', letter: 'letter-1', round: 1 }))?.type).toBe('role-not-allowed');
    paper.must(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }));
  });

  test('a recurring task opens its next round, and a deadline is noted once', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 25 });
    paper.must(paper.does('case_manager', { kind: 'monitoring', details: { attended: 4, absent: 1 } }, 'monitoring'));
    expect(paper.task('monitoring')).toMatchObject({ round: 2, status: 'open' });
    paper.pass(60).ticks();
    const passed = paper.events.filter((e) => e.type === 'deadline_passed').length;
    paper.ticks();
    expect(paper.events.filter((e) => e.type === 'deadline_passed')).toHaveLength(passed);
    expect(passed).toBe(paper.state.tasks.filter((t) => t.status === 'open').length);
  });
});

describe('the statute', () => {
  test.each([
    ['age 5', { age: 5 }, ['age']],
    ['age 18', { age: 18 }, ['age', 'path:adult']],
  ])('%s: no referral, whoever asks', (_name, change, requirements) => {
    const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
    paper.hears(change);
    expect(refusal(refer(paper, 'chronic_absentee'))?.missing?.map((m) => m.requirement)).toEqual(requirements);
  });

  test('days made up in attendance recovery are taken off the rate, and the answer says so', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 12, daysEnrolled: 100 });
    expect(paper.missing('chronic_absentee')).not.toContain('chronic-rate');
    paper.hears({ madeUp: 2.5 });
    const rate = paper.ready('chronic_absentee').requirements.find(({ requirement }) => requirement === 'chronic-rate');
    expect(rate).toMatchObject({ status: 'missing' });
    expect(rate?.why).toContain('12 of 100 enrolled school days absent');
    expect(rate?.why).toContain('2.5 of them made up (EC 46211)');
  });

  test('below ten per cent nobody is chronically absent', () => {
    const paper = climb(new PaperCase(), { ground: 'chronic_absentee' });
    paper.hears({ daysEnrolled: 261 });
    expect(paper.missing('chronic_absentee')).toEqual(['chronic-rate']);
    paper.hears({ daysEnrolled: 260 });
    expect(paper.missing('chronic_absentee')).toEqual([]);
  });

  test.each(['age', 'truancy-reports', 'conference-effort', 'notice-of-referral'])('no role may justify away %s', (requirement) => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    for (const role of ['principal', 'attendance_supervisor', 'administrator', 'sarb_member'] as const) {
      expect(refusal(paper.command(role, { kind: 'justify_requirement', requirement, ground: 'habitual_truant' }))?.type).toBe(
        'requirement-not-justifiable',
      );
    }
  });

  test('a requirement of the policy is justified in writing by an allowed role, and by no other', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant', without: ['pattern-review'] });
    expect(
      refusal(paper.command('clerk', { kind: 'justify_requirement', requirement: 'pattern-review', ground: 'habitual_truant' }))?.type,
    ).toBe('role-not-allowed');
    expect(
      refusal(
        paper.command(
          'principal',
          { kind: 'justify_requirement', requirement: 'pattern-review', ground: 'habitual_truant' },
          { text: false },
        ),
      )?.type,
    ).toBe('bad-command');
    paper.must(paper.command('principal', { kind: 'justify_requirement', requirement: 'pattern-review', ground: 'habitual_truant' }));
    expect(paper.ready('habitual_truant').requirements.find((r) => r.requirement === 'pattern-review')?.status).toBe('justified');
    expect(refusal(refer(paper, 'habitual_truant'))).toBeNull();
  });
});

describe('repeats and stale judgements', () => {
  test('the same command again has no effect', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 8 });
    const message = { kind: 'document_action', on: paper.day, time: null, task: null, action: call('reached') } as const;
    paper.must(paper.command('clerk', message, { id: 'same' }));
    const { seq } = paper.state;
    expect(paper.command('clerk', message, { id: 'same' })).toEqual({ kind: 'events', events: [] });
    expect(paper.state.seq).toBe(seq);
  });

  test('a judgement of a case that has moved on is stale; a call never is', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant' });
    expect(
      refusal(paper.command('attendance_supervisor', { kind: 'refer', to: 'sarb', ground: 'habitual_truant' }, { ifSeq: 3 }))?.type,
    ).toBe('stale');
    expect(
      refusal(
        paper.command('clerk', { kind: 'document_action', on: paper.day, time: null, task: null, action: call('reached') }, { ifSeq: 3 }),
      ),
    ).toBeNull();
  });
});
