import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, LocalServer, misbehave, type Row } from './local-server.ts';
import { weekdays } from './world.ts';

interface AttendanceDay {
  student: number;
  school: number;
  date: string;
  all: string;
  periods: Record<string, string>;
}

/**
 * An HTTP server that answers as Aeries' API v5 does: certificate in the header, answers school by school, attendance between two days of
 * the form YYYYMMDD with the days that have a code, students in numbered pages, 404 where a school has nothing of the kind.
 */
export class AeriesServer extends LocalServer {
  protected readonly path = '/aeries';
  readonly certificate = '477abe9e7d27439681d62f4e0de1f5e1';
  readonly schools: Row[] = [];
  readonly students: Row[] = [];
  readonly enrollments: Row[] = [];
  readonly holidays = new Map<string, string>();
  /** Records of `/AbsenceCodes`, of all schools. */
  readonly codes: Row[] = [];
  /** Records of all schools, by the last part of their address: contacts, programs, sections, classes, teachers. */
  readonly people: Record<string, Row[]> = { contacts: [], programs: [], sections: [], classes: [], teachers: [] };
  /** Records of the whole district: staff, courses; and code sets, as `codes/CON/RL`. */
  readonly district: Record<string, Row[]> = {};
  /** Security areas that the certificate may not read, by the last part of the address. */
  readonly forbidden = new Set<string>();
  days: AttendanceDay[] = [];

  /** A school with students `id`, enrolled since 1 September 2025. */
  fill(school: number, ids: number[]): void {
    this.schools.push({ SchoolCode: school, Name: `School ${school}`, InactiveStatusCode: '', Tracks: 0 });
    for (const id of ids) {
      this.students.push({
        StudentID: id,
        OldStudentID: 0,
        SchoolCode: school,
        StudentNumber: id % 1_000,
        StateStudentID: `90${id}`,
        LastName: `Family, "${id}"`,
        FirstName: 'Given',
        MiddleName: '',
        Gender: 'M',
        Grade: 9,
        Birthdate: '2011-03-14T00:00:00',
        Track: '',
        AttendanceProgramCodePrimary: '',
        SchoolEnterDate: '2025-09-01T00:00:00',
        SchoolLeaveDate: null,
      });
      this.enrollments.push({
        StudentID: id,
        SchoolCode: school,
        StudentNumber: id % 1_000,
        AcademicYear: '2025',
        Track: '',
        AttendanceProgramCode: '',
        Grade: 9,
        EnterDate: '2025-09-01T00:00:00',
        LeaveDate: null,
        ExitReasonCode: '',
      });
    }
  }

  /** Marks a day of a student. */
  mark(student: number, date: string, all: string, periods: Record<string, string> = {}, school = 990): void {
    this.days.push({ student, school, date, all, periods });
  }

  unmark(student: number, date: string): void {
    this.days = this.days.filter((day) => day.student !== student || day.date !== date);
  }

  protected answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const asked = `${request.method} ${url.pathname}${url.search}`;
    this.asked.push(asked);
    const trouble = this.troubles.find(({ on }) => (typeof on === 'string' ? asked.includes(on) : on.test(asked)));
    if (trouble) {
      trouble.times = (trouble.times ?? 1) - 1;
      if (trouble.times === 0) this.troubles.splice(this.troubles.indexOf(trouble), 1);
      trouble.also?.();
      if (trouble.with !== 'nothing') return misbehave(trouble.with, response);
    }
    if (request.headers['aeries-cert'] !== this.certificate) return json(response, { Message: 'Invalid certificate' }, 401);
    const wide = this.district[url.pathname.replace('/aeries/api/v5/', '')];
    if (wide) return json(response, wide);
    const [, school, what, rest = ''] = /^\/aeries\/api\/v5\/schools(?:\/(\d+)\/(\w+)(?:\/(.*))?)?$/.exec(url.pathname) ?? [];
    if (!url.pathname.startsWith('/aeries/api/v5/schools')) return json(response, { Message: 'Not found' }, 404);
    if (school === undefined) return json(response, this.schools);
    const list = rest === '0/programs' ? 'programs' : (what ?? '');
    if (this.forbidden.has(list)) return json(response, { Message: 'No permission' }, 403);
    const answer = this.of(Number(school), what ?? '', rest, url.searchParams);
    if (answer === null || answer.length === 0) return json(response, { Message: 'No records' }, 404);
    json(response, answer);
  }

  private of(school: number, what: string, rest: string, query: URLSearchParams): Row[] | null {
    switch (what) {
      case 'calendar':
        return weekdays('2025-09-01', '2025-12-19').map((date, n) => ({
          TrackHolidays: [],
          SchoolCode: school,
          CalendarDayNumber: n + 1,
          CalendarDate: `${date}T00:00:00`,
          HolidayCode: this.holidays.get(date) ?? '',
          AttendanceMonth: 1,
          PeriodBlockPattern: '',
          ABDay: '',
          AttendanceMonthLocked: false,
        }));
      case 'contacts':
      case 'sections':
      case 'classes':
      case 'teachers':
        return (this.people[what] ?? []).filter(({ SchoolCode }) => SchoolCode === school);
      case 'students': {
        if (rest === '0/programs')
          return this.people['programs']!.filter(({ SchoolCode }) => SchoolCode === school).map(({ SchoolCode: _none, ...row }) => row);
        const all = this.students.filter(({ SchoolCode }) => SchoolCode === school);
        return all.slice(Number(query.get('StartingRecord') ?? 1) - 1, Number(query.get('EndingRecord') ?? all.length));
      }
      case 'AbsenceCodes':
        return this.codes.filter(({ SchoolCode }) => SchoolCode === school);
      case 'enrollment':
        return rest === '0/year/2025' ? this.enrollments.filter(({ SchoolCode }) => SchoolCode === school) : null;
      case 'attendance':
        return this.attendance(school, day(query.get('StartDate')), day(query.get('EndDate')));
      default:
        return null;
    }
  }

  private attendance(school: number, from: string, to: string): Row[] {
    const found = this.days.filter((one) => one.school === school && one.date >= from && one.date <= to);
    const students = [...new Set(found.map(({ student }) => student))];
    return students.map((student) => ({
      StudentID: student,
      AttendanceDays: found
        .filter((one) => one.student === student)
        .map(({ date, all, periods }) => ({
          CalendarDate: `${date}T00:00:00`,
          AllDayAttendanceCode: all,
          Classes: Object.entries(periods).map(([Period, AttendanceCode], n) => ({ SectionNumber: 1_000 + n, Period, AttendanceCode })),
        })),
    }));
  }
}

const day = (compact: string | null): string => (compact ?? '').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
