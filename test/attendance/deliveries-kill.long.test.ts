import { expectTheSame } from './killed-imports.ts';

test('an import killed at a hundred random points leaves nothing or all, and another one ends as if nobody had killed it', async () => {
  await expectTheSame({ kills: 100, seed: 42 });
}, 3_600_000);
