import type { Channel } from '../../channels/channel.ts';
import { createSmtpChannel, smtpServer } from '../../channels/smtp.ts';
import { startMailServer, type MailServer } from './mail-server.ts';

const FROM = 'Rollbook <rollbook@district.example>';
const MESSAGE = { id: '0199-a', to: 'lee@example.org', subject: 'Peña High: tasks to do (1)', text: 'Sección 3 – due 2021-10-04\n' };

let server: MailServer;
let channel: Channel;
const to = (port: number, more = '?tls=off') => createSmtpChannel(smtpServer(`smtp://127.0.0.1:${port}${more}`, FROM)!);
beforeEach(async () => {
  server = await startMailServer();
  channel = to(server.port);
});
afterEach(() => server.close());

test('a message arrives as it was written, from the district, under a name of its own that is the same at each try', async () => {
  expect(await channel.send(MESSAGE)).toEqual({ kind: 'sent' });
  expect(await channel.send(MESSAGE)).toEqual({ kind: 'sent' });
  const [mail, again] = server.got;
  expect(mail).toMatchObject({ subject: MESSAGE.subject, text: MESSAGE.text, messageId: '<rollbook.0199-a@district.example>' });
  expect(mail!.from?.value).toEqual([{ name: 'Rollbook', address: 'rollbook@district.example' }]);
  expect(mail!.to).toMatchObject({ value: [{ address: 'lee@example.org' }] });
  expect(mail!.headers.get('auto-submitted')).toBe('auto-generated');
  expect(again!.messageId).toBe(mail!.messageId);
});

test('an answer of 550 is for good, in the server’s own words; one of 450 may be another later, and nothing has left', async () => {
  server.refuses.set('lee@example.org', { code: 550, line: 'No such user here' });
  server.refuses.set('cruz@example.org', { code: 450, line: 'Greylisted, come back in five minutes' });
  expect(await channel.send(MESSAGE)).toEqual({ kind: 'refused', why: '550 No such user here' });
  expect(await channel.send({ ...MESSAGE, to: 'cruz@example.org' })).toEqual({
    kind: 'later',
    why: '450 Greylisted, come back in five minutes',
    left: false,
  });
  server.refuses.set('data:ochoa@example.org', { code: 554, line: 'Looks like spam' });
  expect(await channel.send({ ...MESSAGE, to: 'ochoa@example.org' })).toEqual({ kind: 'refused', why: '554 Looks like spam' });
});

test('an address that is none is refused before anybody is asked, and smuggles no second recipient', async () => {
  expect(await channel.send({ ...MESSAGE, to: 'lee@example.org\r\nBcc: eve@example.org' })).toMatchObject({ kind: 'refused' });
  expect(await channel.send({ ...MESSAGE, to: 'nobody' })).toMatchObject({ kind: 'refused' });
  expect(server.got).toEqual([]);
});

test('a server that is away, and one that says who we are is wrong, are tried later', async () => {
  const { port } = server;
  await server.close();
  expect(await channel.send(MESSAGE)).toMatchObject({ kind: 'later', left: false });
  const picky = await startMailServer({
    onMailFrom: (_address, _session, done) => done(Object.assign(new Error('Sender not allowed'), { responseCode: 550 })),
  });
  expect(await to(picky.port).send(MESSAGE)).toEqual({ kind: 'later', why: '550 Sender not allowed', left: false });
  await picky.close();
  server = await startMailServer({}, port);
});

test('when the answer to a message is lost, it may have left', async () => {
  server.silent = true;
  expect(await channel.send(MESSAGE)).toMatchObject({ kind: 'later', left: true });
  expect(server.got).toHaveLength(1);
});

test('without TLS nothing is handed over, unless the address says so', async () => {
  expect(await to(server.port, '').send(MESSAGE)).toMatchObject({ kind: 'later', left: false });
  expect(server.got).toEqual([]);
});

test.each([
  ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, tls: 'implicit' }],
  ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'starttls' }],
  ['smtp://me%40d:p%2Fw@mail.example.org:2525', { port: 2525, tls: 'starttls', auth: { user: 'me@d', pass: 'p/w' } }],
  ['smtp://[::1]:1025?tls=off', { host: '::1', port: 1025, tls: 'none' }],
])('%s is read', (address, expected) => {
  expect(smtpServer(address, FROM)).toMatchObject(expected);
});

test.each([
  'mail.example.org',
  'https://mail.example.org',
  'smtp://',
  'smtps://mail.example.org?tls=off',
  'smtp://mail.example.org?tls=no',
])('%s is none', (address) => expect(smtpServer(address, FROM)).toBeNull());
