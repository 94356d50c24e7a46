import { setTimeout as wait } from 'node:timers/promises';
import { startStaffMail, type StaffMail } from '../../activities/staff-mail.ts';
import type { Channel, Outgoing } from '../../channels/channel.ts';
import { createSmtpChannel, smtpServer } from '../../channels/smtp.ts';
import { turn } from '../../attendance/turn.ts';
import { readMailService, readStaffMessages } from '../../store/read/staff-messages.ts';
import { leaseStaffMessage } from '../../store/staff-messages.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setToday, setUpDistrict } from '../attendance/world.ts';
import { addPerson } from '../world/api.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { startMailServer, type MailServer } from './mail-server.ts';

/**
 * One school that teaches on every weekday from Monday, 6 September 2021, with two sections of two teachers. On Tuesday, the 7th, nobody
 * submitted either of them.
 */
let prepared: TestDatabase;
let world: TestDatabase;
let server: MailServer;
const running: StaffMail[] = [];
beforeAll(async () => {
  world = await createDatabase();
  await setUpDistrict(world.owner, '2021-09-05');
  const students = { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } };
  await deliver(world.worker, rosterCsv({ school: 'S1', from: '2021-09-06', to: '2021-12-31', students }));
  await deliver(world.worker, {
    'section.csv':
      'school,section,course,period,teacher,teacher_email,homeroom\nS1,MATH-1,Mathematics,1,A. Lee,Lee@Example.org,\nS1,ART-2,Art,2,B. Cruz,cruz@example.org,\n',
  });
  await addPerson(world.owner, 'principal', ['S1'], 'principal.s1');
  await world.owner('person').where({ person_id: 'principal.s1' }).update({ email: 'principal@example.org' });
  await told('2021-09-07', '2021-09-06', '2021-09-07');
  await submissions(['S1,2021-09-07,MATH-1,1,08:00,', 'S1,2021-09-07,ART-2,2,09:00,']);
  await Promise.all([world.owner.destroy(), world.worker.destroy(), world.api.destroy()]);
  prepared = world;
});
afterAll(async () => {
  await prepared.close();
});
beforeEach(async () => {
  world = await createDatabase({ like: prepared });
  server = await startMailServer();
});
afterEach(async () => {
  await stopMail();
  await server.close();
  await world.close();
});

const told = async (today: string, from: string, to: string) => {
  await setToday(world.owner, today);
  return deliver(world.worker, { 'a.csv': attendanceCsv('S1', []) }, { from, to, complete: true });
};
const submissions = (rows: string[]) =>
  deliver(world.worker, { 'submission.csv': ['school,date,section,period,starts_at,submitted_at', ...rows, ''].join('\n') });
const turned = (day: string) => turn(world.worker, day, { rules: RULES });
/** The district lives on to an evening, with complete files of each day. */
const liveTo = async (day: string) => {
  await told(day, '2021-09-08', day);
  await turned(day);
};
const channel = (port = server.port): Channel =>
  createSmtpChannel(smtpServer(`smtp://127.0.0.1:${port}?tls=off`, 'rollbook@district.example')!);
const failures: unknown[] = [];
const startMail = (by: Channel = channel()) => {
  const mail = startStaffMail({ db: world.worker, channel: by, idleMs: 10, failed: (_id, error) => failures.push(error) });
  running.push(mail);
  return mail;
};
const stopMail = () => Promise.all(running.splice(0).map((mail) => mail.stop()));
const until = async (holds: () => Promise<boolean> | boolean) => {
  for (const end = Date.now() + 10_000; !(await holds()); await wait(10)) if (Date.now() > end) throw new Error('waited in vain');
};
const all = (limit = 50) => readStaffMessages(world.api, { schools: null, limit });
const states = async () =>
  (await all()).map(({ role, address, state }) => `${role} ${address} ${state}`).sort((a, b) => a.localeCompare(b));
/** Sends until nothing waits that could leave. */
const sendAll = async () => {
  startMail();
  await until(async () => (await all()).every(({ state }) => state !== 'waiting'));
  await stopMail();
};
const recipients = () => server.got.map((mail) => (mail.to as { text: string }).text).sort();
/** Every message that rests is due now, as it will be when its rest is over. */
const restOver = () =>
  world
    .owner('staff_message')
    .whereNotNull('next_try_at')
    .update({ next_try_at: world.owner.raw('now()') });

test('the teacher is told by mail on the next school day and the principal on the one after, each once, with no student’s name', async () => {
  await liveTo('2021-09-08');
  await sendAll();
  expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org']);
  await liveTo('2021-09-10');
  await sendAll();
  expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org', 'principal@example.org']);
  const toPrincipal = server.got.find((mail) => (mail.to as { text: string }).text === 'principal@example.org')!;
  expect(toPrincipal.subject).toBe('School S1: attendance to submit (2)');
  expect(toPrincipal.text).toContain('- 2021-09-07, section MATH-1, Mathematics, period 1\n- 2021-09-07, section ART-2, Art, period 2');
  for (const { subject, text } of server.got) expect(`${subject} ${text}`).not.toMatch(/Given|Family/);
  // What was told once is told no more, however often the day is turned and the mail goes round.
  await turned('2021-09-10');
  await liveTo('2021-09-14');
  await sendAll();
  expect(server.got).toHaveLength(3);
  expect((await all()).map(({ state, tries }) => [state, tries])).toEqual([1, 2, 3].map(() => ['sent', 1]));
});

test('days that were missed are made up with one message, not with one for each', async () => {
  await setToday(world.owner, '2021-09-13');
  await submissions(['S1,2021-09-08,MATH-1,1,08:00,', 'S1,2021-09-09,MATH-1,1,08:00,']);
  await liveTo('2021-09-13');
  await sendAll();
  expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org', 'principal@example.org']);
  expect(new Set(server.got.map(({ subject }) => subject))).toEqual(
    new Set(['School S1: attendance to submit (1)', 'School S1: attendance to submit (3)', 'School S1: attendance to submit (4)']),
  );
});

test('what has come before its message left is not asked for, and a message with nothing left to ask does not leave', async () => {
  await liveTo('2021-09-09');
  await submissions(['S1,2021-09-07,MATH-1,1,08:00,14:40']);
  await turned('2021-09-09');
  await sendAll();
  expect(await states()).toEqual([
    'principal principal@example.org sent',
    'teacher cruz@example.org sent',
    'teacher lee@example.org lapsed',
  ]);
  expect(server.got.find(({ subject }) => subject?.includes('(2)'))).toBeUndefined();
});

test('without a mail server everything is written, shown and not sent, and lapses when it comes', async () => {
  await liveTo('2021-09-08');
  expect(await states()).toEqual(['teacher cruz@example.org waiting', 'teacher lee@example.org waiting']);
  expect(await readMailService(world.api)).toEqual({ server: 'not_set', problem: null, waiting: 2, unaddressed: 0, refused: 0 });
  await submissions(['S1,2021-09-07,MATH-1,1,08:00,14:40', 'S1,2021-09-07,ART-2,2,09:00,14:40']);
  await liveTo('2021-09-09');
  expect((await all()).map(({ state }) => state)).toEqual(['lapsed', 'lapsed']);
});

test('while the server is away a message rests longer and longer, tells then what is missing by that time, and is sent once', async () => {
  const { port } = server;
  await server.close();
  await liveTo('2021-09-08');
  startMail(channel(port));
  await until(async () => (await all()).every(({ tries, problem }) => tries === 1 && problem !== null));
  await stopMail();
  const rests = async () =>
    (
      await world
        .owner('staff_message')
        .where({ role: 'teacher' })
        .select<{ s: number }[]>(world.owner.raw(`round(extract(epoch FROM next_try_at - now())) AS s`))
    ).map(({ s }) => Number(s));
  for (const rest of await rests()) expect(rest).toBeGreaterThan(50);
  expect(await readMailService(world.api)).toMatchObject({ server: 'set', problem: expect.stringMatching(/ECONNREFUSED/), waiting: 2 });
  // Another day goes by: nothing has left, so that the waiting message tells of it too.
  await setToday(world.owner, '2021-09-09');
  await submissions(['S1,2021-09-08,MATH-1,1,08:00,']);
  await liveTo('2021-09-09');
  await restOver();
  startMail(channel(port));
  await until(async () => (await all()).filter(({ role }) => role === 'teacher').every(({ tries }) => tries === 2));
  await stopMail();
  for (const rest of await rests()) expect(rest).toBeGreaterThan(50);
  expect(Math.max(...(await rests()))).toBeGreaterThan(110);

  server = await startMailServer({}, port);
  await restOver();
  await sendAll();
  expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org', 'principal@example.org']);
  expect(server.got.find((mail) => (mail.to as { text: string }).text === 'lee@example.org')!.subject).toBe(
    'School S1: attendance to submit (2)',
  );
  expect(await readMailService(world.api)).toMatchObject({ problem: null, waiting: 0 });
});

test('a refusal for good is kept with its words, and never tried again', async () => {
  server.refuses.set('lee@example.org', { code: 550, line: 'No such user here' });
  await liveTo('2021-09-08');
  await sendAll();
  await restOver();
  await sendAll();
  const lee = (await all()).find(({ address }) => address === 'lee@example.org');
  expect(lee).toMatchObject({ state: 'refused', problem: '550 No such user here', tries: 1, nextTryAt: null });
  expect(recipients()).toEqual(['cruz@example.org']);
  expect(await readMailService(world.api)).toMatchObject({ refused: 1, waiting: 0 });
});

describe('a worker that dies', () => {
  test('before a message has left: another sends it, once', async () => {
    await liveTo('2021-09-08');
    // It has leased both, and is gone.
    for (const _ of [1, 2]) await leaseStaffMessage(world.worker, () => ({ subject: 'never seen', text: 'never seen' }));
    startMail();
    await wait(100);
    expect(server.got).toEqual([]);
    await restOver();
    await until(() => server.got.length === 2);
    await stopMail();
    expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org']);
  });

  test('between the server’s answer and its own line: the message leaves again, the same to the letter', async () => {
    await liveTo('2021-09-08');
    const dying: Channel = {
      send: async (message: Outgoing) => {
        await channel().send(message);
        return new Promise(() => undefined);
      },
      close: () => undefined,
    };
    // It hangs for ever where it would have written the line: nothing waits for it.
    startStaffMail({ db: world.worker, channel: dying, idleMs: 10, failed: () => undefined });
    await until(() => server.got.length === 1);
    await setToday(world.owner, '2021-09-09');
    await submissions(['S1,2021-09-08,MATH-1,1,08:00,', 'S1,2021-09-08,ART-2,2,08:00,']);
    await liveTo('2021-09-09');
    await restOver();
    await sendAll();
    const [first] = server.got;
    const same = server.got.filter(({ messageId }) => messageId === first!.messageId);
    expect(same).toHaveLength(2);
    expect(same[1]).toMatchObject({ subject: first!.subject, text: first!.text });
    expect((await all()).filter(({ state }) => state !== 'sent')).toEqual([]);
  });

  test('two workers at once send each message once', async () => {
    await liveTo('2021-09-09');
    startMail();
    startMail();
    await sendAll();
    expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org', 'principal@example.org']);
  });
});

describe('who is told', () => {
  test('a substitute in place of the designated principal; a person with two roles gets one message', async () => {
    await addPerson(world.owner, 'principal', ['S1'], 'principal.sub');
    await world.owner('person').where({ person_id: 'principal.sub' }).update({ email: 'cruz@example.org' });
    const named = {
      school_id: 'S1',
      duty_kind: 'role',
      duty: 'principal',
      from_day: '2021-09-01',
      note: 'x',
      named_by: 'x',
      named_role: 'x',
      named_at: new Date(0),
    };
    const [{ designee_id }] = (await world
      .owner('designee')
      .insert({ ...named, person_id: 'principal.s1' })
      .returning('designee_id')) as [{ designee_id: string }];
    await world.owner('designee').insert({ ...named, person_id: 'principal.sub', until_day: '2021-09-30', stands_in_for: designee_id });
    await liveTo('2021-09-09');
    await sendAll();
    // The substitute is the teacher of ART-2 too.
    expect(recipients()).toEqual(['cruz@example.org', 'lee@example.org']);
  });

  test('nobody: the message is there and says so; an address given later is used, one taken away is not', async () => {
    await world.owner('person').where({ person_id: 'principal.s1' }).update({ email: null });
    await liveTo('2021-09-09');
    await sendAll();
    expect(await states()).toContainEqual('principal null unaddressed');
    await world.owner('person').where({ person_id: 'principal.s1' }).update({ email: 'late@example.org' });
    await sendAll();
    expect(recipients()).toContain('late@example.org');
    await world.owner('person').where({ person_id: 'principal.s1' }).update({ token_sha256: 'removed:principal.s1' });
    await submissions(['S1,2021-09-09,MATH-1,1,08:00,']);
    await liveTo('2021-09-13');
    expect(await states()).toContainEqual('principal null unaddressed');
  });
});
