import { verifyChains } from '../../store/verify.ts';
import { call, openWorld, type TestStudent, type TestWorld } from '../world/world.ts';

let world: TestWorld;
let student: TestStudent;
let other: TestStudent;
beforeAll(async () => {
  world = await openWorld();
  [student, other] = [await world.opened(), await world.opened()];
  await world.give(student, call(), { text: 'Spoke with the mother, who is worried.' });
  await world.give(student, call());
  await world.give(other, call());
});
afterAll(() => world.close());

/** What the verifier finds after the owner has changed something; the change is taken back. */
async function after(sql: string, bindings: (string | number)[] = []): Promise<{ caseId: string; seq: number; what: string }[]> {
  const trx = await world.db.owner.transaction();
  try {
    await trx.raw(sql, bindings);
    const { broken } = await verifyChains(trx);
    return broken.map(({ caseId, seq, what }) => ({ caseId, seq, what }));
  } finally {
    await trx.rollback();
  }
}

test('an untouched record is whole', async () => {
  const { cases, events, broken } = await verifyChains(world.db.worker);
  expect(broken).toEqual([]);
  expect(cases).toBe(2);
  expect(events).toBe((await world.events(student)).length + (await world.events(other)).length);
});

const at = (seq: number): [string, number] => [student.caseId, seq];

test.each([
  ['a changed body', 'body', `UPDATE case_event SET body = jsonb_set(body, '{standing,absences}', '7') WHERE case_id = ? AND seq = ?`, 2],
  ['a changed time', 'envelope', `UPDATE case_event SET at = at + interval '1 millisecond' WHERE case_id = ? AND seq = ?`, 3],
  ['a changed day', 'envelope', `UPDATE case_event SET day = day - 1 WHERE case_id = ? AND seq = ?`, 3],
  ['another actor', 'envelope', `UPDATE case_event SET actor = jsonb_set(actor, '{id}', '"somebody"') WHERE case_id = ? AND seq = ?`, 11],
  ['another cause', 'envelope', `UPDATE case_event SET source = 'clock', cause = 'tick:now' WHERE case_id = ? AND seq = ?`, 11],
  ['another type', 'envelope', `UPDATE case_event SET type = 'task_withdrawn' WHERE case_id = ? AND seq = ?`, 4],
  ['another salt', 'body', `UPDATE case_event SET salt = 'ff' WHERE case_id = ? AND seq = ?`, 4],
])('%s is found, and named', async (_name, what, sql, seq) => {
  expect(await after(sql, at(seq))).toEqual([{ caseId: student.caseId, seq, what }]);
});

test('a body changed with its digest, and an envelope with its hash, break the link after them', async () => {
  const rehash = `UPDATE case_event SET hash = encode(sha256('x'), 'hex') WHERE case_id = ? AND seq = ?`;
  expect(await after(rehash, at(5))).toEqual([{ caseId: student.caseId, seq: 5, what: 'envelope' }]);
  expect(await after(`UPDATE case_event SET prev_hash = 'x' WHERE case_id = ? AND seq = ?`, at(5))).toEqual([
    { caseId: student.caseId, seq: 5, what: 'previous' },
  ]);
});

test('an event that was taken out, and a changed order, are found', async () => {
  expect(await after('DELETE FROM case_event WHERE case_id = ? AND seq = ?', at(4))).toEqual([
    { caseId: student.caseId, seq: 5, what: 'order' },
  ]);
  const swapped = `CREATE TEMP TABLE swapped ON COMMIT DROP AS SELECT * FROM case_event WHERE case_id = '${student.caseId}' AND seq IN (4, 5);
    UPDATE swapped SET seq = 9 - seq;
    DELETE FROM case_event WHERE case_id = '${student.caseId}' AND seq IN (4, 5);
    INSERT INTO case_event SELECT * FROM swapped`;
  expect(await after(swapped)).toEqual([{ caseId: student.caseId, seq: 4, what: 'previous' }]);
});

test('a record that was cut off at its end is found, though every link holds', async () => {
  const { length } = await world.events(student);
  expect(await after('DELETE FROM case_event WHERE case_id = ? AND seq = ?', at(length))).toEqual([
    { caseId: student.caseId, seq: length, what: 'missing' },
  ]);
  expect(await after('DELETE FROM case_event WHERE case_id = ?', [student.caseId])).toEqual([
    { caseId: student.caseId, seq: 1, what: 'missing' },
  ]);
});

test('a changed text is found; one that was lawfully destroyed leaves the record whole', async () => {
  const said = 'UPDATE command SET text = ? WHERE text IS NOT NULL';
  expect(await after(said, ['Spoke with the father.'])).toEqual([{ caseId: student.caseId, seq: 11, what: 'text' }]);
  expect(await after('UPDATE command SET text = NULL, text_salt = NULL WHERE text IS NOT NULL')).toEqual([]);
});

test('nobody but the migrator can change or delete what was recorded', async () => {
  for (const db of [world.db.worker, world.db.api]) {
    for (const sql of [
      `UPDATE case_event SET body = '{}'`,
      'DELETE FROM case_event',
      'TRUNCATE case_event',
      `UPDATE command SET text = 'x'`,
      'DELETE FROM document',
      'DELETE FROM truancy_report',
    ]) {
      await expect(db.raw(sql)).rejects.toThrow(/permission denied/);
    }
  }
});
