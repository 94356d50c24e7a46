import fc from 'fast-check';
import { isHabitual, soundReports } from '../../cases/index.ts';
import type { Action } from '../../cases/actions.ts';
import type { EarlierRecord, Hold } from '../../cases/events.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { climb, DOCUMENTED, refer } from './climb.ts';
import { days, PaperCase, refusal, schoolDaysAfter } from './paper-case.ts';
import { file, mail } from './situations/ground.ts';

/** Steps taken before Rollbook knew the school: what they are in the case, and what they count for. */

const NOT_RELEASED: Hold[] = [{ why: 'school_not_released', since: '2022-02-01' }];
let count = 0;
const base = (on: string, role: Role | null = null) => {
  count += 1;
  const source = { delivery: 'delivery-1', line: count + 1, enteredBy: 'supervisor-1' };
  return { record: `record-${count}`, on, time: null, role, source, textDigest: null };
};
const report = (ordinal: number, on: string, events: string[]): EarlierRecord => ({
  ...base(on),
  kind: 'report',
  ordinal,
  filedWith: 'attendance_supervisor',
  events,
});
const letter = (name: string, on: string): EarlierRecord => ({ ...base(on), kind: 'letter', letter: name, channel: 'mail', events: null });
const did = (on: string, action: Action, role: Role | null = null): EarlierRecord => ({ ...base(on, role), ...action });

const CONFERENCE: Action = {
  kind: 'conference',
  details: { outcome: 'held', invited: ['parent', 'pupil'], present: ['parent', 'pupil'], channel: 'in_person' },
};
const meeting = (team: 'sst' | 'sart'): Action => ({ kind: 'meeting', details: { team, outcome: 'held', present: ['parent'] } });

/** A case of February in a school that nobody has released, told what was done before. */
function midYear(earlier: EarlierRecord[], standing: Parameters<PaperCase['hears']>[0] = {}): PaperCase {
  const paper = new PaperCase();
  paper.day = '2022-02-07';
  paper.hears({ absences: 18, unexcused: 5, truancy: days(5), holds: NOT_RELEASED, earlier, ...standing });
  return paper;
}

/** Somebody releases the school: the next standing carries no hold, and nothing is told again. */
function release(paper: PaperCase): PaperCase {
  const { earlier: _told, ...standing } = paper.standing;
  paper.standing = standing;
  paper.hears({ holds: [] });
  return paper;
}

const THREE = [report(1, '2021-09-10', days(3)), report(2, '2021-10-04', days(4).slice(3)), report(3, '2021-11-08', days(5).slice(4))];

describe('while the school waits to be released', () => {
  test('the case begins, keeps every step as recorded elsewhere, and asks nobody for anything', () => {
    const paper = midYear([...THREE, letter('letter-1', '2021-09-15'), did('2021-10-20', CONFERENCE)]);
    expect(paper.events.map(({ type }) => type)).toEqual(
      [
        'case_opened',
        'standing_noted',
        'report_recorded_elsewhere',
        'letter_recorded_elsewhere',
        'report_recorded_elsewhere',
        'action_recorded_elsewhere',
        'report_recorded_elsewhere',
      ].toSpliced(4, 0, 'wait_began', 'wait_began'),
    );
    expect(paper.events[0]).toMatchObject({ body: { why: 'elsewhere' } });
    expect(paper.state.tasks).toEqual([]);
    expect(paper.state.reports.map(({ ordinal, on }) => [ordinal, on])).toEqual([
      [1, '2021-09-10'],
      [2, '2021-10-04'],
      [3, '2021-11-08'],
    ]);
    expect(paper.refolded()).toEqual(paper.state);
  });

  test('the same steps told again change nothing', () => {
    const paper = midYear(THREE);
    const before = paper.state.seq;
    paper.hears({ earlier: THREE });
    expect(paper.events.slice(before).map(({ type }) => type)).toEqual(['standing_noted']);
  });

  test('no report can be filed, and the refusal says who has to do what', () => {
    const paper = midYear([]);
    const decision = paper.command('case_manager', {
      kind: 'file_report',
      events: days(3),
      filedWith: 'attendance_supervisor',
      on: paper.day,
    });
    expect(refusal(decision)).toMatchObject({ type: 'held', detail: expect.stringContaining('nobody has released it yet') as string });
  });
});

describe('when it is released', () => {
  test('due days count from the day of the release, and what was done elsewhere is not asked again', () => {
    const paper = midYear([...THREE, letter('letter-1', '2021-09-15'), did('2021-10-20', CONFERENCE)]);
    paper.pass(3);
    release(paper);
    const open = paper.state.tasks.filter(({ status }) => status === 'open');
    expect(open.every(({ openedOn, due }) => openedOn === paper.day && due.from === paper.day && (due.on ?? '') > paper.day)).toBe(true);
    expect(paper.open()).not.toContain('letter-1');
    expect(paper.task('letter-1')).toMatchObject({ status: 'done' });
    expect(paper.task('parent-conference')).toMatchObject({ status: 'done' });
    expect(paper.open()).not.toContain('truancy-report');
    expect(isHabitual(paper.state, paper.ladder)).toBe(true);
  });

  test('the next event makes report 4 due, by the number that follows', () => {
    const paper = release(midYear([THREE[0]!, THREE[2]!]));
    paper.pass(1).hears({ truancy: days(6), unexcused: 6 });
    expect(paper.task('truancy-report')).toMatchObject({ status: 'open', ref: '4' });
    file(paper, [days(4)[3]!, days(6)[5]!]);
    expect(paper.state.reports.map(({ ordinal }) => ordinal)).toEqual([1, 3, 4]);
  });

  test('letter 2 waits for its school days after a letter 1 of elsewhere that went a short while ago', () => {
    const paper = midYear([...THREE.slice(0, 2), letter('letter-1', '2022-02-04')]);
    release(paper);
    expect(paper.task('letter-1')?.status).toBe('done');
    expect(paper.task('letter-2')).toBeUndefined();
    paper.pass(6).ticks();
    expect(paper.task('letter-2')?.status).toBe('open');
  });

  test('a letter that was sent on no report is kept in the record, and does not stand for one that is asked now', () => {
    const paper = release(midYear([letter('letter-1', '2021-09-05')]));
    file(paper, days(3));
    expect(paper.task('letter-1')?.status).toBe('open');
    mailed(paper);
    expect(paper.state.letters.map(({ elsewhere }) => elsewhere !== undefined)).toEqual([true, false]);
  });

  test('a letter that was brought in before its report rests on it all the same', () => {
    const paper = midYear([letter('letter-1', '2021-09-15')]);
    paper.hears({ earlier: [THREE[0]!] });
    release(paper);
    expect(paper.task('letter-1')?.status).toBe('done');
  });

  test('an evidence that asks for a role counts only where the file says who it was', () => {
    const call: Action = { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: null } };
    expect(release(midYear([did('2021-10-01', call)])).open()).toContain('teacher-call');
    expect(release(midYear([did('2021-10-01', call, 'teacher')])).task('teacher-call')?.status).toBe('done');
  });

  test('each step serves one task; what recurs is asked all the same', () => {
    const agency: Action = { kind: 'agency_referral', details: { service: 'food', status: 'made' } };
    const watch: Action = { kind: 'monitoring', details: { attended: 5, absent: 0 } };
    const paper = release(midYear([did('2021-10-01', agency), did('2021-10-02', watch)], { absences: 26 }));
    expect(['agency-referral-1', 'agency-referral-2'].map((task) => paper.task(task)?.status)).toEqual(['done', 'open']);
    expect(paper.task('monitoring')?.status).toBe('open');
  });

  test('a contract of elsewhere waits for the conference that comes first', () => {
    const contract: Action = {
      kind: 'contract',
      details: { status: 'signed', signers: ['parent'], from: '2021-11-01', until: '2022-05-27' },
    };
    const paper = release(midYear([did('2021-11-01', contract)]));
    expect(paper.task('contract')?.status).toBe('open');
    paper.must(paper.does('case_manager', CONFERENCE, 'parent-conference'));
    expect(paper.task('contract')?.status).toBe('done');
  });

  test('an attempt of long ago does not answer for one that failed today', () => {
    const reached: Action = { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: null } };
    const paper = release(midYear([did('2021-10-01', reached)]));
    paper.must(paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome: 'no_answer', contact: 'mother' } }));
    expect(paper.task('next-attempt')?.status).toBe('open');
  });
});

describe('by law', () => {
  test('a conference counts only after report 1 or 2, and not on the day of filing, whose order nobody can say', () => {
    const on = (day: string): boolean => isHabitual(midYear([...THREE, did(day, CONFERENCE)]).state, midYear([]).ladder);
    expect(on('2021-09-09')).toBe(false);
    expect(on('2021-09-10')).toBe(false);
    expect(on('2021-09-13')).toBe(true);
  });

  test('a report whose days the attendance does not bear out is kept, relied upon by nobody, and asked to be withdrawn', () => {
    const paper = midYear([report(1, '2021-09-10', days(3)), report(2, '2021-10-04', ['2021-10-01'])]);
    expect(paper.state.reports.map(({ lost }) => lost)).toEqual([[], ['2021-10-01']]);
    expect(soundReports(paper.state, paper.ladder).map(({ ordinal }) => ordinal)).toEqual([1]);
    expect(paper.open()).toEqual([]);
    release(paper);
    expect(paper.task('report-review')).toMatchObject({ status: 'open', ref: '2' });
    paper.must(paper.command('case_manager', { kind: 'withdraw_report', ordinal: 2 }));
    expect(paper.open()).not.toContain('report-review');
  });

  test('days that can still be cleared here bear out a report of elsewhere until they are cleared', () => {
    const pending = days(3).map((day) => ({ day, windowEnds: '2022-02-10' }));
    const paper = midYear([report(1, '2021-09-10', days(3))], { truancy: [], pending });
    expect(paper.state.reports[0]?.lost).toEqual([]);
    paper.hears({ pending: [] });
    expect(paper.state.reports[0]?.lost).toEqual(days(3));
  });

  test('a report that somebody filed here meanwhile keeps its number, and the record says so', () => {
    const paper = new PaperCase();
    paper.pass(20).hears({ absences: 3, truancy: days(3) });
    file(paper, days(3));
    paper.hears({ earlier: [report(1, '2021-09-01', days(3))] });
    expect(paper.state.reports).toHaveLength(1);
    expect(paper.events.at(-1)).toMatchObject({ type: 'record_declined', body: { because: 'number_taken' } });
  });

  test('a step that was brought in wrongly is superseded, and what it alone did is asked again', () => {
    const sst = did('2021-12-01', meeting('sst'));
    const paper = release(midYear([sst], { absences: 26 }));
    expect(paper.task('sst')?.status).toBe('done');
    paper.must(paper.command('case_manager', { kind: 'supersede_action', action: sst.record }));
    expect(paper.task('sst')?.status).toBe('open');
  });

  test('a letter that was brought in wrongly is superseded: its task opens, and a letter is approved and mailed here', () => {
    const sent = letter('letter-1', '2021-09-15');
    const paper = release(midYear([...THREE.slice(0, 1), sent]));
    paper.must(paper.command('case_manager', { kind: 'supersede_action', action: sent.record }));
    expect(paper.task('letter-1')?.status).toBe('open');
    mailed(paper);
  });
});

/** Evaluates the list, approves letter 1 and mails it, here. */
function mailed(paper: PaperCase): void {
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  mail(paper, 'letter-1');
  expect(paper.task('letter-1')?.status).toBe('done');
}

test('the climb goes on to SARB with the steps of elsewhere', () => {
  const paper = midYear([...THREE, letter('letter-1', '2021-09-15'), letter('letter-2', '2021-10-10'), did('2021-10-20', CONFERENCE)]);
  release(paper);
  paper.pass(1).hears({ absences: 26, schoolRecords: climbed().standing.schoolRecords });
  for (const [task, role, action] of DOCUMENTED)
    if (paper.task(task)?.status === 'open') paper.must(paper.pass(1).does(role, action, task));
  paper.must(paper.does('case_manager', { kind: 'evaluation_list', details: { decision: 'send' } }, 'not-evaluation-list'));
  for (let n = 0; n < 3; n += 1)
    paper.must(paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome: 'reached', contact: 'mother' } }));
  mail(paper, 'letter-3');
  paper.must(
    paper.does('attendance_supervisor', {
      kind: 'notice_of_referral',
      details: { ground: 'habitual_truant', to: ['pupil', 'parent'], channel: 'mail' },
    }),
  );
  paper.must(refer(paper, 'habitual_truant'));
  expect(paper.refolded()).toEqual(paper.state);
});

const climbed = (): PaperCase => climb(new PaperCase(), { ground: 'habitual_truant' });

/**
 * What was documented here while it was asked for, or told from elsewhere before the release, leaves the same open tasks and the same
 * missing requirements.
 */
test('property: the same steps, here or elsewhere, leave the same open', () => {
  const steps = DOCUMENTED.filter(([task]) => task !== 'monitoring' && task !== 'psa-follow-up');
  fc.assert(
    fc.property(fc.subarray(steps), fc.integer({ min: 0, max: 26 }), fc.shuffledSubarray([0, 1, 2, 3, 4]), (chosen, absences, order) => {
      const here = new PaperCase();
      here.day = '2022-02-07';
      here.hears({ absences });
      const done = chosen.filter(([, role, action]) => here.does(role, action).kind === 'events');
      const elsewhere = done.map(([, role, action], n) => did(schoolDaysAfter('2021-09-01', (order[n % 5] ?? n) + n * 5), action, role));
      const there = release(midYear(elsewhere, { absences, unexcused: 0, truancy: [] }));
      expect(there.open().toSorted()).toEqual(here.open().toSorted());
      for (const ground of ['habitual_truant', 'chronic_absentee'] as const) expect(there.missing(ground)).toEqual(here.missing(ground));
    }),
    { seed: 20_220_207, numRuns: 150 },
  );
});
