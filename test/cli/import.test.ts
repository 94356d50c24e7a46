import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from '../../bin/cli/run.ts';
import { connectClient } from '../../bin/engine/connect.ts';
import { startWorker } from '../../bin/engine/worker.ts';
import { attendanceCsv, ATTENDANCE_HEADER, rosterCsv, SAMPLES } from '../attendance/world.ts';
import { openDeliveryWorld } from '../attendance/delivery-world.ts';
import { addPerson, startEngineApi, type ApiWorld } from '../world/api.ts';
import { servers, takeNamespace, type TestDatabase } from '../world/database.ts';
import '../world/world.ts';

/** `rollbook import` and `rollbook deliveries`, as a clerk types them, with a real worker. */
let db: TestDatabase;
let api: ApiWorld;
let folder: string;
let token: string;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollbook-import-'));
  ends.push(() => rm(folder, { recursive: true }));
  db = await openDeliveryWorld();
  ends.push(() => db.close());
  const engine = { address: servers().temporalAddress, namespace: takeNamespace(), payloadKey: randomBytes(32).toString('base64') };
  const { client, close } = await connectClient(engine);
  ends.push(close);
  const worker = await startWorker({ ...engine, db: db.worker, databaseUrl: db.workerUrl, samplesDir: SAMPLES, bundle: servers().bundle });
  ends.push(() => worker.stop());
  api = await startEngineApi(db.apiUrl, client);
  ends.push(() => api.close());
  token = await addPerson(db.owner, 'administrator', null, 'admin');
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

async function rollbook(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const streams = { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text), columns: 100 };
  const code = await run(args, { env: { ROLLBOOK_URL: api.url, ROLLBOOK_TOKEN: token }, streams });
  return { code, out: said.out.replaceAll(/\s+/g, ' ').trim(), err: said.err.replaceAll(/\s+/g, ' ').trim() };
}

const idIn = (text: string): string => /[0-9a-f-]{36}/.exec(text)?.[0] ?? '';

test('a folder is tried out, its rejected rows are written, mended and taken; then the delivery itself is committed', async () => {
  const exported = join(folder, 'export');
  await mkdir(exported);
  const days = ['06', '07', '08', '09', '10', '13', '14', '15'].map((day) => `2021-09-${day}`);
  await writeFile(
    join(exported, 'attendance.csv'),
    [ATTENDANCE_HEADER, ...days.map((day) => `10,S1,,${day},daily,absent,Excused,1`), '1O,S1,,2021-09-16,daily,absent,Excused,1', ''].join(
      '\n',
    ),
  );
  await writeFile(join(exported, 'readme.pdf'), 'not to be sent');
  const rejected = join(folder, 'rejected.csv');
  const tried = await rollbook('import', exported, '--dry-run', '--rejected-to', rejected);
  expect(tried).toMatchObject({ code: 0 });
  expect(tried.out).toMatch(/Sending attendance\.csv/);
  expect(tried.out).not.toContain('readme.pdf');
  expect(tried.out).toMatch(
    /Rows: read 9 = accepted 8 \+ rejected 1 \+ ignored 0\. Attendance from 2021-09-06 to 2021-09-16\. It would open 1 case\./,
  );
  expect(tried.out).toMatch(/attendance\.csv +10 +Student 1O is not known/);
  expect(tried.out).toMatch(
    /Rejected rows, 1 of them: .*rejected\.csv\. Nothing was changed\. To have it taken: rollbook deliveries commit [0-9a-f-]{36}$/,
  );
  expect(await db.owner('attendance_day').where({ date: '2021-09-06' }).count('* AS n').first()).toEqual({ n: 9 });

  const mended = join(folder, 'mended.csv');
  await writeFile(mended, (await readFile(rejected, 'utf8')).replace('1O,', '11,'));
  expect((await rollbook('import', mended)).out).toMatch(/Rows: read 1 = accepted 1 \+ rejected 0 \+ ignored 0\..*It wakes no case\.$/);

  const id = idIn(tried.out.slice(tried.out.lastIndexOf('commit')));
  expect((await rollbook('deliveries')).out).toMatch(/Delivery Received From Files Size Status Read Rejected/);
  const shown = await rollbook('deliveries', 'show', id);
  expect(shown.out).toMatch(/received .* UTC by admin\. Files: attendance\.csv\. Status: receiving\. Tried out: Rows: read 9/);
  expect((await rollbook('deliveries', 'commit', id)).out).toMatch(
    /Rows: read 9 = accepted 8 \+ rejected 1 \+ ignored 0\..*It opens 1 case\./,
  );
  const again = join(folder, 'again.csv');
  expect((await rollbook('deliveries', 'rejected', id, '--to', again)).code).toBe(0);
  expect(await readFile(again, 'utf8')).toBe(await readFile(rejected, 'utf8'));
  expect(await rollbook('deliveries', 'cancel', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('The delivery is done') as string,
  });
});

test('a school that comes in December: its year is held, a file of earlier steps comes in, and the school is released', async () => {
  const school = join(folder, 'school');
  await mkdir(school);
  const roster = rosterCsv({
    school: 'S2',
    from: '2021-09-06',
    to: '2022-05-27',
    students: { '50': { born: '2010-01-01' }, '51': { born: '2010-01-01' } },
  });
  for (const [name, content] of Object.entries(roster)) await writeFile(join(school, name), content);
  const days = ['06', '07', '08', '09', '10', '13', '14', '15', '16'].map((day) => `2021-09-${day}`);
  const rows = ['50', '51'].flatMap((student) => days.map((day): [string, string, string, string] => [student, day, 'absent', 'Excused']));
  await writeFile(join(school, 'attendance.csv'), attendanceCsv('S2', rows));
  const first = await rollbook('import', school, '--from', '2021-09-06', '--to', '2021-11-30', '--coverage', 'complete', '--schools', 'S2');
  expect(first.out).toContain('It holds 2 students at 1 school.');
  expect((await rollbook('schools')).out).toMatch(/S2 +School S2 +2 +not released: its year was under way when it came/);
  expect((await rollbook('standing', '--school', 'S2')).out).toContain(
    'School S2 is not released yet: it came on 2021-12-01, when 62 of its school days had begun, so nothing begins and nothing falls due there. Released today, 2 cases would begin, 0 go on, and 0 truancy reports be due (rollbook schools release S2).',
  );

  const steps = join(folder, 'steps.csv');
  await writeFile(
    steps,
    'Student ID,Record,Date,Done By,Number,Events,Channel,Outcome\n50,report,2021-10-01,R. Ortiz,1,"2021-09-06, 2021-09-07, 2021-09-08",,\n50,contact,2021-10-04,R. Ortiz,,,phone,fine\n',
  );
  const rejected = join(folder, 'rejected-steps.csv');
  const tried = await rollbook('import', steps, '--dry-run', '--rejected-to', rejected);
  expect(tried.out).toContain('1 earlier step of 1 student would come in as recorded elsewhere; 1 case would open for them to stand in.');
  expect(tried.out).toContain(
    'steps.csv:2: report 1 rests on 2021-09-06, 2021-09-07, 2021-09-08, which the attendance on record does not bear out;',
  );
  expect(tried.out).toContain('The field outcome says "fine"; it can say reached,');
  await writeFile(rejected, (await readFile(rejected, 'utf8')).replace('fine', 'Reached'));
  expect((await rollbook('import', rejected)).out).toContain(
    '1 earlier step of 1 student came in as recorded elsewhere; 1 case opens for them',
  );

  const preview = await rollbook('schools', 'release', 'S2');
  expect(preview.out).toContain('1 earlier step of 1 student was brought in, as recorded elsewhere.');
  expect(preview.out).toMatch(/teacher-call +The classroom teacher calls home +teacher +3 +2/);
  const released = await rollbook('schools', 'release', 'S2', '--note', 'Nothing else was done.');
  expect(released.out).toMatch(/^School S2 is released since 2021-12-01: \d cases? begin/);
  expect((await rollbook('schools', 'release', 'S2')).out).toBe('School S2 was released on 2021-12-01 by admin: “Nothing else was done.”');
  expect(await rollbook('schools', 'release', 'S2', '--note', 'Again.')).toMatchObject({
    code: 1,
    err: expect.stringContaining('School S2 was released on 2021-12-01; nothing waits there.') as string,
  });
});

test('what cannot be taken at all says so, and what is typed wrongly too', async () => {
  const notes = join(folder, 'notes.csv');
  await writeFile(notes, 'who,what\na,b\n');
  expect(await rollbook('import', notes)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^The delivery could not be taken No known format has the columns of notes\.csv/) as string,
  });
  await mkdir(join(folder, 'empty'));
  expect(await rollbook('import', join(folder, 'empty'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is nothing to send') as string,
  });
  expect(await rollbook('import', join(folder, 'none.csv'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be read') as string,
  });
  expect(await rollbook('import', notes, '--coverage', 'complete')).toMatchObject({
    code: 2,
    err: expect.stringContaining('add --from DATE --to DATE') as string,
  });
});

test('Ctrl-C twice cancels the delivery, once only says so', async () => {
  const path = join(folder, 'interrupted.csv');
  await writeFile(path, [ATTENDANCE_HEADER, '12,S1,,2021-09-06,daily,absent,Excused,1', ''].join('\n'));
  const busy = await db.owner.transaction();
  await busy.raw(`SELECT pg_advisory_xact_lock(hashtext('rollbook attendance'))`);
  const importing = rollbook('import', path);
  const running = () => db.owner('delivery_progress').where({ phase: 'waiting' }).first<{ delivery_id: string } | undefined>();
  for (let tries = 0; (await running()) === undefined && tries < 1000; tries += 1) await wait(20);
  process.emit('SIGINT');
  await wait(50);
  process.emit('SIGINT');
  expect(await importing).toMatchObject({ code: 1, err: 'Cancelled; nothing was taken' });
  await busy.rollback();
  expect(await db.owner('delivery').orderBy('delivery_id', 'desc').first('status')).toEqual({ status: 'cancelled' });
});
