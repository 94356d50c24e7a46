import { randomUUID } from 'node:crypto';
import type { Database } from '../../store/database.ts';

/**
 * A district of thirty-two students, made by arithmetic and not by chance, with all that makes counting hard: two schools with holidays of
 * their own, a track, movers, leavers, one who comes back, late entries, suspensions, remote days, groups that change, days made up, a day
 * without school on which a row says absent, a merged record; and the same in plain lists, to be counted by hand.
 */

export const FROM = '2021-08-30';
/** No attendance of it has come at N; at S it has. */
export const UPTO = '2021-11-22';

export interface HandDay {
  date: string;
  school: string;
  absent: boolean;
  remote: boolean;
}
export interface HandStay {
  school: string;
  entry: string;
  exit: string | null;
  grade: string;
  track: string;
}
export interface HandStudent {
  id: string;
  localId: string;
  stays: HandStay[];
  days: HandDay[];
  /** Dimension or flag → from which day on which value. */
  groups: Map<string, { since: string; until: string | null; value: string }[]>;
}

const DAY_MS = 86_400_000;
export const plus = (date: string, days: number): string => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);

const HOLIDAYS: Record<string, string[]> = { N: ['2021-09-06', '2021-10-11'], S: ['2021-09-06', '2021-11-11', '2021-11-12'] };
/** Track B of N is off for two weeks. */
const TRACK_OFF = { from: '2021-10-04', to: '2021-10-15' };

export function taughtOn(school: string, track: string, date: string): boolean {
  if (new Date(date).getUTCDay() % 6 === 0 || date < FROM || date > UPTO || HOLIDAYS[school]!.includes(date)) return false;
  return track === '' || date < TRACK_OFF.from || date > TRACK_OFF.to;
}

export function covered(school: string, date: string): boolean {
  return date < UPTO || school === 'S';
}

const RACES = ['Asian', 'Black', 'Hispanic', 'White'];

/** Writes the district. @returns its students, as plain lists */
export async function makeHandDistrict(db: Database): Promise<HandStudent[]> {
  const deliveryId = randomUUID();
  const from = { delivery_id: deliveryId, file: 'x' };
  await db('delivery').insert({ delivery_id: deliveryId, source: 'hand', coverage: '{}', status: 'done', received_by: 'hand' });
  const dates = Array.from({ length: 85 }, (_, n) => plus(FROM, n)).filter((date) => date <= UPTO && new Date(date).getUTCDay() % 6 !== 0);
  for (const school of ['N', 'S']) {
    await db('school').insert({ school_id: school, name: school === 'N' ? 'North' : 'South' });
    let n = 0;
    const calendar = dates.map((date) => {
      const instructional = taughtOn(school, '', date);
      return { school_id: school, date, event: 'x', instructional, school_day: instructional ? (n += 1) : n };
    });
    await db('calendar_day').insert(calendar);
    await db('covered_day').insert(
      calendar
        .filter(({ instructional, date }) => instructional && covered(school, date))
        .map(({ date }) => ({ school_id: school, date, delivery_id: deliveryId })),
    );
  }
  let onTrack = 0;
  await db('track_day').insert(
    dates.map((date) => {
      const instructional = taughtOn('N', 'B', date);
      return { school_id: 'N', track: 'B', date, event: 'x', instructional, school_day: instructional ? (onTrack += 1) : onTrack };
    }),
  );

  const students: HandStudent[] = [];
  for (let n = 0; n < 32; n += 1) {
    const [home, away] = n % 3 === 0 ? ['S', 'N'] : ['N', 'S'];
    const track = home === 'N' && n % 5 === 1 ? 'B' : '';
    const grade = String(5 + (n % 3));
    const entry = n % 7 === 6 ? '2021-09-20' : plus(FROM, -3);
    const stays: HandStay[] = [{ school: home, entry, exit: null, grade, track }];
    // Four move, two leave, one leaves and comes back.
    if (n % 8 === 3) {
      stays[0]!.exit = '2021-10-20';
      stays.push({ school: away, entry: '2021-10-21', exit: null, grade, track: '' });
    } else if (n % 16 === 5) stays[0]!.exit = n === 5 ? '2021-09-17' : '2021-10-08';
    else if (n === 12) {
      stays[0]!.exit = '2021-09-30';
      stays.push({ school: home, entry: '2021-11-01', exit: null, grade, track });
    }
    const at = (date: string): HandStay | undefined =>
      stays.find((stay) => stay.entry <= date && (stay.exit === null || stay.exit >= date));
    const days = new Map<string, HandDay>();
    const rows: object[] = [];
    for (const [index, date] of dates.entries()) {
      const stay = at(date);
      if (!stay) continue;
      // From nobody missing anything to one in three days; some of it, and some presence, remote.
      const away_ = (index * 7 + n * 13) % 97 < n * 1.1;
      const remote = n % 4 === 2 && (index + n) % 6 === 0;
      if (!away_ && !remote) continue;
      // A row of a day without school counts nowhere.
      if (!taughtOn(stay.school, stay.track, date) && n !== 20) continue;
      days.set(date, { date, school: stay.school, absent: away_, remote });
      rows.push({
        date,
        school_id: stay.school,
        status: away_ ? 'absent' : 'present',
        excuse: 'excused',
        absent: away_,
        mode: remote ? 'remote' : null,
        line: index,
      });
    }
    const last = stays.at(-1)!;
    const id = randomUUID();
    await db('student').insert({
      student_id: id,
      local_id: String(1000 + n),
      first_name: 'Given',
      last_name: `Family${n}`,
      birthdate: '2010-01-15',
      grade,
      school_id: last.school,
      entry_date: last.entry,
      exit_date: last.exit,
    });
    await db('enrollment').insert(
      stays.map(({ school, entry: entry_date, exit: exit_date, grade: of, track: on }) => ({
        student_id: id,
        school_id: school,
        entry_date,
        exit_date,
        grade: of,
        track: on,
      })),
    );
    if (rows.length) await db('attendance_day').insert(rows.map((row) => ({ student_id: id, ...from, ...row })));
    const student: HandStudent = { id, localId: String(1000 + n), stays, days: [], groups: groupsOf(n) };
    if (n % 10 === 4) await suspend(db, student, days, from);
    student.days = [...days.values()];
    await writeGroups(db, student);
    students.push(student);
  }
  // Of a record that counts as another student's nothing is counted twice.
  await db('student').insert({
    local_id: 'merged',
    first_name: 'Given',
    last_name: 'Merged',
    birthdate: '2010-01-15',
    school_id: 'N',
    entry_date: FROM,
    merged_into: students[0]!.id,
  });
  return students;
}

function groupsOf(n: number): HandStudent['groups'] {
  const since = plus(FROM, -3);
  const groups: HandStudent['groups'] = new Map([['race_ethnicity', [{ since, until: null, value: RACES[n % 4]! }]]]);
  // Of some nothing is said, and of some something else from a day on.
  if (n % 5 !== 0) groups.set('lunch', [{ since, until: null, value: n % 2 ? 'Free' : 'Full' }]);
  if (n % 9 === 2)
    groups.set('lunch', [
      { since, until: '2021-10-14', value: 'Full' },
      { since: '2021-10-15', until: null, value: 'Reduced' },
    ]);
  if (n % 11 === 1) groups.set('homeless', [{ since: '2021-09-15', until: n % 2 ? '2021-10-31' : null, value: 'yes' }]);
  return groups;
}

/** Three days out of school, of which one has no row, and one in school on which a row says absent. */
async function suspend(db: Database, student: HandStudent, days: Map<string, HandDay>, from: object): Promise<void> {
  const school = student.stays[0]!.school;
  for (const [kind, first, last] of [
    ['OSS', '2021-09-14', '2021-09-16'],
    ['ISS', '2021-09-22', '2021-09-22'],
  ] as const) {
    const suspensionId = randomUUID();
    await db('suspension').insert({
      suspension_id: suspensionId,
      student_id: student.id,
      school_id: school,
      first_day: first,
      last_day: last,
      kind,
      recorded_by: 'hand',
      ...from,
      line: 1,
    });
    for (let date: string = first; date <= last; date = plus(date, 1)) {
      await db('suspended_day').insert({ student_id: student.id, date, school_id: school, kind, suspension_id: suspensionId });
      const before = days.get(date);
      if (kind === 'OSS') days.set(date, { date, school, remote: before?.remote ?? false, absent: true });
      else if (before) days.set(date, { ...before, absent: false });
    }
  }
}

async function writeGroups(db: Database, { id, groups }: HandStudent): Promise<void> {
  for (const [dimension, spans] of groups) {
    for (const { since, until, value } of spans) {
      if (dimension === 'homeless') await db('student_flag').insert({ student_id: id, flag: dimension, since, until, recorded_by: 'hand' });
      else await db('student_group').insert({ student_id: id, dimension, since, until, value });
    }
  }
}
