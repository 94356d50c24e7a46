import { z } from 'zod';
import { key, referralRequirement, schoolTask, task, timesOfDay } from './document.ts';
import { reminders } from './reminders.ts';
import { ACTION_KINDS } from './vocabulary.ts';

/** Which bands of the policy below a layer can name: it does not know their own names. */
export const LAYER_BANDS = ['first', 'second', 'last'] as const;

/** A layer document: work, requirements and waits that are laid over a policy, whichever that is. */
export const layerDocument = z.strictObject({
  layer: key,
  version: z.int().positive(),
  title: z.string().min(1),
  timesOfDay: timesOfDay.optional(),
  schoolTasks: z.array(schoolTask).optional(),
  /** Who is reminded of every open task, and when. */
  reminders: reminders.optional(),
  /** A task's `step`, and the bands it opens on, are `first`, `second` or `last`, or `truancy` and `situation`. */
  tasks: z.array(task).min(1).optional(),
  /** What letters of the policy below wait for beside what they wait for already, by the number of reports they rest on. */
  letters: z
    .array(
      z.strictObject({
        reports: z.int().positive(),
        waitsFor: z.strictObject({ tasks: z.array(key).min(1), schoolDays: z.int().positive() }).optional(),
        needs: z.array(key).min(1).optional(),
        interventionBetween: z.array(z.enum(ACTION_KINDS)).min(1).optional(),
      }),
    )
    .optional(),
  requirements: z.array(referralRequirement).optional(),
});
export type LayerDocument = z.infer<typeof layerDocument>;
