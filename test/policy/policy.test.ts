import { pack, unpack } from '../../cases/carried.ts';
import { compile, ladderDigest, readPolicy, shippedPolicies, shippedPolicyText, withoutWording } from '../../policy/index.ts';
import { letterText } from '../../documents/letters.ts';
import { LETTERS } from '../../policy/vocabulary.ts';

const lausd = shippedPolicyText('lausd');

/** The problems of the shipped policy after a change of its text. */
function problemsAfter(from: string, to: string): { path: string; line: number | null; reason: string; remedy: string }[] {
  expect(lausd).toContain(from);
  const read = readPolicy(lausd.replace(from, to));
  return read.ok ? [] : read.problems;
}

describe('the shipped policies', () => {
  test.each(shippedPolicies())('%s passes the validator', (id) => {
    expect(readPolicy(shippedPolicyText(id))).toMatchObject({ ok: true });
  });

  test.each(shippedPolicies())('the ladder of %s that a case carries stays under 10 KB', (id) => {
    const read = readPolicy(shippedPolicyText(id));
    if (!read.ok) throw new Error('refused');
    expect(JSON.stringify(pack(compile(read.document))).length).toBeLessThan(10_240);
  });

  test('a carried ladder is the whole ladder, written short', () => {
    const read = readPolicy(lausd);
    if (!read.ok) throw new Error('refused');
    const ladder = withoutWording(compile(read.document));
    expect(unpack(pack(ladder))).toEqual(ladder);
    expect(unpack(ladder)).toEqual(ladder);
  });

  test('the digest names the rules, not the wording', () => {
    const read = readPolicy(lausd);
    const reworded = readPolicy(lausd.replace('title: Student Success Team (SST)', 'title: SST'));
    const other = readPolicy(lausd.replace('due: 15', 'due: 16'));
    if (!read.ok || !reworded.ok || !other.ok) throw new Error('refused');
    expect(ladderDigest(compile(reworded.document))).toBe(compile(read.document).policy.digest);
    expect(compile(other.document).policy.digest).not.toBe(compile(read.document).policy.digest);
  });
});

describe('the validator speaks to a person', () => {
  test('of overlapping bands: “87 %+” read as a fourth band that begins inside the third', () => {
    const [problem] = problemsAfter('name: Far Below Basic, from: 25,', 'name: Far Below Basic, from: 24,');
    expect(problem).toMatchObject({ path: 'bands.3.from', remedy: 'begin “Far Below Basic” at 25' });
    expect(problem?.reason).toContain('overlap: 24 to 24 absences are in both');
    expect(problem?.line).toBe(lausd.split('\n').findIndex((l) => l.includes('band: far-below-basic')) + 1);
  });

  test.each([
    ['a gap', 'from: 16, to: 24', 'from: 17, to: 24', 'gap: 16 to 16 absences are in none'],
    ['a band without an end', 'from: 8, to: 15', 'from: 8', 'has no end'],
    [
      'a last band with an end',
      'name: Far Below Basic, from: 25,',
      'name: Far Below Basic, from: 25, to: 40,',
      'more than 40 absences has a band',
    ],
    ['an unknown role', 'owner: teacher\n    due: 3', 'owner: tutor\n    due: 3', '“tutor” is no word of “owner”'],
    ['a task without an owner', 'owner: teacher\n    due: 3', 'due: 3', '“teacher-call” has no owner'],
    ['a field that is not of the form', 'where: { team: [sst], outcome', 'where: { group: [sst], outcome', 'no coded field “group”'],
    [
      'a word that is not of the field',
      'where: { team: [sst], outcome: [held] }',
      'where: { team: [sxt], outcome: [held] }',
      'sxt: not a word of “team”',
    ],
    ['an opening that never comes', '{ on: band, band: basic }', '{ on: band, band: middling }', '“middling” is no band'],
    [
      'a letter that opens on a band',
      'opens: [{ on: habitual }]',
      'opens: [{ on: band, band: far-below-basic }]',
      'something other than filed truancy reports',
    ],
    ['a report earlier than the statute', 'opens: [{ on: report_due }]', 'opens: [{ on: case }]', 'before the statute allows it'],
    ['a letter without an approver', '    approver: [principal]\n', '', 'has no approver'],
    [
      'a letter before its reports',
      'opens: [{ on: reports, count: 2 }]\n    owner: clerk',
      'opens: [{ on: reports, count: 1 }]\n    owner: clerk',
      'opens before the 2 reports',
    ],
    ['a need that is no task', 'needs: [parent-conference]', 'needs: [tea-party]', 'needs “tea-party”, which is no task'],
    [
      'needs in a circle',
      'evidence: { action: meeting, where: { team: [sst], outcome: [held] } }',
      'evidence: { action: meeting, where: { team: [sst], outcome: [held] } }\n    needs: [resource-panel]',
      'need each other',
    ],
    ['a citation of nothing', 'schoolRecord: staff-meeting', 'schoolRecord: picnic', 'no school task “picnic”'],
    ['a requirement twice', '- { task: sart }', '- { task: sart }\n    - { task: sart }', '“sart” is there twice'],
    ['another state', 'state: california', 'state: atlantis', 'no profile of the state “atlantis”'],
    ['no YAML', 'tasks:\n', 'tasks: [\n', 'this is not YAML'],
  ])('of %s', (_name, from, to, reason) => {
    const problems = problemsAfter(from, to);
    expect(problems.map((p) => p.reason).join('\n')).toContain(reason);
    for (const problem of problems) expect(problem.remedy).not.toBe('');
  });
});

test('each letter that a policy may name has a text', () => {
  for (const letter of LETTERS) expect(letterText(letter).title).not.toBe('');
});
