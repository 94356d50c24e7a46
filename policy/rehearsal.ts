import { z } from 'zod';
import { ACTION_KINDS, CONTACT_OUTCOMES, ROLES, TASK_KINDS } from './vocabulary.ts';

const share = z.number().min(0).max(1);
const weights = z.record(z.string(), z.number().min(0)).refine((given) => Object.values(given).some((weight) => weight > 0), {
  message: 'give at least one outcome a weight above 0',
});

const response = z.strictObject({
  /** The row is for this task alone. */
  task: z.string().optional(),
  /** Else for tasks of this kind, whose evidence is this, or whose owner is this. */
  kind: z.enum(TASK_KINDS).optional(),
  evidence: z.enum([...ACTION_KINDS, 'report', 'withdrawal', 'letter', 'referral']).optional(),
  owner: z.enum(ROLES).optional(),
  /** Share of such tasks that are done at all. */
  done: share,
  /** School days after the task opened on which it is done at the earliest and at the latest; each day between is as likely. */
  after: z
    .tuple([z.int().min(0), z.int().min(0)])
    .refine(([least, most]) => least <= most, { message: 'the first number is the smaller one' }),
  /** Instead, where it is known: of how many such tasks each number of school days is true. */
  days: z
    .array(z.tuple([z.int().min(0), z.number().gt(0)]))
    .min(1)
    .optional(),
  /** Share recorded as not available, where the policy allows it. */
  unavailable: share.default(0),
  /** How likely each value of a field is, among those that the task accepts. */
  outcomes: z.record(z.string(), weights).default({}),
  /** What it takes, in minutes of the owner's time. */
  minutes: z.number().min(0),
});

export const responseTable = z.strictObject({
  /** Another seed, other chances; the same seed, the same rehearsal. */
  seed: z.string(),
  /** The daily absence list: a call on the first day of a run of absence, where the share says so. */
  calls: z.strictObject({
    share,
    role: z.enum(ROLES),
    outcomes: z.partialRecord(z.enum(CONTACT_OUTCOMES), z.number().min(0)),
    minutes: z.number().min(0),
  }),
  /** School tasks: done on this school day of the span, by every school. Null: never. */
  schoolTasks: z.strictObject({ onSchoolDay: z.int().min(1).nullable() }),
  /** A requirement that is missing when a referral is to be made, and that may be justified, is: in this share of the cases. */
  justified: share,
  /** Minutes of every other person at a meeting or a conference. */
  attendees: z.partialRecord(z.enum(ROLES), z.number().min(0)),
  /** The first row that fits a task is the one. The last must fit every task. */
  tasks: z
    .array(response)
    .min(1)
    .refine(
      (rows) =>
        rows.at(-1)?.task === undefined &&
        rows.at(-1)?.kind === undefined &&
        rows.at(-1)?.evidence === undefined &&
        rows.at(-1)?.owner === undefined,
      {
        message: 'the last row names neither task nor kind, evidence or owner, so that it fits every task',
      },
    ),
});

/** What people are assumed to do, and how long it takes them. */
export type Responses = z.output<typeof responseTable>;
export type Response = Responses['tasks'][number];

/**
 * The table that counts where a district gives none. Nobody has measured it: the delays are the time that the protocol gives, used up by
 * half to in full; the minutes are a planner's guess, and stand in docs/rehearsal.md with their reasons, so that they can be replaced.
 */
export const ASSUMED: Responses = responseTable.parse({
  seed: 'rollbook',
  calls: {
    share: 0.9,
    role: 'clerk',
    outcomes: { reached: 0.55, left_message: 0.25, no_answer: 0.15, wrong_number: 0.05 },
    minutes: 5,
  },
  schoolTasks: { onSchoolDay: 1 },
  justified: 0.5,
  attendees: { principal: 30, teacher: 30 },
  tasks: [
    { evidence: 'report', done: 1, after: [1, 3], minutes: 10 },
    { evidence: 'withdrawal', done: 1, after: [1, 3], minutes: 15 },
    { evidence: 'letter', done: 1, after: [1, 5], minutes: 15 },
    { evidence: 'referral', done: 0.9, after: [5, 25], minutes: 120 },
    { task: 'next-attempt', done: 0.9, after: [1, 2], minutes: 5 },
    {
      evidence: 'contact',
      done: 0.9,
      after: [1, 5],
      outcomes: { outcome: { reached: 0.8, sent: 1, reached_no_resolution: 0.2 } },
      minutes: 10,
    },
    { evidence: 'contact_correction', done: 0.9, after: [1, 5], minutes: 10 },
    {
      evidence: 'conference',
      done: 0.9,
      after: [5, 12],
      outcomes: { outcome: { held: 0.65, no_show: 0.3, refused: 0.05 } },
      minutes: 45,
    },
    { evidence: 'contract', done: 0.9, after: [5, 12], outcomes: { status: { signed: 0.9, refused: 0.1 } }, minutes: 30 },
    { evidence: 'agency_referral', done: 0.9, after: [2, 12], unavailable: 0.1, minutes: 20 },
    { evidence: 'consultation', done: 0.9, after: [1, 8], unavailable: 0.3, minutes: 20 },
    { evidence: 'plan', done: 0.95, after: [2, 6], minutes: 45 },
    { evidence: 'monitoring', done: 0.95, after: [3, 6], minutes: 10 },
    {
      evidence: 'meeting',
      done: 0.9,
      after: [8, 20],
      unavailable: 0.2,
      outcomes: { decision: { refer_to_sarb: 0.6, continue_support: 0.4 } },
      minutes: 60,
    },
    { evidence: 'notice_of_referral', done: 1, after: [2, 10], minutes: 20 },
    { done: 0.95, after: [1, 5], unavailable: 0.1, minutes: 15 },
  ],
});

/** What is wrong with the span of a rehearsal, in a sentence; null when nothing is. Counts begin again with each school year (EC 37200: on 1 July). */
export function spanProblem(from: string, to: string): string | null {
  if (from > to) return `The span ends on ${to}, before it begins on ${from}: give the earlier day first.`;
  const year = yearBegun(from);
  if (year === yearBegun(to)) return null;
  return `${from} and ${to} lie in two school years; a rehearsal is of one, ${year}-07-01 to ${year + 1}-06-30, since counts begin again with each.`;
}

function yearBegun(day: string): number {
  return Number(day.slice(0, 4)) - (day.slice(5, 7) >= '07' ? 0 : 1);
}

/** Reads a district's own table. @returns what is wrong, in sentences, or the table */
export function readResponses(given: unknown): { ok: true; responses: Responses } | { ok: false; problems: string[] } {
  const parsed = responseTable.safeParse(given);
  if (parsed.success) return { ok: true, responses: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the table'}: ${issue.message}`) };
}
