import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import { policyOf, secondVersionText } from '../policy/second-version.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';

/** One build, two districts: one on LAUSD's ladder, one that drops ACT, asks families first, and lets COST meet beside the earlier steps. */
const other = policyOf(secondVersionText()).ladder;
const worlds: TestWorld[] = [];
beforeAll(async () => {
  worlds.push(await openWorld(), await openWorld());
  await recordPolicy(worlds[1]!.db.owner, { document: secondVersionText(), ladder: other });
  await putPolicyInForce(worlds[1]!.db.owner, other.policy);
});
afterAll(() => Promise.all(worlds.map((world) => world.close())));

test('two districts with different graphs of steps run side by side on one build, and a case of each climbs to SARB', async () => {
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
}, 240_000);
