import { lastPart } from '../formats/values.ts';
import { isObject, textOf, valuesOf, type JsonObject } from '../read/record.ts';
import type { EdfiSession, Query } from './edfi-session.ts';
import { NeedsReconcile } from './problem.ts';
import { jsonText, type Ask, type PulledFile } from './source.ts';

export const EVENTS = 'studentSchoolAttendanceEvents';
export const SECTION_EVENTS = 'studentSectionAttendanceEvents';
export const STAYS = 'studentSchoolAssociations';
export const STUDENTS = 'students';

/** More than this is not asked for one by one: then everything is read. */
const FEW = 5_000;

const STUDENT = 'studentReference.studentUniqueId';
const EVENT = [STUDENT, 'schoolReference.schoolId', 'eventDate', 'attendanceEventCategoryDescriptor'];
const KEY = ['studentUniqueId', 'schoolId', 'eventDate'];
const SECTION_EVENT = [
  STUDENT,
  'sectionReference.schoolId',
  'eventDate',
  'attendanceEventCategoryDescriptor',
  'sectionReference.sectionIdentifier',
];

/**
 * What the changes alone do not tell, so that the source is asked for it by itself: the days of which an event was deleted (the category
 * is part of an event's key, so another event may still stand for the day), the days that are on record with another code than the
 * changed event has, the stays of students of whom one was deleted or got another key, and students who are named and nobody knows. The
 * key of a section's event does not name its period: where one was deleted, the school's day is read whole.
 */
export class Doubts {
  private readonly days = new Map<string, Query>();
  /** The deleted events, as the source tells of them. */
  private readonly deleted: { day: string; record: JsonObject }[] = [];
  /** Days, each with the schools of which all events are to be read. */
  private readonly whole = new Map<string, Set<string>>();
  private readonly staying = new Set<string>();
  private readonly unknown = new Set<string>();
  private readonly sent = new Set<string>();

  constructor(
    private readonly session: EdfiSession,
    private readonly ask: Ask,
    private readonly schools: readonly string[],
  ) {}

  /** Takes note of changed rows of the roster. */
  async roster(resource: string, page: readonly JsonObject[]): Promise<void> {
    if (resource === STUDENTS) for (const record of page) this.sent.add(textOf(record['studentUniqueId']));
    if (resource === STAYS) await this.noteUnknown(page.map((record) => valuesOf(record, [STUDENT])[0]!));
  }

  /** Takes note of changed events: days on record with another code, and students nobody knows. */
  async events(page: readonly JsonObject[]): Promise<void> {
    const rows = page.map((record) => valuesOf(record, EVENT) as [string, string, string, string]);
    await this.noteUnknown(rows.map(([student]) => student));
    const { rows: other } = await this.ask.db.raw<{ rows: { n: number }[] }>(
      `SELECT e.n::integer AS n FROM unnest(CAST(:students AS text[]), CAST(:days AS text[]), CAST(:codes AS text[])) WITH ORDINALITY AS e(ssid, day, code, n)
       JOIN student_identifier i ON i.scheme = 'ssid' AND i.value = e.ssid
       JOIN attendance_day d ON d.student_id = i.student_id AND d.date = e.day::date
       WHERE d.code_raw IS DISTINCT FROM e.code AND d.code_set = 'edfi'`,
      {
        students: rows.map(([student]) => student),
        days: rows.map(([, , day]) => day.slice(0, 10)),
        codes: rows.map(([, , , code]) => lastPart(code)?.toLowerCase() ?? ''),
      },
    );
    for (const { n } of other) {
      const [studentUniqueId, schoolId, eventDate] = rows[n - 1]!;
      this.doubt({ studentUniqueId, schoolId, eventDate: eventDate.slice(0, 10) });
    }
  }

  /** Takes note of changed events of sections: those on record with another code, and students nobody knows. */
  async sectionEvents(page: readonly JsonObject[]): Promise<void> {
    const rows = page.map((record) => valuesOf(record, SECTION_EVENT) as [string, string, string, string, string]);
    await this.noteUnknown(rows.map(([student]) => student));
    const { rows: other } = await this.ask.db.raw<{ rows: { school: string; day: string }[] }>(
      `SELECT DISTINCT e.school, e.day FROM unnest(CAST(:students AS text[]), CAST(:schools AS text[]), CAST(:days AS text[]), CAST(:codes AS text[]),
         CAST(:sections AS text[])) AS e(ssid, school, day, code, section)
       JOIN student_identifier i ON i.scheme = 'ssid' AND i.value = e.ssid
       JOIN attendance_period p ON p.student_id = i.student_id AND p.date = e.day::date AND p.section = e.section
       WHERE p.code <> e.code AND p.code_set = 'edfi'`,
      {
        students: rows.map(([student]) => student),
        schools: rows.map(([, school]) => school),
        days: rows.map(([, , day]) => day.slice(0, 10)),
        codes: rows.map(([, , , code]) => lastPart(code)?.toLowerCase() ?? ''),
        sections: rows.map(([, , , , section]) => section),
      },
    );
    for (const { school, day } of other) this.readWhole(day, school);
  }

  /** The days before those that are read whole anyway, with the schools of which everything has to be read again. */
  schoolDays(): [day: string, schools: string[]][] {
    const { open, through } = this.ask;
    return [...this.whole]
      .filter(([day]) => day <= through && (open === null || day < open))
      .map(([day, schools]): [string, string[]] => [day, [...schools].sort()])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /** The files that settle the doubts about days and students; asked for when all changes have been seen. */
  async *files(): AsyncGenerator<PulledFile> {
    await this.readDeleted();
    const standing = new Set<string>();
    yield this.again(EVENTS, [...this.days.values()], (record) => standing.add(dayKey(valuesOf(record, EVENT))));
    // Whatever still stands for the day has just been sent; what is taken back is only what nothing stands for.
    const { deleted } = this;
    yield {
      name: 'deletedAttendanceEvents.json.gz',
      evenEmpty: false,
      text: () =>
        jsonText(
          once(() => deleted.filter(({ day }) => !standing.has(day)).map(({ record }) => record)),
          { evenEmpty: false },
        ),
    };
    const students = [...this.unknown].filter((id) => !this.sent.has(id)).map((studentUniqueId) => ({ studentUniqueId }));
    yield this.again(STUDENTS, students);
    yield this.again(STAYS, students);
  }

  /** All stays of the students of whom one was deleted or got another key: within them nothing else holds. */
  async *stays(): AsyncGenerator<PulledFile> {
    for (const kind of ['deletes', 'keyChanges']) {
      for await (const page of this.tracked(STAYS, kind)) {
        for (const record of page) {
          const { studentUniqueId } = keysOf(record, kind === 'deletes' ? 'keyValues' : 'oldKeyValues');
          this.staying.add(textOf(studentUniqueId));
        }
        this.few(this.staying.size);
      }
    }
    yield this.again(
      STAYS,
      [...this.staying].map((studentUniqueId) => ({ studentUniqueId })),
    );
  }

  private async readDeleted(): Promise<void> {
    for (const kind of ['deletes', 'keyChanges']) {
      const of = kind === 'deletes' ? 'keyValues' : 'oldKeyValues';
      for await (const page of this.tracked(EVENTS, kind)) {
        for (const record of page) {
          const keyValues = keysOf(record, of);
          const { studentUniqueId, schoolId, eventDate } = keyValues;
          const query = { studentUniqueId: textOf(studentUniqueId), schoolId: textOf(schoolId), eventDate: textOf(eventDate).slice(0, 10) };
          if (query.eventDate < this.ask.yearFrom || query.eventDate > this.ask.today || !this.schools.includes(query.schoolId)) continue;
          this.doubt(query);
          this.deleted.push({ day: dayKey(KEY.map((key) => query[key as keyof typeof query])), record: { ...record, keyValues } });
        }
      }
      for await (const page of this.tracked(SECTION_EVENTS, kind)) {
        for (const record of page) {
          const { schoolId, eventDate } = keysOf(record, of);
          this.readWhole(textOf(eventDate).slice(0, 10), textOf(schoolId));
        }
      }
    }
  }

  private readWhole(day: string, school: string): void {
    if (day < this.ask.yearFrom || !this.schools.includes(school)) return;
    const schools = this.whole.get(day) ?? new Set<string>();
    this.whole.set(day, schools.add(school));
    this.few([...this.whole.values()].reduce((sum, { size }) => sum + size, 0));
  }

  /** What the source keeps of deleted and renamed records; an API without it leaves that to the reconcile. */
  private tracked(resource: string, kind: string): AsyncGenerator<JsonObject[]> {
    const { since, upto } = this.ask;
    const window = { minChangeVersion: (since[resource] ?? -1) + 1, maxChangeVersion: upto[resource] ?? 0 };
    return this.session.pages(`${resource}/${kind}`, window, { optional: () => undefined });
  }

  private doubt(query: { studentUniqueId: string; schoolId: string; eventDate: string }): void {
    this.days.set(dayKey([query.studentUniqueId, query.schoolId, query.eventDate]), query);
    this.few(this.days.size);
  }

  private async noteUnknown(students: readonly string[]): Promise<void> {
    const { rows } = await this.ask.db.raw<{ rows: { id: string }[] }>(
      `SELECT DISTINCT n.id FROM unnest(CAST(:students AS text[])) AS n(id)
       WHERE NOT EXISTS (SELECT FROM student_identifier i WHERE i.scheme = 'ssid' AND i.value = n.id)`,
      { students: [...students] },
    );
    for (const { id } of rows) this.unknown.add(id);
    this.few(this.unknown.size - this.sent.size);
  }

  private few(size: number): void {
    if (size > FEW) throw new NeedsReconcile('too much was deleted or changed to ask for it one by one');
  }

  private again(resource: string, queries: readonly Query[], seen?: (record: JsonObject) => void): PulledFile {
    const { session, ask } = this;
    async function* pages(): AsyncGenerator<JsonObject[]> {
      for (const query of queries) {
        for await (const page of session.pages(resource, query)) {
          ask.reads(page.length);
          page.forEach((record) => seen?.(record));
          yield page;
        }
      }
    }
    return { name: `${resource}.again.json.gz`, evenEmpty: false, text: () => jsonText(pages(), { evenEmpty: false }) };
  }
}

/** Student, school and day of an event, as one text. */
const dayKey = ([student, school, day]: readonly (string | undefined)[]): string => [student, school, day?.slice(0, 10)].join(' ');

/** @throws NeedsReconcile of an API so old that it tells of deleted records without saying which they were */
function keysOf(record: JsonObject, name: string): JsonObject {
  const keys = record[name];
  if (!isObject(keys)) throw new NeedsReconcile('the source does not say what was deleted');
  return keys;
}

async function* once<T>(make: () => T): AsyncGenerator<T> {
  yield await Promise.resolve(make());
}
