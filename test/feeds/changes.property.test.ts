import fc from 'fast-check';
import type { TestDatabase } from '../world/database.ts';
import { EdfiServer } from './edfi-server.ts';
import { event, feedOn, fillEdfi, openFeedWorld, pull, sectionEvent, setClock } from './world.ts';
import { runs } from '../world/runs.ts';

/**
 * Whatever happened in the source, and in whatever order the nights' pulls heard of it: what is on record in the end is what one reading of
 * everything gives.
 */
const EVENTS = 'studentSchoolAttendanceEvents';
const SECTIONS = 'studentSectionAttendanceEvents';
const CATEGORIES = ['Unexcused Absence', 'Excused Absence', 'Tardy', 'In Attendance'];
const DAYS = ['2025-09-08', '2025-09-09', '2025-09-10', '2025-09-11', '2025-09-12'];
const STUDENTS = 2;
const SEED = 20_251_125;

const about = { student: fc.integer({ min: 1, max: STUDENTS }), day: fc.integer({ min: 0, max: 2 }) };
const category = fc.constantFrom(...CATEGORIES);
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('mark' as const), ...about, category }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('section' as const), ...about, category, period: fc.constantFrom('1', '2') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('touch' as const), which: fc.nat(50) }) },
);
const nights = fc.array(fc.array(deed, { minLength: 2, maxLength: 9 }), { minLength: 4, maxLength: 5 });
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

/** The source as people change it; an event of the same key is there once. */
class Source {
  readonly events: { resource: string; id: string; key: string }[] = [];
  constructor(readonly server: EdfiServer) {}

  do(what: Deed, today: number): void {
    if (what.kind === 'mark' || what.kind === 'section') {
      const resource = what.kind === 'mark' ? EVENTS : SECTIONS;
      const key = JSON.stringify(what);
      // Nobody marks a day that has not come, or the same twice.
      if (what.day > today || this.events.some((one) => one.key === key)) return;
      const [student, day] = [String(what.student), DAYS[what.day]!];
      const row = what.kind === 'mark' ? event(student, day, what.category) : sectionEvent(student, day, what.period, what.category);
      this.events.push({ resource, id: this.server.add(resource, row), key });
      return;
    }
    if (this.events.length === 0) return;
    const [one] = this.events.slice(what.which % this.events.length);
    if (what.kind === 'touch') this.server.change(one!.resource, one!.id, { attendanceEventReason: 'said by phone' });
    else {
      this.server.remove(one!.resource, one!.id);
      this.events.splice(this.events.indexOf(one!), 1);
    }
  }
}

/** What is on record of each student and day, and of the periods that are left of absence or tardiness. */
async function record({ owner }: TestDatabase): Promise<unknown> {
  const { rows } = await owner.raw<{ rows: unknown[] }>(
    `SELECT i.value, d.date, d.status, d.excuse, d.absent, d.truancy, d.portion, d.minutes FROM attendance_day d
     JOIN student_identifier i ON i.student_id = d.student_id AND i.scheme = 'ssid' ORDER BY 1, 2`,
  );
  return rows;
}

test('nights of changes end where one reading of everything does', async () => {
  await fc.assert(
    fc.asyncProperty(nights, async (deeds) => {
      const server = await new EdfiServer().start();
      const [nightly, fresh] = [await openFeedWorld('2025-09-08 02:00'), await openFeedWorld('2025-09-08 02:00')];
      try {
        fillEdfi(server, STUDENTS);
        const source = new Source(server);
        const settings = { at: ['02:00', '17:00'], reconcileOn: 7 };
        const feed = await feedOn(nightly, 'edfi', { url: server.url, clientId: server.clientId, settings });
        await pull(nightly, feed);
        for (const [n, ofNight] of deeds.entries()) {
          for (const one of ofNight) source.do(one, n);
          // The first half hears of the day at noon, and of the rest at night.
          await setClock(nightly, `${DAYS[n]} ${ofNight.length % 2 === 0 ? '12:00' : '17:30'}`);
          await pull(nightly, feed);
        }
        const end = '2025-09-12 20:00';
        await setClock(nightly, end);
        await pull(nightly, feed);
        await setClock(fresh, end);
        await pull(fresh, await feedOn(fresh, 'edfi', { url: server.url, clientId: server.clientId, settings }));
        expect(await record(nightly)).toEqual(await record(fresh));
        expect(await nightly.owner('feed_pull').where({ kind: 'reconcile' })).toHaveLength(1);
      } finally {
        await server.stop();
        await nightly.close();
        await fresh.close();
      }
    }),
    { numRuns: runs(2, 60), seed: SEED, endOnFailure: true },
  );
}, 3_600_000);
