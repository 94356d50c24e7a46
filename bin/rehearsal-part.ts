import { rehearse, type RehearsalInput } from '../activities/rehearsal/rehearse.ts';
import { openDatabase } from '../store/database.ts';
import type { PartSays } from './rehearsal-parts.ts';

/** One process of a rehearsal that is shared by several: is sent what to rehearse, says how far it is, and answers with its forecasts. */
process.once('message', (task: { url: string; input: RehearsalInput }) => void work(task));
// Whoever asked has gone.
process.once('disconnect', () => process.exit());

async function work({ url, input }: { url: string; input: RehearsalInput }): Promise<void> {
  const say = (what: PartSays): void => {
    process.send?.(what, undefined, undefined, (error) => {
      // Whoever asked was killed a moment ago.
      if (error) process.exit();
    });
  };
  const db = openDatabase(url, { name: 'rollbook rehearsal', max: 1 });
  try {
    say({ forecasts: await rehearse(db, input, { progress: (done) => say({ done }) }) });
  } catch (error) {
    say({ problem: (error as Error).message });
  } finally {
    await db.destroy();
  }
}
