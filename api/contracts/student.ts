import { z } from 'zod';
import { STUDENT_FLAGS } from '../../policy/vocabulary.ts';
import { contact, student } from './case.ts';
import { day, schoolId, text, uuid } from './common.ts';
import { staleFeeds } from './feeds.ts';

const span = { since: day, until: day.nullable() };

/** All that is known of a student beside the case. */
export const studentPage = z
  .strictObject({
    student: student.extend({ birthdate: day.nullable(), entryDate: day }),
    identifiers: z.array(
      z.strictObject({
        ...span,
        scheme: z.enum(['local', 'ssid', 'sis']).meta({ description: "The schools' own number, the state's, or the source system's key" }),
        value: z.string(),
      }),
    ),
    enrollments: z.array(
      z.strictObject({
        school: schoolId,
        entry: day,
        exit: day.nullable(),
        exitReason: z.string().nullable(),
        track: z.string().nullable(),
        program: z.string().nullable(),
        grade: z.string().nullable(),
      }),
    ),
    flags: z.array(z.strictObject({ ...span, flag: z.enum(STUDENT_FLAGS), detail: z.string().nullable() })),
    groups: z.array(z.strictObject({ ...span, dimension: z.string(), value: z.string() })),
    sections: z.array(
      z.strictObject({
        ...span,
        school: schoolId,
        section: z.string(),
        course: z.string().nullable(),
        period: z.string().nullable(),
        homeroom: z.boolean(),
        teacher: z.string().nullable(),
      }),
    ),
    suspensions: z.array(z.strictObject({ school: schoolId, firstDay: day, lastDay: day, kind: z.enum(['OSS', 'ISS']) })),
    merges: z.array(z.strictObject({ mergeId: uuid, survivor: uuid, absorbed: uuid, on: day, by: z.string(), undoneOn: day.nullable() })),
    contacts: z.array(contact),
    feeds: staleFeeds,
    household: z.strictObject({
      siblings: z.array(
        z.strictObject({
          studentId: uuid,
          caseId: uuid,
          firstName: z.string(),
          lastName: z.string(),
          grade: z.string().nullable(),
          school: schoolId,
          caseOpen: z.boolean(),
          links: z.array(z.enum(['address', 'phone', 'contact'])).meta({ description: 'What links the two' }),
        }),
      ),
      elsewhere: z.number().int().meta({ description: 'Siblings at schools that you cannot see' }),
    }),
  })
  .meta({ id: 'StudentPage' });

export const mergeStudents = z
  .strictObject({
    other: uuid.meta({ description: 'The student whose record is of the same child: it counts as this one from now on' }),
    reason: text,
  })
  .meta({ id: 'MergeStudents' });

export const mergeGiven = z
  .strictObject({ mergeId: uuid, survivor: uuid, absorbed: uuid, status: z.enum(['merging', 'parting']) })
  .meta({ id: 'MergeGiven' });
