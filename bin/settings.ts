import { z } from 'zod';
import { smtpServer } from '../channels/smtp.ts';
import { CannotStart } from './cannot-start.ts';

const port = z.coerce.number().int().min(1).max(65_535);

/** Container files set variables to nothing where nobody has set them. */
const unlessEmpty = (value: z.ZodString) => z.preprocess((given) => (given === '' ? undefined : given), value.optional());

/** An address, alone or behind a name. */
const SENDER = /^([^<>"\r\n]+<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;

const settings = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    TEMPORAL_ADDRESS: z.string().min(1),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    ROLLBOOK_PAYLOAD_KEY: z.string().refine((key) => Buffer.from(key, 'base64').length === 32, '32 bytes, base64 encoded'),
    ROLLBOOK_HOST: z.string().default('127.0.0.1'),
    ROLLBOOK_PORT: port.default(8080),
    ROLLBOOK_HEALTH_PORT: port.optional(),
    ROLLBOOK_FEED_SECRETS: z.string().min(1).optional(),
    ROLLBOOK_SMTP_URL: unlessEmpty(
      z
        .string()
        .refine((url) => smtpServer(url, '') !== null, 'no smtps://USER:PASSWORD@HOST or smtp://HOST; without TLS only with ?tls=off'),
    ),
    ROLLBOOK_MAIL_FROM: unlessEmpty(
      z.string().regex(SENDER, 'no address such as rollbook@district.example or Rollbook <rollbook@district.example>'),
    ),
    ROLLBOOK_SAMPLES: z.string().min(1).optional(),
    ROLLBOOK_CACHED_CASES: z.coerce.number().int().min(10).max(100_000).optional(),
  })
  .refine((read) => (read.ROLLBOOK_SMTP_URL === undefined) === (read.ROLLBOOK_MAIL_FROM === undefined), {
    path: ['ROLLBOOK_MAIL_FROM'],
    message: 'a mail server and a sender belong together: set both ROLLBOOK_SMTP_URL and ROLLBOOK_MAIL_FROM, or neither',
  });
export type Settings = z.infer<typeof settings>;

/** What a process of its own (`rollbook api`, `rollbook worker`) is told by its environment. @throws CannotStart naming what is missing */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const read = settings.safeParse(env);
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    (issue) => `${issue.path.join('.')} (${env[String(issue.path[0])] === undefined ? 'not set' : issue.message})`,
  );
  throw new CannotStart(`The environment lacks ${faults.join(', ')}: see docs/operations.md for what a process of its own needs.`);
}
