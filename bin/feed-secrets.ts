import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FeedProblem } from '../attendance/feeds/problem.ts';
import { FEED_SECRET } from '../policy/feeds.ts';

/**
 * The secrets of feeds, read anew for each pull, so that one can be changed without a restart of anything that reads files.
 * @param env the worker's environment, for `env:ROLLBOOK_FEED_…`
 * @param folder the folder of secrets, for `file:NAME`
 * @returns gives the secret that lies at a place; throws FeedProblem when there is none
 */
export function feedSecrets(env: NodeJS.ProcessEnv, folder: string | undefined): (place: string) => Promise<string> {
  return async (place) => {
    if (!FEED_SECRET.test(place)) throw new FeedProblem('What the feed says about its secret is no place where one may lie.', false);
    const name = place.slice(place.indexOf(':') + 1);
    if (place.startsWith('env:')) {
      const secret = env[name];
      if (!secret) throw new FeedProblem(`The variable ${name} is not set where the worker runs; set it and start the worker anew.`, false);
      return secret;
    }
    if (folder === undefined)
      throw new FeedProblem('ROLLBOOK_FEED_SECRETS is not set where the worker runs; it names the folder of secrets.', false);
    try {
      return (await readFile(join(folder, name), 'utf8')).trim();
    } catch {
      throw new FeedProblem(`There is no file ${name} that can be read in the worker’s folder of secrets (ROLLBOOK_FEED_SECRETS).`, false);
    }
  };
}
