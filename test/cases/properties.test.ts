import fc from 'fast-check';
import { fold, readiness } from '../../cases/index.ts';
import type { EarlierRecord } from '../../cases/events.ts';
import type { Command } from '../../cases/messages.ts';
import { ROLES } from '../../policy/vocabulary.ts';
import { call, DOCUMENTED, LETTERS, SCHOOL_RECORDS } from './climb.ts';
import { days, PaperCase, recoveringLadder } from './paper-case.ts';

const SEED = 20260901;

type Move = (paper: PaperCase) => void;

const role = fc.constantFrom(...ROLES);
const attendance: fc.Arbitrary<Move> = fc
  .record({ absences: fc.nat(40), final: fc.nat(8), records: fc.boolean() })
  .map(({ absences, final, records }) => (paper) => {
    paper.hears({
      absences: Math.max(absences, final),
      unexcused: final,
      truancy: days(final),
      schoolRecords: records ? SCHOOL_RECORDS.map((task) => ({ task, record: `record-${task}`, on: paper.day })) : [],
    });
  });
const document: fc.Arbitrary<Move> = fc
  .tuple(fc.constantFrom(...DOCUMENTED), fc.boolean(), role, fc.boolean())
  .map(([[task, owner, action], right, other, named]) => (paper) => {
    paper.does(right ? owner : other, action, named ? task : undefined);
  });
const phone: fc.Arbitrary<Move> = fc
  .constantFrom('reached', 'no_answer', 'wrong_number')
  .map((outcome) => (paper) => void paper.does('clerk', call(outcome)));
const report: fc.Arbitrary<Move> = fc.nat(8).map((count) => (paper) => {
  const served = paper.state.reports.filter((r) => !r.withdrawn).flatMap((r) => r.events);
  paper.pass(10).command('case_manager', {
    kind: 'file_report',
    events: days(count).filter((d) => !served.includes(d)),
    filedWith: 'attendance_supervisor',
    on: paper.day,
  });
});
const letter: fc.Arbitrary<Move> = fc.constantFrom(...LETTERS).map(([name, approver]) => (paper) => {
  paper.command(approver, { kind: 'approve_letter', letter: name, round: 1 });
  paper.does('clerk', { kind: 'letter_mailed', details: { letter: name, channel: 'mail', contact: 'mother' } }, name);
});
const supersede: fc.Arbitrary<Move> = fc.nat(30).map((n) => (paper) => {
  const action = paper.state.actions[n % Math.max(1, paper.state.actions.length)];
  if (action) paper.command('principal', { kind: 'supersede_action', action: action.id });
});
const withdraw: fc.Arbitrary<Move> = fc
  .integer({ min: 1, max: 4 })
  .map((ordinal) => (paper) => void paper.command('case_manager', { kind: 'withdraw_report', ordinal }));
const refer: fc.Arbitrary<Move> = fc
  .constantFrom('habitual_truant', 'chronic_absentee')
  .map((ground) => (paper) => void paper.command('attendance_supervisor', { kind: 'refer', to: 'sarb', ground }));
const situation: fc.Arbitrary<Move> = fc
  .oneof(
    fc.subarray(['iep', 'foster', 'homeless', 'medical', 'continuation'] as const).map((flags) => () => ({ flags: [...flags] })),
    fc.boolean().map((held) => (paper: PaperCase) => ({ holds: held ? [{ why: 'school_not_released' as const, since: paper.day }] : [] })),
    fc.boolean().map((held) => (paper: PaperCase) => ({ holds: held ? [{ why: 'day_not_submitted' as const, since: paper.day }] : [] })),
    fc.boolean().map((met) => (paper: PaperCase) => ({ recoveredOn: met ? paper.day : null })),
    fc.boolean().map((left) => (paper: PaperCase) => ({ departed: left ? { on: paper.day, reason: null } : null })),
    fc.constantFrom(14, 17, 18).map((age) => () => ({ age })),
  )
  .map((change) => (paper) => void paper.hears(change(paper)));
/** Steps of before are brought in: some of them again and again, as a file that comes twice does. */
const earlier: fc.Arbitrary<Move> = fc
  .array(
    fc.record({
      n: fc.nat(12),
      on: fc.constantFrom('2021-08-23', '2021-08-25', '2021-09-06', '2021-10-04'),
      what: fc.constantFrom('report' as const, 'letter' as const, ...DOCUMENTED),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((steps) => (paper) => {
    const told = steps
      .filter(({ on }) => on <= paper.day)
      .map(({ n, on, what }): EarlierRecord => {
        const base = { on, time: null, source: { delivery: 'delivery-1', line: n, enteredBy: 'principal-1' }, textDigest: null };
        const ordinal = (n % 4) + 1;
        // An import takes no event that serves another report.
        if (what === 'report')
          return {
            ...base,
            record: `report-${ordinal}`,
            role: null,
            kind: what,
            ordinal,
            filedWith: 'attendance_supervisor',
            events: days(12).slice(7 + ordinal, 8 + ordinal),
          };
        if (what === 'letter')
          return { ...base, record: `letter-${n}`, role: null, kind: what, letter: `letter-${(n % 3) + 1}`, channel: 'mail', events: null };
        return { ...base, record: `${what[0]}-${n}`, role: what[1], ...what[2] };
      });
    paper.hears({ earlier: told });
  });
const newYear: fc.Arbitrary<Move> = fc.constant((paper) => {
  paper.day = paper.day < '2022-07-01' ? '2022-07-01' : paper.day;
  paper.hears({ schoolYear: '2022-2023', absences: 0, excused: 0, unexcused: 0, truancy: [], schoolRecords: [] });
});
const time: fc.Arbitrary<Move> = fc.integer({ min: 1, max: 15 }).map((count) => (paper) => void paper.pass(count).ticks());

const moves = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: attendance },
    { weight: 6, arbitrary: document },
    { weight: 2, arbitrary: phone },
    { weight: 3, arbitrary: report },
    { weight: 3, arbitrary: letter },
    supersede,
    withdraw,
    refer,
    time,
    { weight: 2, arbitrary: situation },
    { weight: 3, arbitrary: earlier },
    newYear,
  ),
  { minLength: 1, maxLength: 40 },
);

const ladder = recoveringLadder();

function always(holds: (paper: PaperCase, before: PaperCase['state']) => void): void {
  fc.assert(
    fc.property(moves, (list) => {
      const paper = new PaperCase(ladder);
      for (const move of list) {
        const before = paper.state;
        move(paper);
        holds(paper, before);
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
}

describe('whatever happens to a case', () => {
  test('its state is the fold of its events, numbered without a gap', () => {
    always((paper) => {
      expect(paper.events.map((e) => e.seq)).toEqual(paper.events.map((_, n) => n + 1));
      expect(fold('case-1', paper.events)).toEqual(paper.state);
    });
  });

  test('no task is there twice, and a closed one names its evidence', () => {
    always(({ state }) => {
      const keys = state.tasks.map((t) => `${t.task}#${t.round}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const t of state.tasks.filter((t) => t.status === 'done')) expect(t.evidence).not.toEqual([]);
    });
  });

  test('no two open tasks are about the same, and none is of another school year', () => {
    always(({ state }) => {
      const open = state.tasks.filter((t) => t.status === 'open' || t.status === 'paused');
      const keys = open.map((t) => `${t.task} ${t.ref ?? ''}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const task of open) expect(task.year).toBe(state.schoolYear);
      if (state.closed !== null) expect(open).toEqual([]);
    });
  });

  test('a hold withdraws nothing and opens nothing that follows from attendance', () => {
    always((paper, before) => {
      if (!paper.state.standing?.holds?.length || before.schoolYear !== paper.state.schoolYear) return;
      const told = paper.events.slice(before.seq);
      expect(told.filter((e) => e.type === 'task_withdrawn' && e.body.because === 'fact_gone')).toEqual([]);
      const opened = told.flatMap((e) => (e.type === 'task_opened' ? [(e.body.why ?? '').split(':')[0]] : []));
      expect(opened.filter((why) => ['band', 'report_due', 'reports', 'habitual'].includes(why ?? ''))).toEqual([]);
    });
  });

  test('in a school that nobody has released nothing begins but what somebody’s own act asks for', () => {
    always((paper, before) => {
      if (!paper.state.standing?.holds?.some(({ why }) => why === 'school_not_released')) return;
      const opened = paper.events.slice(before.seq).flatMap((e) => (e.type === 'task_opened' ? [e.body.why] : []));
      expect(opened.filter((why) => !['attempt_failed', 'contact_data_wrong', 'recurs'].includes(why ?? ''))).toEqual([]);
    });
  });

  test('a step of elsewhere is taken note of once, and no task is done with two others’ evidence', () => {
    always(({ state, events }) => {
      const noted = events.flatMap((e) => ('record' in e.body && e.type !== 'record_declined' ? [e.body.record] : []));
      expect(new Set(noted).size).toBe(noted.length);
      const elsewhere = new Set(state.actions.filter((a) => a.elsewhere).map((a) => a.id));
      const cited = state.tasks.filter((t) => t.status === 'done').flatMap((t) => t.evidence.filter((id) => elsewhere.has(id)));
      expect(new Set(cited).size).toBe(cited.length);
    });
  });

  test('what was documented stays documented: no action, report or letter ever leaves the record', () => {
    always((paper, before) => {
      expect(paper.state.actions.slice(0, before.actions.length).map((a) => a.id)).toEqual(before.actions.map((a) => a.id));
      expect(paper.state.reports.length).toBeGreaterThanOrEqual(before.reports.length);
      expect(paper.state.letters.length).toBeGreaterThanOrEqual(before.letters.length);
    });
  });

  test('an event serves one standing report, and every report had enough', () => {
    always(({ state }) => {
      const standing = state.reports.filter((r) => !r.withdrawn && r.year === state.schoolYear);
      const events = standing.flatMap((r) => r.events);
      expect(new Set(events).size).toBe(events.length);
      const [first] = standing.filter((r) => !r.elsewhere);
      const sound = state.reports.some((r) => r.elsewhere || r.withdrawn);
      expect(first === undefined || first.events.length >= 3 || sound).toBe(true);
    });
  });

  test('what is met stays met, unless something was superseded, withdrawn or fell away', () => {
    always((paper, before) => {
      if (before.seq === 0) return;
      const taken = paper.events
        .slice(before.seq)
        .some((e) =>
          ['action_superseded', 'report_withdrawn', 'basis_lost', 'standing_noted', 'task_opened', 'task_reopened'].includes(e.type),
        );
      const panel = paper.events
        .slice(before.seq)
        .some((e) => e.type === 'action_documented' && e.body.kind === 'meeting' && e.body.details.team === 'resource_panel');
      if (taken || panel) return;
      for (const ground of ['habitual_truant', 'chronic_absentee'] as const) {
        const missing = paper.missing(ground);
        const met = readiness(before, paper.ladder, ground, paper.day)
          .requirements.filter((r) => r.status === 'met')
          .map((r) => r.requirement);
        expect(met.filter((r) => missing.includes(r))).toEqual([]);
      }
    });
  });

  test('a referral stands only on a complete record', () => {
    always((paper, before) => {
      if (paper.state.referrals.length > before.referrals.length) expect(paper.missing(paper.state.referrals.at(-1)!.ground)).toEqual([]);
    });
  });

  test('something can always be done: a task is open, or the case is referred', () => {
    always((paper) => {
      if (paper.state.seq > 0)
        expect(
          paper.state.tasks.some((t) => t.status === 'open') ||
            paper.state.referrals.length > 0 ||
            paper.state.closed !== null ||
            paper.state.recovery !== null ||
            (paper.state.standing?.holds ?? []).length > 0 ||
            (paper.state.standing?.absences ?? 0) < 25,
        ).toBe(true);
    });
  });

  test('an old or repeated standing changes nothing', () => {
    always((paper) => {
      if (paper.standing.version === 0) return;
      // What has passed meanwhile is taken note of first, as the case's own timer does.
      paper.ticks();
      const { seq } = paper.state;
      for (const version of [paper.standing.version, paper.standing.version - 1]) {
        paper.send({
          kind: 'standing',
          id: `standing:${version}`,
          time: paper.time(),
          standing: { ...paper.standing, version, absences: 39 },
        });
      }
      expect(paper.state.seq).toBe(seq);
    });
  });

  test('a role that owns nothing of it changes nothing', () => {
    const commands: Command[] = [
      { kind: 'refer', to: 'sarb', ground: 'habitual_truant' },
      { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on: '2021-08-30' },
      { kind: 'approve_letter', letter: 'letter-1', round: 1 },
      { kind: 'justify_requirement', requirement: 'sst', ground: 'habitual_truant' },
    ];
    always((paper) => {
      paper.ticks();
      const { seq } = paper.state;
      if (seq === 0) return;
      for (const command of commands) paper.command('sarb_member', command);
      expect(paper.state.seq).toBe(seq);
    });
  });
});
