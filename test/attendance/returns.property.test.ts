import fc from 'fast-check';
import { recompute } from '../../attendance/standing.ts';
import { turn } from '../../attendance/turn.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { weekday } from './delivery-world.ts';
import { attendanceCsv, deliver, RULES, setToday, setUpDistrict } from './world.ts';
import { runs } from '../world/runs.ts';

/**
 * Night after night some are absent, some are back, a day comes late or is never submitted. A return is noted without counting the year
 * again; each morning every standing and spell has to be what counting everything again would make of it.
 */
const LENGTH = 18;
let template: TestDatabase;

beforeAll(async () => {
  template = await createDatabase();
  await setUpDistrict(template.owner, '2021-09-05');
  const days = Array.from({ length: LENGTH + 8 }, (_none, n) => weekday(n));
  await deliver(template.worker, {
    'calendar.csv': `School_id,Date,Calendar_event,Session\n${['S1', 'S2']
      .flatMap((school) => days.map((day, n) => `${school},${day},${school === 'S2' && n === 9 ? 'Holiday' : 'Instructional day'},\n`))
      .join('')}`,
    'schools.csv': 'School_id,School_name\nS1,One\nS2,Two\n',
    // The third moves to the other school, and the fourth leaves.
    'students.csv': `Student_id,First_name,Last_name,Birthdate,Grade,School_id,Entry_date,Exit_date\n${[
      '2010-01-01',
      '2003-09-20',
      '2010-01-01',
      '2010-01-01',
      '2010-01-01',
    ]
      .map((born, n) => `${n + 1},Given,Family,${born},05,${n === 4 ? 'S2' : 'S1'},2021-09-06,${n === 3 ? weekday(11) : ''}\n`)
      .join('')}`,
  });
  await deliver(template.worker, {
    'enrollments.csv': `student id,school id,entry date,exit date\n3,S1,2021-09-06,${weekday(7)}\n3,S2,${weekday(8)},\n`,
    'suspensions.csv': `student_id,school_id,first_day,last_day,suspension,cause\n5,S2,${weekday(6)},${weekday(7)},OSS,\n`,
  });
  await Promise.all([template.owner, template.worker, template.api].map((db) => db.destroy()));
});
afterAll(() => template.close());

/** What each student did on a day: mostly absent in runs, so that many return. */
const did = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.constantFrom('absent,Unexcused', 'absent,Excused', 'absent,Unverified', 'tardy,Unexcused') },
);
const day = fc.record({
  said: fc.array(did, { minLength: 5, maxLength: 5 }),
  comes: fc.constantFrom('tonight', 'tonight', 'tonight', 'tonight', 'next night', 'incomplete', 'never'),
});

const FACTS = [
  'absences',
  'excused',
  'unexcused',
  'unverified',
  'truancy',
  'pending',
  'occasions',
  'recovered_on',
  'changes_on',
  'awaits_return',
];
async function state(db: Database | Transaction): Promise<unknown> {
  const standings = await db('standing AS s')
    .join('student AS k', 'k.student_id', 's.student_id')
    .orderBy('local_id')
    .select('local_id', ...FACTS.map((fact) => `s.${fact}`));
  const spells = await db('spell AS s')
    .join('student AS k', 'k.student_id', 's.student_id')
    .orderBy(['local_id', 'first_day'])
    .select('local_id', 'first_day', 'last_day', 'days', 's.unexcused', 'returned_on', 'window_ends');
  return { standings, spells };
}

/** The state if everything were counted again now; nothing of it stays. */
async function recounted(db: Database, today: string): Promise<unknown> {
  let found: unknown;
  await db
    .transaction(async (trx) => {
      await recompute(trx, { day: today, students: 'all', rules: RULES });
      found = await state(trx);
      throw new Error('found');
    })
    .catch((error: Error) => {
      if (error.message !== 'found') throw error;
    });
  return found;
}

test('a return is noted as if everything had been counted again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(day, { minLength: LENGTH, maxLength: LENGTH }), async (days) => {
      const world = await createDatabase({ like: template });
      try {
        const late: number[] = [];
        for (const [n, { comes }] of days.entries()) {
          const today = weekday(n);
          await setToday(world.owner, today);
          const nights = [...late.splice(0), n];
          if (comes === 'next night') late.push(nights.pop()!);
          for (const at of comes === 'never' ? nights.slice(0, -1) : nights) {
            const rows = days[at]!.said.flatMap((one, student): [string, string, string, string][] => {
              const school = student === 4 || (student === 2 && at > 7) ? 'S2' : 'S1';
              if (one === null || (student === 3 && at > 11) || (school === 'S2' && at === 9)) return [];
              const [status = '', code = ''] = one.split(',');
              return [[school, String(student + 1), status, code]];
            });
            const files = Object.fromEntries(
              ['S1', 'S2'].map((school) => [
                `${school}.csv`,
                attendanceCsv(
                  school,
                  rows.filter(([where]) => where === school).map(([, student, status, code]) => [student, weekday(at), status, code]),
                ),
              ]),
            );
            const complete = !(comes === 'incomplete' && at === n);
            await deliver(world.worker, files, { schools: 'all', from: weekday(at), to: weekday(at), complete });
          }
          await turn(world.worker, today, { rules: RULES });
          expect([today, await state(world.worker)]).toEqual([today, await recounted(world.worker, today)]);
        }
      } finally {
        await world.close();
      }
    }),
    { numRuns: runs(2, 20), seed: 20261126 },
  );
});
