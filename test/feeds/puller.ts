import { pullFeed } from '../../attendance/feeds/pull.ts';
import { openDatabase } from '../../store/database.ts';
import { peak } from '../world/peak.ts';

/**
 * A process that pulls one feed and kills itself, as `kill -9` would, with the n-th statement that it sends. Called with the database's
 * URL, the feed, its secret and the statement; at the end it prints how many it has sent, and the most memory it took, in megabytes.
 */
const [url = '', feedId = '', secret = '', statement = ''] = process.argv.slice(2);
const db = openDatabase(url, { name: 'puller', max: 5 });
let sent = 0;
db.on('query', () => {
  sent += 1;
  if (statement !== '' && sent === Number(statement)) process.kill(process.pid, 'SIGKILL');
});
await pullFeed(
  db,
  feedId,
  { kind: null, by: 'schedule' },
  { secretAt: () => Promise.resolve(secret), wire: { pause: () => Promise.resolve() } },
);
process.stdout.write(JSON.stringify({ sent, peak: peak() }));
await db.destroy();
