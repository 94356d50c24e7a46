import type { RateCell } from '../../store/read/rates.ts';
import { covered, FROM, taughtOn, type HandStudent } from './district.ts';

type Counted = Omit<RateCell, 'point' | 'by' | 'value' | 'monthDays' | 'monthAbsences'>;
/** A student, or a student at a school, with what that comes to on a day. */
interface Unit {
  student: HandStudent;
  school: string;
  grade: string;
  until: string;
  days: number;
  absences: number;
  remote: number;
  remoteAbsences: number;
}

/** Day by day and student by student, from the lists and not from SQL: what the statement must agree with. */
export function unitsByHand(students: HandStudent[], upTo: string, level: 'district' | 'school'): Unit[] {
  return students.flatMap((student) => {
    const begun = student.stays.filter(({ entry }) => entry <= upTo);
    const schools = level === 'district' ? [null] : [...new Set(begun.map(({ school }) => school))];
    return schools.map((school): Unit => {
      const stays = begun.filter((stay) => school === null || stay.school === school);
      const last = stays.at(-1)!;
      const unit: Unit = {
        student,
        school: last.school,
        grade: last.grade,
        until: last.exit === null || last.exit > upTo ? upTo : last.exit,
        days: 0,
        absences: 0,
        remote: 0,
        remoteAbsences: 0,
      };
      for (let at = Date.parse(FROM); at <= Date.parse(upTo); at += 86_400_000) {
        const date = new Date(at).toISOString().slice(0, 10);
        for (const stay of stays) {
          if (stay.entry > date || (stay.exit !== null && stay.exit < date) || !taughtOn(stay.school, stay.track, date)) continue;
          if (date < upTo || covered(stay.school, date)) unit.days += 1;
          const said = student.days.find((day) => day.date === date && day.school === stay.school);
          if (said?.absent) unit.absences += 1;
          if (said?.remote) unit.remote += 1;
          if (said?.remote && said.absent) unit.remoteAbsences += 1;
        }
      }
      return unit;
    });
  });
}

export function groupByHand({ student, until }: Unit, dimension: string): string {
  const holds = student.groups.get(dimension)?.find((span) => span.since <= until && (span.until === null || span.until >= until));
  return holds?.value ?? (dimension === 'homeless' ? 'no' : '');
}

export function sumByHand(units: Unit[], upTo: string, rule: { chronicRate: number; severeRate: number; leastDays: number }): Counted {
  const present = units.filter(({ days }) => days > 0);
  const counted = present.filter(({ days }) => days >= rule.leastDays);
  const sum = (number: 'days' | 'absences' | 'remote' | 'remoteAbsences'): number => units.reduce((total, unit) => total + unit[number], 0);
  return {
    enrolled: present.length,
    left: present.filter(({ until }) => until < upTo).length,
    students: counted.length,
    chronic: counted.filter(({ absences, days }) => absences / days >= rule.chronicRate).length,
    severe: counted.filter(({ absences, days }) => absences / days >= rule.severeRate).length,
    days: sum('days'),
    absences: sum('absences'),
    remote: sum('remote'),
    remoteAbsences: sum('remoteAbsences'),
  };
}
