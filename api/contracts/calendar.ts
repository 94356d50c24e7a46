import { z } from 'zod';
import { day, schoolId, text } from './common.ts';

const track = z.string().trim().max(40).meta({ description: 'A track with a calendar of its own; empty means the whole school' });
const event = z.string().trim().min(1).max(80).meta({ example: 'Weather day' });

export const schoolCalendar = z
  .strictObject({
    school: schoolId,
    track,
    tracks: z.array(z.string()),
    days: z.array(
      z.strictObject({
        date: day,
        event: z.string(),
        instructional: z.boolean(),
        session: z.string().nullable(),
        schoolDay: z.number().int().nullable(),
      }),
    ),
  })
  .meta({ id: 'SchoolCalendar' });

export const calendarQuery = z.strictObject({ from: day, to: day, track: track.optional() });

export const changeCalendar = z
  .strictObject({
    track: track.optional(),
    days: z
      .array(z.strictObject({ date: day, event, instructional: z.boolean().meta({ description: 'School is taught on this day' }) }))
      .min(1)
      .max(400),
    note: text.meta({ description: 'Why the calendar changes, and who decided it' }),
  })
  .meta({ id: 'ChangeCalendar' });
