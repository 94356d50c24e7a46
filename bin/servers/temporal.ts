import { Connection } from '@temporalio/client';
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { CannotStart } from '../cannot-start.ts';
import { endProcess } from '../processes.ts';

export interface TemporalServer {
  address: string;
  pid: number;
  ended: Promise<void>;
  stop(): Promise<void>;
}

export interface TemporalOptions {
  cli: string;
  port: number;
  /** State in this file; absent: in memory, for tests. */
  dbFile?: string;
  namespaces: string[];
  logFile: string;
  /** Port of Temporal's own web page; absent: none. */
  uiPort?: number;
}

/**
 * Starts Temporal's development server on loopback and waits until it answers.
 * @throws CannotStart with one sentence saying what to do
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { cli, port, dbFile, namespaces, logFile, uiPort } = options;
  const log = openSync(logFile, 'a');
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--log-level',
    'warn',
    ...namespaces.flatMap((name) => ['--namespace', name]),
    ...(dbFile ? ['--db-filename', dbFile] : []),
    ...(uiPort ? ['--ui-port', String(uiPort)] : ['--headless']),
    // Lets tests prove durable timers without waiting for them; costs nothing where it is not asked for.
    '--dynamic-config-value',
    'frontend.WorkflowTimeSkippingEnabled=true',
  ];
  const server = spawn(cli, args, { stdio: ['ignore', log, log], detached: true });
  server.once('error', () => undefined);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const address = `127.0.0.1:${port}`;
  const pid = server.pid ?? 0;
  const stop = (): Promise<void> =>
    endProcess(pid, [
      ['SIGINT', 8_000],
      ['SIGKILL', 1_000],
    ]);
  for (let waited = 0; ; waited += 100) {
    if (server.exitCode !== null || server.signalCode !== null)
      throw new CannotStart(`Temporal ended while starting; its last words are in ${logFile}.`);
    if (waited > 60_000) {
      await stop();
      throw new CannotStart(`Temporal did not answer within a minute; its log is ${logFile}.`);
    }
    if (await answers(address, namespaces)) break;
    await wait(100);
  }
  return { address, pid, ended, stop };
}

async function answers(address: string, namespaces: string[]): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace: namespaces.at(-1) ?? 'default' }),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
