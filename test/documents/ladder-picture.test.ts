import { readFileSync } from 'node:fs';
import { ladderPicture, type LadderPosition } from '../../documents/index.ts';
import { compile, readPolicy, shippedPolicies, shippedPolicyText } from '../../policy/index.ts';
import type { Ladder } from '../../policy/ladder.ts';

function ladderOf(id: string): Ladder {
  const read = readPolicy(shippedPolicyText(id));
  if (!read.ok) throw new Error(`${id} is not valid`);
  return compile(read.document);
}

/** What the picture says, read from top to bottom as it was written. */
const words = (svg: string): string =>
  [...svg.matchAll(/<text [^>]*>([^<]*)</g)]
    .map(([, text]) => text!)
    .join(' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

const NOWHERE: LadderPosition = { band: null, reports: 0, habitual: false, tasks: {}, referredOn: null };

test.each(shippedPolicies())('the picture of %s in docs/ is drawn from it; if not: rollbook policy draw %s -o docs/policy-%s.svg', (id) => {
  expect(readFileSync(new URL(`../../docs/policy-${id}.svg`, import.meta.url), 'utf8')).toBe(ladderPicture(ladderOf(id)));
});

test.each(shippedPolicies())('nothing of %s is left out: each band, task and requirement, with its owner', (id) => {
  const ladder = ladderOf(id);
  const said = words(ladderPicture(ladder));
  for (const { name } of ladder.bands) expect(said).toContain(name);
  for (const { task, owner, due } of ladder.tasks) {
    expect(said).toContain(ladder.wording![task]!.title);
    expect(said).toContain(`${owner.replaceAll('_', ' ')}, ${due} d`);
  }
  for (const { requirement } of ladder.referral) expect(said).toContain(ladder.wording?.[requirement]?.title ?? requirement);
});

test('what a task waits for stands below it: the work before, the letters’ school days, what is asked between them', () => {
  const ladder = ladderOf('lausd');
  const letter = ladder.tasks.find(({ task }) => task === 'letter-2')!;
  Object.assign(letter, {
    waitsFor: { tasks: ['teacher-call'], schoolDays: 10 },
    fullDays: 6,
    newEvents: 1,
    interventionBetween: ['conference'],
  });
  expect(words(ladderPicture(ladder))).toContain(
    'after “Notification of Truancy”; waits for “The classroom teacher calls home”, 10 school days at most; once 6 events of the year are full days; 5 school days after the letter before it; with 1 new event; an intervention first: conference',
  );
});

test('with a case it says where the case stands on both tracks, and what is done, open and overdue', () => {
  const ladder = ladderOf('lausd');
  const svg = ladderPicture(ladder, {
    ...NOWHERE,
    band: 'basic',
    reports: 2,
    tasks: { 'letter-1': 'done', 'letter-2': 'overdue', 'teacher-call': 'open', 'psa-consult': 'unavailable' },
  });
  const said = words(svg);
  expect(said.match(/the case stands here/g)).toHaveLength(2);
  expect(said).toContain('✓ clerk, 5 d Notification of Truancy');
  expect(said).toContain('! clerk, 5 d Truancy Letter #2');
  expect(said).toContain('○ teacher, 3 d The classroom teacher calls home');
  expect(said).toContain('– case manager, 5 d Consult the PSA counselor');
  expect(words(ladderPicture(ladder, NOWHERE))).not.toContain('the case stands here');
  expect(words(ladderPicture(ladder, { ...NOWHERE, referredOn: '2022-04-04' }))).toContain('referred on 2022-04-04');
});

test('a title with signs of markup is words, not markup', () => {
  const ladder = ladderOf('lausd');
  ladder.bands[0]!.name = 'A <b>"bold"</b> & brave band';
  const svg = ladderPicture(ladder);
  expect(svg).not.toContain('<b>');
  expect(words(svg)).toContain('A <b');
});
