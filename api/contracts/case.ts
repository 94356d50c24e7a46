import { z } from 'zod';
import { LEGAL_ROLES, ORDER_LIMITS } from '../../cases/index.ts';
import { GROUNDS, HOLDS, LETTER_WAITS, ROLES, REFERRED_TO_BODIES } from '../../policy/vocabulary.ts';
import { code, day, instant, role, schoolId, uuid } from './common.ts';
import { staleFeeds } from './feeds.ts';
import { taskPerson } from './staff.ts';

export const contact = z
  .strictObject({
    contactId: uuid,
    firstName: z.string(),
    lastName: z.string(),
    relationship: z.string(),
    primary: z.boolean(),
    emergency: z.boolean(),
    livesWith: z.boolean(),
    phone: z.string().nullable(),
    phoneType: z.string().nullable(),
    email: z.string().nullable(),
    street: z.string().nullable(),
    city: z.string().nullable(),
    state: z.string().nullable(),
    zip: z.string().nullable(),
    language: z.string().nullable(),
    legalRole: z
      .enum(LEGAL_ROLES)
      .nullable()
      .meta({ description: 'What the person is by law: as was said, or as the relationship makes them' }),
    courtOrder: z
      .strictObject({
        text: z.string(),
        on: day.nullable(),
        until: day.nullable(),
        limits: z.array(z.enum(ORDER_LIMITS)).meta({ description: 'What the order takes away: to be contacted, to be sent letters' }),
      })
      .nullable(),
    mayBeContacted: z.boolean().meta({ description: 'False when an order forbids it, or the person is a former caregiver' }),
    receivesLetters: z.boolean().meta({ description: 'Letters go to this person as things stand' }),
  })
  .meta({ id: 'Contact' });

export const student = z
  .strictObject({
    studentId: uuid,
    caseId: uuid,
    localId: z.string(),
    firstName: z.string(),
    middleName: z.string().nullable(),
    lastName: z.string(),
    grade: z.string().nullable(),
    school: schoolId,
    caseOpen: z.boolean(),
    absences: z.number().int(),
    unexcused: z.number().int(),
  })
  .meta({ id: 'Student' });

export const attendanceRow = z
  .strictObject({
    date: day,
    school: schoolId,
    status: z.enum(['absent', 'tardy', 'early_departure', 'partial', 'present']),
    excuse: z.enum(['excused', 'unexcused', 'unverified', 'exempt', 'unknown']),
    code: z.string().nullable(),
    minutes: z.number().int().nullable(),
    counts: z.boolean().meta({ description: 'One of the rows that sum to `absences`' }),
    deliveryId: uuid.nullable().meta({ description: 'Null of a day that only a person speaks of' }),
    file: z.string().nullable(),
    line: z.number().int().nullable(),
  })
  .meta({ id: 'AttendanceRow', description: 'One day, with the delivery, file and line it came from' });

export const standing = z
  .strictObject({
    asOf: day,
    version: z.number().int(),
    judged: z.boolean().meta({ description: 'The case has taken note of this standing' }),
    schoolYear: z.string(),
    school: schoolId,
    age: z.number().int(),
    absenceLadder: z
      .strictObject({
        clock: z.literal('absence ladder'),
        asOf: day,
        absences: z.number().int(),
        excused: z.number().int(),
        unexcused: z.number().int(),
        unverified: z.number().int(),
        daysEnrolled: z.number().int(),
        rate: z.number().nullable(),
        band: z
          .strictObject({
            band: code,
            name: z.string(),
            from: z.number().int().nullable().meta({ description: 'First absence of the band; null where bands go by rate alone' }),
            to: z.number().int().nullable(),
            limit: z
              .strictObject({ perMille: z.number().int(), inclusive: z.boolean() })
              .optional()
              .meta({ description: 'Attendance, in thousandths of the enrolled days, below which the band begins, or at which too' }),
          })
          .nullable(),
        rows: z.array(attendanceRow),
      })
      .meta({ description: 'All absences, of every kind. Bands open support and nothing else.' }),
    truancyTrack: z
      .strictObject({
        clock: z.literal('truancy track'),
        asOf: day,
        events: z.array(z.strictObject({ day, report: z.number().int().nullable() })),
        pending: z.array(z.strictObject({ day, windowEnds: day.nullable() })),
        reportDue: z.strictObject({ due: z.boolean(), ordinal: z.number().int(), events: z.array(day) }),
        reportsStanding: z.number().int(),
        habitualTruant: z.boolean(),
        chronicTruant: z
          .strictObject({
            unexcusedDays: z.number().int(),
            daysEnrolled: z.number().int(),
            reached: z.boolean().meta({ description: 'The rate of EC 48263.6 is reached' }),
            stands: z.boolean().meta({ description: 'It is reached, and the district has done its own part' }),
            duties: z.array(
              z.strictObject({
                clause: z.string(),
                status: z.enum(['met', 'missing', 'not_applicable']),
                why: z.string(),
                records: z.array(z.string()),
              }),
            ),
          })
          .meta({ description: 'Never the rate alone: always with what the district itself has done' }),
      })
      .meta({ description: 'Unexcused events whose clearing window has ended, and the reports that rest on them (law).' }),
  })
  .meta({ id: 'Standing' });

const due = z.strictObject({ schoolDays: z.number().int(), from: day, on: day.nullable(), at: instant.nullable() });

export const task = z
  .strictObject({
    task: code,
    round: z.number().int(),
    title: z.string(),
    clause: z.string(),
    kind: z.string(),
    owner: role,
    also: z.array(role),
    people: z.array(taskPerson).meta({ description: 'Whom the task falls to while it is open' }),
    status: z.enum(['open', 'done', 'unavailable', 'withdrawn', 'paused']),
    openedOn: day,
    due,
    overdue: z.boolean(),
    evidence: z.array(z.string()).meta({ description: 'Ids of the records that complete it' }),
    ref: z.string().nullable(),
    meeting: z
      .strictObject({
        chair: z.string().nullable(),
        invite: z.array(z.string()),
        quorum: z.number().int().nullable(),
        leadDays: z.number().int().nullable(),
      })
      .nullable()
      .meta({
        description:
          'Of a team’s meeting: who leads it, who is asked to come and how many school days before, and how many have to be there',
      }),
  })
  .meta({ id: 'Task' });

const requirement = z
  .strictObject({
    requirement: code,
    title: z.string(),
    clause: z.string(),
    statutory: z.boolean(),
    status: z.enum(['met', 'justified', 'missing', 'not_applicable']),
    records: z.array(z.string()),
    why: z.string(),
  })
  .meta({ id: 'RequirementAnswer' });

const readiness = z
  .strictObject({ ground: z.enum(GROUNDS), ready: z.boolean(), requirements: z.array(requirement) })
  .meta({ id: 'Readiness' });

/** How a step is shown that was taken before the school was on Rollbook. */
export const elsewhere = z
  .strictObject({
    record: uuid,
    deliveryId: uuid,
    file: z.string(),
    line: z.number().int(),
    enteredBy: z.string().meta({ description: 'Id of the person who brought it in' }),
    enteredOn: day,
    doneBy: z.string().meta({ description: 'Who did it, in the words of the file' }),
    reached: z.string().nullable().meta({ description: 'Whom it reached, in the words of the file' }),
    reference: z.string().nullable().meta({ description: 'The number it has where it was recorded' }),
  })
  .meta({ id: 'RecordedElsewhere', description: 'Rollbook has not witnessed it: the file and line that say it, and who brought it in' });

const documentedAction = z
  .strictObject({
    id: z.string(),
    seq: z.number().int(),
    on: day,
    time: z.string().nullable(),
    by: z.string(),
    role: z.enum([...ROLES, 'system']),
    task: z.strictObject({ task: code, round: z.number().int() }).nullable(),
    superseded: z.boolean(),
    kind: z.string(),
    details: z.record(z.string(), z.unknown()),
    elsewhere: elsewhere.nullable().meta({ description: 'Null of what was documented in Rollbook' }),
  })
  .meta({ id: 'DocumentedAction' });

export const possibility = z
  .strictObject({
    command: z.string().meta({ description: 'Kind of command' }),
    title: z.string(),
    task: z.strictObject({ task: code, round: z.number().int() }).nullable(),
    roles: z.array(role),
    you: z.boolean().meta({ description: 'Your role may do it' }),
    waitsFor: z.array(z.string()).meta({ description: 'Titles of tasks that must come first' }),
    paths: z.array(z.string()).meta({ description: 'Titles of the paths that put them first' }),
  })
  .meta({ id: 'Possibility' });

export const casePage = z
  .strictObject({
    caseId: uuid,
    seq: z.number().int(),
    clockDay: day,
    openedOn: day,
    openedWhy: z.string(),
    policy: z.strictObject({ id: z.string(), version: z.number().int(), digest: z.string() }),
    policyInForce: z
      .strictObject({ id: z.string(), version: z.number().int(), digest: z.string(), since: day.nullable() })
      .nullable()
      .meta({ description: 'The version in force where the case is on another one; `since` is null for one that the district began with' }),
    phase: z.enum(['open', 'monitoring', 'recovered', 'reopened', 'closed']),
    episode: z.number().int().meta({ description: 'Times the case has begun: one more each time the student came back' }),
    needsAttention: z.string().nullable(),
    feeds: staleFeeds,
    holds: z
      .array(z.strictObject({ why: z.enum(HOLDS), since: day, text: z.string() }))
      .meta({ description: 'Why nothing may escalate just now; open tasks go on' }),
    why: z
      .array(
        z.strictObject({
          about: z
            .string()
            .meta({ description: 'What it explains: case, phase, band, truancy, report:2, task:sst#1, letter:…, path:…, hold' }),
          text: z.string(),
          clause: z.string().nullable(),
          numbers: z
            .array(z.strictObject({ number: z.string(), value: z.number().int() }))
            .meta({ description: 'Read their rows at /rows?number=' }),
        }),
      )
      .meta({ description: 'Why this case is here, in sentences' }),
    paths: z
      .array(z.strictObject({ path: code, title: z.string(), clause: z.string(), text: z.string() }))
      .meta({ description: 'What the student’s situation (flags, age) changes on this case' }),
    waiting: z
      .array(
        z.strictObject({
          task: code,
          title: z.string(),
          to: z.string().meta({ description: 'To whom it goes: those who hold educational rights, or the student who is of age' }),
          waits: z.array(z.strictObject({ why: z.enum(LETTER_WAITS), text: z.string() })),
        }),
      )
      .meta({ description: 'Letters whose reports stand and that are queued, with what each waits for' }),
    student: student.omit({ absences: true, unexcused: true }).extend({ birthdate: day.nullable(), entryDate: day }),
    contacts: z.array(contact),
    standing: standing.nullable(),
    steps: z.array(z.strictObject({ step: z.string(), title: z.string(), tasks: z.array(task) })),
    reports: z.array(
      z.strictObject({
        year: z.string(),
        ordinal: z.number().int(),
        on: day,
        filedWith: z.string(),
        sound: z.boolean().meta({ description: 'It stands and may be relied upon: it was allowed on what stands now' }),
        seq: z.number().int(),
        events: z.array(day),
        withdrawn: z.boolean(),
        lost: z.array(day).meta({ description: 'Days it rested on that no longer stand' }),
        elsewhere: elsewhere.nullable(),
      }),
    ),
    letters: z.array(
      z.strictObject({
        year: z.string(),
        stands: z.boolean().meta({ description: 'Later steps may rely on it' }),
        letter: code,
        round: z.number().int(),
        seq: z.number().int(),
        on: day,
        document: z.string(),
        reports: z.array(z.number().int()),
        events: z.array(day),
        lost: z.array(day),
        elsewhere: elsewhere.nullable(),
      }),
    ),
    actions: z.array(documentedAction),
    justifications: z.array(
      z.strictObject({
        year: z.string(),
        requirement: code,
        ground: z.enum(GROUNDS),
        seq: z.number().int(),
        role: z.enum([...ROLES, 'system']),
        by: z.string(),
        on: day,
      }),
    ),
    referrals: z.array(
      z.strictObject({
        year: z.string(),
        to: z.enum(REFERRED_TO_BODIES),
        ground: z.enum(GROUNDS),
        on: day,
        seq: z.number().int(),
        document: z.string(),
      }),
    ),
    documents: z.array(
      z.strictObject({
        documentId: uuid,
        kind: z.enum(['letter', 'referral', 'packet']),
        ref: z.string(),
        version: z.number().int(),
        template: z.string(),
        sourceSha256: z.string(),
      }),
    ),
    readiness: z.array(readiness),
    possible: z.array(possibility),
  })
  .meta({ id: 'Case' });

export const caseLine = z
  .strictObject({
    caseId: uuid,
    studentId: uuid,
    localId: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    grade: z.string().nullable(),
    school: schoolId,
    band: code.nullable(),
    absences: z.number().int(),
    reportsStanding: z.number().int(),
    openedOn: day,
    referredOn: day.nullable(),
    seq: z.number().int(),
    nextDue: day.nullable(),
    openTasks: z.number().int(),
    overdueTasks: z.number().int(),
    needsAttention: z.string().nullable(),
  })
  .meta({ id: 'CaseLine' });

export const chronicleLine = z
  .strictObject({
    seq: z.number().int(),
    type: z.string(),
    schema: z.number().int(),
    at: instant,
    day,
    recordedAt: instant,
    actor: z.strictObject({ id: z.string(), name: z.string().nullable(), role: z.enum([...ROLES, 'system']), place: z.string() }),
    cause: z.string(),
    source: z.string(),
    body: z.record(z.string(), z.unknown()),
    text: z.string().nullable().meta({ description: 'The words that belong to it' }),
    textWithheld: z.boolean().meta({ description: 'There are words, and your role does not read them' }),
    elsewhere: elsewhere.nullable().meta({ description: 'Where a step comes from that was taken before the school was on Rollbook' }),
    hash: z.string(),
  })
  .meta({ id: 'ChronicleLine' });
