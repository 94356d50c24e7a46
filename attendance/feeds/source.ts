import type { FeedSettings, FeedSystem } from '../../policy/feeds.ts';
import type { MappedCode } from '../../store/attendance-codes.ts';
import type { OpenCoverage } from '../../store/attendance-delivery.ts';
import type { Database } from '../../store/database.ts';
import type { Positions, PullKind, TakenFile } from '../../store/feeds.ts';
import type { JsonObject } from '../read/record.ts';
import type { Day } from '../school-year.ts';
import type { Wire } from './http.ts';

/**
 * What every system that can be pulled is asked through. A new one is one file beside this one: it says where the source stands, and
 * brings what it has as deliveries of files, in the layout that the reader of its format takes. Everything after that is a delivery.
 */

/** How a feed reaches its source. The secret is in memory alone. */
export interface Connection {
  url: string;
  clientId: string | null;
  secret: string;
  wire: Wire;
}

/** What is asked of a source. */
export interface Ask {
  kind: PullKind;
  /** How far each resource has been taken in; empty before the first pull. */
  since: Positions;
  /** Where the source stood when the pull began. */
  upto: Positions;
  settings: FeedSettings;
  /** The district's day, the last day of which everything is to be said, and the first day of the school year. */
  today: Day;
  through: Day;
  yearFrom: Day;
  /** The first day of which the feed has not said everything yet; null before the first pull. */
  open: Day | null;
  /** The days from one to another on which some school teaches; all of them as long as no calendar speaks of any. */
  schoolDays(from: Day, to: Day): Promise<Day[]>;
  /** The pull or dry run it is asked for. */
  pullId: string;
  /** Files that pulls of this feed have taken, with what they were then. */
  taken: readonly TakenFile[];
  /** For questions about what is on record. */
  db: Database;
  /** Tells that so many rows are to come, and that so many have. */
  expects(rows: number): void;
  reads(rows: number): void;
  /** Tells what codes mean, as the source itself has it; what the district's table says already stays. */
  saysOfCodes(codes: readonly MappedCode[]): Promise<void>;
  /** Tells that the source does not let a resource be read that the feed can do without. */
  leavesOut(resource: string): void;
}

/** A file of a delivery, written by us. It is packed with gzip on its way, and its name says so. */
export interface WrittenFile {
  name: string;
  /** Delivered though it has no rows: that nothing is to be told is what it tells. */
  evenEmpty: boolean;
  /** Its text from the beginning, in pieces of any size; no piece when it has no rows, unless `evenEmpty`. */
  text(): AsyncIterable<string>;
}

/** A file of a delivery as it lies at the source. */
export interface FoundFile {
  name: string;
  size: number;
  modifiedAt: string;
  bytes(): AsyncIterable<Buffer>;
}

export type PulledFile = WrittenFile | FoundFile;

/** One delivery of a pull. */
export interface Parcel {
  /** A pull that is taken up again keeps the files it has of this parcel, since what they say does not depend on what came before. */
  keepsFiles: boolean;
  files(): AsyncIterable<PulledFile>;
  /** Of what it speaks; asked when all its files have come. @param names of the files it has */
  coverage(names: readonly string[]): OpenCoverage;
}

export interface FeedSource {
  /**
   * Where the source stands now, by resource.
   * @returns changes: whether it can tell what has changed since the positions given; asOf: the instant as of which it speaks, where
   *   that is not now
   */
  position(before: Before): Promise<{ upto: Positions; changes: boolean; asOf?: string }>;
  /** What the pull brings, delivery by delivery, in the order in which they are to be taken. */
  parcels(ask: Ask): AsyncIterable<Parcel>;
  /** Lets go of the source. */
  close?(): void;
}

/** What is known of a feed before its source is asked. */
export interface Before {
  kind: PullKind;
  since: Positions;
  taken: readonly TakenFile[];
  settings: FeedSettings;
}

export type OpenSource = (connection: Connection) => FeedSource;
export type { FeedSystem };

/** A JSON list of records, as text; one record a line. Nothing when there are no records and nothing is to be said of that. */
export async function* jsonText(pages: AsyncIterable<readonly JsonObject[]>, options: { evenEmpty: boolean }): AsyncGenerator<string> {
  let begun = false;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield `${begun ? ',\n' : '[\n'}${page.map((record) => JSON.stringify(record)).join(',\n')}`;
    begun = true;
  }
  if (begun) yield '\n]\n';
  else if (options.evenEmpty) yield '[]\n';
}
