import { z } from 'zod';
import { CADENCES, PARTIES, TEAMS } from './vocabulary.ts';

const count = z.int().positive();
const party = z.enum(PARTIES);

/**
 * How a district's teams meet (the policy's `teams`).
 * - `chair`: who leads it. A meeting that somebody else led documents no task of the team.
 * - `invite`: who is asked to come.
 * - `quorum`: how many of the parties have to be present; with fewer the meeting documents no task of the team.
 * - `leadDays`: how many school days before it those invited are told.
 * - `cadence`: how often it meets, whether a case is due or not.
 */
export const teamsPolicy = z.array(
  z.strictObject({
    team: z.enum(TEAMS),
    title: z.string().min(1),
    clause: z.string().min(1),
    chair: party.optional(),
    invite: z.array(party).min(1),
    quorum: count.optional(),
    leadDays: count.optional(),
    cadence: z.enum(CADENCES).optional(),
  }),
);
export type TeamPolicy = z.infer<typeof teamsPolicy>[number];

/** Documents that people of a district work by (the policy's `references`). */
export const referencesPolicy = z.array(
  z.strictObject({ reference: z.string().min(1), title: z.string().min(1), source: z.string().min(1).optional() }),
);
