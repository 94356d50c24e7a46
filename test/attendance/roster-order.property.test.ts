import fc from 'fast-check';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { mergeRows, pupil, weekdays, type Rows } from './roster-rows.ts';
import { setUpDistrict } from './world.ts';
import { runs } from '../world/runs.ts';

/** Roster files in any order, repeats included, that end in the same truth give the same stays, flags, groups and contacts. */

async function district(): Promise<TestDatabase> {
  const world = await createDatabase();
  await setUpDistrict(world.owner, '2021-10-01');
  await mergeRows(world.worker, {
    school: ['S1', 'S2'].map((school) => ({ school, name: school })),
    calendar: [...weekdays('S1', '2021-09-06', '2021-10-29'), ...weekdays('S2', '2021-09-06', '2021-10-29')],
    student: ['1', '2'].map((one) => pupil(one)),
  });
  return world;
}

const DAYS = ['2021-09-06', '2021-09-13', '2021-09-20', '2021-09-27'];
const student = fc.constantFrom('1', '2');
const yes = fc.constantFrom('true', 'false');
const once = <T>(rows: T[], key: (row: T) => string): T[] => [...new Map(rows.map((row) => [key(row), row])).values()];

/** One file of each kind; of rows about the same thing the last is meant. */
const files: fc.Arbitrary<Rows> = fc.record({
  enrollment: fc
    .array(
      fc.record({
        student,
        school: fc.constantFrom('S1', 'S2'),
        entry_date: fc.constantFrom(...DAYS),
        program: fc.constantFrom('Regular', 'Continuation'),
      }),
      { maxLength: 4 },
    )
    .map((rows) => once(rows, (row) => row.student + row.entry_date)),
  demographics: fc
    .array(fc.record({ student, since: fc.constantFrom(...DAYS), iep: yes, homeless: yes, lunch: fc.constantFrom('Free', 'Paid') }), {
      maxLength: 5,
    })
    .map((rows) => once(rows, (row) => row.student + row.since)),
  contact: fc
    .array(
      fc.record({
        student,
        contact: fc.constantFrom('C1000', 'C2000'),
        first_name: fc.constant('Ann'),
        last_name: fc.constant('Lee'),
        relationship: fc.constant('Mother'),
        phone: fc.constantFrom('1', '2'),
      }),
      {
        maxLength: 4,
      },
    )
    .map((rows) => once(rows, (row) => row.student + row.contact)),
});

async function told(world: TestDatabase) {
  const of = async (table: string, columns: string, where = 'true') =>
    (
      await world.worker.raw<{ rows: unknown[] }>(
        `SELECT k.local_id AS student, ${columns} FROM ${table} t JOIN student k USING (student_id) WHERE ${where} ORDER BY 1, ${columns}`,
      )
    ).rows;
  return {
    stays: await of('enrollment', 't.entry_date, t.exit_date, t.school_id, t.program'),
    flags: await of('student_flag', 't.flag, t.since, t.until'),
    groups: await of('student_group', 't.dimension, t.since, t.until, t.value'),
    contacts: await of('contact', 't.local_id, t.phone', 't.superseded_by IS NULL'),
  };
}

test('whatever came before and in whatever order, the same last word gives the same roster', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 5 }), async (all, turn) => {
      // Each thing is said last by the last file that names it: that is the truth. The other world hears the truth alone, kind by kind.
      const last = <K extends 'enrollment' | 'demographics' | 'contact'>(kind: K, key: (row: Record<string, string>) => string) =>
        once(
          all.flatMap((file) => (file[kind] ?? []) as Record<string, string>[]),
          key,
        );
      const truth: Rows[] = [
        { enrollment: last('enrollment', (row) => row['student']! + row['entry_date']!) },
        { demographics: last('demographics', (row) => row['student']! + row['since']!) },
        { contact: last('contact', (row) => row['student']! + row['contact']!) },
      ];
      const [one, two] = [await district(), await district()];
      for (const file of all) await mergeRows(one.worker, file);
      // A file that comes twice changes nothing.
      const repeated = await mergeRows(one.worker, all.at(-1)!);
      expect(repeated.refused.every((line) => line.endsWith('unchanged'))).toBe(true);
      for (let n = 0; n < 3; n += 1) await mergeRows(two.worker, truth[(n * (turn % 2 === 0 ? 1 : 2) + turn) % 3]!);
      expect(await told(one)).toEqual(await told(two));
      await Promise.all([one.close(), two.close()]);
    }),
    { seed: 11, numRuns: runs(4, 40) },
  );
});
