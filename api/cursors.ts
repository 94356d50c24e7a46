import type { z } from 'zod';
import { Problem } from './problems.ts';

/** Where a page ended, as an opaque word. */
export function cursorOf(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws Problem 422 for a word that is none of ours */
export function positionOf<S extends z.ZodType>(schema: S, cursor: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('invalid-request', 'The cursor is not one that this address gave; begin again without it.', {
      errors: [{ path: 'query.cursor', message: 'not a cursor of this address' }],
    });
  }
}
