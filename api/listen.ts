import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from './app.ts';
import type { ApiServices } from './ports.ts';

export interface RunningApi {
  /** Address to be used from this machine, without a slash at its end. */
  url: string;
  /** Takes no more requests, lets those under way finish, and resolves when they have; at most ten seconds. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;
/** A connection on which nothing moves for so long is closed. */
const IDLE_MS = 120_000;

/**
 * Serves the API.
 * @param where.port 0 for any free one
 * @throws if the port is taken or the host is not ours (`EADDRINUSE`, `EADDRNOTAVAIL`)
 */
export async function listen(services: ApiServices, where: { host: string; port: number }): Promise<RunningApi> {
  const server = createServer(createApi(services));
  // A large file may take hours to come; a request is bounded by its silence and not by its length.
  server.requestTimeout = 0;
  server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(where.host) ? '127.0.0.1' : where.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
