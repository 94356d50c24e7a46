import type { Positions } from '../../store/feeds.ts';
import { textOf, valuesOf, type JsonObject } from '../read/record.ts';
import { Doubts, EVENTS, STAYS, STUDENTS } from './edfi-doubts.ts';
import { EdfiSession, type Query } from './edfi-session.ts';
import { FeedProblem, FileLeftOut } from './problem.ts';
import { jsonText, type Ask, type Connection, type FeedSource, type Parcel, type PulledFile } from './source.ts';

/**
 * Ed-Fi ODS/API v5, v6 and v7. Changes come by change versions, with what was deleted and what got another key; a reconcile reads
 * everything. An API that cannot tell of changes is read anew for the days of the feed's window.
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

  async position(since: Positions): Promise<{ upto: Positions; changes: boolean }> {
    const versions = await this.session.changeVersions();
    if (versions === null) return { upto: {}, changes: false };
    const upto = Object.fromEntries([...ROSTER.map(({ resource }) => resource), EVENTS].map((resource) => [resource, versions.newest]));
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
    for (const school of schools) {
      yield {
        name: eventsFile(school),
        evenEmpty: true,
        text: () =>
          jsonText(
            this.whileQuiet(ask, { schoolId: school }, () => new FileLeftOut(school)),
            { evenEmpty: true },
          ),
      };
    }
  }

  /**
   * All events of a school or a day. A list to which rows are added while it is read may hide one of them, so it is read again until none
   * was added; rows that come twice are one row. @throws what `restless` makes when it never stands still
   */
  private async *whileQuiet(ask: Ask, query: Query, restless: () => Error): AsyncGenerator<JsonObject[]> {
    for (let reading = 1; ; reading += 1) {
      const before = await this.session.changeVersions();
      for await (const page of this.session.pages(EVENTS, query, { told: ask.expects })) {
        ask.reads(page.length);
        yield page.filter(between(ask.yearFrom, ask.through));
      }
      const after = await this.session.changeVersions();
      if (before === null || after === null || before.newest === after.newest) return;
      if ((await this.session.count(EVENTS, { ...query, minChangeVersion: before.newest + 1 })) === 0) return;
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
    if (ask.open !== null) yield* this.days(ask, schools, ask.open);
  }

  private async *changedFiles(ask: Ask, doubts: Doubts): AsyncGenerator<PulledFile> {
    for (const { resource, optional } of ROSTER) {
      yield this.file(ask, resource, windowOf(ask, resource), { optional, seen: (page) => doubts.roster(resource, page) });
    }
    yield this.file(ask, EVENTS, windowOf(ask, EVENTS), {
      keep: between(ask.yearFrom, ask.today),
      seen: (page) => doubts.events(page),
    });
    yield* doubts.files();
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
    for (const day of days) {
      const restless = (): Error => new FeedProblem(`The events of ${day} changed all the time while they were read.`, true);
      yield {
        name: `${EVENTS}.${day}.json`,
        evenEmpty: true,
        text: () => jsonText(this.whileQuiet(ask, { eventDate: day }, restless), { evenEmpty: true }),
      };
    }
  }

  private async *dayFiles(ask: Ask, days: string[]): AsyncGenerator<PulledFile> {
    for (const day of days) yield this.file(ask, EVENTS, { eventDate: day }, { name: `${EVENTS}.${day}.json` });
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
    const { name = `${resource}.json`, optional = false, keep = () => true, seen } = options;
    const { schools } = ask.settings;
    const wanted = (record: JsonObject): boolean => keep(record) && (schools === null || concerns(record, schools));
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

const eventsFile = (school: string): string => `${EVENTS}.${school.replaceAll(/[^\w-]/g, '_')}.json`;

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
