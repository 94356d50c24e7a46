import { z } from 'zod';

/** The systems that can be pulled. */
export const FEED_SYSTEMS = ['edfi', 'aeries', 'sftp'] as const;
export type FeedSystem = (typeof FEED_SYSTEMS)[number];

/**
 * Where a feed's secret may lie: a variable of the worker's environment, or a file in its folder of secrets. Nothing else of either can be
 * named, so that nobody who may add a feed can have other secrets sent somewhere.
 */
export const FEED_SECRET = /^(env:ROLLBOOK_FEED_[A-Z0-9_]{1,60}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

const LOOPBACK = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;

/** Why an address cannot be a feed's of a system, as the end of a sentence; null when it can. */
export function feedAddressProblem(url: string, system: FeedSystem): string | null {
  const folder = system === 'sftp';
  if (!URL.canParse(url)) return `this is no address; give one that begins with ${folder ? 'sftp' : 'https'}://`;
  const { protocol, hostname, username, password, search, hash } = new URL(url);
  if (folder && (protocol !== 'sftp:' || hostname === ''))
    return 'a folder of files is given as sftp://HOST/FOLDER, or sftp://HOST:PORT/FOLDER';
  if (!folder && protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.test(hostname)))
    return 'a feed is pulled over https only, unless its source is on this machine';
  if (username !== '' || password !== '')
    return 'no name or password belongs into the address; give the name as --client, and say where the secret lies';
  return search !== '' || hash !== '' ? 'give the address without a query' : null;
}

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:MM')
  .meta({ example: '02:00' });

/** The fingerprint of a server's host key, as ssh-keygen and ssh write it. */
export const HOST_KEY = /^SHA256:[A-Za-z0-9+/]{43}$/;

/**
 * What the files of a folder say each time they are exported. `changes`: some rows, and nothing about those they leave out; `window`:
 * everything about the last days; `year`: everything about the school year.
 */
export const FILE_EXPORTS = ['changes', 'window', 'year'] as const;

/** When a feed is pulled, and of what it speaks. Times of day are those of the district. */
export const feedSettings = z
  .strictObject({
    schools: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(2000)
      .nullable()
      .default(null)
      .meta({ description: 'Schools it speaks of; null means all that the source has' }),
    at: z
      .array(clock)
      .min(1)
      .max(24)
      .default(['02:00'])
      .meta({ description: 'When it is pulled, every day' })
      .transform((times) => [...new Set(times)].sort()),
    reconcileOn: z.int().min(1).max(7).default(6).meta({ description: 'Weekday of the full reconcile: 1 is Monday, 7 is Sunday' }),
    dayEndsAt: clock.default('16:00').meta({
      description: 'From this time of day on, what is pulled says everything about the day itself; before, about the days up to yesterday',
    }),
    windowDays: z.int().min(1).max(60).default(15).meta({
      description:
        'Days that are read anew with each pull of a system that cannot tell what changed, or that each export of files tells whole',
    }),
    files: z
      .array(z.string().regex(/^[^/\\]{1,120}$/, 'a pattern is a file name with * and ?, without a folder'))
      .min(1)
      .max(50)
      .default(['*.csv', '*.txt', '*.tsv', '*.json', '*.xml', '*.zip', '*.gz'])
      .meta({ description: 'SFTP: which files of the folder are taken; * and ? stand for any letters and any one letter' }),
    exports: z.enum(FILE_EXPORTS).default('changes').meta({
      description:
        'SFTP: what the files say each time. changes: nothing is withdrawn and no day is covered; window: everything about the last `windowDays`; year: everything about the school year',
    }),
    doneMarker: z
      .string()
      .regex(/^\.[A-Za-z0-9]{1,20}$/, 'a marker is the ending of its name, such as .done')
      .nullable()
      .default(null)
      .meta({ description: 'SFTP: a file is taken when a file of its name and this ending lies beside it; null: when it grows no more' }),
    hostKey: z
      .string()
      .regex(HOST_KEY, 'a fingerprint is SHA256: and 43 letters, as ssh-keygen -lf writes it')
      .nullable()
      .default(null)
      .meta({
        description: 'SFTP: fingerprint of the server’s host key; nothing is sent to a server with another one, or before it is given',
      }),
  })
  .meta({ id: 'FeedSettings' });
export type FeedSettings = z.output<typeof feedSettings>;
