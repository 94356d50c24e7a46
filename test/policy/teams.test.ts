import { parse, stringify } from 'yaml';
import { ladderPicture } from '../../documents/index.ts';
import { compile, readPolicy, shippedPolicyText, withoutWording } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { call, climb, refer } from '../cases/climb.ts';
import { PaperCase, refusal } from '../cases/paper-case.ts';
import { after, type Entry } from './faults.ts';

const SART: Entry = {
  team: 'sart',
  title: 'School Attendance Review Team',
  clause: 'ours',
  chair: 'principal',
  invite: ['parent', 'pupil', 'counselor'],
  quorum: 3,
  leadDays: 5,
};

/** The shipped policy with a change. */
function changed(change: (draft: Record<string, unknown>) => void): Ladder {
  const draft = parse(shippedPolicyText('lausd')) as Record<string, unknown>;
  change(draft);
  const read = readPolicy(stringify(draft));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return compile(read.document);
}

describe('a team of the policy', () => {
  const ladder = changed((draft) => (draft['teams'] = [SART]));
  const sart = (more: object) => ({
    kind: 'meeting' as const,
    details: { team: 'sart' as const, outcome: 'held' as const, present: ['parent', 'principal'] as ('parent' | 'principal')[], ...more },
  });

  test('documents its task only when it was quorate and led by its chair, and says so', () => {
    const paper = new PaperCase(withoutWording(ladder));
    paper.hears({ absences: 26 });
    expect(refusal(paper.does('principal', sart({ ledBy: ['principal'] }), 'sart'))?.detail).toContain('at least 3 present');
    const quorate = { present: ['parent', 'pupil', 'principal'] };
    expect(refusal(paper.does('principal', sart({ ...quorate, ledBy: ['counselor'] }), 'sart'))?.detail).toContain('ledBy principal');
    paper.must(paper.does('principal', sart({ ...quorate, ledBy: ['principal'] }), 'sart'));
    expect(paper.task('sart')?.status).toBe('done');
  });

  test('says below its task who leads it, who is asked to come, how long before, and how many have to be there', () => {
    expect(
      ladderPicture(ladder)
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' '),
    ).toContain('led by the principal, quorum 3, invited: parent, pupil, counselor, told 5 school days before');
  });

  test.each<[string, Entry[], string, string]>([
    ['twice', [SART, SART], 'teams.1.team', 'is there twice'],
    [
      'that no task asks for',
      [{ ...SART, team: 'student_well_being_team' }],
      'teams.0.team',
      'no task asks for a meeting of the team “student_well_being_team”',
    ],
    ['whose quorum nobody can meet', [{ ...SART, quorum: 9 }], 'teams.0.quorum', 'a quorum of 9 cannot be met by the 4 who are to come'],
  ])('%s is refused', (_what, teams, path, reason) => {
    const { problems } = after((draft) => (draft['teams'] = teams));
    expect(problems).toContainEqual(expect.objectContaining({ path, reason: expect.stringContaining(reason) as string }));
  });
});

test.each([
  ['a team that is not there', { team: 'sst' }, [SART], 'schoolTasks.0.team', 'records meetings of the team “sst”, which is not there'],
  [
    'another cadence than the team',
    { team: 'sart', cadence: 'term' },
    [{ ...SART, cadence: 'monthly' }],
    'schoolTasks.0.cadence',
    'meets monthly',
  ],
] as const)('a school task that records the meetings of %s is refused', (_what, task, teams, path, reason) => {
  const { problems } = after((draft) => {
    draft['teams'] = teams;
    Object.assign((draft['schoolTasks'] as object[])[0]!, task);
  });
  expect(problems).toEqual([expect.objectContaining({ path, reason: expect.stringContaining(reason) as string })]);
});

test('a justification holds for as long as the policy says; the referral that rested on it goes on resting', () => {
  const ladder = changed((draft) => Object.assign(draft['referral'] as object, { justificationsLast: 10 }));
  const paper = climb(new PaperCase(withoutWording(ladder)), { ground: 'chronic_absentee', without: ['contract'] });
  const justify = () =>
    paper.must(paper.command('principal', { kind: 'justify_requirement', requirement: 'contract', ground: 'chronic_absentee' }));
  const line = () => paper.ready('chronic_absentee').requirements.find(({ requirement }) => requirement === 'contract');
  justify();
  paper.pass(9).ticks();
  expect(line()).toMatchObject({ status: 'justified' });
  paper.pass(2).ticks();
  expect(line()).toMatchObject({ status: 'missing' });
  expect(line()?.why).toContain('has expired');
  expect(refusal(refer(paper, 'chronic_absentee'))?.type).toBe('requirements-missing');
  justify();
  paper.must(paper.does('case_manager', call('reached')));
  paper.must(refer(paper, 'chronic_absentee'));
  paper.pass(11).ticks();
  expect(line()).toMatchObject({ status: 'justified' });
  expect(paper.open()).not.toContain('referral-review');
});
