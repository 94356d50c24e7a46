import { loadShippedPolicy } from '../../../bin/policy-load.ts';
import type { LetterSource } from '../../../cases/documents.ts';
import { readPolicy, compile, shippedPolicyText } from '../../../policy/index.ts';
import { putPolicyInForce, recordPolicy } from '../../../store/policy-store.ts';
import { letterModel } from '../../../documents/letters.ts';
import { openWorld, type TestStudent, type TestWorld } from '../../world/world.ts';

/**
 * Hard situations 10 and 16, on real servers: to whom a letter is frozen. Parents who live apart both hold educational rights, whoever has
 * custody, unless an order of a court took them, from its day until its day; at eighteen the rights are the student's own.
 */
const CUT = ['2021-09-07', '2021-09-08', '2021-09-09'];
const TODAY = '2021-10-15';

let world: TestWorld;
beforeAll(async () => {
  world = await openWorld();
  // The shipped policy sends no letter to a student of age; this district leaves that to its schools.
  const text = shippedPolicyText('lausd')
    .replace('version: 1', 'version: 2')
    .replace('    first: [adult-rights]\n    notices: stop\n', '    first: [adult-rights]\n');
  const read = readPolicy(text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const ladder = compile(read.document);
  await loadShippedPolicy(world.db.owner, 'lausd');
  await recordPolicy(world.db.owner, { document: text, ladder });
  await putPolicyInForce(world.db.owner, ladder.policy);
});
afterAll(() => world.close());

async function parent(student: TestStudent, name: string, street: string, more: Record<string, unknown> = {}): Promise<string> {
  const [row] = await world.db
    .owner('contact')
    .insert({
      student_id: student.studentId,
      local_id: `${name}-${student.studentId}`,
      first_name: name,
      last_name: 'Quill',
      relationship: name === 'Maya' ? 'Mother' : 'Father',
      recorded_by: 'delivery:test',
      lives_with: name === 'Maya',
      is_primary: name === 'Maya',
      street,
      city: 'Grand Bend',
      state: 'TX',
      zip: '78834',
      ...more,
    })
    .returning<{ contact_id: string }[]>('contact_id');
  return row!.contact_id;
}

/** A student with a filed report, whose letter 1 can be approved; `age` on today. */
async function reported(age = 14): Promise<TestStudent> {
  const student = await world.enroll();
  await world.db
    .owner('student')
    .where({ student_id: student.studentId })
    .update({ birthdate: `${2021 - age}-10-15` });
  await world.rowsFor(student, CUT);
  await world.stand(student, { absences: 3, truancy: CUT, age });
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  const given = [
    await world.give(student, { kind: 'file_report', events: CUT, filedWith: 'attendance_supervisor', on: TODAY }),
    await world.give(
      student,
      { kind: 'document_action', on: TODAY, time: null, task: null, action: { kind: 'evaluation_list', details: { decision: 'send' } } },
      { text: 'Read.' },
    ),
  ];
  if (age >= 18)
    given.push(
      await world.give(
        student,
        {
          kind: 'document_action',
          on: TODAY,
          time: null,
          task: null,
          action: { kind: 'coordination', details: { with: ['pupil'], result: 'informed' } },
        },
        { text: 'Told of the own rights.' },
      ),
    );
  expect(given.map(({ outcome }) => outcome)).not.toContain('refused');
  return student;
}

/** Approves letter 1. @returns the names on it, each with its street, as they were frozen */
async function letterOf(student: TestStudent): Promise<{ to: string[]; source: LetterSource; document: string }> {
  const { seq } = await world.recorded(student);
  const approved = await world.give(student, { kind: 'approve_letter', letter: 'letter-1', round: 1 }, { role: 'principal', ifSeq: seq });
  expect(approved).toMatchObject({ outcome: 'applied' });
  const { source } = await world.db.owner('document').where({ document_id: approved.commandId }).first<{ source: LetterSource }>('source');
  return { to: source.recipients.map(({ name, address }) => `${name}, ${address[0]}`), source, document: approved.commandId };
}

const MAYA = 'Maya Quill, 1 Quill Lane';
const OMAR = 'Omar Quill, 9 Far Road';

test('16: parents who live apart each get the letter, whoever the student lives with', async () => {
  const student = await reported();
  await parent(student, 'Maya', '1 Quill Lane');
  await parent(student, 'Omar', '9 Far Road');
  const { to, source } = await letterOf(student);
  expect(to).toEqual([MAYA, OMAR]);
  expect(letterModel(source, 'x').copies).toHaveLength(2);
});

test.each([
  ['in force', { court_order_date: '2021-10-01' }, [MAYA]],
  ['that begins tomorrow', { court_order_date: '2021-10-16' }, [MAYA, OMAR]],
  ['that ended yesterday', { court_order_date: '2021-01-01', court_order_until: '2021-10-14' }, [MAYA, OMAR]],
  ['that forbids contact alone', { court_order_date: '2021-10-01', court_order_limits: ['contact'] }, [MAYA, OMAR]],
])('16: an order of a court %s decides whether the father gets it', async (_which, order, expected) => {
  const student = await reported();
  await parent(student, 'Maya', '1 Quill Lane');
  await parent(student, 'Omar', '9 Far Road', { court_order: 'Superior Court 21-0042', court_order_limits: ['letters'], ...order });
  expect((await letterOf(student)).to).toEqual(expected);
});

test('10: on the eighteenth birthday the letter goes to the student, where the student lives, and greets the student', async () => {
  const student = await reported(18);
  await parent(student, 'Maya', '1 Quill Lane');
  await parent(student, 'Omar', '9 Far Road');
  const { to, source, document } = await letterOf(student);
  expect(to).toEqual(['Given Family, 1 Quill Lane']);
  expect(letterModel(source, 'x').greeting).toBe('Dear Given Family,');
  const mailed = await world.give(student, {
    kind: 'document_action',
    on: TODAY,
    time: null,
    task: { task: 'letter-1', round: 1 },
    action: { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: null } },
  });
  expect(mailed).toMatchObject({ outcome: 'applied' });
  expect((await world.recorded(student)).letters[0]?.document).toBe(document);
});

test('10: the day before, it goes to the parents', async () => {
  const student = await reported(17);
  await parent(student, 'Maya', '1 Quill Lane');
  await world.db.owner('student').where({ student_id: student.studentId }).update({ birthdate: '2003-10-16' });
  expect((await letterOf(student)).to).toEqual([MAYA]);
});

test('10: under a conservator whom a court has appointed, the letter goes to the conservator alone', async () => {
  const student = await reported(18);
  await parent(student, 'Maya', '1 Quill Lane');
  await parent(student, 'Omar', '9 Far Road', { relationship: 'Uncle', legal_role: 'conservator' });
  expect((await letterOf(student)).to).toEqual([OMAR]);
});

test('a letter to nobody is documented for a student of age alone', async () => {
  const student = await reported();
  await parent(student, 'Maya', '1 Quill Lane');
  await letterOf(student);
  const mailed = await world.give(student, {
    kind: 'document_action',
    on: TODAY,
    time: null,
    task: { task: 'letter-1', round: 1 },
    action: { kind: 'letter_mailed', details: { letter: 'letter-1', channel: 'mail', contact: null } },
  });
  expect(mailed).toMatchObject({ outcome: 'refused', body: { detail: expect.stringContaining('to whom the letter went') as string } });
});
