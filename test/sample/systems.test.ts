import { absent, PRESENT, tardy, type Mark } from '../../bin/sample/plan.ts';
import { schoolsFor, SYSTEMS, type System } from '../../bin/sample/schools.ts';
import type { Student } from '../../bin/sample/students.ts';
import { EXPORTS } from '../../bin/sample/systems.ts';
import { allRows, generated } from './generated.ts';

/** How each system says the same day: with the codes of the shipped tables, and nothing where it has no word. */
const student = { localId: '700001', ssid: '8271828184', sisId: '31000003', grade: '09' } as Student;

/** The row of a mark at a school of so many periods, on 2025-09-03, its 14th school day, by column name. */
function row(system: System, mark: Mark, options: { periods?: number; correction?: boolean } = {}): Record<string, string> | null {
  const school = { ...schoolsFor(100, [system])[0]!, id: '30001', periods: options.periods ?? 0 };
  const { row: write, frame } = EXPORTS[system];
  const text = write({ student, place: { day: 33, school, schoolDay: 14 }, mark, correction: options.correction ?? false });
  const columns = frame.head.trim().split(',');
  return text === null ? null : Object.fromEntries(text.split(',').map((value, n) => [columns[n]!, value]));
}

const early: Mark = { ...tardy(120, 'excused'), kind: 'early', reason: 'medical' };

describe('Aeries', () => {
  test('says an absence for the whole day, and for each period where there are some', () => {
    expect(row('aeries', absent('unverified'))).toMatchObject({ SC: '30001', SN: '700001', DY: '14', DT: '2025-09-03', AL: 'A', A1: '' });
    expect(row('aeries', absent('excused', 'illness'), { periods: 6 })).toMatchObject({ AL: 'I', A0: '', A1: 'I', A6: 'I', A7: '' });
  });

  test('says a tardy of 30 minutes with one letter and one of 31 with another, in the first period', () => {
    expect(row('aeries', tardy(30))).toMatchObject({ AL: 'T' });
    expect(row('aeries', tardy(31), { periods: 6 })).toMatchObject({ AL: '', A1: 'L', A2: '' });
  });

  test('says which period was cut, and the last ones of an early departure', () => {
    expect(row('aeries', { ...PRESENT, kind: 'cut', excuse: 'unexcused', period: 3 }, { periods: 6 })).toMatchObject({
      AL: '',
      A2: '',
      A3: 'U',
      A4: '',
    });
    expect(row('aeries', early, { periods: 6 })).toMatchObject({ A4: '', A5: 'M', A6: 'M' });
  });

  test('takes a day back with blanks', () => {
    expect(row('aeries', PRESENT, { periods: 6 })).toBeNull();
    expect(row('aeries', PRESENT, { periods: 6, correction: true })).toMatchObject({ AL: '', A1: '', A6: '' });
  });
});

test('PowerSchool says it with the school’s codes, and minutes beside them', () => {
  expect(row('powerschool', absent('unverified'))).toMatchObject({
    att_code: 'A',
    presence_status_cd: 'Absent',
    att_mode_code: 'ATT_ModeDaily',
  });
  expect(row('powerschool', absent('unexcused'))).toMatchObject({ att_code: 'UA' });
  expect(row('powerschool', tardy(31))).toMatchObject({ att_code: 'TU', total_minutes: '31', presence_status_cd: 'Present' });
  expect(row('powerschool', PRESENT, { correction: true })).toMatchObject({ att_code: '' });
});

test('Infinite Campus says it with a letter for the status and one for the excuse', () => {
  expect(row('infinite-campus', absent('unverified'))).toMatchObject({ status: 'A', excuse: 'K' });
  expect(row('infinite-campus', early)).toMatchObject({ status: 'E', excuse: 'E', minutes: '120', comments: 'Medical' });
});

test('a plain list says it in words, and is the only one that knows remote days', () => {
  expect(row('plain', absent('unexcused'))).toMatchObject({ status: 'absent', excuse_type: 'unexcused' });
  expect(row('plain', { ...PRESENT, remote: true })).toMatchObject({ status: 'remote', excuse_type: '' });
  for (const system of SYSTEMS.filter((each) => each !== 'plain'))
    expect(row(system, { ...PRESENT, remote: true })?.['status']).not.toBe('remote');
});

test('Clever says neither minutes nor early departures', () => {
  expect(row('clever', tardy(31))).toMatchObject({ Attendance_status: 'tardy', Excuse_code: 'Unexcused' });
  expect(row('clever', early)).toBeNull();
});

test('with all systems, a district’s nights hold files of at least four of them, and each school only those of its own', () => {
  const { out, index, remove } = generated(400, 3, { systems: SYSTEMS });
  const of = new Map(index.schools.map(({ id, system }) => [id, system]));
  const columns: Record<System, string> = {
    clever: 'School_id',
    aeries: 'SC',
    powerschool: 'schoolid',
    'infinite-campus': 'schoolNumber',
    plain: 'school',
  };
  const seen = new Set<System>();
  for (const system of SYSTEMS) {
    const rows = allRows(out, EXPORTS[system].file);
    if (rows.length > 0) seen.add(system);
    expect(new Set(rows.map((each) => of.get(each[columns[system]]!)))).toEqual(rows.length > 0 ? new Set([system]) : new Set());
  }
  remove();
  expect(seen.size).toBeGreaterThanOrEqual(4);
});
