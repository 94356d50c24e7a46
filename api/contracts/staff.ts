import { z } from 'zod';
import { code, day, instant, role, schoolId, text, uuid } from './common.ts';

/** Who does what: people and the roles they hold, designees, and what stands vacant. */

const personId = z.string().min(1).max(64);

export const knownPerson = z
  .strictObject({
    id: personId,
    name: z.string(),
    role,
    schools: z.array(schoolId).nullable().meta({ description: 'Null means the whole district' }),
    certificated: z.boolean(),
    email: z.string().nullable().meta({ description: 'Where reminders go; null: nowhere' }),
    signsIn: z.boolean().meta({ description: 'False of somebody who was removed' }),
  })
  .meta({ id: 'KnownPerson' });

const duty = z
  .strictObject({
    kind: z.enum(['role', 'step', 'task']),
    name: code.meta({ description: 'A role, or a step or task of the policy in force' }),
  })
  .meta({ id: 'Duty', description: 'Whose work it is: all of a role, what belongs to a step of the ladder, or one task' });

export const nameDesignee = z
  .strictObject({
    school: schoolId.nullable().meta({ description: 'Null: in the whole district, by people whose role holds there' }),
    duty,
    person: personId,
    from: day.optional().meta({ description: 'First day; today if absent' }),
    until: day.nullable().optional().meta({ description: 'Last day; without an end if absent' }),
    standsInFor: uuid
      .nullable()
      .optional()
      .meta({ description: 'The designee in whose place this one acts, with `until`; school and duty are theirs' }),
    note: text.meta({ description: 'Who decided it, and why' }),
  })
  .meta({ id: 'NameDesignee' });

export const endDesignee = z
  .strictObject({
    reason: text,
    giveUp: z.boolean().default(false).meta({ description: 'Nobody is wanted in the place: the work is the role’s again' }),
  })
  .meta({ id: 'EndDesignee' });

export const designee = z
  .strictObject({
    designeeId: uuid,
    school: schoolId.nullable(),
    duty,
    title: z.string().meta({ description: 'What the duty is called' }),
    person: personId,
    name: z.string(),
    from: day,
    until: day.nullable(),
    standsInFor: uuid.nullable(),
    state: z
      .enum(['acting', 'replaced', 'ahead', 'over', 'gone', 'ended'])
      .meta({ description: '`replaced`: a substitute acts today; `gone`: removed, or holds the role there no more' }),
    note: z.string(),
    namedBy: z.string(),
    namedAt: instant,
    ended: z.strictObject({ by: z.string(), at: instant, why: z.string(), givenUp: z.boolean() }).nullable(),
  })
  .meta({ id: 'Designee' });

export const requiredPost = z
  .strictObject({
    role,
    certificated: z.boolean(),
    clause: text.meta({ description: 'The sentence that asks for it' }),
    setBy: z.string().nullable().meta({ description: 'Null: the district began with it' }),
  })
  .meta({ id: 'RequiredPost', description: 'A post that every school with students has to fill' });

export const requirePost = requiredPost.omit({ setBy: true }).meta({ id: 'RequirePost' });
export const requiredPosts = z.strictObject({ posts: z.array(requiredPost) }).meta({ id: 'RequiredPosts' });

export const vacancy = z
  .strictObject({
    school: schoolId.nullable().meta({ description: 'Null: in the whole district' }),
    why: z.enum(['post', 'designee', 'role']).meta({
      description: 'A post that every school has to fill; a duty whose designee is gone; open tasks of a role that nobody holds there',
    }),
    duty,
    title: z.string(),
    openTasks: z.number().int().meta({ description: 'Open tasks that fall to nobody' }),
    overdueTasks: z.number().int(),
    sentence: z.string().meta({ description: 'What is vacant, and what fills it' }),
  })
  .meta({ id: 'Vacancy' });

export const vacancyList = z.strictObject({ vacancies: z.array(vacancy) }).meta({ id: 'Vacancies' });

export const personWork = z
  .strictObject({
    person: personId,
    name: z.string(),
    role,
    open: z.number().int(),
    due: z.number().int().meta({ description: 'Due today' }),
    overdue: z.number().int(),
  })
  .meta({ id: 'PersonWork', description: 'The open tasks that fall to somebody; a task that several can do counts with each' });

export const taskPerson = z
  .strictObject({
    person: personId,
    name: z.string(),
    how: z.enum(['designee', 'substitute', 'role']),
  })
  .meta({ id: 'TaskPerson', description: 'Whom an open task falls to: its designee, a substitute, or everybody who holds the role' });
