import type { Positions } from '../../store/feeds.ts';
import { textOf, valuesOf, type JsonObject } from '../read/record.ts';
import { contactResources, EdfiContacts } from './edfi-contacts.ts';
import { Doubts, EVENTS, SECTION_EVENTS, STAYS, STUDENTS } from './edfi-doubts.ts';
import { EdfiPrograms, PROGRAMS } from './edfi-programs.ts';
import { EdfiSession, type Query } from './edfi-session.ts';
import { FeedProblem, FileLeftOut } from './problem.ts';
import { jsonText, type Ask, type Before, type Connection, type FeedSource, type Parcel, type PulledFile } from './source.ts';

/**
 * Ed-Fi ODS/API v5, v6 and v7. Changes come by change versions, with what was deleted and what got another key; a reconcile reads
 * everything. An API that cannot tell of changes is read anew for the days of the feed's window. Events of the day are asked for in any case,
 * events of sections where the source lets them be read.
 */

/** What is read beside attendance; a feed cannot do without the first three. */
const ROSTER: { resource: string; optional: boolean }[] = [
  { resource: 'schools', optional: false },
  { resource: STUDENTS, optional: false },
  { resource: STAYS, optional: false },
  { resource: 'calendarDates', optional: true },
  { resource: 'studentEducationOrganizationAssociations', optional: true },
  { resource: 'sections', optional: true },
  { resource: 'studentSectionAssociations', optional: true },
  { resource: 'sectionAttendanceTakenEvents', optional: true },
];
/** So often a school's events are read again because some were added while they were read. */
const READINGS = 3;

export function edfiSource(connection: Connection): FeedSource {
  return new EdfiSource(new EdfiSession(connection));
}

class EdfiSource implements FeedSource {
  constructor(private readonly session: EdfiSession) {}

  async position({ since }: Before): Promise<{ upto: Positions; changes: boolean }> {
    const versions = await this.session.changeVersions();
    if (versions === null) return { upto: {}, changes: false };
    const { people, links } = contactResources(await this.session.version());
    const resources = [...ROSTER.map(({ resource }) => resource), EVENTS, SECTION_EVENTS, people, links, ...PROGRAMS];
    const upto = Object.fromEntries(resources.map((resource) => [resource, versions.newest]));
    // Further back than the source remembers, or ahead of it, since it was set up anew: what changed cannot be told.
    const told = Object.keys(upto).every((resource) => {
      const position = since[resource];
      return position !== undefined && position >= versions.oldest - 1 && position <= versions.newest;
    });
    return { upto, changes: told };
  }

  async *parcels(ask: Ask): AsyncGenerator<Parcel> {
    const schools = ask.settings.schools ?? (await this.schools());
    if (ask.kind === 'reconcile') yield* this.everything(ask, schools);
    else if (Object.keys(ask.upto).length > 0) yield* this.changes(ask, schools);
    else yield* this.window(ask, schools);
  }

  /** Everything of the school year, school by school, and beside it what is known of the days that are not complete yet. */
  private async *everything(ask: Ask, schools: string[]): AsyncGenerator<Parcel> {
    yield {
      keepsFiles: true,
      files: () => this.all(ask, schools),
      coverage: (names) => ({
        // Of a school whose events would not stand still nothing is said this time.
        schools: schools.filter((school) => names.includes(eventsFile(school))),
        from: ask.yearFrom,
        to: ask.through,
        complete: true,
      }),
    };
    yield* this.unfinishedDays(ask, schools);
  }

  private async *all(ask: Ask, schools: string[]): AsyncGenerator<PulledFile> {
    for (const { resource, optional } of ROSTER) yield this.file(ask, resource, {}, { optional });
    yield* (await this.contacts(ask)).all();
    yield* new EdfiPrograms(this.session, ask).all();
    for (const school of schools) {
      yield this.whole(ask, EVENTS, { schoolId: school }, eventsFile(school), () => new FileLeftOut(school));
      yield this.whole(ask, SECTION_EVENTS, { schoolId: school }, eventsFile(school, SECTION_EVENTS));
    }
  }

  /** All events of a kind of a school or a day, in a file. That there are no events of the day is told, too. */
  private whole(ask: Ask, resource: string, query: Query, name: string, restless = changing): PulledFile {
    const evenEmpty = resource === EVENTS;
    return { name, evenEmpty, text: () => jsonText(this.whileQuiet(ask, resource, query, restless), { evenEmpty }) };
  }

  /**
   * All events of a school or a day. A list to which rows are added while it is read may hide one of them, so it is read again until none
   * was added; rows that come twice are one row. @throws what `restless` makes when it never stands still
   */
  private async *whileQuiet(ask: Ask, resource: string, query: Query, restless: () => Error): AsyncGenerator<JsonObject[]> {
    const may = resource === EVENTS ? {} : { optional: () => ask.leavesOut(resource) };
    const wanted = wantedBy(ask, between(ask.yearFrom, ask.through));
    for (let reading = 1; ; reading += 1) {
      const before = await this.session.changeVersions();
      let rows = 0;
      for await (const page of this.session.pages(resource, query, { told: ask.expects, ...may })) {
        ask.reads(page.length);
        rows += page.length;
        yield page.filter(wanted);
      }
      const after = await this.session.changeVersions();
      if (before === null || after === null || before.newest === after.newest) return;
      if (rows === 0 && resource !== EVENTS) return;
      if ((await this.session.count(resource, { ...query, minChangeVersion: before.newest + 1 })) === 0) return;
      if (reading === READINGS) throw restless();
    }
  }

  /** What has changed since the last pull, what was taken back, and all of the days that have become complete. */
  private async *changes(ask: Ask, schools: string[]): AsyncGenerator<Parcel> {
    const doubts = new Doubts(this.session, ask, schools);
    yield {
      keepsFiles: false,
      files: () => this.changedFiles(ask, doubts),
      coverage: () => ({ schools, from: null, to: null, complete: false }),
    };
    yield {
      keepsFiles: false,
      files: () => doubts.stays(),
      coverage: () => ({ schools, from: ask.yearFrom, to: ask.today, complete: true }),
    };
    for (const [day, at] of doubts.schoolDays()) {
      yield {
        keepsFiles: false,
        files: () => this.schoolDay(ask, day, at),
        coverage: () => ({ schools: at, from: day, to: day, complete: true }),
      };
    }
    if (ask.open !== null) yield* this.days(ask, schools, ask.open);
  }

  /** All events of some schools on one day. */
  private async *schoolDay(ask: Ask, day: string, schools: string[]): AsyncGenerator<PulledFile> {
    for (const school of schools) {
      for (const resource of [EVENTS, SECTION_EVENTS])
        yield this.whole(ask, resource, { schoolId: school, eventDate: day }, `${resource}.${day}.${school}.json.gz`);
    }
  }

  private async *changedFiles(ask: Ask, doubts: Doubts): AsyncGenerator<PulledFile> {
    for (const { resource, optional } of ROSTER) {
      yield this.file(ask, resource, windowOf(ask, resource), { optional, seen: (page) => doubts.roster(resource, page) });
    }
    const keep = between(ask.yearFrom, ask.today);
    yield this.file(ask, EVENTS, windowOf(ask, EVENTS), { keep, seen: (page) => doubts.events(page) });
    yield this.file(ask, SECTION_EVENTS, windowOf(ask, SECTION_EVENTS), {
      keep,
      optional: true,
      seen: (page) => doubts.sectionEvents(page),
    });
    yield* doubts.files();
    yield* (await this.contacts(ask)).changed();
    yield* new EdfiPrograms(this.session, ask).changed();
  }

  private async contacts(ask: Ask): Promise<EdfiContacts> {
    return new EdfiContacts(this.session, ask, contactResources(await this.session.version()));
  }

  /** An API without changes: the roster, and the days of the window, all anew. */
  private async *window(ask: Ask, schools: string[]): AsyncGenerator<Parcel> {
    yield {
      keepsFiles: true,
      files: () => this.rosterFiles(ask),
      coverage: () => ({ schools, from: null, to: null, complete: false }),
    };
    yield* this.days(ask, schools, daysBefore(ask.through, ask.settings.windowDays - 1));
    yield* this.unfinishedDays(ask, schools);
  }

  private async *rosterFiles(ask: Ask): AsyncGenerator<PulledFile> {
    for (const { resource, optional } of ROSTER) yield this.file(ask, resource, {}, { optional });
    yield* (await this.contacts(ask)).all();
    yield* new EdfiPrograms(this.session, ask).all();
  }

  /** All events of the school days from one day on, up to the last that is complete. */
  private async *days(ask: Ask, schools: string[], from: string): AsyncGenerator<Parcel> {
    if (from > ask.through) return;
    const days = await ask.schoolDays(from, ask.through);
    if (days.length === 0) return;
    yield {
      keepsFiles: true,
      files: () => this.wholeDays(ask, days),
      coverage: () => ({ schools, from, to: ask.through, complete: true }),
    };
  }

  /** The days after the last complete one, up to today: what is known of them so far. */
  private async *unfinishedDays(ask: Ask, schools: string[]): AsyncGenerator<Parcel> {
    if (ask.through >= ask.today) return;
    const days = await ask.schoolDays(daysBefore(ask.through, -1), ask.today);
    if (days.length === 0) return;
    yield {
      keepsFiles: true,
      files: () => this.dayFiles(ask, days),
      coverage: () => ({ schools, from: null, to: null, complete: false }),
    };
  }

  private async *wholeDays(ask: Ask, days: string[]): AsyncGenerator<PulledFile> {
    for (const day of days)
      for (const resource of [EVENTS, SECTION_EVENTS]) yield this.whole(ask, resource, { eventDate: day }, `${resource}.${day}.json.gz`);
  }

  private async *dayFiles(ask: Ask, days: string[]): AsyncGenerator<PulledFile> {
    for (const day of days) {
      for (const resource of [EVENTS, SECTION_EVENTS])
        yield this.file(ask, resource, { eventDate: day }, { name: `${resource}.${day}.json.gz`, optional: resource !== EVENTS });
    }
  }

  private file(
    ask: Ask,
    resource: string,
    query: Query,
    options: {
      name?: string;
      optional?: boolean;
      keep?: (record: JsonObject) => boolean;
      seen?: (page: JsonObject[]) => Promise<void>;
    } = {},
  ): PulledFile {
    const { session } = this;
    const { name = `${resource}.json.gz`, optional = false, keep = () => true, seen } = options;
    const wanted = wantedBy(ask, keep);
    async function* pages(): AsyncGenerator<JsonObject[]> {
      const may = optional ? { optional: () => ask.leavesOut(resource) } : {};
      for await (const page of session.pages(resource, query, { told: ask.expects, ...may })) {
        ask.reads(page.length);
        const kept = page.filter(wanted);
        await seen?.(kept);
        yield kept;
      }
    }
    return { name, evenEmpty: false, text: () => jsonText(pages(), { evenEmpty: false }) };
  }

  /** The ids of the source's schools. */
  private async schools(): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.session.pages('schools', {})) for (const { schoolId } of page) ids.push(textOf(schoolId));
    return [...new Set(ids)].sort();
  }
}

/** Where the records of the roster name their school. */
const SCHOOL_PATHS = ['schoolId', 'schoolReference', 'calendarReference', 'courseOfferingReference', 'sectionReference'].map((path) =>
  path === 'schoolId' ? path : `${path}.schoolId`,
);

/** Whether a record is about one of the schools, or names none. */
function concerns(record: JsonObject, schools: readonly string[]): boolean {
  const school = valuesOf(record, SCHOOL_PATHS).find((value) => value !== '');
  return school === undefined || schools.includes(school);
}

const eventsFile = (school: string, resource = EVENTS): string => `${resource}.${school.replaceAll(/[^\w-]/g, '_')}.json.gz`;

const changing = (): Error => new FeedProblem('The events of a day or school changed all the time while they were read.', true);

/** Of the records that a reading keeps, those about the feed's schools. */
const wantedBy =
  ({ settings: { schools } }: Ask, keep: (record: JsonObject) => boolean) =>
  (record: JsonObject): boolean =>
    keep(record) && (schools === null || concerns(record, schools));

/** The window of changes of a resource: after what was taken in, up to where the source stood when the pull began. */
const windowOf = (ask: Ask, resource: string): Query => ({
  minChangeVersion: (ask.since[resource] ?? -1) + 1,
  maxChangeVersion: ask.upto[resource] ?? 0,
});

const between =
  (from: string, to: string) =>
  (record: JsonObject): boolean => {
    const day = textOf(record['eventDate']).slice(0, 10);
    return day >= from && day <= to;
  };

/** So many days before a day. */
function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}
