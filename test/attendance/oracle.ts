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
    absent: boolean;
    truancy: 'full_day' | 'occasion' | null;
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
    .filter((row) => row.absent && inYear(row.date) && row.date <= day && taught(row.school, row.date))
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

  const back = (from: string) =>
    sofar.find((date) => {
      const school = schoolOn(date);
      return date >= from && school !== undefined && known(school, date) && !absent.some((row) => row.date === date);
    }) ?? null;
  const counting = rules.unverified === 'unexcused' ? ['unexcused', 'unverified'] : ['unexcused'];
  const truancy: string[] = [];
  const occasions: string[] = [];
  const pending: { day: string; windowEnds: string | null }[] = [];
  const candidates = student.rows
    .filter(
      (row) => row.truancy !== null && counting.includes(row.excuse) && inYear(row.date) && row.date <= day && taught(row.school, row.date),
    )
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  for (const row of candidates) {
    const age = ageOn(student.born, row.date);
    if (age < rules.ageFrom || age >= rules.ageUntil) continue;
    let ends: string | null;
    if (row.absent) ends = spells.find((spell) => spell.rows.includes(row))!.window_ends;
    else {
      const returned = back(row.date);
      const school = returned === null ? undefined : schoolOn(returned);
      ends =
        returned === null || school === undefined
          ? null
          : (allDates.filter((other) => other > returned && taught(school, other))[rules.clearingSchoolDays - 1] ?? null);
    }
    if (ends !== null && ends < day) {
      truancy.push(row.date);
      if (row.truancy === 'occasion') occasions.push(row.date);
    } else pending.push({ day: row.date, windowEnds: ends });
  }
  const count = (excuse: string) => absent.filter((row) => row.excuse === excuse).length;
  /** Day by day: since when, without a break, has every look at the last school days been good enough? */
  function recoveredOn(): string | null {
    const { recovery } = rules;
    if (!recovery || band(absent.length, daysEnrolled, rules) < recovery.position) return null;
    const came = sofar.filter((date) => {
      const school = schoolOn(date);
      return school !== undefined && known(school, date);
    });
    const numbers = absent.filter((row) => schoolOn(row.date) === row.school).map((row) => came.filter((date) => date <= row.date).length);
    const from = rules.bands[recovery.position - 1]!.from;
    const entering = from === null ? 0 : (numbers[from - 1] ?? 0);
    let since: string | null = null;
    for (let number = 1; number <= came.length; number++) {
      const first = number - recovery.schoolDays;
      const missed = numbers.filter((at) => at > first && at <= number).length;
      if (first < 0 || missed > recovery.absences || entering > first) since = null;
      else since ??= came[number - 1]!;
    }
    return since;
  }
  const daysEnrolled = sofar.filter((date) => {
    const school = schoolOn(date);
    return school !== undefined && taught(school, date) && (date < day || known(school, date));
  }).length;
  return {
    school_year: `${year}-${year + 1}`,
    age: ageOn(student.born, day),
    absences: absent.length,
    excused: count('excused') + count('exempt'),
    unexcused: count('unexcused'),
    unverified: absent.length - count('excused') - count('exempt') - count('unexcused'),
    days_enrolled: daysEnrolled,
    chronic: daysEnrolled > 0 && absent.length / daysEnrolled >= rules.chronicRate,
    occasions,
    recovered_on: recoveredOn(),
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

/** The band of so many absences in so many days, from 1; 0 for none. */
export function band(absences: number, days: number, rules: StandingRules): number {
  const byCount = rules.bands.filter(({ from }) => from !== null && absences >= from).length;
  let byRate = absences > 0 ? 1 : 0;
  if (absences > 0 && days >= rules.minimumDays) {
    for (const { limit, inclusive } of rules.bands) {
      const attended = BigInt(days - absences) * 1000n;
      if (limit != null && (attended < BigInt(limit) * BigInt(days) || (inclusive === true && attended === BigInt(limit) * BigInt(days))))
        byRate += 1;
    }
  }
  return rules.bandsBy === 'count' ? byCount : rules.bandsBy === 'rate' ? byRate : Math.max(byCount, byRate);
}
