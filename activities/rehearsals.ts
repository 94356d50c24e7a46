import { Context } from '@temporalio/activity';
import { countPasts } from '../attendance/past/read.ts';
import type { Database } from '../store/database.ts';
import type { Ladder } from '../policy/ladder.ts';
import {
  failRehearsal,
  keepPart,
  keptParts,
  layOut,
  partIsDone,
  takeUpRehearsal,
  tellProgress,
  writeRehearsed,
  type RehearsalAsked,
} from '../store/rehearsals.ts';
import { recordedResponses } from './rehearsal/recorded.ts';
import type { RehearsalInput } from './rehearsal/rehearse.ts';
import { MEASURES, Tally, type Forecast } from './rehearsal/tally.ts';

/** What a rehearsal that was asked for by the API asks of the world. Never rename one: running workflows call them by name. */
export interface RehearsalActivities {
  /** Lays a rehearsal out. @returns how many parts it has; null when nobody wants it any more */
  beginRehearsal(rehearsalId: string): Promise<number | null>;
  /** Replays one part of the students. @returns false when nobody wants it any more */
  rehearsePart(input: { rehearsalId: string; part: number; parts: number }): Promise<boolean>;
  /** Puts together what the parts found. */
  finishRehearsal(rehearsalId: string): Promise<void>;
  failRehearsal(input: { rehearsalId: string; problem: string }): Promise<void>;
}

/** Replays a part of the students, away from this process's own work. @throws the signal's reason when it is to end */
export type ReplayPart = (input: RehearsalInput, options: { signal: AbortSignal; progress: (done: number) => void }) => Promise<Forecast[]>;

/** Students of a part: what is lost and done again when a worker dies in the middle of one. */
const STUDENTS_A_PART = 5_000;
const BEAT_MS = 2_000;

/** @param db connected as `rollbook_worker` */
export function createRehearsalActivities({ db, replay }: { db: Database; replay: ReplayPart }): RehearsalActivities {
  return {
    async beginRehearsal(rehearsalId) {
      const asked = await takeUpRehearsal(db, rehearsalId);
      if (asked === null) return null;
      const responses =
        asked.responses === 'recorded'
          ? await recordedResponses(
              db,
              asked.policies.map(({ ladder }) => ladder),
            )
          : asked.responses;
      const students = await countPasts(db, asked.to, whomOf(asked));
      const parts = Math.max(1, Math.ceil(students / STUDENTS_A_PART));
      return layOut(db, rehearsalId, { students, parts, responses });
    },

    async rehearsePart({ rehearsalId, part, parts }) {
      const isDone = await partIsDone(db, rehearsalId, part);
      if (isDone !== false) return isDone === true;
      const asked = await takeUpRehearsal(db, rehearsalId);
      if (asked === null || asked.responses === 'recorded') return false;
      const { policies, from, to, responses } = asked;
      const input = { policies: policies.map(({ document, ladder }) => ({ document, ladder })), from, to, whom: whomOf(asked), responses };
      return whileWanted(
        (done) => tellProgress(db, rehearsalId, part, done),
        async (signal, progress) => {
          let last = 0;
          const told = (done: number): void => progress((last = done));
          const forecasts = await replay({ ...input, of: { part, parts } }, { signal, progress: told });
          await keepPart(db, rehearsalId, part, last, forecasts);
        },
      );
    },

    async finishRehearsal(rehearsalId) {
      const asked = await takeUpRehearsal(db, rehearsalId);
      if (asked === null || asked.responses === 'recorded') return;
      const { policies, responses } = asked;
      await db.transaction(async (trx) => {
        const tallies = policies.map(({ ladder }) => new Tally(ladder, responses));
        for await (const part of keptParts(trx, rehearsalId)) tallies.forEach((tally, n) => tally.merge(part[n] as Forecast));
        const found = policies.map(({ which, ladder }, n) => ({ which, ladder, forecast: tallies[n]!.forecast() }));
        await writeRehearsed(
          trx,
          rehearsalId,
          found.map(({ which, forecast }) => ({
            which,
            forecast: { weeks: forecast.weeks.map((week) => ({ ...week })), atStep: forecast.atStep },
          })),
          found.map(({ which, ladder, forecast }) => ({ which, ...summaryOf(forecast, ladder) })),
        );
      });
    },

    failRehearsal: ({ rehearsalId, problem }) => failRehearsal(db, rehearsalId, problem),
  };
}

function whomOf({ schools }: RehearsalAsked): RehearsalInput['whom'] {
  return schools === null ? {} : { schools };
}

/** What is told of one policy as a whole. */
function summaryOf({ policy, students, cases, weeks, tasks, atStep }: Forecast, ladder: Ladder) {
  const minutes: Record<string, number> = {};
  for (const week of weeks) for (const [role, spent] of Object.entries(week.minutes)) minutes[role] = (minutes[role] ?? 0) + spent;
  const titleOf = (key: string): string => ladder.wording?.[key]?.title ?? key;
  return {
    policy: { id: policy.id, version: policy.version },
    students,
    cases,
    totals: Object.fromEntries(MEASURES.map((measure) => [measure, weeks.reduce((sum, week) => sum + week[measure], 0)])),
    minutes,
    tasks: tasks.map((one) => ({ ...one, title: titleOf(one.task) })),
    steps: ladder.bands.map(({ band, name }) => ({ step: band, name, students: atStep.filter(({ step }) => step === band).length })),
  };
}

/**
 * Beats while the work runs, and asks whether anybody still wants it; where nobody does, the work is ended.
 * @returns whether it was brought to its end
 */
async function whileWanted(
  tell: (done: number) => Promise<boolean>,
  work: (signal: AbortSignal, progress: (done: number) => void) => Promise<void>,
): Promise<boolean> {
  const context = Context.current();
  const unwanted = new AbortController();
  let done = 0;
  let asking: Promise<void> = Promise.resolve();
  const beat = setInterval(() => {
    context.heartbeat(done);
    asking = tell(done).then(
      (wanted) => (wanted ? undefined : unwanted.abort(new Error('nobody wants this rehearsal any more'))),
      // The database could not be asked; the next beat asks again.
      () => undefined,
    );
  }, BEAT_MS);
  try {
    await work(AbortSignal.any([context.cancellationSignal, unwanted.signal]), (now) => (done = now));
    return true;
  } catch (error) {
    if (unwanted.signal.aborted) return false;
    throw error;
  } finally {
    clearInterval(beat);
    await asking;
  }
}
