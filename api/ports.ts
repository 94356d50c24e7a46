import type { Logger } from 'pino';
import type { Database, Transaction } from '../store/database.ts';

/** How a command that has been written down reaches its case. Wired by `bin/`. */
export interface CaseGateway {
  /**
   * Sends a written command to its case and waits for its one outcome.
   * @param timeoutMs how long to wait, in milliseconds
   * @returns the outcome as it stands in the database; null if there is none yet (the relay goes on repeating the command)
   */
  deliver(commandId: string, timeoutMs: number): Promise<{ outcome: 'applied' | 'refused'; body: unknown } | null>;
}

/** How far an advance of the district's clock has come. */
export interface AdvanceProgress {
  /** `unknown` when the engine does not answer. */
  state: 'none' | 'running' | 'done' | 'failed' | 'unknown';
  /** Why it failed, in one sentence. */
  problem: string | null;
  /** Days that will be passed in all. */
  planned: number;
  /** Days passed so far, each with what it brought. */
  passed: object[];
  /** Why fewer days are passed than were asked for. */
  short: string | null;
}

/** What else the API asks of the engine: long work of the district. */
export interface DistrictJobs {
  /** Starts reading a committed delivery; a repeat finds it running and changes nothing. */
  importDelivery(deliveryId: string): Promise<void>;
  /** Starts to try a delivery out. */
  dryRunDelivery(deliveryId: string): Promise<void>;
  /** Starts a rehearsal that has been written down; a repeat finds it running and changes nothing. */
  rehearsePolicy(rehearsalId: string): Promise<void>;
  /** Has the merges that people have asked for brought about; what cannot be started now is with the next delivery or turn of the day. */
  settleMerges(): Promise<void>;
  /** Has feeds looked after from now on, and the given one pulled; one that is being pulled goes on as it is. */
  pullFeed(input: { feedId: string; kind: 'changes' | 'reconcile' | null; askedBy: string }): Promise<void>;
  /** Starts a dry run of a feed that has been written down; a repeat finds it running and changes nothing. */
  dryRunFeed(input: { feedId: string; dryRunId: string }): Promise<void>;
  /** Has feeds looked after from now on. */
  watchFeeds(): Promise<void>;
  /**
   * Starts an advance of the clock of a district that is not live.
   * @param request identifies the request: a repeat of the same request starts nothing new
   * @returns `busy` when another advance is running
   */
  advance(request: string, input: { days: number } | { schoolDays: number }): Promise<'started' | 'busy'>;
  advanceProgress(): Promise<AdvanceProgress>;
  /** True when the engine answers within a second. */
  reachable(): Promise<boolean>;
}

/** What the API asks of delivered files, which it does not read itself. */
export interface DeliveredFiles {
  /**
   * The rejected rows of one file of a delivery, as a CSV file in pieces.
   * @param within opens a transaction of the caller
   * @param of rows of the import, or of the last dry run
   */
  rejectedRows(
    within: <T>(work: (trx: Transaction) => Promise<T>) => Promise<T>,
    deliveryId: string,
    file: string,
    of: 'import' | 'dry run',
  ): AsyncIterable<string>;
}

/** All that the API works with, handed in by whoever composes the process. */
export interface ApiServices {
  /** Connected as `rollbook_api`. */
  db: Database;
  gateway: CaseGateway;
  jobs: DistrictJobs;
  files: DeliveredFiles;
  logger: Logger;
  /** The release, for health and the OpenAPI document. */
  version: string;
  /** How long a command's outcome is waited for before 202 is answered, in milliseconds. */
  patienceMs: number;
  /** Check every answer against its contract and fail with 500 when it differs: for tests and rehearsals. */
  checkAnswers: boolean;
}
