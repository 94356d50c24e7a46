import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { sendCommand, type Sender } from '../../activities/send.ts';
import { loadShippedPolicy } from '../../bin/policy-load.ts';
import { connectClient, type EngineAddress } from '../../bin/engine/connect.ts';
import { startWorker, type DistrictWorker, type DistrictWorkerOptions } from '../../bin/engine/worker.ts';
import { fold } from '../../cases/index.ts';
import type { Actor, CaseEvent, EventType, Standing } from '../../cases/events.ts';
import type { Command, Message } from '../../cases/messages.ts';
import type { CaseState } from '../../cases/state.ts';
import type { CaseView } from '../../workflows/attendance-case.ts';
import type { Role } from '../../policy/vocabulary.ts';
import { writeCommand } from '../../store/intake/commands.ts';
import { districtTime } from '../../store/clock.ts';
import type { CommandOutcome } from '../../store/commands.ts';
import { readCaseEvents } from '../../store/read/case-record.ts';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { createDatabase, servers, takeNamespace, type TestDatabase } from './database.ts';

export const SCHOOL = '4711';
/** The test district's clock stands at noon of this Friday, in Chicago. */
export const TODAY = '2021-10-15';
const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));

// Once a test file, before anything else touches the engine.
Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });

export interface TestStudent {
  studentId: string;
  caseId: string;
}

export interface GivenCommand {
  role?: Role;
  text?: string | null;
  ifSeq?: number | null;
  key?: string;
}

/** How a worker of the test district differs from an ordinary one. */
export type WorkerVariant = Partial<
  Pick<DistrictWorkerOptions, 'rollAfter' | 'afterCommit' | 'failed' | 'relay' | 'cachedCases' | 'secretAt' | 'wire' | 'mail'>
>;

/**
 * A district of one's own: a cloned database, a namespace, a shipped policy in force, one school that teaches on every weekday, and
 * workers in this process on the real servers.
 */
export class TestWorld {
  readonly workers: DistrictWorker[] = [];

  constructor(
    readonly db: TestDatabase,
    readonly engine: EngineAddress,
    readonly client: Client,
    private readonly disconnect: () => Promise<void>,
    private readonly rollAfter: number | undefined,
  ) {}

  /** The way to the cases, with the rights of the API. */
  get sender(): Sender {
    return { client: this.client, db: this.db.api, ...(this.rollAfter === undefined ? {} : { rollAfter: this.rollAfter }) };
  }

  async startWorker(variant: WorkerVariant = {}): Promise<DistrictWorker> {
    const worker = await startWorker({
      ...this.engine,
      db: this.db.worker,
      databaseUrl: this.db.workerUrl,
      samplesDir: SAMPLES,
      bundle: servers().bundle,
      ...variant,
    });
    this.workers.push(worker);
    return worker;
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  /** A student of the school, enrolled since August. */
  async enroll(name: { first: string; last: string } = { first: 'Given', last: 'Family' }): Promise<TestStudent> {
    const [row] = await this.db
      .owner('student')
      .insert({
        local_id: randomUUID(),
        first_name: name.first,
        last_name: name.last,
        birthdate: '2010-03-01',
        school_id: SCHOOL,
        entry_date: '2021-08-23',
      })
      .returning<{ student_id: string; case_id: string }[]>(['student_id', 'case_id']);
    await this.db.owner('enrollment').insert({ student_id: row!.student_id, school_id: SCHOOL, entry_date: '2021-08-23' });
    return { studentId: row!.student_id, caseId: row!.case_id };
  }

  /** Gives the student a newer standing, and sends it unless told otherwise, as a crossing would be. @returns its version */
  async stand({ studentId, caseId }: TestStudent, standing: Partial<Standing>, send = true): Promise<number> {
    const { day } = await districtTime(this.db.owner);
    const { rows } = await this.db.owner.raw<{ rows: { version: number }[] }>(
      `INSERT INTO standing (student_id, case_id, school_id, version, as_of, school_year, age, absences, excused, unexcused, unverified, days_enrolled, truancy, pending, flags, recovered_on)
       VALUES (:studentId, :caseId, :school, 1, :day, :year, :age, :absences, :excused, :unexcused, 0, :enrolled, :truancy, '[]', :flags, :recoveredOn)
       ON CONFLICT (student_id) DO UPDATE SET version = standing.version + 1, as_of = excluded.as_of, absences = excluded.absences, excused = excluded.excused,
         unexcused = excluded.unexcused, truancy = excluded.truancy, school_id = excluded.school_id, school_year = excluded.school_year,
         flags = excluded.flags, recovered_on = excluded.recovered_on
       RETURNING version`,
      {
        studentId,
        caseId,
        day,
        school: standing.school ?? SCHOOL,
        year: standing.schoolYear ?? '2021-2022',
        age: standing.age ?? 11,
        absences: standing.absences ?? 0,
        excused: standing.excused ?? 0,
        unexcused: standing.unexcused ?? standing.truancy?.length ?? 0,
        enrolled: standing.daysEnrolled ?? 40,
        truancy: standing.truancy ?? [],
        flags: standing.flags ?? [],
        recoveredOn: standing.recoveredOn ?? null,
      },
    );
    const { version } = rows[0]!;
    if (send) await this.send({ caseId });
    return version;
  }

  /** A student whose case has begun, by a crossing into the second band. */
  async opened(absences = 9): Promise<TestStudent> {
    const student = await this.enroll();
    await this.stand(student, { absences });
    await this.until('the case has begun', async () => (await this.events(student)).length > 0);
    return student;
  }

  /** Attendance rows, so that what rests on these unexcused days has something to rest on. */
  async rowsFor({ studentId }: TestStudent, days: string[]): Promise<void> {
    const [delivery] = await this.db
      .owner('delivery')
      .insert({ source: 'test', coverage: '{}', status: 'done', received_by: 'test' })
      .returning<{ delivery_id: string }[]>('delivery_id');
    const row = {
      student_id: studentId,
      school_id: SCHOOL,
      status: 'absent',
      excuse: 'unexcused',
      delivery_id: delivery?.delivery_id,
      file: 'a.csv',
    };
    if (days.length)
      await this.db
        .owner('attendance_day')
        .insert(days.map((date, line) => ({ ...row, date, line })))
        .onConflict(['student_id', 'date'])
        .ignore();
  }

  /** The school's record of one of its tasks, to be cited on cases. */
  async schoolRecord(task: string, on: string): Promise<void> {
    const actor = JSON.stringify({ id: 'clerk.test', role: 'clerk', place: SCHOOL });
    const who = { caller: 'clerk.test', idempotency_key: randomUUID(), actor, text: 'done' };
    await this.db.owner('school_record').insert({ school_id: SCHOOL, task, on_day: on, ...who });
  }

  /** Puts the student's standing into the outbox. */
  async send({ caseId }: Pick<TestStudent, 'caseId'>): Promise<void> {
    await this.db.owner.raw(
      `INSERT INTO outbox (case_id, standing_version) SELECT case_id, version FROM standing WHERE case_id = ?
       ON CONFLICT (case_id) DO UPDATE SET standing_version = excluded.standing_version, next_try_at = now(), tries = 0`,
      [caseId],
    );
  }

  /** Writes a command down, as the API does, and sends it nowhere. @returns its id */
  async write({ caseId }: TestStudent, command: Command, given: GivenCommand = {}): Promise<string> {
    const role = given.role ?? 'case_manager';
    const actor: Actor = { id: `${role}.test`, role, place: SCHOOL };
    const { at: districtAt } = await districtTime(this.db.api);
    const { row } = await this.db.api.transaction((trx) =>
      writeCommand(trx, {
        caller: actor.id,
        idempotencyKey: given.key ?? randomUUID(),
        caseId,
        command,
        requestSha256: '',
        text: given.text ?? null,
        actor,
        ifSeq: given.ifSeq ?? null,
        districtAt,
      }),
    );
    return row.commandId;
  }

  /** Sends a written command as the API would, with the API's own rights. */
  deliver(commandId: string, timeoutMs = 20_000): Promise<CommandOutcome | null> {
    return sendCommand(this.sender, commandId, timeoutMs);
  }

  handle({ caseId }: Pick<TestStudent, 'caseId'>): WorkflowHandle {
    return this.client.workflow.getHandle(`case/${caseId}`);
  }

  /** Gives a message straight to the case's workflow, past the gateway's own checks, as a late repeat would come. */
  async update(student: TestStudent, commandId: string, command: Command, more: Partial<Message> = {}): Promise<{ seq: number }> {
    const time = await districtTime(this.db.api);
    const actor: Actor = { id: 'case_manager.test', role: 'case_manager', place: SCHOOL };
    const message = { kind: 'command', id: commandId, time, standing: null, actor, command, textDigest: null, ifSeq: null, ...more };
    return this.handle(student).executeUpdate<{ seq: number }, [unknown]>('act', { args: [message], updateId: commandId });
  }

  /** Writes a command and waits for its outcome. */
  async give(student: TestStudent, command: Command, given: GivenCommand = {}): Promise<CommandOutcome & { commandId: string }> {
    const commandId = await this.write(student, command, given);
    const outcome = await this.deliver(commandId);
    if (!outcome)
      throw new Error(`the command ${command.kind} has no outcome: ${(await this.running(student)).needsAttention ?? 'nobody answered'}`);
    return { commandId, ...outcome };
  }

  /** The outcome that stands in the database. */
  async outcome(commandId: string): Promise<CommandOutcome | null> {
    const row = await this.db
      .owner('command')
      .where({ command_id: commandId })
      .first<{ outcome: CommandOutcome['outcome'] | null; outcome_body: unknown }>();
    return row.outcome === null ? null : { outcome: row.outcome, body: row.outcome_body };
  }

  events({ caseId }: Pick<TestStudent, 'caseId'>): Promise<CaseEvent[]> {
    return readCaseEvents(this.db.owner, caseId);
  }

  async eventsOf(student: TestStudent, type: EventType): Promise<CaseEvent[]> {
    return (await this.events(student)).filter((event) => event.type === type);
  }

  /** The case as its record makes it. */
  async recorded(student: TestStudent): Promise<CaseState> {
    return fold(student.caseId, await this.events(student));
  }

  /** The case as its workflow has it. */
  async running({ caseId }: TestStudent): Promise<CaseView> {
    return this.handle({ caseId }).query<CaseView>('state');
  }

  /** The case as its workflow has it, once that has heard of all that stands in its record: a transition is committed before its answer comes. */
  async caughtUp(student: TestStudent): Promise<CaseView> {
    const { seq } = await this.recorded(student);
    await this.until('the workflow has what its record has', async () => (await this.running(student)).state.seq >= seq);
    return this.running(student);
  }

  /** Moves the district's clock so that it shows this instant now. */
  async setClock(instant: string): Promise<void> {
    await this.db.owner('district').update({ clock_offset: this.db.owner.raw('CAST(? AS timestamptz) - clock_timestamp()', [instant]) });
  }

  /** Waits until something is so. @throws after the patience, in milliseconds, is over */
  async until(what: string, holds: () => Promise<boolean>, patience = 20_000): Promise<void> {
    for (const end = Date.now() + patience; !(await holds()); await wait(25)) {
      if (Date.now() > end) throw new Error(`waited ${patience} ms in vain: ${what}`);
    }
  }

  /** How many deadlines have passed that no case has noted yet. */
  async passedDeadlines(): Promise<number> {
    const { rows } = await this.db.owner.raw<{ rows: unknown[] }>(
      'SELECT FROM attendance_case, district WHERE next_deadline <= clock_timestamp() + clock_offset',
    );
    return rows.length;
  }

  /** How many messages to a case have not taken effect yet. */
  async onTheWay({ caseId }: Pick<TestStudent, 'caseId'>): Promise<number> {
    return (await this.db.owner('outbox').where({ case_id: caseId }).select()).length;
  }

  /** Waits until every message has taken effect. */
  quiet(patience?: number): Promise<void> {
    return this.until(
      'the outbox is empty and every command has its outcome',
      async () => {
        const { rows } = await this.db.owner.raw<{ rows: { n: number }[] }>(
          `SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM command WHERE outcome IS NULL) AS n`,
        );
        return rows[0]!.n === 0;
      },
      patience,
    );
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.disconnect();
    await this.db.close();
  }
}

/**
 * @param options.worker false: no worker runs until `startWorker` is called
 * @param options.policy the shipped policy in force; LAUSD's if absent
 */
export async function openWorld(
  options: WorkerVariant & { worker?: boolean; payloadKey?: string; address?: string; policy?: string } = {},
): Promise<TestWorld> {
  const {
    worker = true,
    payloadKey = randomBytes(32).toString('base64'),
    address = servers().temporalAddress,
    policy = 'lausd',
    ...variant
  } = options;
  const db = await createDatabase();
  await db.owner('district').insert({ name: 'Test', time_zone: 'America/Chicago', sample: null, live: false });
  await db.owner('school').insert({ school_id: SCHOOL, name: 'Test School' });
  await db.owner.raw(
    `INSERT INTO calendar_day (school_id, date, event, instructional, school_day)
     SELECT ?, d, CASE WHEN taught THEN 'Instructional day' ELSE 'Weekend' END, taught, count(*) FILTER (WHERE taught) OVER (ORDER BY d)
     FROM (SELECT d::date, extract(isodow FROM d) < 6 AS taught FROM generate_series('2021-08-23'::date, '2022-05-27', '1 day') AS d) AS days`,
    [SCHOOL],
  );
  // The school has been on Rollbook since its year began.
  await db.owner('school_start').insert({ school_id: SCHOOL, known_on: '2021-08-23', school_days: 0, under_way: false });
  await loadShippedPolicy(db.owner, policy);
  const engine: EngineAddress = {
    address,
    namespace: takeNamespace(),
    payloadKey,
  };
  const { client, close } = await connectClient(engine);
  const world = new TestWorld(db, engine, client, close, variant.rollAfter);
  await world.setClock(`${TODAY}T17:00:00Z`);
  if (worker) await world.startWorker(variant);
  return world;
}

/** A documented call in which the family was reached. */
export function call(on: string = TODAY): Command {
  return {
    kind: 'document_action',
    on,
    time: '09:10',
    task: null,
    action: {
      kind: 'contact',
      details: { channel: 'phone', outcome: 'reached', contact: '00000000-0000-4000-8000-000000000001', reason: 'illness' },
    },
  };
}
