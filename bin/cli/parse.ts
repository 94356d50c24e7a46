import type { ApiClient } from './client.ts';
import { UsageError } from './errors.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `task` or `task#2`; without a round, the open one is meant. */
export function taskReference(written: string): { task: string; round: number | undefined } {
  const [, task = '', round] = /^([^#]+)(?:#(\d+))?$/.exec(written) ?? [];
  if (task === '') throw new UsageError(`"${written}" is no task; write its code, with #ROUND if a certain round is meant`);
  return { task, round: round === undefined ? undefined : Number(round) };
}

/** @throws UsageError unless it is written YYYY-MM-DD */
export function day(written: string, option: string): string {
  if (!DAY.test(written) || Number.isNaN(Date.parse(written)))
    throw new UsageError(`${option} is a day written YYYY-MM-DD, not "${written}"`);
  return written;
}

/** @throws UsageError unless it is a whole number above zero */
export function positive(written: string, what: string): number {
  if (!/^[1-9]\d*$/.test(written)) throw new UsageError(`${what} is a whole number above zero, not "${written}"`);
  return Number(written);
}

/** The district's today. */
export async function districtDay(client: ApiClient): Promise<string> {
  return (await client.get<{ day: string }>('/v1/clock')).day;
}
