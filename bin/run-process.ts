import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { sendCommand } from '../activities/send.ts';
import type { Channel } from '../channels/channel.ts';
import { createSmtpChannel, smtpServer } from '../channels/smtp.ts';
import { openDatabase } from '../store/database.ts';
import { CannotStart } from './cannot-start.ts';
import { startApi } from './commands/api.ts';
import { connectClient } from './engine/connect.ts';
import { startWorker } from './engine/worker.ts';
import { feedSecrets } from './feed-secrets.ts';
import { answerHealth } from './health.ts';
import type { Settings } from './settings.ts';

const SAMPLES = fileURLToPath(new URL('../samples/', import.meta.url));

export interface RunningProcess {
  url?: string;
  /** Resolves or rejects when it has ended by itself. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** One worker process of a district. @param env where the secrets of feeds may lie */
export async function runWorker(settings: Settings, env: NodeJS.ProcessEnv): Promise<RunningProcess> {
  const logger = pino({ name: 'rollbook-worker' });
  const db = openDatabase(settings.DATABASE_URL, { name: 'rollbook worker', max: 40 });
  const worker = await startWorker({
    db,
    databaseUrl: settings.DATABASE_URL,
    address: settings.TEMPORAL_ADDRESS,
    namespace: settings.TEMPORAL_NAMESPACE,
    payloadKey: settings.ROLLBOOK_PAYLOAD_KEY,
    samplesDir: settings.ROLLBOOK_SAMPLES ?? SAMPLES,
    secretAt: feedSecrets(env, settings.ROLLBOOK_FEED_SECRETS),
    ...(settings.ROLLBOOK_CACHED_CASES === undefined ? {} : { cachedCases: settings.ROLLBOOK_CACHED_CASES }),
    ...mailOf(settings),
    mailFailed: (messageId, error) =>
      logger.warn(
        { messageId, problem: error instanceof Error ? error.name : 'unknown' },
        'a message to staff was not sent; it will be tried again',
      ),
    failed: (message, error) =>
      logger.warn(
        { ...message, problem: error instanceof Error ? error.name : 'unknown' },
        message ? 'a message was not delivered; it will be sent again' : 'the database or the engine could not be asked; trying again',
      ),
  });
  const stop = async (): Promise<void> => {
    await worker.stop();
    await db.destroy();
  };
  const { ROLLBOOK_HEALTH_PORT: port, ROLLBOOK_HOST: host } = settings;
  if (port === undefined) return { ended: worker.running, stop };
  try {
    const health = await answerHealth({ host, port, healthy: worker.healthy });
    return {
      ended: worker.running,
      stop: async () => {
        await stop();
        await health.close();
      },
    };
  } catch (error) {
    await stop();
    throw portTaken(error, port, 'ROLLBOOK_HEALTH_PORT');
  }
}

/** Mail goes out where a server for it is set, and nowhere else. */
function mailOf({ ROLLBOOK_SMTP_URL: url, ROLLBOOK_MAIL_FROM: from }: Settings): { mail?: Channel } {
  const server = url === undefined || from === undefined ? null : smtpServer(url, from);
  return server === null ? {} : { mail: createSmtpChannel(server) };
}

/** One API process of a district. */
export async function runApi(settings: Settings): Promise<RunningProcess> {
  const { client, close } = await connectClient({
    address: settings.TEMPORAL_ADDRESS,
    namespace: settings.TEMPORAL_NAMESPACE,
    payloadKey: settings.ROLLBOOK_PAYLOAD_KEY,
  });
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const api = await startApi({
    databaseUrl: settings.DATABASE_URL,
    client,
    gateway: (db) => ({ deliver: (commandId, timeoutMs) => sendCommand({ client, db }, commandId, timeoutMs) }),
    logger: pino({ name: 'rollbook-api' }),
    version,
    host: settings.ROLLBOOK_HOST,
    port: settings.ROLLBOOK_PORT,
  }).catch((error: unknown) => {
    throw portTaken(error, settings.ROLLBOOK_PORT, 'ROLLBOOK_PORT');
  });
  return {
    url: api.url,
    ended: new Promise(() => undefined),
    stop: async () => {
      await api.close();
      await close();
    },
  };
}

function portTaken(error: unknown, port: number, variable: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new CannotStart(`Port ${port} is in use: stop what uses it, or set ${variable} to another.`);
}
