import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { clock } from '../../api/contracts/district.ts';
import type { ApiClient } from './client.ts';
import { CliError } from './errors.ts';
import { count } from './table.ts';

export type Clock = z.infer<typeof clock>;
export type AdvanceRequest = { days: number } | { schoolDays: number };

/** One passed day, as the service reports it. */
interface PassedDay {
  date: string;
  newSpells: number;
  windowsEnded: number;
  /** School days and sections whose attendance is missing since the day, and reminders that were written. */
  missing?: number;
  reminded?: number;
  crossings: number;
  deadlinesPassed: number;
}

const POLL_MS = 300;
/** How long the engine may not answer before whoever follows is told. */
const PATIENCE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Moves the clock of a sample district and follows it day by day.
 * @param line called once for every day that has passed
 * @returns the clock afterwards
 * @throws CliError when the district is live, an advance is under way already, or a day does not come to rest
 */
export async function advance(client: ApiClient, request: AdvanceRequest, line: (text: string) => void): Promise<Clock> {
  await client.send('POST', '/v1/clock/advance', { body: request, headers: { 'idempotency-key': randomUUID() } });
  return follow(client, line);
}

/** The same up to a day; does nothing when the day has come already. An advance that is under way is followed first. */
export async function advanceTo(client: ApiClient, day: string, line: (text: string) => void): Promise<Clock> {
  let now = await client.get<Clock>('/v1/clock');
  if (now.advance.state === 'running') now = await follow(client, line);
  const turned = now.lastDayTurned !== null && now.lastDayTurned < now.day ? now.lastDayTurned : now.day;
  const days = Math.round((Date.parse(day) - Date.parse(turned)) / DAY_MS);
  return days > 0 ? advance(client, { days }, line) : now;
}

async function follow(client: ApiClient, line: (text: string) => void): Promise<Clock> {
  let told = 0;
  let silent = 0;
  for (;;) {
    const now = await client.get<Clock>('/v1/clock');
    const passed = now.advance.passed as unknown as PassedDay[];
    for (const day of passed.slice(told)) line(dayText(day));
    // An engine that is busy may not answer for a moment: what was told stays told.
    told = Math.max(told, passed.length);
    if (now.advance.state === 'failed')
      throw new CliError('The clock stopped on the way', { detail: now.advance.problem ?? 'no reason was given' });
    if (now.advance.state === 'unknown') {
      if ((silent += POLL_MS) > PATIENCE_MS) throw new CliError('The clock cannot be followed', { detail: now.advance.problem ?? '' });
    } else if (now.advance.state === 'running') silent = 0;
    else return now;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A day on one line: its date and what it brought. */
function dayText(day: PassedDay): string {
  const happened = [
    [day.newSpells, count(day.newSpells, 'new absence')],
    [day.windowsEnded, count(day.windowsEnded, 'window closed', 'windows closed')],
    [day.missing ?? 0, count(day.missing ?? 0, 'submission missing', 'submissions missing')],
    [day.reminded ?? 0, count(day.reminded ?? 0, 'reminder', 'reminders')],
    [day.crossings, count(day.crossings, 'case woken', 'cases woken')],
    [day.deadlinesPassed, count(day.deadlinesPassed, 'task overdue', 'tasks overdue')],
  ].flatMap(([number, text]) => (number ? [text] : []));
  return `${weekday(day.date)} ${day.date}  ${happened.join(', ') || 'nothing'}`;
}

function weekday(day: string): string {
  return ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(`${day}T00:00:00Z`).getUTCDay()]!;
}
