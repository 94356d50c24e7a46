import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { runs } from '../world/runs.ts';
import type { CanonicalRow } from '../../attendance/formats/format.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { deliverRows, setUpDistrict } from './world.ts';

/** Fourteen school days from Monday, 6 September 2021; today is Friday, 29 October. */
let world: TestDatabase;
const DAYS = Array.from({ length: 14 }, (_, n) =>
  new Date(Date.parse('2021-09-06') + (Math.floor(n / 5) * 7 + (n % 5)) * 86_400_000).toISOString().slice(0, 10),
);
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-29');
});
afterAll(() => world.close());

/** A school of its own with one student, and the way to send it what a system says. */
async function school() {
  const [id, student] = [randomUUID(), randomUUID()];
  await world.owner('school').insert({ school_id: id, name: id });
  await world
    .owner('calendar_day')
    .insert(DAYS.map((date, n) => ({ school_id: id, date, event: 'x', instructional: true, school_day: n + 1 })));
  const [row] = await world
    .owner('student')
    .insert({ local_id: student, first_name: 'A', last_name: 'B', birthdate: '2010-01-01', school_id: id, entry_date: DAYS[0] })
    .returning<{ student_id: string }[]>('student_id');
  await world.owner('enrollment').insert({ student_id: row!.student_id, school_id: id, entry_date: DAYS[0] });
  await world
    .owner('student_identifier')
    .insert({ student_id: row!.student_id, scheme: 'local', value: student, since: DAYS[0], recorded_by: 'test' })
    .onConflict()
    .ignore();
  const send = (rows: CanonicalRow<'attendance'>[], complete: boolean) =>
    deliverRows(
      world.worker,
      'aeries',
      rows.map((one) => ({ ...one, student, school: id })),
      { schools: [id], from: DAYS[0]!, to: DAYS.at(-1)!, complete },
    );
  const tables = async () => ({
    days: await world
      .worker('attendance_day')
      .where({ student_id: row!.student_id })
      .orderBy('date')
      .select(
        'date',
        'status',
        'excuse',
        'absent',
        'truancy',
        'minutes',
        'portion',
        'suspension',
        'independent_study',
        'mode',
        'basis',
        'derivation',
        'code_raw',
      ),
    periods: await world
      .worker('attendance_period')
      .where({ student_id: row!.student_id })
      .orderBy(['date', 'period'])
      .select('date', 'period', 'code', 'status', 'excuse', 'minutes'),
    // A student of whom nothing was ever told stands as one of whom nothing is left.
    standing: (await world
      .worker('standing')
      .where({ student_id: row!.student_id })
      .first<object | undefined>('absences', 'excused', 'unexcused', 'unverified', 'truancy', 'pending')) ?? {
      absences: 0,
      excused: 0,
      unexcused: 0,
      unverified: 0,
      truancy: [],
      pending: [],
    },
    held: await world.worker('held_day').where({ student_id: row!.student_id }).orderBy('date').select('date', 'why'),
  });
  return { send, tables };
}

const KNOWN = ['', 'a', 'u', 'i', 't', 'l', 's', 'o', 'n'];
const minutes = fc.constantFrom(null, '30', '31', '200');
/** What a system says of one day: of the whole day, of its periods, of both in one row, or in rows of their own. */
const saidWith = (code: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ code, minutes }).map((one): CanonicalRow<'attendance'>[] => [{ scope: 'day', ...one }]) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(code, fc.array(code, { minLength: 6, maxLength: 6 }))
        .map(([whole, codes]): CanonicalRow<'attendance'>[] => [
          { scope: 'day', code: whole, periods: codes.map((one, n) => `${n + 1}=${one}`).join(',') },
        ]),
    },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.record({ period: fc.constantFrom('1', '2', '3', '4'), code, minutes }), {
          minLength: 1,
          selector: ({ period }) => period,
        })
        .map((rows): CanonicalRow<'attendance'>[] => rows.map((one) => ({ scope: 'period', ...one }))),
    },
  );
const statementWith = (codes: string[]) =>
  fc.uniqueArray(fc.record({ day: fc.nat(DAYS.length - 1), said: saidWith(fc.constantFrom(...codes)) }), {
    maxLength: 8,
    selector: ({ day }) => day,
  });
const rowsOf = (all: { day: number; said: CanonicalRow<'attendance'>[] }[]) =>
  all.flatMap(({ day, said: rows }) => rows.map((row) => ({ ...row, date: DAYS[day]! })));

test('whatever was imported, corrected, deleted and imported again before, the same truth gives the same days', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ statement: statementWith([...KNOWN, '?']), complete: fc.boolean() }), { minLength: 1, maxLength: 4 }),
      // A held row leaves its day as it was, so that the truth to compare with has none.
      statementWith(KNOWN),
      async (history, truth) => {
        const [long, straight] = [await school(), await school()];
        for (const { statement: told, complete } of history) await long.send(rowsOf(told), complete);
        await long.send(rowsOf(truth), true);
        await straight.send(rowsOf(truth), true);
        const end = await straight.tables();
        expect(await long.tables()).toEqual(end);
        // Once more: nothing changes.
        const { days } = await long.send(rowsOf(truth), true);
        expect(days).toMatchObject({ added: 0, changed: 0, withdrawn: 0 });
        expect(await long.tables()).toEqual(end);
      },
    ),
    { numRuns: runs(6, 60), seed: 46_211, endOnFailure: true },
  );
}, 400_000);
