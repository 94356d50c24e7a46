import { openWorld, call, type TestWorld } from '../world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld({ failed: (m, e) => console.error(m, e) });
});
afterAll(() => world.close());

test('opens by crossing, takes a command', async () => {
  const student = await world.enroll();
  await world.stand(student, { absences: 9 });
  await world.quiet();
  console.log((await world.events(student)).map((e) => e.type).join(' '));
  const done = await world.give(student, call());
  console.log(done);
  console.log(await world.running(student));
});
