import { verifyChains } from '../../store/verify.ts';
import { openWorld, type TestWorld } from '../world/world.ts';
import { climbOnEngine, rehearse } from './engine-climb.ts';

let world: TestWorld;
beforeEach(async () => {
  // Several runs on the way, so that what is carried over is carried over.
  world = await openWorld({ rollAfter: 120 });
});
afterEach(() => world.close());

test.each(['habitual_truant', 'chronic_absentee'] as const)(
  'a climb to SARB (%s) on real servers is what the rules alone make of it',
  async (ground) => {
    const paper = rehearse(ground);
    const student = await world.enroll();
    const outcomes = await climbOnEngine(world, student, paper.told);
    expect(outcomes).toEqual(
      paper.told.flatMap(({ message, decision }) =>
        message.kind === 'command' ? [decision.kind === 'refused' ? 'refused' : 'applied'] : [],
      ),
    );
    const written = (await world.events(student)).filter((event) => event.type !== 'deadline_passed');
    expect(written.map(({ type, day }) => [type, day])).toEqual(
      paper.events.filter((event) => event.type !== 'deadline_passed').map(({ type, day }) => [type, day]),
    );
    const recorded = await world.recorded(student);
    expect(recorded.referrals).toHaveLength(1);
    expect(recorded.tasks.map(({ task, round, status, due }) => [task, round, status, due.on])).toEqual(
      paper.state.tasks.map(({ task, round, status, due }) => [task, round, status, due.on]),
    );
    expect((await world.running(student)).state).toEqual(recorded);
    expect((await verifyChains(world.db.worker)).broken).toEqual([]);
  },
  120_000,
);
