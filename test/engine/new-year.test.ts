import { openWorld, type TestStudent, type TestWorld } from '../world/world.ts';

/** The check of THR-07 on the real engine: the July job leaves no case in limbo. */
describe('a new school year on real servers', () => {
  let world: TestWorld;
  let students: TestStudent[];

  beforeAll(async () => {
    world = await openWorld();
    students = [];
    for (const absences of [8, 9, 16, 25]) students.push(await world.opened(absences));
  }, 120_000);
  afterAll(() => world.close());

  test('every case takes note, withdraws or carries what was open, and goes on in a new run', async () => {
    await world.setClock('2022-07-01T17:00:00.000Z');
    for (const student of students) await world.stand(student, { schoolYear: '2022-2023', absences: 0 });
    await world.until('every case has the new year', async () => {
      const { rows } = await world.db.owner.raw<{ rows: { n: number }[] }>(
        `SELECT count(*)::integer AS n FROM attendance_case WHERE school_year = '2022-2023'`,
      );
      return rows[0]!.n === students.length;
    });
    const { rows } = await world.db.owner.raw<{ rows: { open: number }[] }>(
      `SELECT count(*)::integer AS open FROM case_task WHERE status = 'open' AND opened_on < '2022-07-01'`,
    );
    expect(rows).toEqual([{ open: 0 }]);
    for (const student of students) {
      const events = await world.events(student);
      expect(events.filter((event) => event.type === 'year_begun').map((event) => event.body)).toEqual([
        { schoolYear: '2022-2023', before: '2021-2022' },
      ]);
    }
  }, 120_000);
});
