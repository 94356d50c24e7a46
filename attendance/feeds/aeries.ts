import { Temporal } from 'temporal-polyfill';
import { isObject, textOf, type JsonObject } from '../read/record.ts';
import { aeriesCodes } from './aeries-codes.ts';
import { AeriesPeople } from './aeries-people.ts';
import { FeedHttp, recordsIn } from './http.ts';
import { FeedProblem } from './problem.ts';
import type { Ask, Connection, FeedSource, Parcel, PulledFile } from './source.ts';
import { listOf, tableFile, type Table } from './tables.ts';

/**
 * Aeries API v5, by its certificate. It cannot tell what changed: with each pull the days of the feed's window are read anew, and with a
 * reconcile those of the whole school year. Its answers have lists within lists, so they are written down as the tables that they come
 * from, with the names that Aeries gives their columns.
 */

/** Students asked for at once; the API numbers them. */
const STUDENTS_A_PAGE = 1_000;

/** Days of a school's calendar on which it teaches, by Aeries' own marks; any other mark is a day without school. */
const HOLIDAYS: Record<string, { event: string; taught: boolean }> = {
  '': { event: 'Instructional day', taught: true },
  '%': { event: 'Minimum day', taught: true },
  '+': { event: 'Parent conference', taught: true },
  '@': { event: 'School not in session', taught: false },
  '#': { event: 'School holiday', taught: false },
  $: { event: 'Staff development', taught: false },
};

const PERIODS = Array.from({ length: 10 }, (_none, period) => `Period${period}`);

/** Columns of a student as they are. */
const PLAIN = [
  'StudentID',
  'StateStudentID',
  'LastName',
  'FirstName',
  'MiddleName',
  'Birthdate',
  'Grade',
  'SchoolCode',
  'Track',
  'AttendanceProgramCodePrimary',
  'SchoolEnterDate',
  'SchoolLeaveDate',
  'Gender',
] as const;

/** Columns of a student that hold codes, with the district's code set that says what they mean. */
const CODED = { Ethnicity: ['EthnicityCode', null], Race: ['RaceCode1', 'STU/RC1'], HomeLanguage: ['HomeLanguageCode', 'STU/HL'], LanguageFluency: ['LanguageFluencyCode', null] } as const; // prettier-ignore

const TABLES = {
  schools: { name: 'school.csv.gz', columns: ['school', 'name'] },
  calendar: { name: 'calendar.csv.gz', columns: ['school', 'track', 'date', 'event', 'instructional'] },
  students: {
    name: 'students.csv.gz',
    columns: [...PLAIN, ...Object.keys(CODED)],
  },
  enrollment: {
    name: 'enrollment.csv.gz',
    columns: ['StudentID', 'SchoolCode', 'Grade', 'Track', 'AttendanceProgramCode', 'EnterDate', 'LeaveDate', 'ExitReasonCode'],
  },
  attendance: { name: 'attendance', columns: ['StudentID', 'SchoolCode', 'Date', 'AllDay', ...PERIODS] },
} as const satisfies Record<string, Table>;

export function aeriesSource(connection: Connection): FeedSource {
  return new AeriesSource(connection);
}

class AeriesSource implements FeedSource {
  private readonly http: FeedHttp;

  constructor(private readonly connection: Connection) {
    this.http = new FeedHttp(connection.url, connection.wire);
  }

  position(): Promise<{ upto: Record<string, number>; changes: boolean }> {
    return Promise.resolve({ upto: {}, changes: false });
  }

  async *parcels(ask: Ask): AsyncGenerator<Parcel> {
    const schools = await this.schools(ask);
    const codes = schools.map((school) => textOf(school['SchoolCode']));
    const window = Temporal.PlainDate.from(ask.through)
      .subtract({ days: ask.settings.windowDays - 1 })
      .toString();
    // A pull that missed days reads them, however many they are.
    const from = ask.kind === 'reconcile' ? ask.yearFrom : [window, ask.open ?? window].sort()[0]!;
    await this.codes(ask, codes);
    yield {
      keepsFiles: true,
      files: () => this.roster(ask, schools),
      coverage: () => ({ schools: codes, from: ask.yearFrom, to: ask.through, complete: ask.kind === 'reconcile' }),
    };
    yield {
      keepsFiles: true,
      files: () => this.attendance(ask, codes, { from, to: ask.through, evenEmpty: true }),
      coverage: () => ({ schools: codes, from, to: ask.through, complete: true }),
    };
    if (ask.through >= ask.today) return;
    const next = Temporal.PlainDate.from(ask.through).add({ days: 1 }).toString();
    yield {
      keepsFiles: true,
      files: () => this.attendance(ask, codes, { from: next, to: ask.today, evenEmpty: false }),
      coverage: () => ({ schools: codes, from: null, to: null, complete: false }),
    };
  }

  /** Each district defines its own codes: what Aeries says of them goes before what is usual. */
  private async codes(ask: Ask, schools: string[]): Promise<void> {
    const records: JsonObject[] = [];
    try {
      for (const school of schools) records.push(...(await this.list(ask, `schools/${school}/AbsenceCodes`)));
    } catch (error) {
      if (!(error instanceof FeedProblem) || error.again) throw error;
      return ask.leavesOut('AbsenceCodes');
    }
    await ask.saysOfCodes(aeriesCodes(records));
  }

  private async *roster(ask: Ask, schools: JsonObject[]): AsyncGenerator<PulledFile> {
    const codes = schools.map((school) => textOf(school['SchoolCode']));
    yield tableFile(TABLES.schools, () => listOf(schools.map((school) => [textOf(school['SchoolCode']), textOf(school['Name'])])));
    yield tableFile(TABLES.calendar, () => this.calendars(ask, codes));
    const people = new AeriesPeople({ ask, list: (path) => this.list(ask, path), students: (school) => this.studentPages(ask, school) });
    yield tableFile(TABLES.students, () => this.students(ask, codes, people));
    yield tableFile(TABLES.enrollment, () => this.enrollments(ask, codes));
    yield* people.files(codes);
  }

  /** A file a school, so that a pull that breaks off goes on with the next one. */
  private async *attendance(
    ask: Ask,
    schools: string[],
    span: { from: string; to: string; evenEmpty: boolean },
  ): AsyncGenerator<PulledFile> {
    for (const school of schools) {
      const table = { ...TABLES.attendance, name: `attendance.${school}.${span.from}.csv.gz` };
      yield tableFile(table, () => this.days(ask, school, span), span.evenEmpty);
    }
  }

  private async *calendars(ask: Ask, schools: string[]): AsyncGenerator<string[][]> {
    for (const school of schools) {
      const days = await this.list(ask, `schools/${school}/calendar`);
      yield days.flatMap((day) => {
        const date = textOf(day['CalendarDate']).slice(0, 10);
        const tracks = Array.isArray(day['TrackHolidays']) ? day['TrackHolidays'].filter(isObject) : [];
        return [
          calendarRow(school, '', date, textOf(day['HolidayCode'])),
          ...tracks.map((track) => calendarRow(school, textOf(track['TrackCode']), date, textOf(track['HolidayCode']))),
        ];
      });
    }
  }

  private async *students(ask: Ask, schools: string[], people: AeriesPeople): AsyncGenerator<string[][]> {
    for (const school of schools) {
      for await (const page of this.studentPages(ask, school)) {
        people.note(school, page);
        const rows: string[][] = [];
        for (const student of page) {
          const row = PLAIN.map((column) => textOf(student[column]));
          for (const [column, set] of Object.values(CODED)) {
            const code = textOf(student[column]);
            row.push(set === null ? code : await people.word(set, code));
          }
          rows.push(row);
        }
        yield rows;
      }
    }
  }

  private async *studentPages(ask: Ask, school: string): AsyncGenerator<JsonObject[]> {
    for (let from = 1; ; from += STUDENTS_A_PAGE) {
      const page = await this.list(ask, `schools/${school}/students`, { StartingRecord: from, EndingRecord: from + STUDENTS_A_PAGE - 1 });
      yield page;
      if (page.length < STUDENTS_A_PAGE) break;
    }
  }

  /** Of this school year and the last: a stay that goes on was begun in one of them or is told anew. */
  private async *enrollments(ask: Ask, schools: string[]): AsyncGenerator<string[][]> {
    const year = ask.yearFrom.slice(0, 4);
    for (const school of schools) {
      const stays = await this.list(ask, `schools/${school}/enrollment/0/year/${year}`);
      yield stays.map((stay) => TABLES.enrollment.columns.map((column) => textOf(stay[column])));
    }
  }

  /** A month at a time, so that an answer stays small. */
  private async *days(ask: Ask, school: string, span: { from: string; to: string }): AsyncGenerator<string[][]> {
    for (let from = span.from; from <= span.to;) {
      const month = Temporal.PlainDate.from(from);
      const last = month.add({ days: month.daysInMonth - month.day }).toString();
      const to = last < span.to ? last : span.to;
      const query = { StartDate: from.replaceAll('-', ''), EndDate: to.replaceAll('-', '') };
      yield (await this.list(ask, `schools/${school}/attendance`, query)).flatMap((student) => daysOf(student, school));
      from = Temporal.PlainDate.from(to).add({ days: 1 }).toString();
    }
  }

  /** The schools that are in use, and of which the feed speaks. */
  private async schools(ask: Ask): Promise<JsonObject[]> {
    const wanted = ask.settings.schools;
    return (await this.list(ask, 'schools')).filter((school) => {
      const code = textOf(school['SchoolCode']);
      return code !== '' && code !== '0' && textOf(school['InactiveStatusCode']) === '' && (wanted === null || wanted.includes(code));
    });
  }

  private async list(ask: Ask, path: string, query: Record<string, string | number> = {}): Promise<JsonObject[]> {
    const url = this.http.address(`api/v5/${path}`, query);
    const { status, body } = await this.http.ask(url, { headers: { 'AERIES-CERT': this.connection.secret }, also: [401, 404] });
    if (status === 401) throw new FeedProblem(`${this.http.server} refuses the feed’s certificate (401): check it where it lies.`, false);
    // A school without any such record is answered so; a wrong address already has no schools.
    if (status === 404 && path !== 'schools') return [];
    if (status === 404)
      throw new FeedProblem('At the address of the feed there is no Aeries API: give the address that ends before /api/v5.', false);
    const records = recordsIn(isObject(body) ? [body] : body);
    ask.reads(records.length);
    return records;
  }
}

/** The days of one student of an answer, with the codes of the whole day and of its periods. */
function daysOf(student: JsonObject, school: string): string[][] {
  const days = Array.isArray(student['AttendanceDays']) ? student['AttendanceDays'].filter(isObject) : [];
  return days.map((day) => {
    const classes = Array.isArray(day['Classes']) ? day['Classes'].filter(isObject) : [];
    const periods = new Map(classes.map((one) => [`Period${textOf(one['Period'])}`, textOf(one['AttendanceCode'])]));
    return [
      textOf(student['StudentID']),
      school,
      textOf(day['CalendarDate']).slice(0, 10),
      textOf(day['AllDayAttendanceCode']),
      ...PERIODS.map((period) => periods.get(period) ?? ''),
    ];
  });
}

function calendarRow(school: string, track: string, date: string, mark: string): string[] {
  const { event, taught } = HOLIDAYS[mark] ?? { event: `Marked ${mark}`, taught: false };
  return [school, track, date, event, String(taught)];
}
