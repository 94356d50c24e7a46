import { z } from 'zod';
import { day, instant, role, schoolId } from './common.ts';
import { mailService } from './message.ts';

export const health = z
  .strictObject({
    status: z.enum(['well', 'degraded', 'down']),
    version: z.string(),
    database: z.enum(['reachable', 'unreachable']),
    engine: z.enum(['reachable', 'unreachable']),
    clockDay: day.nullable(),
    relay: z
      .strictObject({
        outbox: z.number().int(),
        commands: z.number().int(),
        oldestSeconds: z.number().int(),
        casesNeedingAttention: z.number().int(),
      })
      .nullable()
      .meta({ description: 'Messages and commands still on their way' }),
    feeds: z
      .strictObject({ all: z.number().int(), stale: z.number().int() })
      .nullable()
      .meta({ description: 'Feeds that are pulled, and those of them that failed, are late or paused; null without a district' }),
    mail: mailService.nullable(),
  })
  .meta({ id: 'Health' });

export const me = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    role,
    schools: z.array(schoolId).nullable().meta({ description: 'Null means the whole district' }),
    certificated: z.boolean(),
    permissions: z.array(z.string()),
  })
  .meta({ id: 'Me' });

export const clock = z
  .strictObject({
    district: z.string(),
    at: instant,
    day,
    timeZone: z.string(),
    live: z.boolean(),
    sample: z.string().nullable(),
    lastDayTurned: day.nullable(),
    advance: z.strictObject({
      state: z.enum(['none', 'running', 'done', 'failed', 'unknown']),
      problem: z.string().nullable(),
      planned: z.number().int().meta({ description: 'Days that will be passed in all' }),
      passed: z.array(z.looseObject({})).meta({ description: 'Days passed so far, each with what it brought' }),
      short: z.string().nullable().meta({ description: 'Why fewer days are passed than were asked for' }),
    }),
  })
  .meta({ id: 'Clock' });

const days = z.number().int().min(1).max(400);

export const advance = z
  .union([z.strictObject({ days }), z.strictObject({ schoolDays: days })])
  .meta({ id: 'Advance', description: 'By calendar days, or by days on which school is taught' });

export const advancing = z.strictObject({ from: day, readAt: z.string() }).meta({ id: 'Advancing' });
