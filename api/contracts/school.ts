import { z } from 'zod';
import { CADENCES } from '../../policy/vocabulary.ts';
import { actor, code, day, instant, role, schoolId, text, uuid } from './common.ts';
import { contact } from './case.ts';
import { staleFeeds } from './feeds.ts';
import { personWork, vacancy } from './staff.ts';
import { teamRequiredHere } from './yearly-rates.ts';

/** How a school came to Rollbook: with its year (`begun`), or in the middle of it, when it waits for somebody to release it. */
const startState = z.enum(['begun', 'waits', 'released']);

export const school = z
  .strictObject({
    schoolId,
    name: z.string(),
    students: z.number().int(),
    start: startState.nullable().meta({ description: 'Null while the school has no calendar or no students' }),
  })
  .meta({ id: 'School' });

const wouldBegin = z.strictObject({
  begin: z.number().int().meta({ description: 'Students for whom a case would begin' }),
  goOn: z.number().int().meta({ description: 'Cases that are there already and would go on' }),
  reportsDue: z.number().int().meta({ description: 'Truancy reports that would be due' }),
});

export const schoolRelease = z
  .strictObject({
    school: schoolId,
    state: startState,
    knownOn: day.meta({ description: 'The day on which its calendar and its students were first known' }),
    schoolDays: z.number().int().meta({ description: 'School days of the year that had begun before that day' }),
    students: z.number().int(),
    earlier: z
      .strictObject({ records: z.number().int(), students: z.number().int() })
      .meta({ description: 'What was brought in of steps taken before, and for how many students' }),
    released: z.strictObject({ on: day, by: actor.nullable(), note: z.string() }).nullable(),
    would: wouldBegin
      .extend({
        tasks: z
          .array(
            z.strictObject({
              task: code,
              title: z.string(),
              owner: role,
              due: z.number().int().meta({ description: 'School days from the day of the release on' }),
              students: z.number().int(),
            }),
          )
          .meta({ description: 'What would be asked, of whom, for how many students' }),
      })
      .nullable()
      .meta({ description: 'What a release would begin today; null unless the school waits for it' }),
  })
  .meta({ id: 'SchoolRelease' });

/** The same on a page that shows many schools: without the tasks. */
export const schoolStart = schoolRelease
  .omit({ would: true })
  .extend({
    would: wouldBegin.nullable().meta({ description: 'How much a release would begin today; null unless the school waits for it' }),
  })
  .meta({ id: 'SchoolStart' });

export const releaseSchool = z
  .strictObject({
    note: text.meta({
      description:
        'Who says that this year’s earlier reports, letters and contacts were brought in, or that there are none, and how it is known',
    }),
  })
  .meta({ id: 'ReleaseSchool' });

export const schoolReleased = z
  .strictObject({
    commandId: uuid,
    outcome: z.literal('applied'),
    school: schoolId,
    releasedOn: day,
    students: z.number().int(),
    woken: z.number().int().meta({ description: 'Cases that go on or begin' }),
    opens: z.number().int().meta({ description: 'Of them, those that begin' }),
    reportsDue: z.number().int(),
  })
  .meta({ id: 'SchoolReleased' });

export const schoolStatus = z
  .strictObject({
    schoolId,
    name: z.string(),
    day,
    bands: z.array(
      z.strictObject({
        band: code.nullable(),
        from: z.number().int().nullable().meta({ description: 'First absence of the band; null where bands go by rate alone' }),
        to: z.number().int().nullable(),
        students: z.number().int(),
        open: z.number().int(),
      }),
    ),
    unexcused: z
      .strictObject({ days: z.number().int(), students: z.number().int() })
      .nullable()
      .meta({ description: 'Students with the unexcused days of a first report, of whatever age, cleared or not; null without a policy' }),
    tasks: z.array(z.strictObject({ owner: role, open: z.number().int(), overdue: z.number().int(), schoolTasksNeeded: z.number().int() })),
    people: z.array(personWork).meta({ description: 'Open work by the people whom it falls to' }),
    vacancies: z.array(vacancy).meta({ description: 'What stands vacant here' }),
    reportsDue: z.number().int(),
    cases: z.number().int(),
    referred: z.number().int(),
    casesNeedingAttention: z.array(z.strictObject({ caseId: uuid, why: z.string() })),
    attendanceCoveredUpTo: day.nullable(),
    daysWithoutAttendance: z.array(day),
    release: schoolStart.nullable().meta({ description: 'How the school came; null while it has no calendar or no students' }),
    feeds: staleFeeds,
  })
  .meta({ id: 'SchoolStatus' });

export const absenceLine = z
  .strictObject({
    studentId: uuid,
    caseId: uuid,
    localId: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    grade: z.string().nullable(),
    band: code.nullable(),
    absences: z.number().int(),
    firstDay: day,
    lastDay: day,
    days: z.number().int(),
    unexcused: z.number().int(),
    returnedOn: day.nullable(),
    windowEnds: day.nullable(),
    call: z.strictObject({
      status: z.enum(['none', 'attempted', 'reached']),
      attempts: z.number().int(),
      lastOn: day.nullable(),
      lastOutcome: z.string().nullable(),
      reason: z.string().nullable(),
      expectedReturn: day.nullable(),
    }),
    overdue: z.boolean(),
    contacts: z.array(
      contact.pick({
        contactId: true,
        firstName: true,
        lastName: true,
        relationship: true,
        primary: true,
        phone: true,
        language: true,
        legalRole: true,
        mayBeContacted: true,
      }),
    ),
  })
  .meta({ id: 'AbsenceLine', description: 'One spell of absence with its call' });

export const absenceList = z
  .strictObject({
    school: schoolId,
    day,
    spells: z.array(absenceLine),
    newSpells: z.number().int(),
    overdueCalls: z.number().int(),
    feeds: staleFeeds,
  })
  .meta({ id: 'AbsenceList' });

export const recordSchoolTask = z
  .strictObject({ on: day, note: text.meta({ description: 'Who took part, what was done, what came of it' }) })
  .meta({ id: 'RecordSchoolTask' });

export const schoolRecorded = z
  .strictObject({
    recordId: uuid,
    school: schoolId,
    task: code,
    on: day,
    cases: z.number().int().meta({ description: 'Cases it is cited on' }),
  })
  .meta({ id: 'SchoolRecorded' });

export const schoolTasks = z
  .strictObject({
    school: schoolId,
    day,
    tasks: z.array(
      z.strictObject({
        task: code,
        title: z.string(),
        clause: z.string(),
        owner: role,
        also: z.array(role),
        cadence: z.enum(CADENCES),
        span: z.strictObject({ from: day, to: day }).meta({ description: 'The day, week, month … in which it is to be done once' }),
        lastOn: day.nullable(),
        done: z.boolean().meta({ description: 'It was done in this span' }),
        required: teamRequiredHere
          .nullable()
          .meta({ description: 'Of the meetings of a team that the state may require; null of every other task' }),
      }),
    ),
  })
  .meta({ id: 'SchoolTasks' });

export const overdueDuties = z
  .strictObject({
    day,
    overdue: z.array(
      z
        .strictObject({
          school: schoolId,
          name: z.string(),
          kind: z.enum(['school_task', 'team']).meta({ description: 'A school task, or a team whose meetings on cases are counted' }),
          key: code,
          title: z.string(),
          clause: z.string(),
          owner: z.string().nullable().meta({ description: 'The role that owns the task, or who leads the team' }),
          cadence: z.enum(CADENCES),
          lastOn: day.nullable(),
          dueBy: day.meta({ description: 'The last day of the first span that has passed without it since it was last done' }),
          missed: z.number().int().meta({ description: 'Spans that have passed without it since then' }),
          missedInAll: z.number().int().meta({ description: 'Spans of this school year that have passed without it' }),
        })
        .meta({ id: 'OverdueDuty' }),
    ),
  })
  .meta({ id: 'OverdueDuties' });

export const schoolRecord = z
  .strictObject({ recordId: uuid, task: code, on: day, actor, note: z.string(), recordedAt: instant })
  .meta({ id: 'SchoolRecord' });
