import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import { PATIENCE_MS, WAITS_MS } from './http.ts';
import { FeedProblem } from './problem.ts';
import type { Connection } from './source.ts';

/** A file that lies at the source. */
export interface RemoteFile {
  name: string;
  /** In bytes. */
  size: number;
  /** When it was last written, in seconds since the epoch, by the server's clock. */
  modified: number;
}

const PORT = 22;
/** So many bytes are asked for at once, and so many such pieces are under way: a far server answers slowly and sends fast. */
const PIECE = 32_768;
const AHEAD = 16;
const KEEP_ALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 4, readyTimeout: 30_000 };
/** Statuses of the protocol (draft-ietf-secsh-filexfer-02, section 7). */
const STATUS = { noSuchFile: 2, denied: 3 };

/**
 * One user's talk with one SFTP server: a list of a folder's files, and their bytes. Who the server is, is settled first: its host key has
 * to be the one that somebody has confirmed, and before it is, neither name nor secret is sent. What may pass by itself is tried again; a
 * connection that breaks in the middle of a file is taken up at the byte where it was, as long as the file is still the same.
 */
export class SftpSession {
  /** The server as sentences name it. */
  readonly server: string;
  private readonly at: { host: string; port: number; folder: string };
  private open: Promise<{ client: Client; sftp: SFTPWrapper }> | null = null;
  private client: Client | null = null;
  /** Ends what is being waited for when the connection ends. */
  private readonly waiting = new Set<(error: Error) => void>();

  /** @param hostKey the fingerprint that was confirmed; null when none was */
  constructor(
    private readonly connection: Connection,
    private readonly hostKey: string | null,
  ) {
    const { hostname, port, pathname } = new URL(connection.url);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    this.at = { host, port: port === '' ? PORT : Number(port), folder: decodeURIComponent(pathname).replace(/\/+$/, '') || '/' };
    this.server = `The server at ${hostname}${port === '' ? '' : `:${port}`}`;
    connection.wire.signal?.addEventListener('abort', () => this.drop(), { once: true });
  }

  /** The folder's files; what else lies in it, and links, left out. */
  async list(): Promise<RemoteFile[]> {
    const found = await this.tried(async (sftp) => {
      const entries = await this.ask<ssh2.FileEntryWithStats[]>((done) => sftp.readdir(this.at.folder, done));
      // A server that does not say what an entry is says no mode.
      return entries.filter(({ attrs }) => attrs.mode === undefined || attrs.isFile());
    });
    return found.map(({ filename, attrs }) => ({ name: filename, size: attrs.size, modified: attrs.mtime || 0 }));
  }

  /** The bytes of a file. @throws FeedProblem when it is not what it was any more: then it is being written */
  async *read(file: RemoteFile): AsyncGenerator<Buffer> {
    let at = 0;
    for (let tries = 0; ;) {
      const from = at;
      try {
        const { sftp } = await this.connected();
        await this.unchanged(sftp, file);
        for await (const piece of this.pieces(sftp, file, from)) {
          at += piece.length;
          yield piece;
        }
        return await this.unchanged(sftp, file);
      } catch (error) {
        tries = at > from ? 1 : tries + 1;
        await this.rest(error, tries);
      }
    }
  }

  /** Ends the connection; a later question opens another. */
  drop(): void {
    const { open } = this;
    this.open = null;
    this.client = null;
    open?.then(({ client }) => client.destroy()).catch(() => undefined);
    for (const end of this.waiting) end(new Broken());
  }

  private async *pieces(sftp: SFTPWrapper, { name, size }: RemoteFile, from: number): AsyncGenerator<Buffer> {
    const handle = await this.ask<Buffer>((done) => sftp.open(this.pathOf(name), 'r', done));
    const under: Promise<Buffer>[] = [];
    try {
      for (let next = from, sent = from; sent < size;) {
        for (; under.length < AHEAD && next < size; next += PIECE) {
          const piece = this.pieceAt(sftp, handle, next, Math.min(PIECE, size - next));
          // Heard when it is awaited; after the first failure nobody waits for the others.
          piece.catch(() => undefined);
          under.push(piece);
        }
        const piece = await under.shift()!;
        sent += piece.length;
        yield piece;
      }
    } finally {
      sftp.close(handle, () => undefined);
    }
  }

  /** Just so many bytes. */
  private async pieceAt(sftp: SFTPWrapper, handle: Buffer, at: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    for (let had = 0; had < length;) {
      const come = await this.ask<number>((done) => sftp.read(handle, bytes, had, length - had, at + had, done));
      if (!come) throw beingWritten();
      had += come;
    }
    return bytes;
  }

  private async unchanged(sftp: SFTPWrapper, { name, size, modified }: RemoteFile): Promise<void> {
    const now = await this.ask<ssh2.Stats>((done) => sftp.stat(this.pathOf(name), done));
    if (now.size !== size || (now.mtime || 0) !== modified) throw beingWritten();
  }

  private pathOf(name: string): string {
    return this.at.folder === '/' ? `/${name}` : `${this.at.folder}/${name}`;
  }

  private async tried<T>(work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work((await this.connected()).sftp);
      } catch (error) {
        await this.rest(error, tries);
      }
    }
  }

  /** Waits before the next try. @throws FeedProblem when there is to be none */
  private async rest(error: unknown, tries: number): Promise<void> {
    this.connection.wire.signal?.throwIfAborted();
    if (error instanceof FeedProblem) throw error;
    const problem = this.problemOf(error as SshError);
    const wait = WAITS_MS[tries - 1];
    const answered = typeof (error as SshError).code === 'number';
    if (answered || !problem.again || wait === undefined) throw problem;
    this.drop();
    const { pause = (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}), signal } = this.connection.wire;
    await pause(wait, signal);
  }

  private connected(): Promise<{ client: Client; sftp: SFTPWrapper }> {
    this.open ??= this.connect().catch((error: unknown) => {
      this.open = null;
      throw error;
    });
    return this.open;
  }

  private async connect(): Promise<{ client: Client; sftp: SFTPWrapper }> {
    const { clientId, secret } = this.connection;
    const client = new ssh2.Client();
    const seen: { hostKey: string | null } = { hostKey: null };
    const credentials = secret.startsWith('-----BEGIN') ? { privateKey: secret } : { password: secret };
    try {
      await new Promise<void>((resolve, reject) => {
        client.on('ready', resolve);
        client.on('error', reject);
        client.on('close', () => reject(new Broken()));
        client.connect({
          host: this.at.host,
          port: this.at.port,
          username: clientId ?? '',
          ...credentials,
          ...KEEP_ALIVE,
          hostVerifier: (key: Buffer) => (seen.hostKey = fingerprintOf(key)) === this.hostKey,
        });
      });
    } catch (error) {
      client.destroy();
      if (seen.hostKey !== null && seen.hostKey !== this.hostKey) throw this.otherHostKey(seen.hostKey);
      throw error;
    }
    const sftp = await this.ask<SFTPWrapper>((done) => client.sftp(done));
    sftp.on('error', () => client.destroy());
    client.on('close', () => {
      if (this.client === client) this.drop();
    });
    this.client = client;
    return { client, sftp };
  }

  /** One question to the server; it ends with the connection, and when no answer comes for long. */
  private ask<T>(question: (done: (error: Error | null | undefined, value?: T) => void) => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (error: Error): void => {
        clearTimeout(patience);
        this.waiting.delete(end);
        reject(error);
      };
      const patience = setTimeout(() => end(new Broken()), this.connection.wire.patience ?? PATIENCE_MS);
      this.waiting.add(end);
      question((error, value) => {
        if (error) return end(error);
        clearTimeout(patience);
        this.waiting.delete(end);
        resolve(value as T);
      });
    });
  }

  private otherHostKey(seen: string): FeedProblem {
    return this.hostKey === null
      ? new FeedProblem(
          `${this.server} shows the host key ${seen}, which nobody has confirmed; nothing was sent to it. Compare it with what whoever runs the server says, and confirm it: rollbook feed change NAME --host-key ${seen}.`,
          false,
        )
      : new FeedProblem(
          `${this.server} shows another host key (${seen}) than the one that was confirmed (${this.hostKey}); nothing was sent to it. Ask whoever runs the server whether it was changed, before you confirm it with: rollbook feed change NAME --host-key.`,
          false,
        );
  }

  private problemOf({ level, code, message }: SshError): FeedProblem {
    const user = this.connection.clientId ?? '';
    if (level === 'client-authentication')
      return new FeedProblem(
        `${this.server} refuses the user ${user} with the ${this.connection.secret.startsWith('-----BEGIN') ? 'key' : 'password'} that lies where the feed says: check both, and ask whoever runs the server.`,
        false,
      );
    if (/parse privateKey|Encrypted private/.test(message))
      return new FeedProblem(
        'The private key that lies where the feed says cannot be read: it has to be one without a passphrase, in the form of OpenSSH or PEM.',
        false,
      );
    if (code === STATUS.noSuchFile)
      return new FeedProblem(
        `${this.server} has no folder ${this.at.folder}, or a file went from it while it was read; check the address.`,
        true,
      );
    if (code === STATUS.denied)
      return new FeedProblem(
        `${this.server} does not let the user ${user} read in ${this.at.folder}; ask whoever runs it to allow it.`,
        false,
      );
    if (code === 'ECONNREFUSED')
      return new FeedProblem(`${this.server} refuses the connection: it is not running, or not at this address.`, true);
    if (code === 'ENOTFOUND')
      return new FeedProblem(`${this.server} cannot be found: nobody knows the name of its host. Check the address of the feed.`, true);
    if (level === 'handshake')
      return new FeedProblem(`${this.server} and Rollbook know no way in common to encrypt what they say; ask whoever runs it.`, false);
    if (level === 'client-timeout') return new FeedProblem(`${this.server} does not answer.`, true);
    return new FeedProblem(`${this.server} broke the connection off.`, true);
  }
}

type SshError = Error & { level?: string; code?: string | number };

/** The connection has ended. */
class Broken extends Error {
  override name = 'Broken';
}

/** The file changed while it was read; the next pull finds it whole. */
const beingWritten = (): FeedProblem =>
  new FeedProblem('A file of the feed changed while it was read; it is read again when it stands still.', true);

const fingerprintOf = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
