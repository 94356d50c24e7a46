import { createServer } from 'node:http';

/**
 * Answers every request with whether a worker takes work: 200, or 503 while it does not. For whoever looks after processes; an API
 * process has `GET /v1/health` of its own.
 * @throws EADDRINUSE and its kin when it cannot listen
 */
export async function answerHealth(input: { host: string; port: number; healthy: () => boolean }): Promise<{ close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    const healthy = input.healthy();
    response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify({ status: healthy ? 'ok' : 'unavailable' })}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(input.port, input.host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
