import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record of a resource, as an API answers it. */
export type Row = Record<string, unknown>;

/** What the next requests that fit are answered instead, in order. */
export interface Trouble {
  /** A part of the address, query included. */
  on: string | RegExp;
  times?: number;
  with:
    | { status: number; headers?: Record<string, string>; body?: string }
    | { breakAfter: number }
    | { garbage: string }
    | { redirect: string }
    | { flood: number }
    | 'nothing';
  /** Done when it strikes. */
  also?: () => void;
}

/** A system that is asked for its data, on this machine. What goes wrong on the way is told to it beforehand. */
export abstract class LocalServer {
  /** Every request, as `GET /path?query`. */
  readonly asked: string[] = [];
  readonly troubles: Trouble[] = [];
  private server: Server | null = null;
  private port = 0;

  protected abstract readonly path: string;
  protected abstract answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>;

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.path}`;
  }

  async start(): Promise<this> {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server!.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Refuses connections from now on; the address stays the same for a later start. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}

export function misbehave(how: Exclude<Trouble['with'], 'nothing'>, response: ServerResponse): void {
  if ('status' in how) {
    response.writeHead(how.status, how.headers);
    response.end(how.body ?? '');
  } else if ('redirect' in how) {
    response.writeHead(302, { location: how.redirect });
    response.end();
  } else if ('garbage' in how) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(how.garbage);
  } else if ('flood' in how) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`[${'{"a":1},'.repeat(how.flood / 8)}{}]`);
  } else {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': how.breakAfter + 1_000 });
    response.write('[{"id":"' + 'x'.repeat(how.breakAfter), () => response.destroy());
  }
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
