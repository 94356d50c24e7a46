import path from 'node:path';
import { importDelivery } from '../attendance/import.ts';
import { NightlyFolder } from '../attendance/nightly-folder.ts';
import { NightlyFiles, type Nights } from '../attendance/nightly.ts';
import { turn, type TurnSummary } from '../attendance/turn.ts';
import type { Day } from '../cases/actions.ts';
import { createDelivery } from '../store/attendance-delivery.ts';
import { districtTime, moveClock } from '../store/clock.ts';
import type { Database } from '../store/database.ts';

/** The nightly file of a sample comes at this hour, local time: after school, and before the day's deadlines. */
const EVENING = 17;

/**
 * How a day of a sample passes: the clock moves to its evening, what its systems send that night is delivered, each part once, and the day
 * turns. Every part can be repeated.
 * @param samplesDir the folder with one folder for each sample
 */
export function sampleDays({ db, samplesDir }: { db: Database; samplesDir: string }): { pass(date: Day): Promise<TurnSummary> } {
  const nightly = new Map<string, Nights>();

  function nightsOf(sample: string): Nights {
    const directory = path.join(samplesDir, sample);
    const nights = nightly.get(sample) ?? (NightlyFolder.isOne(directory) ? new NightlyFolder(directory) : new NightlyFiles(directory));
    nightly.set(sample, nights);
    return nights;
  }

  /** Delivers what a sample's systems send on the evening of a day, each part once. */
  async function deliver(sample: string, date: Day): Promise<void> {
    const source = `${sample} nightly`;
    const taught = await db('calendar_day').where({ date, instructional: true }).first<object | undefined>('date');
    for (const { name, coverage, files } of await nightsOf(sample).parts(date, taught !== undefined)) {
      const receivedBy = name === '' ? source : `${source}, ${name}`;
      const known = await db('delivery')
        .where({ source, received_by: receivedBy })
        .andWhereRaw(`coverage ->> 'from' = ?`, [coverage.from])
        .first<{ delivery_id: string } | undefined>('delivery_id');
      await importDelivery(db, known?.delivery_id ?? (await createDelivery(db, { source, coverage, receivedBy, files })));
    }
  }

  return {
    async pass(date) {
      const { day } = await districtTime(db);
      if (day < date) await moveClock(db, date, EVENING);
      const { sample } = await db('district').first<{ sample: string | null }>('sample');
      if (sample !== null) await deliver(sample, date);
      await turn(db, date);
      const row = await db('district_turn').where({ date }).first<{ summary: TurnSummary }>('summary');
      return row.summary;
    },
  };
}
