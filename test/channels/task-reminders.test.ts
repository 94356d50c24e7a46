import { createSmtpChannel, smtpServer } from '../../channels/smtp.ts';
import { addPerson, expectOk, startEngineApi, type ApiWorld, type PersonAtApi } from '../world/api.ts';
import type { overdueTasks } from '../../api/contracts/overdue.ts';
import type { staffMessages } from '../../api/contracts/message.ts';
import type { z } from 'zod';
import type { Command } from '../../cases/messages.ts';
import { compile, composePolicy, readPolicy, shippedLayerText, shippedPolicyText } from '../../policy/index.ts';
import { putPolicyInForce, recordPolicy } from '../../store/policy-store.ts';
import type { turnDay } from '../../workflows/district-day.ts';
import { commandLine } from '../world/command-line.ts';
import { openWorld, SCHOOL, type TestStudent, type TestWorld } from '../world/world.ts';
import { startMailServer, type MailServer } from './mail-server.ts';

/**
 * Tasks of real cases, on LAUSD's ladder with the shipped layer of reminders: the owner is told on the school day before the due day if
 * nothing was done and on the first one after, the case manager on the third, the principal on the fifth. The clock stands at Friday, the
 * 15th of October; days turn as a schedule turns them, by a workflow.
 */
const PARTNERS = `
layer: partners
version: 1
title: Partners
tasks:
  - task: partner-call
    kind: task
    step: first
    title: The community partner calls the family
    clause: ours
    opens: [{ on: case }]
    owner: partner
    also: [case_manager]
    due: 3
    evidence: { action: contact }
`;
let world: TestWorld;
let server: MailServer;
let api: ApiWorld;
let principal: PersonAtApi;

beforeAll(async () => {
  world = await openWorld({ worker: false });
  server = await startMailServer();
  const made = composePolicy(shippedPolicyText('lausd'), [shippedLayerText('outreach'), shippedLayerText('reminders'), PARTNERS], {
    policy: 'our-district',
  });
  const read = made.ok ? readPolicy(made.text) : made;
  if (!made.ok || !read.ok) throw new Error('the layers do not lie on LAUSD’s ladder');
  const policy = { document: made.text, ladder: compile(read.document) };
  await recordPolicy(world.db.owner, policy);
  await world.db.owner('policy_version').update({ in_force: false });
  await putPolicyInForce(world.db.owner, policy.ladder.policy);
  api = await startEngineApi(world.db.apiUrl, world.client);
  const token = await staff('principal');
  await staff('case_manager');
  await staff('clerk');
  principal = api.as(token);
  await startWorker();
});
afterAll(async () => {
  await api.close();
  await world.close();
  await server.close();
});

async function staff(role: 'principal' | 'case_manager' | 'clerk'): Promise<string> {
  const token = await addPerson(world.db.owner, role, [SCHOOL], `${role}.test`);
  await world.db
    .owner('person')
    .where({ person_id: `${role}.test` })
    .update({ email: `${role}@example.org` });
  return token;
}

const startWorker = () =>
  world.startWorker({ mail: createSmtpChannel(smtpServer(`smtp://127.0.0.1:${server.port}?tls=off`, 'rollbook@district.example')!) });

/** A case of its own, whose standing no recount looks at. */
async function opened(): Promise<TestStudent> {
  const student = await world.enroll({ first: 'Ximena', last: 'Quintanilla' });
  await world.db.owner('enrollment').where({ student_id: student.studentId }).delete();
  await world.stand(student, { absences: 9 });
  await world.quiet();
  return student;
}

/** Asks for the turn of a day; a worker that comes later does it. */
const askForTurn = (day: string) =>
  world.client.workflow.start<typeof turnDay>('turnDay', { workflowId: `turn/${day}`, taskQueue: 'ingest', args: [null] });

async function turned(day: string): Promise<void> {
  await world.setClock(`${day}T18:00:00Z`);
  await (await askForTurn(day)).result();
  await allLeft();
}

/** Everything that could leave has left. */
const allLeft = () =>
  world.until(
    'every message has left',
    async () => (await world.db.owner('staff_message').whereNull('outcome').whereNotNull('address').select()).length === 0,
  );

interface Reminded {
  task: string;
  recipient: string;
  moment: string;
  school_days: number;
  on: string;
}
const reminders = ({ caseId }: TestStudent, task: string): Promise<Reminded[]> =>
  world.db
    .owner('task_reminder')
    .where({ case_id: caseId, task })
    .orderBy(['reminded_on', 'recipient'])
    .select('recipient', 'moment', 'school_days', 'reminded_on AS on');
const mailsAbout = ({ caseId }: TestStudent, title: string) =>
  server.got.filter(({ text }) => text?.split('\n').some((line) => line.includes(caseId) && line.includes(title)));
const weekday = (day: string, more: number): string => {
  let at = Date.parse(day);
  for (let left = Math.abs(more); left > 0;) {
    at += Math.sign(more) * 86_400_000;
    if (new Date(at).getUTCDay() % 6 !== 0) left -= 1;
  }
  return new Date(at).toISOString().slice(0, 10);
};

/** A task that stays open by itself, due five school days after the case began. */
const LONG = 'contact-numbers';
const dueOf = async ({ caseId }: TestStudent, task = LONG) =>
  await world.db.owner('case_task').where({ case_id: caseId, task }).first<{ due_on: string; title: string; owner: string }>();
const sentTo = (address: string) => server.got.filter((mail) => (mail.to as { text: string }).text === address);

test('a worker that was away for days reminds of each task once at each moment, and collects what a person is told', async () => {
  const student = await opened();
  const { due_on: due, title } = await dueOf(student);
  await turned('2021-10-15');
  await turned(weekday(due, -1));
  const before = { recipient: 'owner', moment: 'before', school_days: 1, on: weekday(due, -1) };
  expect(await reminders(student, LONG)).toEqual([before]);
  expect(mailsAbout(student, title)).toHaveLength(1);
  const told = server.got.length;

  // The worker is away from before the due day on, for more than a week. Turns are asked for as every night.
  await world.stopWorkers();
  const back = weekday(due, 6);
  await world.setClock(`${back}T18:00:00Z`);
  const asked = await Promise.all([askForTurn('first-night'), askForTurn('second-night')]);
  await startWorker();
  await Promise.all(asked.map((turn) => turn.result()));
  await allLeft();
  expect(await reminders(student, LONG)).toEqual([
    before,
    { recipient: 'owner', moment: 'after', school_days: 1, on: weekday(due, 1) },
    { recipient: 'case_manager', moment: 'after', school_days: 3, on: weekday(due, 3) },
    { recipient: 'principal', moment: 'after', school_days: 5, on: weekday(due, 5) },
  ]);
  // Owner, case manager and principal: one each, however many tasks and days there were.
  expect(server.got.slice(told).map((mail) => (mail.to as { text: string }).text)).toHaveLength(
    new Set(server.got.slice(told).map((mail) => (mail.to as { text: string }).text)).size,
  );
  expect(mailsAbout(student, title)).toHaveLength(4);
  expect(sentTo('principal@example.org')).toHaveLength(1);
  for (const { subject, text } of server.got) expect(`${subject} ${text}`).not.toMatch(/Ximena|Quintanilla/);

  // Nothing of it is told again.
  const all = server.got.length;
  await turned(back);
  expect(server.got).toHaveLength(all);
  expect(await reminders(student, LONG)).toHaveLength(4);
});

test('a task on which something was done is not reminded of before it is due, and one that is done or withdrawn at no time', async () => {
  const [left, begun, done, withdrawn] = [await opened(), await opened(), await opened(), await opened()];
  const TASK = 'outreach-parent';
  const { due_on: due } = await dueOf(left, TASK);
  const { day } = expectOk(await principal.clock());
  const call = (outcome: 'no_answer' | 'reached'): Command => ({
    kind: 'document_action',
    on: day,
    time: '09:10',
    task: { task: TASK, round: 1 },
    action: { kind: 'contact', details: { channel: 'phone', outcome, whom: 'parent', contact: '00000000-0000-4000-8000-000000000001' } },
  });
  expect(await world.give(begun, call('no_answer'), { role: 'clerk' })).toMatchObject({ outcome: 'applied' });
  expect(await world.give(done, call('reached'), { role: 'clerk' })).toMatchObject({ outcome: 'applied' });
  await world.stand(withdrawn, { absences: 3 });
  await world.quiet();
  await turned(weekday(due, -1));
  await turned(weekday(due, 1));
  const told = async (student: TestStudent, task = TASK) => (await reminders(student, task)).map(({ moment }) => moment);
  expect(await told(left)).toEqual(['before', 'after']);
  expect(await told(begun)).toEqual(['after']);
  expect(await told(done)).toEqual([]);
  // The band's work is asked for no more; on the others it still is.
  expect(await told(left, 'email-or-letter')).toEqual(['before', 'after']);
  expect(await told(withdrawn, 'email-or-letter')).toEqual([]);
});

test('a partner is told of a task of a case that was referred to it, while an agreement lets it be told, and of no other', async () => {
  const { owner } = world.db;
  await owner('partner').insert({ partner_id: 'center', name: 'Family Center', added_by: 'test', added_at: new Date(0) });
  const agreement = {
    partner_id: 'center',
    from_day: '2021-09-01',
    until_day: '2022-06-30',
    purpose: 'x',
    signed_by: 'x',
    signed_role: 'x',
  };
  await owner('partner_agreement').insert({ ...agreement, signed_at: new Date(0) });
  await addPerson(owner, 'partner', [SCHOOL], 'paz', 'center');
  await owner('person').where({ person_id: 'paz' }).update({ email: 'paz@center.example' });
  const [referred, other, over] = [await opened(), await opened(), await opened()];
  const { day } = expectOk(await principal.clock());
  const refer = (status: 'made' | 'closed'): Command => ({
    kind: 'document_action',
    on: day,
    time: '09:10',
    task: null,
    action: { kind: 'agency_referral', details: { service: 'mentoring', status, to: 'community_partner', partner: 'center' } },
  });
  for (const student of [referred, over]) expect(await world.give(student, refer('made'))).toMatchObject({ outcome: 'applied' });
  expect(await world.give(over, refer('closed'))).toMatchObject({ outcome: 'applied' });
  const { due_on: due } = await dueOf(referred, 'partner-call');
  await turned(weekday(due, 1));
  for (const student of [referred, other, over]) expect(await reminders(student, 'partner-call')).not.toEqual([]);
  const [mail, ...more] = sentTo('paz@center.example');
  expect(more).toEqual([]);
  expect(mail!.text).toContain(referred.caseId);
  expect(mail!.text).not.toContain(other.caseId);
  expect(mail!.text).not.toContain(over.caseId);
  // The agreement ends before the next message leaves.
  await owner('staff_message')
    .where({ person_id: 'paz' })
    .update({ outcome: null, outcome_at: null, subject: null, text: null, next_try_at: owner.raw('now()') });
  await owner('partner_agreement').delete();
  await world.until(
    'it lapsed',
    async () => (await owner('staff_message').where({ person_id: 'paz', outcome: 'lapsed' }).select()).length === 1,
  );
  expect(sentTo('paz@center.example')).toHaveLength(1);
});

test('the list of overdue tasks says whose each is, who was reminded and whether it left; the command line too', async () => {
  const student = await opened();
  const { due_on: due, title } = await dueOf(student, 'absence-review');
  await turned(weekday(due, 1));
  const { tasks } = expectOk(await principal.get<z.output<typeof overdueTasks>>(`/v1/schools/${SCHOOL}/overdue-tasks?limit=200`));
  expect(tasks.find(({ caseId, task }) => caseId === student.caseId && task === 'absence-review')).toMatchObject({
    title,
    dueOn: due,
    schoolDaysLate: 1,
    people: [{ person: 'clerk.test' }],
    reminders: [
      { to: 'clerk', on: weekday(due, -1), message: 'sent' },
      { to: 'clerk', on: weekday(due, 1), message: 'sent' },
    ],
  });
  expect(tasks.map(({ dueOn }) => dueOn)).toEqual(tasks.map(({ dueOn }) => dueOn).toSorted((a, b) => a.localeCompare(b)));
  const { messages, mail } = expectOk(await principal.get<z.output<typeof staffMessages>>('/v1/messages?state=sent'));
  expect(mail).toMatchObject({ server: 'set', problem: null });
  expect(messages[0]).toMatchObject({ sentence: expect.stringMatching(/^Sent to \w+@example\.org\.$/), about: { submissions: 0 } });
  const rollbook = (...args: string[]) => commandLine(api.url, principal.token, args);
  expect(await rollbook('overdue', SCHOOL, '--limit', '200')).toContain(`clerk ${weekday(due, 1)} (sent)`);
  expect(await rollbook('messages', '--school', SCHOOL)).toContain('Sent to principal@example.org.');
  expect(await rollbook('messages', '--school', SCHOOL, '--texts')).toContain('Students are not named in mail.');
  expect(await rollbook('health')).toContain('Mail to staff is sent.');
});
