import { z } from 'zod';
import { FEED_SECRET, FEED_SYSTEMS, feedAddressProblem, feedSettings } from '../../policy/feeds.ts';
import { day, instant, text, uuid } from './common.ts';

export const feedName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'a name is lower case letters, digits and hyphens, 2 to 40 of them')
  .meta({ example: 'sis' });

const url = z
  .string()
  .max(500)
  .superRefine((address, check) => {
    const problem = feedAddressProblem(address);
    if (problem !== null) check.addIssue({ code: 'custom', message: problem });
  })
  .meta({
    description: 'Ed-Fi: where the API describes itself, without /data/v3. Aeries: what comes before /api/v5',
    example: 'https://sis.example.org/edfi',
  });

const secret = z
  .string()
  .regex(FEED_SECRET, 'say where the secret lies: env:ROLLBOOK_FEED_NAME, or file:NAME in the worker’s folder of secrets')
  .meta({ description: 'Where the secret lies, and never the secret itself', example: 'env:ROLLBOOK_FEED_SIS' });

const clientId = z.string().trim().min(1).max(200).nullable().default(null).meta({ description: 'Ed-Fi: the key of the client' });
const system = z.enum(FEED_SYSTEMS);

export const addFeed = z
  .strictObject({ name: feedName, system, url, clientId, secret, settings: feedSettings.prefault({}) })
  .superRefine((feed, check) => {
    if (feed.system === 'edfi' && feed.clientId === null)
      check.addIssue({ code: 'custom', path: ['clientId'], message: 'an Ed-Fi API asks for the key of a client' });
  })
  .meta({ id: 'AddFeed' });

export const feedChanged = z
  .strictObject({ feedId: uuid, name: feedName, state: z.enum(['active', 'paused', 'removed']) })
  .meta({ id: 'FeedChanged' });

export const changeFeed = z
  .strictObject({
    url: url.optional(),
    clientId: z.string().trim().min(1).max(200).nullable().optional().meta({ description: 'Ed-Fi: the key of the client' }),
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
