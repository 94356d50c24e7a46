import { ApplicationFailure } from '@temporalio/activity';
import { CannotTake } from '../attendance/cannot-take.ts';
import { dryRunFeed } from '../attendance/feeds/dry-run.ts';
import { FeedProblem } from '../attendance/feeds/problem.ts';
import { deliveredBy, pullFeed, type Pulling } from '../attendance/feeds/pull.ts';
import { FileRefused } from '../attendance/read/refusal.ts';
import { districtTime } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import { failFeedDryRun } from '../store/feed-dry-runs.ts';
import { failPull, finishPull, readFeed, troubled, type PullKind } from '../store/feeds.ts';
import { readFeedHealth } from '../store/read/feeds.ts';
import { whileBeating } from './beating.ts';

/** A pull of a feed; a kind of null leaves it to what is due. */
export interface PullInput {
  feedId: string;
  kind: PullKind | null;
  askedBy: string;
}

/** What the workflows of feeds ask of the world. Never rename one: running workflows call them by name. */
export interface FeedActivities {
  /** The feeds that are to be pulled now. */
  dueFeeds(): Promise<string[]>;
  /** Pulls a feed into deliveries. @returns them in the order in which they are to be taken */
  pullFeed(input: PullInput): Promise<{ pullId: string; deliveries: string[] }>;
  /** Moves the feed's cursors, once all deliveries of the pull have been taken. */
  finishPull(pullId: string): Promise<void>;
  failPull(input: { feedId: string; problem: string }): Promise<void>;
  /** Finds out what the feed's next pull would do. @returns false when nobody asks for it any more */
  dryRunFeed(input: DryRunInput): Promise<boolean>;
  failFeedDryRun(input: DryRunInput & { problem: string }): Promise<void>;
}

export interface DryRunInput {
  feedId: string;
  dryRunId: string;
}

export interface FeedDependencies extends Pulling {
  /** Connected as `rollbook_worker`. */
  db: Database;
}

export function createFeedActivities({ db, secretAt, wire }: FeedDependencies): FeedActivities {
  return {
    async dueFeeds() {
      if ((await db('district').first<object | undefined>('only')) === undefined) return [];
      const { at } = await districtTime(db);
      // One that seems to run is asked for as well: if nobody is at it any more, it is taken up.
      const due = (await readFeedHealth(db)).filter(
        ({ state, health: { nextAttempt, running } }) =>
          state === 'active' && (running !== null || (nextAttempt !== null && nextAttempt <= at)),
      );
      return due.map(({ feedId }) => feedId);
    },

    async pullFeed({ feedId, kind, askedBy }) {
      try {
        return await whileBeating((signal) => pullFeed(db, feedId, { kind, by: askedBy }, { secretAt, wire: { ...wire, signal } }));
      } catch (error) {
        if (!(error instanceof FeedProblem)) throw error;
        await troubled(db, feedId, error.message);
        throw ApplicationFailure.create({ message: error.message, type: error.name, nonRetryable: !error.again });
      }
    },

    async finishPull(pullId) {
      await finishPull(db, pullId, (await districtTime(db)).at);
    },

    async failPull({ feedId, problem }) {
      const feed = await readFeed(db, feedId);
      if (feed !== null) await failPull(db, { feedId, problem, at: (await districtTime(db)).at, by: deliveredBy(feed) });
    },

    async dryRunFeed({ feedId, dryRunId }) {
      try {
        return await whileBeating((signal) => dryRunFeed(db, feedId, dryRunId, { secretAt, wire: { ...wire, signal } }));
      } catch (error) {
        // Somebody waits for the answer: what stands in the way is told at once, also where a pull would be tried again.
        if (error instanceof FeedProblem || error instanceof CannotTake || error instanceof FileRefused)
          throw ApplicationFailure.nonRetryable(error.message, error.name);
        throw error;
      }
    },

    async failFeedDryRun({ feedId, dryRunId, problem }) {
      const feed = await readFeed(db, feedId);
      if (feed !== null) await failFeedDryRun(db, dryRunId, problem, deliveredBy(feed));
    },
  };
}
