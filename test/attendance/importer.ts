import { importDelivery } from '../../attendance/import.ts';
import { openDatabase } from '../../store/database.ts';
import { peak } from '../world/peak.ts';

/**
 * A process that imports one delivery and kills itself, as `kill -9` would, so many milliseconds after it has sent its n-th statement.
 * Called with the database's URL, the delivery, the statement and the delay; at the end it prints how many it
 * has sent, and the most memory it took, in megabytes.
 */
const [url = '', deliveryId = '', statement = '', delay = '0'] = process.argv.slice(2);
const db = openDatabase(url, { name: 'importer', max: 5 });
let sent = 0;
const die = (): void => void process.kill(process.pid, 'SIGKILL');
db.on('query', () => {
  sent += 1;
  if (statement !== '' && sent === Number(statement)) {
    if (delay === '0') die();
    else setTimeout(die, Number(delay));
  }
});
await importDelivery(db, deliveryId);
process.stdout.write(JSON.stringify({ sent, peak: peak() }));
await db.destroy();
