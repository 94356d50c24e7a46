import { z } from 'zod';
import type { PolicyProblem, Text } from './problems.ts';
import { ROLES } from './vocabulary.ts';

/** Whom a reminder goes to: whomever the task falls to, or whoever holds a role at the school. */
const to = z.enum(['owner', ...ROLES]);
/** Only while nobody has documented anything on the task. */
const unless = z.literal('begun').optional();

/**
 * When somebody is reminded of an open task (a policy's `reminders`, or a task's own): so many of the school's days before it is due (0: on
 * the day itself), or after; and whether only while nobody has begun. A task that is done, withdrawn or paused reminds nobody.
 */
export const reminders = z.array(
  z.union([z.strictObject({ to, before: z.int().min(0).max(60), unless }), z.strictObject({ to, after: z.int().min(1).max(60), unless })]),
);
export type Reminder = z.infer<typeof reminders>[number];

/** Reminders that say the same twice, go to the owner under two names, or come before their task opens. */
export function checkReminders(
  document: {
    reminders?: Reminder[] | undefined;
    tasks: { task: string; owner: string; due: number; reminders?: Reminder[] | undefined }[];
  },
  text: Text,
): PolicyProblem[] {
  return [
    ...repeated(document.reminders ?? [], null, ['reminders'], text),
    ...document.tasks.flatMap(({ task, owner, due, reminders: own = [] }, index) => {
      const at = ['tasks', index, 'reminders'];
      return [
        ...repeated(own, owner, at, text),
        ...own.flatMap((one, n) =>
          'before' in one && one.before >= due
            ? [
                text.problem(
                  [...at, n, 'before'],
                  `“${task}” is due ${days(due)} after it opens, so ${days(one.before)} before that it is not there yet`,
                  `remind at most ${days(due - 1)} before`,
                ),
              ]
            : [],
        ),
      ];
    }),
  ];
}

function repeated(list: readonly Reminder[], owner: string | null, at: (string | number)[], text: Text): PolicyProblem[] {
  const keys = list.map((one) => JSON.stringify([one.to === owner ? 'owner' : one.to, momentOf(one)]));
  return keys.flatMap((key, n) =>
    keys.indexOf(key) < n
      ? [
          text.problem(
            [...at, n],
            `the ${said(list[n]?.to ?? '')} is reminded twice at the same moment`,
            'state it once; the owner of the task is called “owner”',
          ),
        ]
      : [],
  );
}

/** How a list of reminders reads in a sentence. */
export function remindersText(list: readonly Reminder[]): string {
  if (list.length === 0) return 'nobody';
  return list.map((one) => `the ${said(one.to)} ${momentText(one)}${one.unless === 'begun' ? ' if nothing was done' : ''}`).join(', ');
}

function momentText(one: Reminder): string {
  if ('after' in one) return `${days(one.after)} after it is due`;
  return one.before === 0 ? 'on the day it is due' : `${days(one.before)} before it is due`;
}

function momentOf(one: Reminder): string {
  return 'after' in one ? `after ${one.after}` : `before ${one.before}`;
}

const said = (role: string): string => role.replaceAll('_', ' ');
const days = (count: number): string => `${count} school day${count === 1 ? '' : 's'}`;
