import type { Action } from '../../cases/actions.ts';
import { enough } from '../../cases/evidence.ts';
import type { DocumentedAction } from '../../cases/state.ts';
import type { Evidence, Ladder } from '../../policy/ladder.ts';
import { actionFor } from '../../activities/rehearsal/actions.ts';
import { PaperCase, refusal, shippedLadder } from './paper-case.ts';

/** An attempt to reach somebody, at a time of a day. */
function attempt(contact: string | null, on: string, time: string | null, more: Partial<DocumentedAction> = {}): DocumentedAction {
  const action: Action = { kind: 'contact', details: { channel: 'phone', outcome: 'no_answer', contact } };
  const base = { seq: 1, by: 'clerk-1', role: 'clerk' as const, task: null, superseded: false };
  return { ...base, id: `${contact} ${on} ${time}`, on, time, ...action, ...more } as DocumentedAction;
}

const MULTIPLE: Evidence = { action: 'contact', count: 3, distinct: { timesOfDay: 2, contacts: 2, days: 2 } };

describe('evidence that asks for attempts which differ', () => {
  const records = [
    attempt('mother', '2021-09-01', '08:10'),
    attempt('mother', '2021-09-01', '11:59'),
    attempt('aunt', '2021-09-02', '17:00'),
  ];

  test('is there when there are as many records as asked, and as many times of day, persons and days among them', () => {
    expect(enough(MULTIPLE, records, {})).toMatchObject({ met: true, records });
  });

  test.each<[string, DocumentedAction[], string]>([
    ['times of day', [...records.slice(0, 2), attempt('aunt', '2021-09-02', '09:00')], '1 of 2 different times of day'],
    ['contact persons', [...records.slice(0, 2), attempt('mother', '2021-09-02', '17:00')], '1 of 2 different contact persons'],
    ['days', [...records.slice(0, 2), attempt('aunt', '2021-09-01', '17:00')], '1 of 2 different days'],
    ['records', records.slice(1), '2 of 3 contact records'],
    ['records that stand', [...records.slice(1), attempt('aunt', '2021-09-03', '08:00', { superseded: true })], '2 of 3 contact records'],
  ])('is not there without enough %s, and says what is missing', (_, given, why) => {
    const found = enough(MULTIPLE, given, {});
    expect(found.met).toBe(false);
    expect(found.why).toContain(why);
  });

  test('counts no time of day that nobody noted, and no contact person of a call that the family made', () => {
    const given = [attempt(null, '2021-09-01', null), attempt('mother', '2021-09-02', '08:00'), attempt('mother', '2021-09-03', null)];
    expect(enough(MULTIPLE, given, {}).why).toBe(
      '3 of 3 contact records, 1 of 2 different times of day, 1 of 2 different contact persons, 3 of 2 different days.',
    );
  });

  test('goes by the district’s own morning, afternoon and evening', () => {
    const early = { timesOfDay: { afternoon: '11:00', evening: '15:00' } };
    const evidence: Evidence = { action: 'contact', count: 2, distinct: { timesOfDay: 2 } };
    expect(enough(evidence, records.slice(0, 2), {}).met).toBe(false);
    expect(enough(evidence, records.slice(0, 2), early).met).toBe(true);
  });
});

test('one attempt that reached the family is enough where the policy says so, and one that did not is not', () => {
  const evidence: Evidence = { ...MULTIPLE, orOne: { outcome: ['reached'] } };
  const missed = attempt('mother', '2021-09-01', '08:10');
  const reached = { ...missed, details: { ...missed.details, outcome: 'reached' } } as DocumentedAction;
  expect(enough(evidence, [missed], {}).met).toBe(false);
  expect(enough(evidence, [missed, reached], {})).toMatchObject({ met: true, why: 'One of 2021-09-01 is enough by itself.' });
});

test('evidence that asks a record to tell something takes none that does not', () => {
  const plan = (causes: ('transport' | 'health')[], measure?: string): DocumentedAction => ({
    ...attempt('mother', '2021-09-01', null),
    kind: 'plan',
    details: { about: 'problem_solving', review: '2021-10-01', causes, ...(measure ? { measure } : {}) },
  });
  const evidence: Evidence = { action: 'plan', tells: ['causes', 'measure'] };
  expect(enough(evidence, [plan([]), plan(['health'])], {}).met).toBe(false);
  expect(enough(evidence, [plan(['transport'], 'days_attended')], {}).met).toBe(true);
});

describe('a task that asks for attempts at different times of day', () => {
  const ladder: Ladder = {
    ...shippedLadder(),
    tasks: [
      {
        task: 'outreach',
        kind: 'task',
        opens: [{ on: 'case' }],
        owner: 'clerk',
        due: 5,
        evidence: { action: 'contact', where: { whom: ['parent'] }, count: 2, distinct: { timesOfDay: 2 } },
      },
      ...shippedLadder().tasks,
    ],
    referral: [...shippedLadder().referral, { requirement: 'outreach' }],
  };
  const paper = (): PaperCase => {
    const on = new PaperCase(ladder);
    return on.must(on.hears({ absences: 1 }));
  };
  const call: Action = { kind: 'contact', details: { channel: 'phone', outcome: 'no_answer', contact: 'mother', whom: 'parent' } };
  const at = (on: PaperCase, time: string) =>
    on.command('clerk', { kind: 'document_action', on: on.day, time, task: { task: 'outreach', round: 1 }, action: call });

  test('stays open after two calls of one morning, says so, and is done with one of the afternoon', () => {
    const on = paper();
    on.must(at(on, '08:00')).must(at(on, '09:00'));
    expect(on.task('outreach')?.status).toBe('open');
    const line = on.ready('chronic_absentee').requirements.find(({ requirement }) => requirement === 'outreach');
    expect(line).toMatchObject({ status: 'missing', why: expect.stringContaining('1 of 2 different times of day') });
    on.must(at(on, '13:00'));
    expect(on.task('outreach')).toMatchObject({ status: 'done', evidence: ['command-1', 'command-2', 'command-3'] });
  });

  test('opens again when the record that made the difference is superseded', () => {
    const on = paper();
    on.must(at(on, '08:00')).must(at(on, '13:00'));
    const last = on.state.actions.at(-1)!;
    on.must(on.command('clerk', { kind: 'supersede_action', action: last.id }));
    expect(on.task('outreach')?.status).toBe('open');
  });

  test('takes no call to somebody else', () => {
    const on = paper();
    const friend: Action = { kind: 'contact', details: { ...call.details, whom: 'friend' } as never };
    const task = { task: 'outreach', round: 1 };
    const decision = on.command('clerk', { kind: 'document_action', on: on.day, time: '08:00', task, action: friend });
    expect(refusal(decision)?.type).toBe('evidence-does-not-fit');
  });
});

test('what a rehearsed person documents is what the evidence asks for, whatever that is', () => {
  const evidence: Evidence = {
    action: 'meeting',
    where: { team: ['student_well_being_team'], location: ['virtual'] },
    includes: { ledBy: ['pupil_personnel_worker'], considered: ['circumstances', 'attendance_trends'] },
    tells: ['joined'],
  };
  const action = actionFor(evidence, {
    day: '2021-09-01',
    ref: '',
    contact: 'mother',
    ground: 'chronic_absentee',
    truancy: [],
    choose: (_, values) => values[0]!,
  });
  expect(enough(evidence, [{ ...attempt('mother', '2021-09-01', null), ...action }], {}).met).toBe(true);
});
