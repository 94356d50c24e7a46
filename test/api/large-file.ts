import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../bin/processes.ts';
import { createClient } from '../../bin/cli/client.ts';
import { addPerson } from '../world/api.ts';
import { createDatabase, servers } from '../world/database.ts';
import { ATTENDANCE_HEADER, rosterCsv, deliver, setUpDistrict } from '../attendance/world.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';

const ROLLBOOK = fileURLToPath(new URL('../../bin/rollbook.mjs', import.meta.url));
const IMPORTER = fileURLToPath(new URL('../attendance/importer.ts', import.meta.url));

/** Rows about students who are not there, made while they are sent. */
function* rows(bytes: number): Generator<Buffer> {
  yield Buffer.from(`${ATTENDANCE_HEADER}\n`);
  const block = (start: number): Buffer =>
    Buffer.from(Array.from({ length: 4_000 }, (_none, n) => `${start + n},S1,,2021-09-07,daily,absent,Excused,${n}\n`).join(''));
  for (let sent = 0, n = 0; sent < bytes; n += 4_000) {
    const piece = block(n);
    sent += piece.length;
    yield piece;
  }
}

/** The most memory that an API process of its own took while a file of so many bytes was uploaded, and before it, in megabytes. */
export async function memoryOfUpload(bytes: number): Promise<{ before: number; peak: number; kept: number }> {
  const db = await createDatabase();
  await setUpDistrict(db.owner, '2021-12-01');
  const token = await addPerson(db.owner, 'administrator', null);
  const port = await freePort();
  const api = spawn(process.execPath, [ROLLBOOK, 'api'], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: db.apiUrl,
      TEMPORAL_ADDRESS: servers().temporalAddress,
      ROLLBOOK_PAYLOAD_KEY: randomBytes(32).toString('base64'),
      ROLLBOOK_PORT: String(port),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    let said = '';
    await new Promise<void>((resolve, reject) => {
      api.stderr.on('data', (piece: Buffer) => {
        said += piece.toString();
        if (said.includes('Listening on')) resolve();
      });
      api.once('exit', () => reject(new Error(`the API ended: ${said}`)));
    });
    const client = createClient({ url: `http://127.0.0.1:${port}`, token, howToStart: '' });
    const coverage = { schools: 'all', complete: false };
    const opened = await client.send<{ deliveryId: string }>('POST', '/v1/deliveries', {
      body: { coverage },
      headers: { 'idempotency-key': randomBytes(16).toString('hex') },
    });
    const address = `/v1/deliveries/${opened.body.deliveryId}/files/attendance.csv`;
    await client.send('PUT', `${address.replace('attendance', 'small')}`, { body: Readable.from(rows(1_000)) });
    const before = peakOf(api.pid);
    const { body } = await client.send<{ bytes: number }>('PUT', address, { body: Readable.from(rows(bytes)) });
    return { before, peak: peakOf(api.pid), kept: body.bytes };
  } finally {
    const ended = new Promise((resolve) => api.once('exit', resolve));
    api.kill('SIGTERM');
    await ended;
    await db.close();
  }
}

/** The most memory an import of a file of so many bytes took, in a process of its own, in megabytes. */
export async function memoryOfImport(bytes: number): Promise<{ peak: number; counts: { read: number; rejected: number }; kept: number }> {
  const db = await createDatabase();
  try {
    await setUpDistrict(db.owner, '2021-12-01');
    await loadShippedPolicy(db.owner, 'lausd');
    await deliver(db.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students: { '0': { born: '2010-01-01' } } }));
    const { createDelivery, readDelivery } = await import('../../store/attendance-delivery.ts');
    const coverage = { schools: 'all', from: '2021-09-06', to: '2021-12-01', complete: false } as const;
    const deliveryId = await createDelivery(db.worker, {
      source: 'test',
      coverage,
      receivedBy: 'test',
      files: [{ name: 'attendance.csv', bytes: Readable.from(rows(bytes)) as AsyncIterable<Buffer> }],
    });
    const child = spawn(process.execPath, ['--import', 'tsx', IMPORTER, db.workerUrl, deliveryId], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let out = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`the import ended with ${String(code)}`);
    const { peak } = JSON.parse(out) as { peak: number };
    const { counts } = (await readDelivery(db.owner, deliveryId))!;
    const kept = await db.owner('delivery_row').where({ delivery_id: deliveryId }).count<{ n: number }[]>('* AS n').first<{ n: number }>();
    return { peak, counts: counts!, kept: kept.n };
  } finally {
    await db.close();
  }
}

/** Megabytes a process took at most so far. */
function peakOf(pid: number | undefined): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('this system does not tell how much memory a process took');
  return Number(kilobytes) / 1024;
}
