import fc from 'fast-check';
import { possible, readiness, supportsOf } from '../../cases/index.ts';
import { bandPosition } from '../../cases/bands.ts';
import { beginningStands } from '../../cases/beginnings.ts';
import { isHeldBack } from '../../cases/holds.ts';
import { letterWaits } from '../../cases/notices.ts';
import { droppedBy } from '../../cases/paths.ts';
import type { CaseState } from '../../cases/state.ts';
import { compile, readPolicy, withoutWording } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { CALIFORNIAN_GROUNDS, ROLES, STUDENT_FLAGS } from '../../policy/vocabulary.ts';
import { policyText, randomPolicy, type Draft } from '../policy/random-policy.ts';
import { runs } from '../world/runs.ts';
import { carriesThrough, does } from './diligent.ts';
import { days, PaperCase } from './paper-case.ts';

const SEED = 20261125;

type Move = (paper: PaperCase) => void;

const attendance: fc.Arbitrary<Move> = fc
  .record({ absences: fc.nat(60), final: fc.nat(9), assembly: fc.boolean() })
  .map(({ absences, final, assembly }) => (paper) => {
    paper.hears({
      absences: Math.max(absences, final),
      unexcused: final,
      truancy: days(final, paper.standing.schoolYear === '2021-2022' ? '2021-08-24' : '2022-08-24').filter((day) => day <= paper.day),
      schoolRecords: assembly ? [{ task: 'assembly', record: 'record-assembly', on: paper.day }] : [],
    });
  });
/** Somebody does one of the things that can be done now: in the right role or another, as asked or nearly so. */
const work: fc.Arbitrary<Move> = fc
  .record({ offer: fc.nat(40), choice: fc.nat(5), other: fc.option(fc.constantFrom(...ROLES), { freq: 6 }) })
  .map(({ offer, choice, other }) => (paper) => {
    const all = possible(paper.state, paper.ladder);
    const one = all[offer % Math.max(1, all.length)];
    if (one) does(paper, one, (values) => values[choice % values.length]!, other ?? undefined);
  });
const phone: fc.Arbitrary<Move> = fc
  .constantFrom('reached', 'no_answer', 'wrong_number')
  .map(
    (outcome) => (paper) =>
      void paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome, contact: 'mother' } } as never),
  );
const supersede: fc.Arbitrary<Move> = fc.nat(30).map((n) => (paper) => {
  const action = paper.state.actions[n % Math.max(1, paper.state.actions.length)];
  if (action) paper.command('principal', { kind: 'supersede_action', action: action.id });
});
const withdraw: fc.Arbitrary<Move> = fc
  .integer({ min: 1, max: 4 })
  .map((ordinal) => (paper) => void paper.command('clerk', { kind: 'withdraw_report', ordinal }));
const refer: fc.Arbitrary<Move> = fc
  .constantFrom(...CALIFORNIAN_GROUNDS)
  .map((ground) => (paper) => void paper.command('attendance_supervisor', { kind: 'refer', to: 'sarb', ground }));
const situation: fc.Arbitrary<Move> = fc
  .oneof(
    fc.subarray([...STUDENT_FLAGS], { maxLength: 2 }).map((flags) => () => ({ flags })),
    fc.boolean().map((held) => (paper: PaperCase) => ({ holds: held ? [{ why: 'day_not_submitted' as const, since: paper.day }] : [] })),
    fc.boolean().map((met) => (paper: PaperCase) => ({ recoveredOn: met ? paper.day : null })),
    fc.boolean().map((left) => (paper: PaperCase) => ({ departed: left ? { on: paper.day, reason: null } : null })),
    fc.constantFrom(14, 17).map((age) => () => ({ age })),
  )
  .map((change) => (paper) => void paper.hears(change(paper)));
/** How it went on after what the policy looks back on. */
const since: fc.Arbitrary<Move> = fc.record({ days: fc.nat(30), absences: fc.nat(30) }).map(({ days: taught, absences }) => (paper) => {
  const sinceDone = supportsOf(paper.state, paper.ladder).map(({ after, on }) => ({
    after,
    on,
    days: taught,
    absences: Math.min(taught, absences),
  }));
  paper.hears({ sinceDone });
});
const newYear: fc.Arbitrary<Move> = fc.constant((paper) => {
  paper.day = paper.day < '2022-07-01' ? '2022-07-01' : paper.day;
  paper.hears({ schoolYear: '2022-2023', absences: 0, excused: 0, unexcused: 0, truancy: [], schoolRecords: [] });
});
const time: fc.Arbitrary<Move> = fc.integer({ min: 1, max: 15 }).map((count) => (paper) => void paper.pass(count).ticks());

const history = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: attendance },
    { weight: 12, arbitrary: work },
    { weight: 2, arbitrary: phone },
    supersede,
    withdraw,
    refer,
    { weight: 3, arbitrary: time },
    { weight: 2, arbitrary: situation },
    { weight: 2, arbitrary: since },
    { weight: 1, arbitrary: newYear },
  ),
  { minLength: 1, maxLength: 40 },
);

/** The compiled ladder of a policy that the validator accepts; null for one that it refuses. */
function ladderOf(draft: Draft): Ladder | null {
  const read = readPolicy(policyText(draft));
  return read.ok ? withoutWording(compile(read.document)) : null;
}

/** Tries a history on a policy, both at random; policies that the validator refuses are left out. @returns how many were tried */
function forAny(few: number, many: number, holds: (ladder: Ladder, moves: Move[]) => void): void {
  fc.assert(
    fc.property(randomPolicy, history, (draft, moves) => {
      const ladder = ladderOf(draft);
      fc.pre(ladder !== null);
      holds(ladder, moves);
    }),
    { seed: SEED, numRuns: runs(few, many), maxSkipsPerRun: 20 },
  );
}

const keys = (state: CaseState): string[] =>
  state.tasks.filter(({ status }) => status === 'open' || status === 'paused').map(({ task, ref }) => `${task} ${ref ?? ''}`);

/** Tasks of the bands reached so far that are not there, though nothing stands in their way. A case whose crossing fell asks for none (ADR 57). */
function absentTiers({ state, ladder }: PaperCase): string[] {
  if (state.closed !== null || state.recovery !== null || !state.standing || !beginningStands(state, ladder)) return [];
  const position = bandPosition(ladder, state.standing);
  return ladder.tasks
    .filter((rule) =>
      rule.opens.some(
        (one) => one.on === 'band' && ladder.bands.findIndex(({ band }) => band === one.band) <= position && !isHeldBack(state, one),
      ),
    )
    .filter((rule) => !droppedBy(state, ladder, rule) && letterWaits(state, ladder, rule).length === 0)
    .map(({ task }) => task)
    .filter((task) => !state.tasks.some((t) => t.task === task && t.year === state.schoolYear && t.status !== 'withdrawn'));
}

const met = (paper: PaperCase, state: CaseState): string[] =>
  CALIFORNIAN_GROUNDS.flatMap((ground) =>
    readiness(state, paper.ladder, ground, paper.day)
      .requirements.filter(({ status }) => status === 'met')
      .map(({ requirement }) => `${ground} ${requirement}`),
  );

describe('for any valid policy and any history', () => {
  test('no two open tasks share a key, and the tiers are cumulative', () => {
    forAny(60, 3_000, (ladder, moves) => {
      const paper = new PaperCase(ladder);
      for (const move of moves) {
        move(paper);
        const open = keys(paper.state);
        expect(new Set(open).size).toBe(open.length);
        expect(absentTiers(paper)).toEqual([]);
      }
    });
  });

  test('what supersedes and voids nothing never takes a met requirement away', () => {
    forAny(40, 2_000, (ladder, moves) => {
      const paper = new PaperCase(ladder);
      for (const move of moves) {
        const before = paper.state;
        const metBefore = before.seq ? met(paper, before) : [];
        move(paper);
        const told = paper.events.slice(before.seq);
        const takes = told.some(
          ({ type, body }) =>
            ['action_superseded', 'report_withdrawn', 'basis_lost', 'standing_noted', 'year_begun'].includes(type) ||
            // A team that meets again decides again.
            (type === 'action_documented' && (body as { kind: string }).kind === 'meeting'),
        );
        if (!takes) expect(met(paper, paper.state)).toEqual(expect.arrayContaining(metBefore));
      }
    });
  });

  test('no case gets stuck: people who do what is asked bring it to its end from wherever it is', () => {
    const ends: Record<string, number> = {};
    forAny(40, 2_000, (ladder, moves) => {
      const paper = new PaperCase(ladder);
      for (const move of moves) move(paper);
      const ground = CALIFORNIAN_GROUNDS[moves.length % CALIFORNIAN_GROUNDS.length]!;
      const end = carriesThrough(paper, ground);
      ends[end] = (ends[end] ?? 0) + 1;
      if (end === 'stuck')
        throw new Error(
          `stuck on ${ground}: ${JSON.stringify({ missing: paper.missing(ground), open: paper.open(), waits: paper.state.waits.filter((w) => !w.ended), state: { actions: paper.state.actions.length, reports: paper.state.reports.length, letters: paper.state.letters } })}`,
        );
    });
    expect(ends['referred']).toBeGreaterThan(10);
  });
});
