import { createHash, generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type Server, type SFTPWrapper } from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const FILE = 0o100_644;
const FOLDER = 0o040_755;
const LINK = 0o120_777;

interface Entry {
  bytes: Buffer;
  /** Seconds since the epoch. */
  modified: number;
  mode?: number;
}

export interface SftpOptions {
  password?: string;
  /** A public key that is let in, in the form of OpenSSH. */
  publicKey?: string;
}

/** A private key of elliptic curves, as PEM, and its public half as OpenSSH writes it. */
export function keyPair(): { private: string; public: string } {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = ssh2.utils.parseKey(pair.privateKey);
  if (key instanceof Error) throw key;
  return { private: pair.privateKey, public: `${key.type} ${key.getPublicSSH().toString('base64')}` };
}

/**
 * An SFTP server on this machine with one folder, as the servers of districts are: it has a host key of its own, lets one user in by password
 * or key, and serves lists and bytes. What goes wrong on the way is told to it beforehand.
 */
export class SftpServer {
  readonly user = 'rollbook';
  readonly folder = '/out/nightly';
  readonly files = new Map<string, Entry>();
  /** What was tried to sign in, `password` or `publickey`, and every file that was opened. */
  readonly signIns: string[] = [];
  readonly opened: string[] = [];
  /** Where files were read, in bytes. */
  readonly reads: number[] = [];
  /** Breaks the connection off when so many bytes have been read; once. */
  breakAfter: number | null = null;
  /** Called with each list of the folder. */
  onList: () => void = () => undefined;
  /** Called when so many bytes have been read. */
  onRead: (bytes: number) => void = () => undefined;
  private key = keyPair();
  private server: Server | null = null;
  private readonly connections = new Set<Connection>();
  private port = 0;
  private sent = 0;

  constructor(readonly options: SftpOptions = { password: 'a-secret-of-the-district' }) {}

  get url(): string {
    return `sftp://127.0.0.1:${this.port}${this.folder}`;
  }

  /** Fingerprint of its host key, as ssh-keygen writes it. */
  get hostKey(): string {
    const [, key = ''] = this.key.public.split(' ');
    return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
  }

  /** Puts a file, written at an instant. */
  put(name: string, text: string | Buffer, at: string): void {
    this.files.set(name, { bytes: Buffer.from(text), modified: Date.parse(at) / 1_000 });
  }

  /** Puts what is no file of the folder. */
  putOdd(name: string, what: 'link' | 'folder'): void {
    this.files.set(name, { bytes: Buffer.from('x'), modified: 0, mode: what === 'link' ? LINK : FOLDER });
  }

  /** Another machine takes its place, with another host key. */
  async replace(): Promise<void> {
    await this.stop();
    this.key = keyPair();
    await this.start();
  }

  async start(): Promise<this> {
    const server = new ssh2.Server({ hostKeys: [this.key.private] }, (connection) => this.meet(connection));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    for (const connection of this.connections) connection.end();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private meet(connection: Connection): void {
    this.connections.add(connection);
    // A client that goes away in the middle is what is tested here.
    connection.on('error', () => undefined);
    connection.on('close', () => this.connections.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method !== 'none') this.signIns.push(context.method);
      if (context.username === this.user && this.lets(context)) context.accept();
      else context.reject(['password', 'publickey']);
    });
    connection.on('ready', () =>
      connection.on('session', (accept) => accept().on('sftp', (acceptSftp) => this.serve(acceptSftp(), connection))),
    );
  }

  private lets(context: ssh2.AuthContext): boolean {
    const { password, publicKey } = this.options;
    if (context.method === 'password') return password !== undefined && context.password === password;
    if (context.method !== 'publickey' || publicKey === undefined) return false;
    const known = ssh2.utils.parseKey(publicKey);
    if (known instanceof Error || !known.getPublicSSH().equals(context.key.data)) return false;
    return context.signature === undefined || known.verify(context.blob!, context.signature, context.hashAlgo) === true;
  }

  private serve(sftp: SFTPWrapper, connection: Connection): void {
    const handles = new Map<string, { name: string | null; listed: boolean }>();
    const open = (id: number, handle: { name: string | null; listed: boolean }): void => {
      const key = String(handles.size);
      handles.set(key, handle);
      sftp.handle(id, Buffer.from(key));
    };
    const nameOf = (path: string): string => path.slice(this.folder.length + 1);
    const stat = (id: number, path: string): void => {
      const entry = this.files.get(nameOf(path));
      if (entry) sftp.attrs(id, attrsOf(entry));
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    };
    sftp.on('OPENDIR', (id, path) =>
      path === this.folder ? open(id, { name: null, listed: false }) : sftp.status(id, STATUS_CODE.NO_SUCH_FILE),
    );
    sftp.on('READDIR', (id, handle) => {
      const directory = handles.get(handle.toString())!;
      if (directory.listed) return sftp.status(id, STATUS_CODE.EOF);
      directory.listed = true;
      sftp.name(
        id,
        [...this.files].map(([filename, entry]) => ({ filename, longname: filename, attrs: attrsOf(entry) })),
      );
      this.onList();
    });
    sftp.on('STAT', stat);
    sftp.on('LSTAT', stat);
    sftp.on('OPEN', (id, path, flags) => {
      this.opened.push(path);
      if (flags !== OPEN_MODE.READ) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      if (!this.files.has(nameOf(path))) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      open(id, { name: nameOf(path), listed: false });
    });
    sftp.on('READ', (id, handle, offset, length) => {
      const { bytes } = this.files.get(handles.get(handle.toString())!.name!)!;
      if (offset >= bytes.length) return sftp.status(id, STATUS_CODE.EOF);
      this.sent += length;
      this.reads.push(offset);
      if (this.breakAfter !== null && this.sent > this.breakAfter) {
        this.breakAfter = null;
        return connection.end();
      }
      sftp.data(id, bytes.subarray(offset, offset + length));
      this.onRead(this.sent);
    });
    sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
  }
}

const attrsOf = ({ bytes, modified, mode = FILE }: Entry): ssh2.Attributes => ({
  mode,
  uid: 0,
  gid: 0,
  size: bytes.length,
  atime: modified,
  mtime: modified,
});
