import { expectTheSame } from './killed-imports.ts';

test('an import killed at ten random points leaves nothing or all, and another one ends as if nobody had killed it', async () => {
  await expectTheSame({ kills: 10, seed: 20_211_201 });
}, 900_000);
