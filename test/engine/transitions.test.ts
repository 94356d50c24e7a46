import type { Transition } from '../../activities/contract.ts';
import type { Refusal } from '../../cases/messages.ts';
import { districtTime } from '../../store/clock.ts';
import { call, openWorld, type TestWorld } from '../world/world.ts';

let world: TestWorld;
/** What happens between a transition's commit and the activity's answer. */
let afterCommit: (transition: Transition) => void | Promise<void> = () => undefined;
beforeAll(async () => {
  world = await openWorld({ afterCommit: (transition) => afterCommit(transition) });
});
afterEach(() => {
  afterCommit = () => undefined;
});
afterAll(() => world.close());

const caused = async (student: Parameters<TestWorld['events']>[0], cause: string): Promise<string[]> =>
  (await world.events(student)).filter((event) => event.cause === cause).map((event) => event.type);

test('a worker that dies between the commit and its answer writes nothing twice', async () => {
  const student = await world.opened();
  const id = await world.write(student, call());
  let deaths = 0;
  afterCommit = (transition) => {
    if (transition.commandId === id && deaths++ < 2) throw new Error('the worker is gone');
  };
  expect(await world.deliver(id)).toMatchObject({ outcome: 'applied' });
  expect(deaths).toBe(3);
  expect(await caused(student, id)).toEqual(['action_documented']);
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('a case that is behind its record judges again from the record', async () => {
  const student = await world.opened();
  const stale = (await world.caughtUp(student)).state;
  const { commandId: first } = await world.give(student, call());
  // A run that began from an older state, as after a restored backup of the engine.
  await restartFrom(student, stale);
  const second = await world.write(student, call());
  expect(await world.deliver(second)).toMatchObject({ outcome: 'applied' });
  const { state } = await world.running(student);
  expect(state).toEqual(await world.recorded(student));
  expect(state.actions.map((action) => action.id)).toEqual([first, second]);
  // A repeat of the first is known again, too.
  await restartFrom(student, stale);
  await world.update(student, first, call());
  expect(await caused(student, first)).toEqual(['action_documented']);
});

async function restartFrom(student: Parameters<TestWorld['events']>[0], state: unknown): Promise<void> {
  const handle = world.client.workflow.getHandle(`case/${student.caseId}`);
  const { ladder } = await world.db.owner('policy_version').first<{ ladder: object }>('ladder');
  await handle.terminate('test');
  // The clock's own offset, or the deadlines of the case would all have passed long ago.
  const time = await districtTime(world.db.owner);
  await world.client.workflow.start('attendanceCase', {
    workflowId: `case/${student.caseId}`,
    taskQueue: 'case',
    args: [{ caseId: student.caseId, state, ladder, time, rollAfter: 300 }],
  });
}

test('a standing that PostgreSQL has and the case has not is judged first', async () => {
  const student = await world.opened();
  const version = await world.stand(student, { absences: 17 }, false);
  const id = await world.write(student, call());
  await world.update(student, id, call());
  const written = await caused(student, id);
  expect(written[0]).toBe('standing_noted');
  expect(written).toContain('task_opened');
  expect(written.at(-1)).toBe('action_documented');
  expect((await world.running(student)).state.standing).toMatchObject({ version, absences: 17 });
});

test('the first message of a case that has not begun is judged on the newest standing', async () => {
  const student = await world.enroll();
  await world.stand(student, { absences: 1 }, false);
  const id = await world.write(student, call());
  const stale = world.deliver(id);
  await world.stand(student, { absences: 9 }, false);
  expect(await stale).toMatchObject({ outcome: 'applied' });
  expect((await world.running(student)).state).toEqual(await world.recorded(student));
});

test('a command that already has an outcome is not written', async () => {
  const student = await world.opened();
  const id = await world.write(student, call());
  const refusal: Refusal = { type: 'future-date', detail: 'It was refused by somebody else.' };
  await world.db.api.raw('SELECT refuse_command(?, ?::jsonb)', [id, JSON.stringify(refusal)]);
  await world.update(student, id, call());
  expect(await caused(student, id)).toEqual([]);
  expect(await world.outcome(id)).toEqual({ outcome: 'refused', body: refusal });
});

test('a command that became wrong while it waited for its turn is refused in its turn', async () => {
  const student = await world.opened();
  const seen = (await world.recorded(student)).seq;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const [first, second] = await Promise.all(
    [1, 2].map(() =>
      world.write(
        student,
        { kind: 'justify_requirement', requirement: 'sart', ground: 'chronic_absentee' },
        { role: 'principal', ifSeq: seen, text: 'no such team here' },
      ),
    ),
  );
  let committed = false;
  afterCommit = (transition) => {
    if (transition.commandId === null) return;
    committed = true;
    return held;
  };
  const outcomes = [world.deliver(first!)];
  await world.until('the first judgement is written', async () => committed);
  // The case waits for the answer of the activity: the second is right by all that it knows.
  outcomes.push(world.deliver(second!));
  await world.until('the second has been accepted', async () => {
    const { events = [] } = await world.handle(student).fetchHistory();
    return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length === 2;
  });
  release();
  const [one, two] = await Promise.all(outcomes);
  expect(one).toMatchObject({ outcome: 'applied' });
  expect(two).toMatchObject({ outcome: 'refused', body: { type: 'stale' } });
  expect(await world.outcome(second!)).toEqual(two);
});

test('a command given when the record has what the case does not know yet is judged by what the record has', async () => {
  const student = await world.enroll();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  afterCommit = (transition) => (transition.commandId === null ? held : undefined);
  await world.stand(student, { absences: 9 });
  await world.until('the case has begun', async () => (await world.events(student)).length > 0);
  // What somebody read on the page of the case; its workflow waits for the answer that says so.
  const { seq } = await world.recorded(student);
  const id = await world.write(
    student,
    { kind: 'justify_requirement', requirement: 'sart', ground: 'chronic_absentee' },
    { role: 'principal', ifSeq: seq, text: 'no such team here' },
  );
  const outcome = world.deliver(id);
  await world.until('the case has the command, or it is refused', async () => {
    const { events } = await world.handle(student).fetchHistory();
    const accepted = events?.some((event) => event.workflowExecutionUpdateAcceptedEventAttributes) ?? false;
    return accepted || (await world.outcome(id)) !== null;
  });
  release();
  expect(await outcome).toMatchObject({ outcome: 'applied' });
});

test('what cannot be recorded asks for attention, holds up nothing else, and is recorded when it can be', async () => {
  const student = await world.opened();
  await world.db.owner.raw(`ALTER TABLE case_action ADD CONSTRAINT not_at_night CHECK (time <> '23:59')`);
  const night = { ...call(), time: '23:59' } as ReturnType<typeof call>;
  const id = await world.write(student, night);
  expect(await world.deliver(id)).toBeNull();
  const attention = async (): Promise<string | null> =>
    (
      await world.db
        .owner('attendance_case')
        .where({ case_id: student.caseId })
        .first<{ needs_attention: string | null }>('needs_attention')
    ).needs_attention;
  expect(await attention()).toMatch(/23514 at not_at_night/);
  expect((await world.running(student)).needsAttention).toMatch(/not_at_night/);
  const { commandId: day } = await world.give(student, call());
  expect(await caused(student, day)).toEqual(['action_documented']);
  expect(await attention()).toBeNull();
  await world.db.owner.raw('ALTER TABLE case_action DROP CONSTRAINT not_at_night');
  await world.db.owner('command').where({ command_id: id }).update({ next_try_at: world.db.owner.fn.now() });
  await world.quiet();
  expect(await caused(student, id)).toEqual(['action_documented']);
});

test('two workers share the work and do none of it twice', async () => {
  const other = await world.startWorker({});
  try {
    const students = await Promise.all(Array.from({ length: 12 }, () => world.enroll()));
    await Promise.all(students.map((student) => world.stand(student, { absences: 9 })));
    const ids = await Promise.all(students.flatMap((student) => [1, 2, 3].map(() => world.write(student, call()))));
    const outcomes = await Promise.all(ids.map((id) => world.deliver(id, 60_000)));
    expect(outcomes.every((outcome) => outcome?.outcome === 'applied')).toBe(true);
    await world.quiet();
    for (const student of students) {
      const events = await world.events(student);
      expect(events.filter((event) => event.type === 'case_opened')).toHaveLength(1);
      expect(events.filter((event) => event.type === 'standing_noted')).toHaveLength(1);
      expect(events.filter((event) => event.type === 'action_documented')).toHaveLength(3);
    }
  } finally {
    world.workers.splice(world.workers.indexOf(other), 1);
    await other.stop();
  }
});
