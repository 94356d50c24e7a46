import { readFileSync } from 'node:fs';
import { shippedPolicies } from '../../policy/index.ts';
import { MODELS } from './models.ts';
import { tableIn, tableOf } from './seed-table.ts';
import { ladderOf, shipped } from './shipped.ts';
import { Walk } from './walk.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('each shipped policy has a table of what it was made from', () => {
  expect(Object.keys(MODELS).sort()).toEqual(shippedPolicies());
});

describe.each(Object.entries(MODELS))('%s', (id, table) => {
  const document = shipped(id);
  const ladder = ladderOf(document);
  const walk = new Walk(ladder).go();

  test('each demand of its text has the elements that carry it, and its page says so', () => {
    expect(tableIn(page(`policy-${id}.md`))).toEqual(tableOf(document, table));
  });

  test('it has no task that comes from nowhere', () => {
    const told = new Set([...table.bullets.flatMap(({ elements }) => elements), ...table.beside]);
    expect(document.tasks.map(({ task }) => task).filter((task) => !told.has(task))).toEqual([]);
    expect(document.schoolTasks.map(({ task }) => task).filter((task) => !told.has(task))).toEqual([]);
  });

  test.each(document.tasks.map(({ task }) => task))(
    '%s opens, is refused without its evidence, is completed, and is in the record',
    (task) => {
      const taken = walk.taken.get(task);
      expect(taken?.refusals.length).toBeGreaterThan(0);
      const recorded = walk.pupil(taken!.student).refolded().tasks;
      expect(recorded.find((one) => one.task === task && one.round === taken!.round)).toMatchObject({ status: 'done' });
    },
  );

  test('the referral names each of its requirements while it is missing, and goes out when all are met', () => {
    const own = ladder.referral.filter(({ statutory }) => !statutory).map(({ requirement }) => requirement);
    expect(own.filter((requirement) => !walk.missed.has(requirement))).toEqual([]);
    expect(walk.pupil('truant').state.referrals.map(({ ground }) => ground)).toEqual([walk.pupil('truant').situation.ground]);
    expect(walk.pupil('chronic').state.referrals.map(({ ground }) => ground)).toEqual(['chronic_absentee']);
    for (const { situation, state } of walk.pupils.filter(({ situation: { only } }) => only))
      expect([situation.name, state.tasks.some(({ status }) => status === 'done')]).toEqual([situation.name, true]);
  });
});
