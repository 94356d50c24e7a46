import { z } from 'zod';
import { daysPolicy } from './days.ts';
import { midYearPolicy } from './mid-year.ts';
import { reminders } from './reminders.ts';
import { retentionPolicy } from './retention.ts';
import { submissionsPolicy } from './submissions.ts';
import { referencesPolicy, teamsPolicy } from './teams.ts';
import {
  ACTION_KINDS,
  CADENCES,
  GROUNDS,
  PANEL_DECISIONS,
  REFERRED_TO_BODIES,
  ROLES,
  STUDENT_FLAGS,
  TASK_KINDS,
  TEAMS,
} from './vocabulary.ts';
import { yearEndPolicy } from './year-end.ts';

/** A name that the document gives to something of its own. */
export const key = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a key is lower case words joined by hyphens');
const role = z.enum(ROLES);
const count = z.int().positive();
/** A time of day. */
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written as 17:00');

/** When it is afternoon and evening. */
export const timesOfDay = z.strictObject({ afternoon: clock, evening: clock });

const evidence = z.strictObject({
  action: z.enum(ACTION_KINDS),
  where: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  includes: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  tells: z.array(z.string()).min(1).optional(),
  by: z.array(role).min(1).optional(),
  count: count.optional(),
  distinct: z.strictObject({ timesOfDay: count.max(3).optional(), contacts: count.optional(), days: count.optional() }).optional(),
  atLeast: z.record(z.string(), count).optional(),
  orOne: z.record(z.string(), z.array(z.string()).min(1)).optional(),
});

/** A share of days to the thousandth: `0.96`. */
const share = z
  .number()
  .min(0)
  .max(1)
  .refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-9, 'a share has at most three decimals, as 0.925');

const opening = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('case') }),
  z.strictObject({ on: z.literal('band'), band: key }),
  z.strictObject({ on: z.literal('report_due') }),
  z.strictObject({ on: z.literal('reports'), count }),
  z.strictObject({ on: z.literal('habitual') }),
  z.strictObject({ on: z.literal('attempt_failed') }),
  z.strictObject({ on: z.literal('contact_data_wrong') }),
  z.strictObject({ on: z.literal('report_fallen') }),
  z.strictObject({ on: z.literal('letter_fallen') }),
  z.strictObject({ on: z.literal('referral_fallen') }),
  z.strictObject({ on: z.literal('first_months') }),
  z.strictObject({ on: z.literal('no_improvement'), after: key, schoolDays: count, absences: count.optional(), rate: share.optional() }),
  z.strictObject({ on: z.literal('recovered') }),
  z.strictObject({ on: z.literal('path'), path: key, band: key.optional(), reports: count.optional() }),
]);

const band = z.strictObject({
  band: key,
  name: z.string().min(1),
  /** Absences from and to which it reaches, both included; left out where bands go by rate alone. */
  from: count.optional(),
  to: count.optional(),
  /** Attendance that it covers; each end says whether it is included. */
  attendance: z
    .strictObject({ atLeast: share.optional(), above: share.optional(), atMost: share.optional(), below: share.optional() })
    .optional(),
});

/** One piece of work, as a document states it. */
export const task = z.strictObject({
  task: key,
  kind: z.enum(TASK_KINDS),
  step: key,
  title: z.string().min(1),
  clause: z.string().min(1),
  opens: z.array(opening).min(1),
  owner: role,
  also: z.array(role).optional(),
  due: count,
  evidence: z.union([
    evidence,
    z.strictObject({ report: z.literal(true) }),
    z.strictObject({ withdrawal: z.literal(true) }),
    z.strictObject({ letter: key }),
    z.strictObject({ schoolRecord: key }),
    z.strictObject({ referral: z.enum(REFERRED_TO_BODIES) }),
  ]),
  approver: z.array(role).min(1).optional(),
  reports: count.optional(),
  spacing: count.optional(),
  newEvents: count.optional(),
  interventionBetween: z.array(z.enum(ACTION_KINDS)).min(1).optional(),
  fullDays: count.optional(),
  waitsFor: z.strictObject({ tasks: z.array(key).min(1), schoolDays: count }).optional(),
  unavailable: z.literal(true).optional(),
  recurs: count.optional(),
  needs: z.array(key).min(1).optional(),
  /** Who is reminded of it, and when; absent: as the policy says for all tasks. */
  reminders: reminders.optional(),
  /** What to say, word for word where that matters; merge fields as `{caller}`. */
  script: z.string().min(1).max(2000).optional(),
});

const ground = z.enum(GROUNDS).optional();

const test = z.union([
  z.strictObject({ task: key }),
  z.strictObject({ reports: count }),
  z.strictObject({ conferenceEffort: z.literal(true) }),
  z.strictObject({ age: z.literal(true) }),
  z.strictObject({ chronicRate: z.literal(true) }),
  z.strictObject({ noticeOfReferral: z.literal(true) }),
  z.strictObject({ decision: z.strictObject({ team: z.enum(TEAMS), decision: z.enum(PANEL_DECISIONS) }) }),
  z.strictObject({ evidence }),
]);

const requirement = z.strictObject({ requirement: key, title: z.string().min(1), clause: z.string().min(1), ground, test });

const path = z.strictObject({
  path: key,
  title: z.string().min(1),
  clause: z.string().min(1),
  flags: z.array(z.enum(STUDENT_FLAGS)).min(1).optional(),
  age: count.optional(),
  first: z.array(key).min(1).optional(),
  drops: z.array(key).min(1).optional(),
  notices: z.literal('stop').optional(),
  referral: z.literal('stop').optional(),
});

/** Something done once for a school. */
export const schoolTask = z.strictObject({
  task: key,
  title: z.string().min(1),
  clause: z.string().min(1),
  owner: role,
  also: z.array(role).optional(),
  cadence: z.enum(CADENCES),
  /** The team of which it records that it has met. */
  team: z.enum(TEAMS).optional(),
});

/** One line of what a referral must document: a task of the policy, or a test of its own. */
export const referralRequirement = z.union([
  z.strictObject({ task: key, ground, path: key.optional(), firm: z.literal(true).optional() }),
  requirement,
]);

/** A policy document: what a district decides, as data. `policy/shipped/lausd.yaml` is the example to read. */
export const policyDocument = z.strictObject({
  policy: key,
  version: count,
  title: z.string().min(1),
  state: key,
  bands: z.array(band).min(1),
  /** Bands go by the count of absences, by the rate of attendance, or by the stricter of both. */
  bandsBy: z.enum(['count', 'rate', 'stricter']),
  /** Days enrolled below which a rate puts nobody beyond the first band: 10 % of 5 days is one absence. */
  minimumDays: count.default(30),
  absenceList: z.strictObject({
    clause: z.string().min(1),
    owner: role,
    also: z.array(role).optional(),
    callDue: count,
    clearing: count,
    /** What an absence is that is still unverified when its window ends. */
    unverified: z.enum(['unexcused', 'not_counted']).default('unexcused'),
  }),
  /** Absences by the end of the first, second, … school month (twenty enrolled school days each) that are an early warning. */
  firstMonths: z.strictObject({ clause: z.string().min(1), absences: z.array(count).min(1).max(10) }).optional(),
  /** From when on it is afternoon and evening, where evidence asks for attempts at different times of day. */
  timesOfDay: timesOfDay.optional(),
  days: daysPolicy,
  submissions: submissionsPolicy,
  midYear: midYearPolicy,
  yearEnd: yearEndPolicy,
  schoolTasks: z.array(schoolTask),
  /** Who is reminded of an open task that says nothing of its own, and when; absent: nobody is. */
  reminders: reminders.optional(),
  teams: teamsPolicy.optional(),
  references: referencesPolicy.optional(),
  /** What the district owes others by its cadence: figures of the year to a board, a county or a state. */
  reports: z
    .array(
      z.strictObject({
        report: key,
        title: z.string().min(1),
        clause: z.string().min(1),
        owner: role,
        to: z.string().min(1),
        cadence: z.enum(CADENCES),
      }),
    )
    .optional(),
  /** How long records are kept, by class; where it is silent, as long as the state says at least. */
  retention: retentionPolicy.optional(),
  paths: z.array(path).optional(),
  recovery: z
    .strictObject({
      clause: z.string().min(1),
      /** From this band on there is something to recover from. */
      from: key,
      /** So many submitted school days in a row, at this attendance or better. */
      schoolDays: count,
      attendance: z.number().gt(0).max(1),
      monitor: count,
      open: z.enum(['withdraw', 'pause']),
      keep: z.array(key),
    })
    .optional(),
  rollover: z.strictObject({ clause: z.string().min(1), goOn: z.array(key), countOn: z.array(key) }).optional(),
  tasks: z.array(task).min(1),
  referral: z.strictObject({
    justifiableBy: z.array(role).min(1),
    /** School days for which a justification holds; absent: for the school year. */
    justificationsLast: count.optional(),
    requirements: z.array(referralRequirement).min(1),
  }),
});
export type PolicyDocument = z.infer<typeof policyDocument>;
export type SchoolTask = PolicyDocument['schoolTasks'][number];

/** One valid excuse of a state's list. */
const excuse = z.strictObject({
  reason: z.string().regex(/^[a-z][a-z_]*$/),
  title: z.string().min(1),
  clause: z.string().min(1),
  cap: z.strictObject({ days: count, per: z.enum(['year', 'semester', 'month', 'incident']) }).optional(),
  approver: z.enum(['principal', 'administrator']).optional(),
  writtenRequest: z.literal(true).optional(),
});
export type ValidExcuse = z.infer<typeof excuse>;

/** The state's profile: what statute fixes, and its own conditions of a referral. */
export const stateProfile = z.strictObject({
  state: key,
  name: z.string().min(1),
  statute: z.strictObject({
    firstReportEvents: count,
    firstReportWithin: z.literal('month').optional(),
    firstReportYearEvents: count.optional(),
    furtherReportEvents: count.nullable(),
    habitualReports: count.nullable(),
    conferenceAfterReports: z.array(count),
    ageFrom: count,
    ageUntil: count,
    chronicRate: z.number().gt(0).lt(1),
    chronicTruantRate: z.number().gt(0).lt(1).nullable(),
  }),
  /** To whom a case is referred in the end, what that is called, and on which grounds. */
  lastRung: z.strictObject({
    body: z.enum(REFERRED_TO_BODIES),
    name: z.string().min(1),
    inFull: z.string().min(1),
    grounds: z.array(z.enum(GROUNDS)).min(1),
  }),
  /** A team that the state requires from these rates of chronic absence on, of a district or a school in the year before; it meets monthly. */
  reviewTeam: z
    .strictObject({
      team: z.enum(TEAMS),
      districtRate: z.number().gt(0).lt(1),
      schoolRate: z.number().gt(0).lt(1),
      clause: z.string().min(1),
      /** Where it is required, by whether the district reached its rate and how many schools reached theirs. */
      requires: z.array(
        z.strictObject({
          district: z.enum(['over', 'under']),
          schools: z.array(z.enum(['none', 'one', 'several'])).min(1),
          place: z.enum(['district', 'schools', 'either']),
          clause: z.string().min(1),
        }),
      ),
    })
    .optional(),
  /**
   * How the state publishes rates of chronic absence: who counts (from so many days enrolled on), and the smallest group that is shown
   * outside the schools whose students they are.
   */
  rates: z.strictObject({ leastDays: count, smallest: count, clause: z.string().min(1) }),
  /** The sections that pages and packets cite, by matter. */
  law: z.strictObject({
    truancy: z.string().min(1),
    again: z.string().min(1).optional(),
    habitual: z.string().min(1).optional(),
    chronicAbsence: z.string().min(1),
    chronicTruancy: z.string().min(1).optional(),
    referral: z.string().min(1),
    /** That the record of a pupil is confidential. */
    records: z.string().min(1),
    /** What the sections are of, in a sentence, as “EC” is the California Education Code. */
    code: z.string().min(1),
  }),
  /** From how many minutes on a tardy or an early departure is a truancy event, so that no policy counts earlier. */
  truancy: z.strictObject({ occasionMinutes: count, clause: z.string().min(1) }).optional(),
  /** The notice that the state prescribes, and on how many reports it is due: a policy may delay it and never withhold it. */
  notice: z.strictObject({ reports: count, clause: z.string().min(1) }).optional(),
  /** How long records are kept at least, by class. */
  retention: retentionPolicy.optional(),
  referral: z.array(requirement),
  excuses: z.array(excuse).min(1),
});
export type StateProfile = z.infer<typeof stateProfile>;
