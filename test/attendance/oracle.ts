import type { StandingRules } from '../../attendance/rules.ts';

/**
 * Standing by slow, plain counting, day by day and student by student, from the words of the rules and not from the SQL: what the
 * set-based computation must agree with.
 */
export interface OracleWorld {
  /** School → date → is school taught? A date without an entry is no calendar day. */
  calendar: Map<string, Map<string, boolean>>;
  /** `school date` of each day whose attendance has come. */
  covered: Set<string>;
}

export interface OracleStudent {
  born: string;
  enrollments: { school: string; entry: string; exit: string | null }[];
  rows: {
    date: string;
    school: string;
    status: 'absent' | 'tardy' | 'present';
    excuse: string;
  }[];
}

export interface OracleSpell {
  first_day: string;
  last_day: string;
  days: number;
  unexcused: number;
  returned_on: string | null;
  window_ends: string | null;
}

export function oracle(world: OracleWorld, student: OracleStudent, day: string, rules: StandingRules) {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < '07-01' ? 1 : 0);
  const inYear = (date: string) => date >= `${year}-07-01` && date <= `${year + 1}-06-30`;
  const taught = (school: string, date: string) => world.calendar.get(school)?.get(date) === true;
  const known = (school: string, date: string) => taught(school, date) && world.covered.has(`${school} ${date}`);
  const schoolOn = (date: string) => student.enrollments.find((e) => e.entry <= date && (e.exit === null || e.exit >= date))?.school;
  const allDates = [...new Set([...world.calendar.values()].flatMap((days) => [...days.keys()]))].sort();
  const sofar = allDates.filter((date) => inYear(date) && date <= day);

  const absent = student.rows
    .filter((row) => row.status === 'absent' && inYear(row.date) && row.date <= day && taught(row.school, row.date))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  const spells: {
    rows: typeof absent;
    returned_on: string | null;
    window_ends: string | null;
  }[] = [];
  for (const row of absent) {
    const last = spells.at(-1)?.rows.at(-1);
    const cameBetween = last && sofar.some((date) => date > last.date && date < row.date && known(row.school, date));
    if (last && last.school === row.school && !cameBetween) spells.at(-1)!.rows.push(row);
    else spells.push({ rows: [row], returned_on: null, window_ends: null });
  }
  for (const spell of spells) {
    const last = spell.rows.at(-1)!.date;
    for (const date of sofar) {
      const school = schoolOn(date);
      if (date <= last || school === undefined || !known(school, date) || absent.some((row) => row.date === date)) continue;
      spell.returned_on = date;
      spell.window_ends = allDates.filter((other) => other > date && taught(school, other))[rules.clearingSchoolDays - 1] ?? null;
      break;
    }
  }

  const truancy: string[] = [];
  const pending: { day: string; windowEnds: string | null }[] = [];
  for (const spell of spells) {
    for (const row of spell.rows) {
      const age = ageOn(student.born, row.date);
      if (row.excuse !== 'unexcused' || age < rules.ageFrom || age >= rules.ageUntil) continue;
      if (spell.window_ends !== null && spell.window_ends < day) truancy.push(row.date);
      else pending.push({ day: row.date, windowEnds: spell.window_ends });
    }
  }
  const count = (excuse: string) => absent.filter((row) => row.excuse === excuse).length;
  return {
    school_year: `${year}-${year + 1}`,
    age: ageOn(student.born, day),
    absences: absent.length,
    excused: count('excused'),
    unexcused: count('unexcused'),
    unverified: absent.length - count('excused') - count('unexcused'),
    days_enrolled: sofar.filter((date) => {
      const school = schoolOn(date);
      return school !== undefined && taught(school, date) && (date < day || known(school, date));
    }).length,
    truancy,
    pending,
    spells: spells.map<OracleSpell>((spell) => ({
      first_day: spell.rows[0]!.date,
      last_day: spell.rows.at(-1)!.date,
      days: spell.rows.length,
      unexcused: spell.rows.filter((row) => row.excuse === 'unexcused').length,
      returned_on: spell.returned_on,
      window_ends: spell.window_ends,
    })),
  };
}

/** Whole years, counted by birthdays. */
function ageOn(born: string, date: string): number {
  return Number(date.slice(0, 4)) - Number(born.slice(0, 4)) - (date.slice(5) < born.slice(5) ? 1 : 0);
}
