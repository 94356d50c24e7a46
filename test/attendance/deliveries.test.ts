import { setTimeout as wait } from 'node:timers/promises';
import { CannotTake } from '../../attendance/cannot-take.ts';
import { dryRun, failDryRun } from '../../attendance/dry-run.ts';
import { importDelivery } from '../../attendance/import.ts';
import { rejectedFile } from '../../attendance/rejected-file.ts';
import { DeliveryCancelled } from '../../attendance/watch.ts';
import { readDelivery, refusedRows } from '../../store/attendance-delivery.ts';
import { cancelDelivery, dropUnusedUploads, keepFile } from '../../store/intake/deliveries.ts';
import { readProgress } from '../../store/read/deliveries.ts';
import type { TestDatabase } from '../world/database.ts';
import { askDryRun, away, commitNow, COMPLETE, contents, file, NEXT, openDeliveryWorld, received } from './delivery-world.ts';
import { ATTENDANCE_HEADER, deliver, standingOf } from './world.ts';

/** ING-01: a dry run says what a commit then does; a delivery can be watched and cancelled. */
let world: TestDatabase;
beforeEach(async () => {
  world = await openDeliveryWorld();
});
afterEach(() => world.close());

async function tryOut(deliveryId: string) {
  await askDryRun(world, deliveryId);
  return dryRun(world.worker, deliveryId);
}

describe('a dry run', () => {
  test('says which cases it would open, advance and retract, and committing does exactly that', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    const said = await tryOut(deliveryId);
    expect(said).toMatchObject({
      rejected: 3,
      reasons: { 'unknown-student': 1, 'not-a-school-day': 1, 'unknown-code': 1 },
      span: { first: '2021-09-06', last: '2021-09-28' },
      days: { added: 21 + 32, withdrawn: 20 },
      consequences: {
        woken: 9,
        opens: 4,
        advances: 3,
        retracts: 2,
        schools: [{ school: 'S1', opens: 4, advances: 3, retracts: 2 }],
        holds: { students: 1, schools: ['S1'] },
        releases: { students: 0, schools: [] },
      },
    });
    expect(said!.read).toBe(said!.accepted + said!.rejected + said!.ignored);
    const tried = await readDelivery(world.api, deliveryId);
    expect(tried).toMatchObject({ status: 'receiving', dryRun: { state: 'done', problem: null }, counts: null });
    expect(tried?.dryRun?.counts).toEqual(JSON.parse(JSON.stringify(said)));
    const before = await refusedRows(world.api, deliveryId, { of: 'dry run', limit: 100 });

    await commitNow(world, deliveryId);
    const { counts } = await importDelivery(world.worker, deliveryId);
    expect(counts).toEqual(said);
    expect(await readDelivery(world.api, deliveryId)).toMatchObject({ status: 'done', differences: [] });
    const after = await refusedRows(world.api, deliveryId, { of: 'import', limit: 100 });
    expect(after).toEqual(before);
    expect(after.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['unknown-student', 'not-a-school-day', 'unknown-code']));
    expect(await world.owner('outbox')).toHaveLength(9);
  });

  test('writes nothing else: no row, no message, no number of a sequence', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    const before = await contents(world.owner);
    await tryOut(deliveryId);
    expect(await contents(world.owner)).toEqual(before);
    await tryOut(deliveryId);
    expect(await contents(world.owner)).toEqual(before);
    expect(await refusedRows(world.api, deliveryId, { of: 'dry run', limit: 100 })).toHaveLength(3);
  });

  test('that no longer holds when it is committed says so, number by number', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    const said = await tryOut(deliveryId);
    await deliver(world.worker, { 'attendance.csv': file(away(10, 8)) }, { ...COMPLETE, complete: false });
    await commitNow(world, deliveryId);
    const { counts } = await importDelivery(world.worker, deliveryId);
    expect(counts.consequences.opens).toBe(said!.consequences.opens - 1);
    const { differences } = (await readDelivery(world.api, deliveryId))!;
    expect(differences).toContainEqual({ what: 'consequences.opens', expected: 4, found: 3 });
    expect(differences).toContainEqual({
      what: 'reasons.unchanged',
      expected: said!.reasons['unchanged'],
      found: said!.reasons['unchanged']! + 8,
    });
  });

  test('of changes that leave the days to the rows tells which days they name, and so does the import', async () => {
    const open = { schools: 'all', from: null, to: null, complete: false } as const;
    const deliveryId = await received(world, { 'attendance.csv': file(away(10, 3), away(11, 7)) }, open);
    expect(await tryOut(deliveryId)).toMatchObject({ accepted: 10, span: { first: '2021-09-06', last: '2021-09-14' } });
    await commitNow(world, deliveryId);
    expect((await importDelivery(world.worker, deliveryId)).counts).toMatchObject({ accepted: 10, rejected: 0 });
    expect(await readDelivery(world.api, deliveryId)).toMatchObject({
      coverage: { from: '2021-09-06', to: '2021-09-14', complete: false },
    });
  });

  test('is forgotten when another file comes, and an answer about the files before is not kept', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    await tryOut(deliveryId);
    const [upload] = await world
      .owner('delivery_upload')
      .insert({ delivery_id: deliveryId, name: 'more.csv' })
      .returning<{ upload_id: string }[]>('upload_id');
    const more = { deliveryId, name: 'more.csv', sha256: 'x', size: 0, uploadId: upload!.upload_id };
    expect(await world.api.transaction((trx) => keepFile(trx, more))).toBe('kept');
    expect(await readDelivery(world.api, deliveryId)).toMatchObject({ dryRun: null });
    expect(await dryRun(world.worker, deliveryId)).toBeNull();
  });

  test('gives way when the delivery is committed meanwhile', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    await askDryRun(world, deliveryId);
    const busy = await holdTheTurn();
    const trying = dryRun(world.worker, deliveryId);
    await untilPhase(deliveryId, 'waiting');
    await commitNow(world, deliveryId);
    expect(await trying).toBeNull();
    await busy.end();
    expect((await importDelivery(world.worker, deliveryId)).counts.consequences.opens).toBe(4);
  });
});

test('a delivery none of whose files is known fails as a whole, with a sentence that says what to do', async () => {
  const deliveryId = await received(world, { 'notes.csv': 'who,what\na,b\n', 'more.txt': 'x;y\n1;2\n' });
  const sentence = /No known format has the columns of more\.txt, notes\.csv: nothing was taken\. Check the header row/;
  await expect(tryOut(deliveryId)).rejects.toThrow(sentence);
  await failDryRun(world.worker, deliveryId, 'because');
  expect(await readDelivery(world.api, deliveryId)).toMatchObject({ dryRun: { state: 'failed', problem: 'because', counts: null } });
  await commitNow(world, deliveryId);
  await expect(importDelivery(world.worker, deliveryId)).rejects.toThrow(CannotTake);
});

test('a delivery that was not committed is not imported', async () => {
  const deliveryId = await received(world, { 'attendance.csv': NEXT });
  await expect(importDelivery(world.worker, deliveryId)).rejects.toThrow('The delivery is receiving; commit it to have it imported.');
});

/** Another import that has its turn, and does not end until it is told. */
async function holdTheTurn(): Promise<{ end(): Promise<void> }> {
  const trx = await world.owner.transaction();
  await trx.raw(`SELECT pg_advisory_xact_lock(hashtext('rollbook attendance'))`);
  return { end: async () => void (await trx.rollback()) };
}

async function untilPhase(deliveryId: string, phase: string): Promise<void> {
  for (const end = performance.now() + 20_000; (await readProgress(world.api, deliveryId))?.phase !== phase; await wait(20)) {
    if (performance.now() > end) throw new Error(`the phase ${phase} did not come`);
  }
}

describe('cancelling', () => {
  const cancel = (deliveryId: string) => world.api.transaction((trx) => cancelDelivery(trx, deliveryId, 'admin'));

  test('an import that waits for its turn ends it, and leaves nothing', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    await commitNow(world, deliveryId);
    const before = await contents(world.owner);
    const busy = await holdTheTurn();
    const importing = importDelivery(world.worker, deliveryId);
    await untilPhase(deliveryId, 'waiting');
    expect(await readProgress(world.api, deliveryId)).toMatchObject({ phase: 'waiting', bytes: NEXT.length, ofBytes: NEXT.length });
    expect(await cancel(deliveryId)).toBe('cancelled');
    await expect(importing).rejects.toThrow(DeliveryCancelled);
    await busy.end();
    expect(await contents(world.owner)).toEqual(before);
    expect(await readProgress(world.api, deliveryId)).toBeNull();
    await world.api.transaction((trx) => dropUnusedUploads(trx, deliveryId));
    expect(await world.owner('delivery_upload').where({ delivery_id: deliveryId })).toEqual([]);
    expect(await readDelivery(world.api, deliveryId)).toMatchObject({ status: 'cancelled', cancelledBy: 'admin', counts: null });
    await expect(importDelivery(world.worker, deliveryId)).rejects.toThrow(DeliveryCancelled);
  });

  test('an import that reads a large file ends it in the middle', async () => {
    const rows = 200_000;
    async function* large(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${ATTENDANCE_HEADER}\n`);
      for (let n = 0; n < rows; n += 20_000) {
        await Promise.resolve();
        yield Buffer.from(Array.from({ length: 20_000 }, (_none, k) => `${n + k},S1,,2021-09-07,daily,absent,Excused,1\n`).join(''));
      }
    }
    const deliveryId = await received(world, { 'attendance.csv': large() });
    await commitNow(world, deliveryId);
    const importing = importDelivery(world.worker, deliveryId);
    importing.catch(() => undefined);
    for (const end = performance.now() + 60_000; ; await wait(20)) {
      const progress = await readProgress(world.api, deliveryId);
      if (progress?.phase === 'reading' && progress.rows > 0) {
        expect(progress).toMatchObject({ file: 'attendance.csv' });
        expect(progress.rows).toBeLessThan(rows);
        break;
      }
      if (performance.now() > end) throw new Error('no progress was told');
    }
    await cancel(deliveryId);
    await expect(importing).rejects.toThrow(DeliveryCancelled);
    expect(await world.owner('delivery_row').where({ delivery_id: deliveryId })).toEqual([]);
  });

  test('one that is done is too late', async () => {
    const deliveryId = await received(world, { 'attendance.csv': NEXT });
    await commitNow(world, deliveryId);
    await importDelivery(world.worker, deliveryId);
    expect(await cancel(deliveryId)).toBe('done');
    expect(await readDelivery(world.api, deliveryId)).toMatchObject({ status: 'done', cancelledBy: null });
  });
});

test('a signal ends an import, and a later attempt does all of it', async () => {
  const deliveryId = await received(world, { 'attendance.csv': NEXT });
  await commitNow(world, deliveryId);
  const before = await contents(world.owner);
  const busy = await holdTheTurn();
  const stop = new AbortController();
  const importing = importDelivery(world.worker, deliveryId, { signal: stop.signal });
  await untilPhase(deliveryId, 'waiting');
  stop.abort(new Error('the worker stops'));
  await expect(importing).rejects.toThrow('the worker stops');
  await busy.end();
  expect(await contents(world.owner)).toEqual(before);
  expect((await importDelivery(world.worker, deliveryId)).counts.consequences.opens).toBe(4);
});

test('two attempts at once import a delivery once', async () => {
  const deliveryId = await received(world, { 'attendance.csv': NEXT });
  await commitNow(world, deliveryId);
  const [one, other] = await Promise.all([importDelivery(world.worker, deliveryId), importDelivery(world.worker, deliveryId)]);
  expect(JSON.parse(JSON.stringify(one.counts))).toEqual(JSON.parse(JSON.stringify(other.counts)));
  expect([one.standing, other.standing].filter((standing) => standing === null)).toHaveLength(1);
});

describe('rejected rows', () => {
  const rejected = async (deliveryId: string, of: 'import' | 'dry run' = 'import'): Promise<string> => {
    let text = '';
    for await (const piece of rejectedFile((work) => work(world.api), deliveryId, 'attendance.csv', of)) text += piece;
    return text;
  };
  const HEADER = `${ATTENDANCE_HEADER},Teacher`;
  const SENT = [
    HEADER,
    '1,S1,,2021-09-06,daily,absent,Excused,1,"Smith, ""J"""',
    '2O,S1,,2021-10-07,daily,absent,Excused,1,=cmd|calc',
    '16,S1,,2021-10-07,daily,absent,Excused,1,fine',
    '17,S1,,2021-10-10,daily,absent,Excused,-5,"@SUM(A1), ""x"""',
    '18,S1,,2021-10-07,daily',
  ].join('\n');

  test('come as a file in the source’s own columns with their reasons, formulas made harmless, and come back mended', async () => {
    const { deliveryId, counts } = await deliver(world.worker, { 'attendance.csv': SENT }, { ...COMPLETE, complete: false });
    expect(counts).toMatchObject({ read: 5, accepted: 1, rejected: 3, ignored: 1 });
    const text = await rejected(deliveryId);
    const lines = text.replace('\uFEFF', '').trimEnd().split('\r\n');
    expect(lines[0]).toBe(`${HEADER},rollbook_line,rollbook_reason`);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^2O,S1,,2021-10-07,daily,absent,Excused,1,'=cmd\|calc,3,Student 2O is not known/);
    expect(lines[2]).toMatch(/^17,S1,,2021-10-10,daily,absent,Excused,-5,"'@SUM\(A1\), ""x""",5,"School S1 does not teach on 2021-10-10/);
    expect(lines[3]).toMatch(/^"18,S1,,2021-10-07,daily",.*,6,This line does not have as many fields/);

    const mended = text
      .replace('2O,', '20,')
      .replace('2021-10-10', '2021-10-11')
      .replace('"18,S1,,2021-10-07,daily",,,,,,,,', '18,S1,,2021-10-07,daily,absent,Excused,1,');
    const again = await deliver(world.worker, { 'mended.csv': mended }, { ...COMPLETE, complete: false });
    expect(again.counts).toMatchObject({ read: 3, accepted: 3, rejected: 0 });
    for (const student of ['17', '18', '20']) expect(await standingOf(world.worker, student)).toMatchObject({ absences: 1 });
  });

  test('of a dry run are those of the import', async () => {
    const deliveryId = await received(world, { 'attendance.csv': SENT }, { ...COMPLETE, complete: false });
    await tryOut(deliveryId);
    const before = await rejected(deliveryId, 'dry run');
    await commitNow(world, deliveryId);
    await importDelivery(world.worker, deliveryId);
    expect(await rejected(deliveryId)).toBe(before);
  });
});
