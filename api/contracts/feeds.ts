import { z } from 'zod';
import { FEED_SECRET, FEED_SYSTEMS, feedAddressProblem, feedSettings } from '../../policy/feeds.ts';
import { day, instant, text, uuid } from './common.ts';
import { consequences } from './delivery.ts';

export const feedName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'a name is lower case letters, digits and hyphens, 2 to 40 of them')
  .meta({ example: 'sis' });

const url = z.string().max(500).meta({
  description: 'Ed-Fi: where the API describes itself, without /data/v3. Aeries: what comes before /api/v5. SFTP: sftp://HOST/FOLDER',
  example: 'https://sis.example.org/edfi',
});

const secret = z
  .string()
  .regex(FEED_SECRET, 'say where the secret lies: env:ROLLBOOK_FEED_NAME, or file:NAME in the worker’s folder of secrets')
  .meta({ description: 'Where the secret lies, and never the secret itself', example: 'env:ROLLBOOK_FEED_SIS' });

const clientId = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .nullable()
  .default(null)
  .meta({ description: 'Ed-Fi: the key of the client. SFTP: the user' });
const system = z.enum(FEED_SYSTEMS);

/** What of a feed does not fit its system. */
export function feedMismatches({
  system,
  url,
  clientId,
}: {
  system: (typeof FEED_SYSTEMS)[number];
  url: string;
  clientId: string | null;
}): { path: 'url' | 'clientId'; message: string }[] {
  const problem = feedAddressProblem(url, system);
  const asks = { edfi: 'an Ed-Fi API asks for the key of a client', sftp: 'an SFTP server asks for a user', aeries: null }[system];
  return [
    ...(problem === null ? [] : [{ path: 'url' as const, message: problem }]),
    ...(asks === null || clientId !== null ? [] : [{ path: 'clientId' as const, message: asks }]),
  ];
}

export const addFeed = z
  .strictObject({
    name: feedName,
    system,
    url,
    clientId,
    secret,
    settings: feedSettings.prefault({}),
    paused: z.boolean().default(false).meta({ description: 'True: it is pulled when it is resumed, and can be tried out before' }),
  })
  .superRefine((feed, check) => {
    for (const { path, message } of feedMismatches(feed)) check.addIssue({ code: 'custom', path: [path], message });
  })
  .meta({ id: 'AddFeed' });

export const feedChanged = z
  .strictObject({ feedId: uuid, name: feedName, state: z.enum(['active', 'paused', 'removed']) })
  .meta({ id: 'FeedChanged' });

export const changeFeed = z
  .strictObject({
    url: url.optional(),
    clientId: z.string().trim().min(1).max(200).nullable().optional().meta({ description: 'Ed-Fi: the key of the client. SFTP: the user' }),
    secret: secret.optional(),
    settings: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'Those of the feed’s settings that are to be others; each as with a new feed' }),
    note: text.meta({ description: 'Why it is changed, and who decided it' }),
  })
  .meta({ id: 'ChangeFeed', description: 'What is left out stays as it is' });

export const feedEdited = feedChanged
  .extend({ readsAnew: z.boolean().meta({ description: 'Everything is read anew with the next pull' }) })
  .meta({ id: 'FeedEdited' });

const pullKind = z.enum(['changes', 'reconcile']);
export const pullFeed = z
  .strictObject({ kind: pullKind.nullable().default(null).meta({ description: 'Null: whatever is due' }) })
  .meta({ id: 'PullFeed' });
export const pullAsked = z.strictObject({ feedId: uuid, name: feedName, kind: pullKind.nullable() }).meta({ id: 'PullAsked' });

const number = z.number().int();

const feedAccount = z
  .strictObject({
    read: number,
    accepted: number,
    rejected: number,
    ignored: number,
    reasons: z.record(z.string(), number).meta({ description: 'Rows not taken, by reason' }),
    days: z.strictObject({ added: number, changed: number, withdrawn: number, retractionsWaiting: number, covered: number }),
    consequences,
    unknownCodes: z
      .array(z.strictObject({ codeSet: z.string(), code: z.string(), rows: number }))
      .meta({ description: 'Codes that nobody has mapped: their rows would wait until somebody does' }),
    unknownFiles: z.array(z.string()).meta({ description: 'Files that no format knows' }),
    newStudents: number,
  })
  .meta({ id: 'FeedAccount', description: 'What a pull would do, all its deliveries together' });

export const feedDryRunAsked = z.strictObject({ feedId: uuid, dryRunId: uuid, name: feedName }).meta({ id: 'FeedDryRunAsked' });

export const feedDryRun = z
  .strictObject({
    dryRunId: uuid,
    state: z.enum(['fetching', 'trying', 'tried', 'untried', 'cancelled']).meta({
      description: 'fetching: the source is asked; trying: what came is tried out; untried: it could not be done, `problem` says why',
    }),
    kind: pullKind.nullable(),
    askedBy: z.string(),
    beganAt: instant,
    endedAt: instant.nullable(),
    problem: z.string().nullable(),
    expected: number.meta({ description: 'Rows that the source said it would send' }),
    read: number.meta({ description: 'Rows that have come' }),
    leftOut: z.array(z.string()).meta({ description: 'What the source did not let us read' }),
    progress: z
      .strictObject({ phase: z.string(), file: z.string().nullable(), rows: number, bytes: number, ofBytes: number, at: instant })
      .nullable(),
    account: feedAccount.nullable(),
    deliveries: z
      .array(uuid)
      .meta({ description: 'What was tried out, in the order of a pull; each tells its rows that would not be taken' }),
  })
  .meta({ id: 'FeedDryRun' });

const health = z.strictObject({
  state: z.enum(['well', 'waiting', 'failing', 'late', 'paused']),
  sentence: z.string().nullable().meta({ description: 'What is the matter, of which day the numbers are, what happens next' }),
  lastSuccess: instant.nullable(),
  lastReconcile: instant.nullable(),
  numbersOf: day.nullable().meta({ description: 'The last day of which the feed has said everything' }),
  lastAttempt: instant.nullable(),
  problem: z.string().nullable(),
  rowsBehind: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'Rows that the last attempt found and that are not taken in; null if unknown' }),
  nextAttempt: instant.nullable(),
  nextReconcile: instant.nullable(),
  failures: z.number().int().meta({ description: 'Attempts that failed since the last success' }),
  running: pullKind.nullable(),
  leftOut: z.array(z.string()).meta({ description: 'What the source did not let us read' }),
});

export const feedList = z
  .strictObject({
    feeds: z.array(
      z.strictObject({
        feedId: uuid,
        name: feedName,
        system,
        url: z.string(),
        clientId: z.string().nullable(),
        secret: z.string(),
        settings: feedSettings,
        state: z.enum(['active', 'paused', 'removed']),
        activeSince: instant,
        readAnewSince: instant.nullable(),
        changes: z
          .array(z.strictObject({ by: z.string(), at: instant, note: z.string(), what: z.array(z.string()) }))
          .meta({ description: 'What was changed, by whom and why, latest first' }),
        health,
        cursors: z.record(z.string(), z.number().int()).meta({ description: 'How far each resource has been taken in' }),
      }),
    ),
  })
  .meta({ id: 'Feeds' });

/** What every page that shows numbers says about the feeds they rest on. */
export const staleFeeds = z
  .array(
    z
      .strictObject({
        feed: feedName,
        state: z.enum(['failing', 'late', 'paused']),
        since: instant.nullable(),
        numbersOf: day.nullable(),
        sentence: z.string(),
      })
      .meta({ id: 'StaleFeed' }),
  )
  .meta({ description: 'Feeds whose numbers are older than they should be, each with a sentence to be shown; empty when all is well' });
