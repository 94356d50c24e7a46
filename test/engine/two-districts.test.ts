import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { replay } from '../models/replay.ts';
import { ladderOf, shipped } from '../models/shipped.ts';
import { Walk } from '../models/walk.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';

/**
 * One build, three districts: one on LAUSD's ladder, one that drops ACT, asks families first, and lets COST meet beside the earlier steps, and
 * one on another model altogether, which knows neither.
 */
const other = policyOf(secondVersionText()).ladder;
const worlds: TestWorld[] = [];
let third: TestWorld;
beforeAll(async () => {
  worlds.push(await openWorld(), await openWorld());
  third = await openWorld({ policy: 'strategy-4' });
  await recordPolicy(worlds[1]!.db.owner, { document: secondVersionText(), ladder: other });
  await putPolicyInForce(worlds[1]!.db.owner, other.policy);
});
afterAll(() => Promise.all([...worlds, third].map((world) => world.close())));

test('districts with different graphs of steps run side by side on one build, and a case of each climbs to SARB', async () => {
  const walk = new Walk(ladderOf(shipped('strategy-4')), { probe: false, whom: ['chronic'] }).go();
  const climbed = replay(third, walk, (task, on) => third.schoolRecord(task, on));
  const told = [rehearse('chronic_absentee').told, rehearse('chronic_absentee', other).told];
  const opened = await Promise.all(
    worlds.map(async (world, index) => {
      const student = await world.enroll();
      const outcomes = await climbOnEngine(world, student, told[index]!);
      expect(outcomes).toEqual(
        told[index]!.flatMap(({ message, decision }) =>
          message.kind === 'command' ? [decision.kind === 'refused' ? 'refused' : 'applied'] : [],
        ),
      );
      const state = await world.recorded(student);
      expect(state.referrals).toHaveLength(1);
      expect((await world.caughtUp(student)).state).toEqual(state);
      return { version: state.policy?.version, tasks: state.tasks };
    }),
  );
  const [first, second] = opened.map(({ version, tasks }) => ({ version, tasks: new Set(tasks.map(({ task }) => task)) }));
  expect([first?.version, second?.version]).toEqual([1, 2]);
  expect([first?.tasks.has('act'), second?.tasks.has('act')]).toEqual([true, false]);
  expect([first?.tasks.has('barriers-asked'), second?.tasks.has('barriers-asked')]).toEqual([false, true]);
  // COST opens for the one with the last band, for the other beside the steps of the band before.
  const why = opened.map(({ tasks }) => tasks.find(({ task }) => task === 'cost')?.why);
  expect(why).toEqual(['band:far-below-basic', 'band:below-basic']);
  const model = await third.recorded((await climbed).get('chronic')!);
  expect(model.policy?.id).toBe('strategy-4');
  expect(model.referrals).toHaveLength(1);
  const steps = new Set(model.tasks.map(({ task }) => task));
  expect(['act', 'cost', 'prior-staff', 'home-or-community-meeting'].map((task) => steps.has(task))).toEqual([false, false, true, true]);
}, 240_000);
