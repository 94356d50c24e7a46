import fc from 'fast-check';
import type { Action } from '../../cases/actions.ts';
import { explain, fold, readiness } from '../../cases/index.ts';
import { ladderDigest, withoutWording } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { GROUNDS, ROLES } from '../../policy/vocabulary.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { call, climb, DOCUMENTED, refer, SCHOOL_RECORDS } from './climb.ts';
import { days, PaperCase, refusal, schoolDaysAfter, shippedLadder } from './paper-case.ts';

const second = withoutWording(policyOf(secondVersionText()).ladder);
const changed = (ladder: Ladder, change: (copy: Ladder) => void): Ladder => {
  const copy = structuredClone(ladder);
  change(copy);
  const plain = JSON.parse(JSON.stringify(copy)) as Ladder;
  plain.policy.digest = ladderDigest(plain);
  return plain;
};
const askTwoReviews = ({ tasks }: Ladder): void => {
  tasks.find(({ task }) => task === 'absence-review')!.evidence = { action: 'absence_review', count: 2 };
};
const twoReviews = changed(shippedLadder(), askTwoReviews);
const REVIEW: Action = { kind: 'absence_review', details: { cleared: [], upheld: ['2021-08-24'] } };
const keys = (paper: PaperCase): string[] => paper.state.tasks.map(({ task, round, status }) => `${task}#${round} ${status}`);

describe('a case that is moved to another version of the policy', () => {
  test('begins on the version it was given, and stays on it whatever else there is', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 9 });
    expect(paper.state.policy).toEqual(shippedLadder().policy);
    paper.pass(3).hears({ absences: 11 });
    expect(paper.state.policy?.version).toBe(1);
    expect(paper.open()).not.toContain('barriers-asked');
  });

  test('gains the tasks that only the new version asks, and loses those that it asks no more', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 26 });
    expect(paper.open()).toEqual(expect.arrayContaining(['act', 'cost', 'teacher-call']));
    paper.pass(1).must(paper.migrates('attendance_supervisor', second));
    expect(paper.state.policy).toEqual(second.policy);
    expect(paper.task('act')?.status).toBe('withdrawn');
    expect(paper.open()).toEqual(expect.arrayContaining(['barriers-asked', 'cost', 'teacher-call']));
    expect(paper.events.find((e) => e.type === 'task_withdrawn')).toMatchObject({
      body: { task: 'act', because: 'policy_migrated' },
      actor: { role: 'attendance_supervisor' },
    });
    expect(paper.events.find((e) => e.type === 'policy_migrated')).toMatchObject({
      body: { from: { version: 1 }, to: { version: 2 }, textDigest: 'digest' },
    });
  });

  test('gives up what a band asked that it has not reached by the new lines, and keeps what somebody has begun', () => {
    const paper = new PaperCase(twoReviews);
    paper.hears({ absences: 9 });
    paper.pass(1).must(paper.does('clerk', REVIEW, 'absence-review'));
    paper.must(paper.migrates('administrator', changed(second, askTwoReviews)));
    expect(paper.task('teacher-call')?.status).toBe('withdrawn');
    expect(paper.task('absence-review')?.status).toBe('open');
    // It comes again when the new line is passed.
    paper.pass(1).hears({ absences: 10 });
    expect(paper.task('teacher-call')).toMatchObject({ status: 'open', round: 1 });
  });

  test('leaves an open task its day, and lets it be done by whom the new version names', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 12 });
    const due = paper.task('teacher-call')?.due;
    paper.pass(2).must(paper.migrates('administrator', second));
    expect(paper.task('teacher-call')?.due).toEqual(due);
    expect(refusal(paper.does('case_manager', call('reached'), 'teacher-call'))).toBeNull();
    expect(paper.task('teacher-call')?.status).toBe('done');
  });

  test('finds a task done at once when what was documented is all that the new version asks', () => {
    const paper = new PaperCase(twoReviews);
    paper.hears({ absences: 12 });
    paper.pass(1).must(paper.does('clerk', REVIEW, 'absence-review'));
    expect(paper.task('absence-review')?.status).toBe('open');
    paper.must(paper.migrates('administrator', second));
    expect(paper.task('absence-review')).toMatchObject({ status: 'done', evidence: [paper.state.actions[0]!.id] });
  });

  test('says so in its reasons', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 12 });
    paper.pass(1).must(paper.migrates('administrator', second));
    expect(explain(paper.state, paper.ladder).filter(({ about }) => about === 'policy')).toEqual([
      expect.objectContaining({
        text: expect.stringMatching(/^The case has been on lausd version 2 since 2021-08-24: the administrator moved it from version 1/),
      }),
    ]);
  });

  test('is as ready for SARB as before where the new version asks nothing else', () => {
    for (const ground of ['habitual_truant', 'chronic_absentee'] as const) {
      const paper = climb(new PaperCase(), { ground });
      expect(paper.ready(ground).ready).toBe(true);
      paper.must(paper.migrates('attendance_supervisor', second));
      expect(paper.missing(ground)).toEqual([]);
      expect(refusal(refer(paper, ground))).toBeNull();
    }
  });

  test('goes back the same way, by another such act', () => {
    const paper = new PaperCase();
    paper.hears({ absences: 26 });
    const before = paper.open();
    paper.must(paper.migrates('administrator', second));
    paper.must(paper.migrates('administrator', shippedLadder()));
    expect(paper.open().sort()).toEqual(before.sort());
    expect(paper.task('act')).toMatchObject({ status: 'open', round: 1 });
  });
});

describe('a move is refused', () => {
  const open = (): PaperCase => {
    const paper = new PaperCase();
    paper.hears({ absences: 9 });
    return paper;
  };

  test.each(ROLES.filter((role) => role !== 'attendance_supervisor' && role !== 'administrator'))(
    'to a person with the role %s',
    (role) => {
      expect(refusal(open().migrates(role, second))).toMatchObject({ type: 'role-not-allowed' });
    },
  );

  test('without a reason, to the version it is on, before the case has begun, and after the student has left', () => {
    expect(refusal(open().migrates('administrator', second, { text: false }))).toMatchObject({ type: 'bad-command' });
    expect(refusal(open().migrates('administrator', shippedLadder()))).toMatchObject({ type: 'already-migrated' });
    expect(refusal(new PaperCase().migrates('administrator', second))).toMatchObject({ type: 'case-not-open' });
    const left = open();
    left.hears({ departed: { on: left.day, reason: null } });
    expect(refusal(left.migrates('administrator', second))).toMatchObject({ type: 'case-closed' });
  });

  test('when the ladder that came is not the one it names', () => {
    const paper = open();
    expect(refusal(paper.command('administrator', { kind: 'migrate_policy', to: second.policy }))).toMatchObject({ type: 'bad-command' });
  });
});

test('a repeat of the same move changes nothing', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 26 });
  paper.must(paper.migrates('administrator', second, { id: 'once' }));
  const { length } = paper.events;
  paper.must(paper.migrates('administrator', second, { id: 'once' }));
  expect(paper.events).toHaveLength(length);
});

/** Ladders that differ from the shipped one in any of its parts: lines moved, steps gone, others' work, other times, other evidence. */
const someLadder: fc.Arbitrary<Ladder> = fc
  .record({
    drop: fc.subarray(['act', 'cost', 'psa-consult', 'agency-referral-2', 'teacher-call', 'attorney-consult'] as const),
    basicFrom: fc.integer({ min: 5, max: 14 }),
    due: fc.integer({ min: 1, max: 20 }),
    owner: fc.constantFrom('clerk', 'principal', 'case_manager'),
    count: fc.integer({ min: 1, max: 3 }),
    add: fc.boolean(),
  })
  .map(({ drop, basicFrom, due, owner, count, add }) => {
    const gone = new Set<string>(drop);
    return changed(add ? second : shippedLadder(), (ladder) => {
      ladder.policy.version = 3;
      ladder.bands[0]!.to = basicFrom - 1;
      ladder.bands[1]!.from = basicFrom;
      ladder.tasks = ladder.tasks
        .filter(({ task }) => !gone.has(task))
        .map((task) => (task.needs ? { ...task, needs: task.needs.filter((need) => !gone.has(need)) } : task));
      ladder.referral = ladder.referral.filter(({ requirement }) => !gone.has(requirement));
      const review = ladder.tasks.find(({ task }) => task === 'absence-review')!;
      Object.assign(review, { due, owner, evidence: { action: 'absence_review', count } });
    });
  });

type Move = (paper: PaperCase) => void;
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.nat(30).map((absences) => (paper: PaperCase) => void paper.pass(1).hears({ absences })) },
  {
    weight: 2,
    arbitrary: fc.nat(6).map((n) => (paper: PaperCase) => {
      paper.pass(1).hears({ truancy: days(n), unexcused: n, absences: Math.max(n, paper.standing.absences) });
      paper.command('case_manager', { kind: 'file_report', events: days(n).slice(-3), filedWith: 'attendance_supervisor', on: paper.day });
    }),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(...DOCUMENTED).map(
      ([task, role, action]) =>
        (paper: PaperCase) =>
          void paper.does(role, action, task),
    ),
  },
  fc.constant((paper: PaperCase) => void paper.does('clerk', call('no_answer'))),
  fc.constant(
    (paper: PaperCase) =>
      void paper.hears({ schoolRecords: SCHOOL_RECORDS.map((task) => ({ task, record: `record-${task}`, on: paper.day })) }),
  ),
  fc.boolean().map((held) => (paper: PaperCase) => {
    paper.hears({ holds: held ? [{ why: 'day_not_submitted', since: schoolDaysAfter(paper.day, 1) }] : [] });
  }),
);

describe('whatever has happened to a case, and to whatever version it is moved', () => {
  const always = (holds: (paper: PaperCase, before: PaperCase['state'], beforeLadder: Ladder) => void): void =>
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 25 }), someLadder, fc.array(move, { maxLength: 6 }), (first, to, then) => {
        const paper = new PaperCase();
        for (const one of first) one(paper);
        const before = paper.state;
        const beforeLadder = paper.ladder;
        if (before.policy !== null) paper.must(paper.migrates('administrator', to));
        holds(paper, before, beforeLadder);
        for (const one of then) one(paper);
        noKeyTwice(paper);
        expect(fold('case-1', paper.events)).toEqual(paper.state);
      }),
      { seed: 20261125, numRuns: 200 },
    );
  const noKeyTwice = ({ state }: PaperCase): void => {
    const all = state.tasks.map(({ task, round }) => `${task}#${round}`);
    expect(new Set(all).size).toBe(all.length);
    const open = state.tasks
      .filter(({ status }) => status === 'open' || status === 'paused')
      .map(({ task, ref }) => `${task} ${ref ?? ''}`);
    expect(new Set(open).size).toBe(open.length);
  };

  test('what was done stays done, with its evidence; every action and report is still there', () => {
    always((paper, before) => {
      for (const task of before.tasks.filter(({ status }) => status === 'done' || status === 'unavailable'))
        expect(paper.state.tasks).toContainEqual(task);
      expect(paper.state.actions).toEqual(before.actions);
      expect(paper.state.reports).toEqual(before.reports);
    });
  });

  test('no two open tasks share a key, and every open task is one that the new version knows', () => {
    always((paper) => {
      noKeyTwice(paper);
      const known = new Set(paper.ladder.tasks.map(({ task }) => task));
      expect(keys(paper).filter((key) => key.endsWith(' open') && !known.has(key.split('#')[0]!))).toEqual([]);
    });
  });

  test('a requirement that was met is met, as long as the new version asks for it in the same words', () => {
    always((paper, before, beforeLadder) => {
      const said = (ladder: Ladder, requirement: string): string =>
        JSON.stringify([
          ladder.referral.find((one) => one.requirement === requirement),
          ladder.tasks.find(({ task }) => task === requirement)?.evidence,
        ]);
      for (const ground of GROUNDS) {
        const met = readiness(before, beforeLadder, ground, paper.day).requirements.filter(({ status }) => status === 'met');
        const now = paper.ready(ground).requirements;
        for (const { requirement } of met)
          if (said(beforeLadder, requirement) === said(paper.ladder, requirement))
            expect(now.find((one) => one.requirement === requirement)).toMatchObject({ requirement, status: 'met' });
      }
    });
  });
});
