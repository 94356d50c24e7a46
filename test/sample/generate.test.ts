import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { allRows, digestOf, filesIn, generated, rowsOf, type Generated } from './generated.ts';
import { LANGUAGE_NAMES } from '../../bin/sample/names.ts';
import { PLANTED } from '../../bin/sample/planted/index.ts';

let district: Generated;

beforeAll(() => {
  // One system, so that every row of the year can be read alike.
  district = generated(3000, 1, { systems: ['clever'] });
});
afterAll(() => district.remove());

/** Every row about a student, in the roster and on the nights after. */
const students = () => allRows(district.out, 'students.csv');

describe('a generated district', () => {
  test('has the same bytes for the same size and seed, and others for another seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 0, max: 2_147_483_646 }), (size, seed) => {
        const made = [generated(size, seed), generated(size, seed), generated(size, seed + 1)];
        const digests = made.map(({ out }) => digestOf(out));
        for (const each of made) each.remove();
        expect(digests[0]).toBe(digests[1]);
        expect(digests[0]).not.toBe(digests[2]);
      }),
      { numRuns: 3, seed: 20_251 },
    );
  });

  test('has exactly the number of student records that was asked for, each with ids of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(), (size, seed) => {
        const small = generated(size, seed % 1_000_000);
        const rows = allRows(small.out, 'students.csv');
        small.remove();
        expect(new Set(rows.map((row) => row['Student_id'])).size).toBe(size);
        expect(new Set(rows.map((row) => row['Sis_id'])).size).toBe(size);
      }),
      { numRuns: 4, seed: 20_252 },
    );
    const ssids = new Map(students().map((row) => [row['Student_id'], row['State_id']!]));
    const given = [...ssids.values()].filter((ssid) => ssid !== '');
    expect(new Set(given).size).toBe(given.length);
    expect(ssids.size - given.length).toBe(1);
  });

  test('shows every planted situation, and the index names the students', () => {
    expect(district.index.missing).toEqual([]);
    expect(district.index.situations.map(({ key }) => key).sort()).toEqual(PLANTED.map(({ key }) => key).sort());
    const known = new Set(students().map((row) => row['Student_id']));
    for (const { students: named } of district.index.situations) {
      expect(named.length).toBeGreaterThan(0);
      for (const { id } of named) expect(known).toContain(id);
    }
    expect(readFileSync(join(district.out, 'README.md'), 'utf8')).toContain('nine-days-in-one-night');
    expect(JSON.parse(readFileSync(join(district.out, 'index.json'), 'utf8'))).toEqual(district.index);
  });

  test('says which situations it is too small for', () => {
    const tiny = generated(1, 1);
    tiny.remove();
    expect(tiny.index.situations.length + tiny.index.missing.length).toBe(PLANTED.length);
    expect(tiny.index.missing).toContain('siblings-in-three-schools');
  });

  test('speaks nine languages, has siblings at one address, court orders, and contacts in every legal role', () => {
    const contacts = rowsOf(district.out, 'roster/contacts.csv');
    expect(new Set(contacts.map((row) => row['Language']))).toEqual(new Set(Object.values(LANGUAGE_NAMES)));
    expect(new Set(contacts.map((row) => row['Legal_role']))).toEqual(
      new Set(['parent', 'education_rights_holder', 'caregiver', 'social_worker', 'emergency_contact']),
    );
    expect(contacts.filter((row) => row['Court_order'] !== '').length).toBeGreaterThan(10);
    const siblings = new Map<string, Set<string>>();
    for (const row of contacts) siblings.set(row['Contact_id']!, (siblings.get(row['Contact_id']!) ?? new Set()).add(row['Student_id']!));
    expect([...siblings.values()].filter((children) => children.size > 1).length).toBeGreaterThan(500);
  });

  test('gives out telephone numbers of exchange 555 only, and addresses of example.org', () => {
    const real = rowsOf(district.out, 'roster/contacts.csv').filter(
      ({ Phone = '', Email = '' }) => !/^\(\d{3}\) 555-01\d{1,2}$/.test(Phone) || !/^$|@example\.org$/.test(Email),
    );
    expect(real).toEqual([]);
  });
});

describe('its year', () => {
  test('has 180 days of instruction at every school, and for one of them a closure and days to make up for it', () => {
    const days = new Map<string, Map<string, string>>();
    for (const row of allRows(district.out, 'calendar.csv').sort((a, b) => b.from.localeCompare(a.from))) {
      const of = days.get(row['School_id']!) ?? new Map<string, string>();
      days.set(row['School_id']!, of.set(row['Date']!, row['Calendar_event']!));
    }
    expect(days.size).toBe(district.index.schools.length);
    for (const [school, of] of days) {
      const taught = [...of.values()].filter((event) => ['Instructional day', 'Make-up day'].includes(event)).length;
      expect({ school, taught }).toEqual({ school, taught: 180 });
    }
    expect([...days.values()].filter((of) => [...of.values()].includes('Emergency day')).length).toBe(1);
  });

  test('has the absences of a district of today: one student in five is chronically absent, a few are severely', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const { index, remove } = generated(1500, seed);
        remove();
        expect(index.missed.chronic / index.students).toBeGreaterThan(0.16);
        expect(index.missed.chronic / index.students).toBeLessThan(0.26);
        expect(index.missed.severe / index.students).toBeGreaterThan(0.03);
        expect(index.missed.severe / index.students).toBeLessThan(0.1);
        expect(index.missed.absentDays / index.missed.enrolledDays).toBeGreaterThan(0.05);
        expect(index.missed.absentDays / index.missed.enrolledDays).toBeLessThan(0.085);
      }),
      { numRuns: 3, seed: 20_253 },
    );
  });

  test('has every row on a night on or after its day, on a day on which the student was enrolled there and the school taught', () => {
    const taught = new Set<string>();
    for (const row of allRows(district.out, 'calendar.csv').sort((a, b) => b.from.localeCompare(a.from))) {
      const key = `${row['School_id']} ${row['Date']}`;
      if (['Instructional day', 'Make-up day'].includes(row['Calendar_event']!)) taught.add(key);
      else taught.delete(key);
    }
    const spans = new Map<string, { from: string; to: string }>();
    for (const row of students()) {
      const key = `${row['Student_id']} ${row['School_id']} ${row['Entry_date']}`;
      spans.set(key, { from: row['Entry_date']!, to: row['Exit_date']! || (spans.get(key)?.to ?? '') });
    }
    const of = new Map<string, { from: string; to: string }[]>();
    for (const [key, span] of spans) {
      const who = key.slice(0, key.lastIndexOf(' '));
      of.set(who, [...(of.get(who) ?? []), span]);
    }
    const rows = allRows(district.out, 'attendance.csv');
    expect(rows.length).toBeGreaterThan(30_000);
    const astray = rows.filter((row) => {
      const [day, night] = [row['Attendance_date']!, row.from.split('/')[1]!];
      const stays = of.get(`${row['Student_id']} ${row['School_id']}`) ?? [];
      const enrolled = stays.some(({ from, to }) => from <= day && (to === '' || day <= to));
      return day > night || !taught.has(`${row['School_id']} ${day}`) || !enrolled;
    });
    expect(astray).toEqual([]);
  });

  test('has one row for a student and day in each part, and no row outside what the part covers', () => {
    const parts = filesIn(district.out).filter((name) => name.endsWith('delivery.json'));
    const coverage = new Map(
      parts.map((name) => [
        name.slice(0, name.lastIndexOf('/')),
        (
          JSON.parse(readFileSync(join(district.out, name), 'utf8')) as {
            coverage: { schools: string[] | 'all'; from: string; to: string };
          }
        ).coverage,
      ]),
    );
    const rows = allRows(district.out, 'attendance.csv');
    const keys = rows.map((row) => `${row.from} ${row['Student_id']} ${row['Attendance_date']}`);
    expect(new Set(keys).size).toBe(keys.length);
    const outside = rows.filter((row) => {
      const [day, school] = [row['Attendance_date']!, row['School_id']!];
      const { schools, from, to } = coverage.get(row.from)!;
      return day < from || day > to || !(schools === 'all' || schools.includes(school));
    });
    expect(outside).toEqual([]);
  });

  test('brings school-days late, one of them by two weeks, and says which', () => {
    const late = filesIn(district.out).filter((name) => /3-late-.*delivery\.json$/.test(name));
    const { schoolDays } = district.index.notSubmitted;
    const [first, , , middle] = district.index.schools.map(({ id }) => id);
    expect(schoolDays).toContainEqual({ school: first, date: '2025-08-20', came: '2025-08-22' });
    expect(schoolDays).toContainEqual({ school: middle, date: '2025-10-15', came: '2025-10-29' });
    expect(late.length).toBe(new Set(schoolDays.filter(({ came }) => came !== null).map(({ date, came }) => `${date} ${came}`)).size);
  });

  test('has every student in a section of the school, and each section that was not taken among them', () => {
    const sections = new Set(rowsOf(district.out, 'roster/section.csv').map((row) => row['section']));
    const seats = allRows(district.out, 'section_enrollment.csv');
    expect(seats.filter((row) => !sections.has(row['section']))).toEqual([]);
    expect(new Set(seats.map((row) => row['student'])).size).toBe(3000);
    const due = allRows(district.out, 'submission.csv').filter((row) => row['submitted_at'] === '');
    expect(due.length).toBe(district.index.notSubmitted.sections);
    expect(due.filter((row) => !sections.has(row['section']))).toEqual([]);
  });

  test('tells of six truancy days in one night, weeks after some of them', () => {
    const { students: named } = district.index.situations.find(({ key }) => key === 'nine-days-in-one-night')!;
    const rows = allRows(district.out, 'attendance.csv').filter((row) => row['Student_id'] === named[0]!.id);
    const changes = rows.filter(({ from }) => from.endsWith('2-changes'));
    expect(rows.length).toBe(9);
    expect(changes.length).toBe(6);
    expect(new Set(changes.map(({ from }) => from)).size).toBe(1);
  });
});
