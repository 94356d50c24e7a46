import { Temporal } from 'temporal-polyfill';
import type { FeedSettings } from '../policy/feeds.ts';

/** When feeds are pulled. Instants are district time, ISO 8601 in UTC; times of day are those of the district's time zone. */

type Times = Pick<FeedSettings, 'at' | 'reconcileOn' | 'dayEndsAt'>;

/** After a failure the next attempt waits so many minutes, twice as many after each further one, up to the second number. */
const WAIT_MINUTES = [10, 240] as const;
/** So long after its time a pull may still be under way before anybody is told that nothing has come, in minutes. */
export const GRACE_MINUTES = 60;

const dayAt = (at: string, timeZone: string): Temporal.PlainDate => Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate();

const instantOf = (day: Temporal.PlainDate, time: string, timeZone: string): string =>
  day
    .toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) })
    .toInstant()
    .toString({ smallestUnit: 'millisecond' });

/** The last time, up to an instant, at which a feed was to be pulled. */
export function lastSlot({ at: times }: Times, timeZone: string, at: string): string {
  const today = dayAt(at, timeZone);
  const slots = [today.subtract({ days: 1 }), today].flatMap((day) => times.map((time) => instantOf(day, time, timeZone)));
  return slots.filter((slot) => slot <= at).at(-1)!;
}

/** The first time after an instant at which a feed is to be pulled. */
export function nextSlot({ at: times }: Times, timeZone: string, at: string): string {
  const today = dayAt(at, timeZone);
  const slots = [today, today.add({ days: 1 })].flatMap((day) => times.map((time) => instantOf(day, time, timeZone)));
  return slots.find((slot) => slot > at)!;
}

/** The first time of day on the weekday of the reconcile: the last such up to an instant, and the next one after it. */
export function reconcileSlots(settings: Times, timeZone: string, at: string): { last: string; next: string } {
  const today = dayAt(at, timeZone);
  const thisWeek = today.add({ days: settings.reconcileOn - today.dayOfWeek });
  const slots = [-1, 0, 1].map((weeks) => instantOf(thisWeek.add({ weeks }), settings.at[0]!, timeZone));
  return { last: slots.filter((slot) => slot <= at).at(-1)!, next: slots.find((slot) => slot > at)! };
}

/** The last day of which a pull begun at an instant says everything: that day when its attendance is complete, else the day before. */
export function throughDay(settings: Times, timeZone: string, at: string): string {
  const moment = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
  const ended = Temporal.PlainTime.compare(moment.toPlainTime(), Temporal.PlainTime.from(settings.dayEndsAt)) >= 0;
  return (ended ? moment.toPlainDate() : moment.toPlainDate().subtract({ days: 1 })).toString();
}

/** When a pull that failed is tried again, but for the next time at which the feed is to be pulled anyway. @param failures in a row */
export function retryAt(failedAt: string, failures: number): string {
  const minutes = Math.min(WAIT_MINUTES[0] * 2 ** (failures - 1), WAIT_MINUTES[1]);
  return minutesAfter(failedAt, minutes);
}

export function minutesAfter(at: string, minutes: number): string {
  return Temporal.Instant.from(at).add({ minutes }).toString({ smallestUnit: 'millisecond' });
}

/** An instant as the district's people read it: `2021-10-15 02:00`. */
export function localText(at: string, timeZone: string): string {
  const moment = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
  return `${moment.toPlainDate().toString()} ${moment.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

/** Whether everything is to be read: with the first pull, once in every week, and when the feed was changed so that it has to be. */
export function isReconcileDue(
  feed: { settings: FeedSettings; readAnewSince: string | null },
  lastReconcile: string | null,
  timeZone: string,
  at: string,
): boolean {
  if (lastReconcile === null || lastReconcile < reconcileSlots(feed.settings, timeZone, at).last) return true;
  return feed.readAnewSince !== null && lastReconcile <= feed.readAnewSince;
}
