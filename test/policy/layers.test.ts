import { pack } from '../../cases/carried.ts';
import type { Action } from '../../cases/actions.ts';
import { differences } from '../../policy/differences.ts';
import {
  compile,
  composePolicy,
  readPolicy,
  shippedLayers,
  shippedLayerText,
  shippedPolicies,
  shippedPolicyText,
  type PolicyDocument,
  type PolicyProblem,
} from '../../policy/index.ts';
import { days, PaperCase } from '../cases/paper-case.ts';
import { ladderOf, shipped } from '../models/shipped.ts';
import { Walk } from '../models/walk.ts';

const outreach = shippedLayerText('outreach');

function composed(base = 'lausd', layers = [outreach]): PolicyDocument {
  const made = composePolicy(shippedPolicyText(base), layers, { policy: 'our-district' });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  const read = readPolicy(made.text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.document;
}

/** The problems of a layer after a change of its text. */
function problems(from: string, to: string, base = 'lausd'): PolicyProblem[] {
  expect(outreach).toContain(from);
  const made = composePolicy(shippedPolicyText(base), [outreach.replace(from, to)], { policy: 'our-district' });
  return made.ok ? [] : made.problems;
}

describe('a layer over LAUSD’s ladder', () => {
  const lausd = shipped('lausd');
  const ours = composed();

  test('adds and delays, and changes nothing else', () => {
    const told = differences(lausd, ours).map(({ path, sentence }) => [path, sentence] as const);
    expect(told.filter(([, sentence]) => !sentence.includes(' is new')).map(([path]) => path)).toEqual([
      'policy',
      'title',
      'tasks.letter-1.waitsFor',
    ]);
    expect(told.find(([path]) => path === 'tasks.letter-1.waitsFor')?.[1]).toBe(
      '“Notification of Truancy” waits for outreach-parent, outreach-other-contacts, outreach-virtual-meeting, outreach-talk, 10 school days at most, and goes out all the same after that.',
    );
    expect(ours).toMatchObject({ policy: 'our-district', version: 1, title: 'LAUSD attendance intervention protocol; Outreach first' });
  });

  test('is a ladder of less than 10 KB, whose every element opens and is completed, up to the referral', () => {
    expect(JSON.stringify(pack(compile(ours))).length).toBeLessThan(10_240);
    const walk = new Walk(ladderOf(ours)).go();
    expect(ours.tasks.map(({ task }) => task).filter((task) => !walk.taken.has(task))).toEqual([]);
    for (const name of ['truant', 'chronic']) expect(walk.pupil(name).state.referrals).toHaveLength(1);
  });

  function reported(): PaperCase {
    const paper = new PaperCase(ladderOf(ours));
    paper.pass(4).hears({ absences: 3, unexcused: 3, truancy: days(3) });
    const on = paper.day;
    return paper.must(paper.command('case_manager', { kind: 'file_report', events: days(3), filedWith: 'attendance_supervisor', on }));
  }
  const review: Action = { kind: 'evaluation_list', details: { decision: 'send' } };

  test('the first notice goes out after ten school days though nobody reached out', () => {
    const paper = reported();
    paper.must(paper.does('case_manager', review, 'not-evaluation-list'));
    paper.pass(10).ticks();
    expect(paper.open()).not.toContain('letter-1');
    paper.pass(1).ticks();
    expect(paper.open()).toContain('letter-1');
    paper.must(paper.command('case_manager', { kind: 'approve_letter', letter: 'letter-1', round: 1 }));
    paper.must(
      paper.does('clerk', { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: 'mother' } }, 'letter-1'),
    );
    expect(paper.state.tasks.filter(({ task }) => task.startsWith('outreach-')).map(({ status }) => status)).not.toContain('done');
  });

  test('it goes out at once when all of the outreach is done', () => {
    const paper = reported();
    const talk: Action = {
      kind: 'contact',
      details: {
        channel: 'phone',
        outcome: 'reached',
        contact: 'mother',
        whom: 'parent',
        topics: ['importance_of_attendance', 'reasons_explored', 'resources_offered'],
      },
    };
    paper.must(paper.does('clerk', talk, 'outreach-parent')).must(paper.does('teacher', talk, 'outreach-talk'));
    paper.must(paper.command('clerk', { kind: 'record_unavailable', task: 'outreach-other-contacts', round: 1 }));
    expect(paper.open()).not.toContain('letter-1');
    const details = {
      outcome: 'no_show' as const,
      invited: ['parent' as const, 'pupil' as const],
      present: [],
      channel: 'virtual_meeting' as const,
    };
    paper.must(paper.does('case_manager', { kind: 'conference', details }, 'outreach-virtual-meeting'));
    expect(paper.open()).toContain('letter-1');
  });
});

test.each(shippedPolicies().flatMap((policy) => shippedLayers().map((layer) => [layer, policy] as const)))(
  '%s over %s is a valid policy, or is refused with what the two both say',
  (layer, policy) => {
    const made = composePolicy(shippedPolicyText(policy), [shippedLayerText(layer)], { policy: 'our-district' });
    if (made.ok) expect(readPolicy(made.text)).toMatchObject({ ok: true });
    else
      for (const { reason, line } of made.problems) {
        expect(reason).toMatch(/says? |both have|no letter/);
        expect(line).toBeGreaterThan(0);
      }
  },
);

describe('a layer is refused, with the place, the reason and what to do,', () => {
  test.each([
    [
      'when it would withhold the first notice',
      '  - reports: 1\n    waitsFor: { tasks: [outreach-parent, outreach-other-contacts, outreach-virtual-meeting, outreach-talk], schoolDays: 10 }',
      '  - reports: 1\n    needs: [outreach-talk]',
      'letters.0.needs',
      'the first notice (EC 48260.5) would need “outreach-talk”, and be withheld as long as nobody does that',
    ],
    [
      'when it names a task that is there already',
      '  - task: outreach-friends\n',
      '  - task: teacher-call\n',
      'tasks.3',
      '“lausd” and the layer “outreach” both have a task “teacher-call”, and nobody could tell which was meant',
    ],
    [
      'when it names a band of one policy',
      'opens: [{ on: case }]\n    owner: teacher',
      'opens: [{ on: band, band: basic }]\n    owner: teacher',
      'tasks.4.opens.0',
      '“basic” is no band of every policy',
    ],
    [
      'when it delays a letter that is not there',
      '  - reports: 1\n',
      '  - reports: 7\n',
      'letters.0',
      'no letter of “lausd” rests on 7 reports',
    ],
    [
      'when it asks for what is there already',
      '  - { task: outreach-talk }\n',
      '  - { task: sart }\n',
      'requirements.3',
      'both have a requirement “sart”',
    ],
    ['when a wait does not say how long', ', schoolDays: 10 }', ' }', 'letters.0.waitsFor.schoolDays', 'lacks “schoolDays”'],
    ['when it changes what it has no say in', 'layer: outreach\n', 'layer: outreach\nbands: []\n', 'bands', '“bands” is no key here'],
  ])('%s', (_when, from, to, path, reason) => {
    const found = problems(from, to);
    expect(found).toContainEqual({
      path,
      line: expect.any(Number) as number,
      reason: expect.stringContaining(reason) as string,
      remedy: expect.stringMatching(/\S/) as string,
    });
  });

  test('when what comes out would have the name of what is below, and when it is no YAML', () => {
    const same = composePolicy(shippedPolicyText('lausd'), [outreach], { policy: 'lausd' });
    expect(same).toMatchObject({ ok: false, problems: [{ reason: 'the policy below is called “lausd” itself' }] });
    expect(composePolicy(shippedPolicyText('lausd'), ['layer: ['], { policy: 'x' })).toMatchObject({ ok: false });
    expect(composePolicy('policy: [', [outreach], { policy: 'x' })).toMatchObject({ ok: false });
  });

  test('when two layers say the same', () => {
    const made = composePolicy(shippedPolicyText('lausd'), [outreach, outreach.replace('layer: outreach', 'layer: again')], {
      policy: 'x',
    });
    expect(made).toMatchObject({ ok: false });
    expect(made.ok ? [] : made.problems.map(({ reason }) => reason)).toContainEqual(
      '“x” and the layer “again” both have a task “outreach-parent”, and nobody could tell which was meant',
    );
  });
});

test('a layer’s bands are those of the policy below, by their place', () => {
  const second = outreach.replace('step: first\n    title: Try to reach', 'step: second\n    title: Try to reach');
  const last = second.replace('opens: [{ on: case }]\n    owner: teacher', 'opens: [{ on: band, band: last }]\n    owner: teacher');
  const ours = composed('lausd', [last]);
  expect(ours.tasks.find(({ task }) => task === 'outreach-parent')?.step).toBe('basic');
  expect(ours.tasks.find(({ task }) => task === 'outreach-talk')?.opens).toEqual([{ on: 'band', band: 'far-below-basic' }]);
});
