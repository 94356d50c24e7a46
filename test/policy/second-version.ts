import { compile, readPolicy, shippedPolicyText, type PolicyDocument } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';

const CHANGES: [before: string, after: string][] = [
  ['\nversion: 1\n', '\nversion: 2\n'],
  // The second band begins later.
  ['from: 1, to: 7,', 'from: 1, to: 9,'],
  ['from: 8, to: 15,', 'from: 10, to: 15,'],
  // No ACT any more.
  [
    `  - task: act
    kind: meeting
    step: far-below-basic
    title: Abolish Chronic Truancy (ACT)
    clause: '25+: refer student to ACT'
    opens: [{ on: band, band: far-below-basic }]
    owner: case_manager
    also: [principal]
    due: 10
    evidence: { action: meeting, where: { team: [act], outcome: [held] } }
    unavailable: true
`,
    '',
  ],
  ['    - { task: act }\n', ''],
  ['    needs: [sst, cost, act, sart]\n', '    needs: [sst, cost, sart]\n'],
  // COST a band earlier, so that it runs beside the steps of that band and not after the SST.
  [
    `    clause: '25+: refer student to COST'
    opens: [{ on: band, band: far-below-basic }]
`,
    `    clause: '25+: refer student to COST'
    opens: [{ on: band, band: below-basic }]
`,
  ],
  // A step that the first version does not know.
  [
    `  - task: absence-review
`,
    `  - task: barriers-asked
    kind: task
    step: basic
    title: Ask the family what keeps the student away
    clause: 'resolution of the board, October 2021'
    opens: [{ on: band, band: basic }]
    owner: case_manager
    also: [teacher]
    due: 5
    evidence: { action: follow_up }
  - task: absence-review
`,
  ],
  // Somebody else calls, and has longer for it.
  [
    `    owner: teacher
    due: 3
    evidence:
      { action: contact, where: { channel: [phone, in_person, virtual_meeting], outcome: [reached, reached_no_resolution] }, by: [teacher] }
`,
    `    owner: case_manager
    also: [teacher]
    due: 5
    evidence: { action: contact, where: { channel: [phone, in_person, virtual_meeting], outcome: [reached, reached_no_resolution] } }
`,
  ],
];

/** The next version of the LAUSD policy as a district could decide it: another threshold, a step less, a step more, one moved. */
export function secondVersionText(): string {
  return CHANGES.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`the shipped policy no longer says: ${before}`);
    return text.replace(before, after);
  }, shippedPolicyText('lausd'));
}

/** The policy of a text that is known to be valid. */
export function policyOf(text: string): { document: PolicyDocument; ladder: Ladder } {
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { document: read.document, ladder: compile(read.document) };
}
