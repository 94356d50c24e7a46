import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../bin/processes.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { PersonAtApi } from '../world/api.ts';
import { openFolder } from '../world/folder.ts';

const ROLLBOOK = fileURLToPath(new URL('../../bin/rollbook.mjs', import.meta.url));

/** The whole service as a stranger starts it, each of its processes to be killed. */
export class Service {
  process!: ChildProcess;
  db!: Database;

  private constructor(
    readonly folder: string,
    readonly data: string,
    readonly port: number,
  ) {}

  static async begin(): Promise<Service> {
    const folder = openFolder('kill');
    // PostgreSQL runs as an ordinary user and must reach its files.
    chmodSync(folder, 0o755);
    const service = new Service(folder, join(folder, 'data'), await freePort());
    await service.start();
    const { ownerUrl } = JSON.parse(readFileSync(join(service.data, 'run', 'service.json'), 'utf8')) as { ownerUrl: string };
    service.db = openDatabase(ownerUrl, { name: 'test', max: 2 });
    return service;
  }

  async start(): Promise<void> {
    const started = spawn(
      process.execPath,
      [ROLLBOOK, '--data', this.data, 'start', '--sample', 'grand-bend', '--port', String(this.port)],
      {
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.process = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (piece: Buffer) => {
          said += piece.toString();
          if (said.includes('What to do next')) resolve();
        });
      }
      started.once('exit', () => reject(new Error(`the service ended: ${said}`)));
    });
  }

  /** Somebody of the sample, at the API. */
  person(is: (person: { id: string; role: string }) => boolean): PersonAtApi {
    const { people } = JSON.parse(readFileSync(join(this.data, 'people.json'), 'utf8')) as {
      people: { id: string; role: string; token: string }[];
    };
    return new PersonAtApi(`http://127.0.0.1:${this.port}`, people.find(is)?.token ?? '');
  }

  pidOf(part: string): number {
    return (JSON.parse(readFileSync(join(this.data, 'run', `${part}.pid.json`), 'utf8')) as { pid: number }).pid;
  }

  kill(part: string): void {
    process.kill(this.pidOf(part), 'SIGKILL');
  }

  async end(): Promise<void> {
    await this.db.destroy();
    this.process.kill('SIGINT');
    await new Promise((resolve) =>
      this.process.exitCode === null && this.process.signalCode === null ? this.process.once('exit', resolve) : resolve(null),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }
}
