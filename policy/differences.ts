import type { PolicyDocument } from './document.ts';
import { remindersText, type Reminder } from './reminders.ts';

/** One difference between two policy documents: where, and in a sentence a policy owner can read. */
export interface Difference {
  /** For instance `tasks.letter-2.due`. */
  path: string;
  sentence: string;
}

type Value = unknown;
type Entry = Record<string, Value>;

/** Lists whose entries have a key: an entry is the same entry wherever it stands. */
const KEYED: Record<string, { key: (entry: Entry) => string; called: (entry: Entry) => string }> = {
  bands: { key: (band) => text(band['band']), called: (band) => `Band “${text(band['name'])}”` },
  schoolTasks: { key: (task) => text(task['task']), called: (task) => `School task “${text(task['title'])}”` },
  teams: { key: (team) => text(team['team']), called: (team) => `Team “${text(team['title'])}”` },
  reports: { key: (one) => text(one['report']), called: (one) => `Report “${text(one['title'])}”` },
  references: { key: (one) => text(one['reference']), called: (one) => `Reference “${text(one['title'])}”` },
  retention: { key: (one) => text(one['class']), called: (one) => `Retention of “${words(one['class'])}”` },
  tasks: { key: (task) => text(task['task']), called: (task) => `“${text(task['title'])}”` },
  'referral.requirements': {
    key: (one) => text(one['requirement'] ?? one['task']),
    called: (one) => `Requirement “${text(one['title'] ?? one['requirement'] ?? one['task'])}”`,
  },
};

/** How a changed field of such an entry reads; others are told by their names. */
const READS: Record<string, (now: Value, before: Value) => string> = {
  owner: (now, before) => `belongs to the ${words(now)} instead of the ${words(before)}`,
  due: (now, before) => `is due ${days(now)} after it opens instead of ${days(before)}`,
  callDue: (now, before) => `is due ${days(now)} after the absence instead of ${days(before)}`,
  recurs: (now, before) => `comes again ${days(now)} after each time instead of ${before === undefined ? 'never' : days(before)}`,
  reports: (now, before) => `rests on ${reports(now)} instead of ${reports(before)}`,
  from: (now, before) => `begins at ${text(now)} instead of ${text(before)}`,
  to: (now, before) =>
    `ends at ${now === undefined ? 'no number' : text(now)} instead of ${before === undefined ? 'no number' : text(before)}`,
  waitsFor: (now, before) =>
    `waits for ${outreach(now)}${before === undefined ? '' : ` instead of ${outreach(before)}`}${now === undefined ? '' : ', and goes out all the same after that'}`,
  fullDays: (now, before) =>
    now === undefined
      ? `needs no full-day events any more; it needed ${text(before)}`
      : `now needs ${text(now)} full-day event${now === 1 ? '' : 's'}${before === undefined ? '; before, any events were enough' : ` instead of ${text(before)}`}`,
  spacing: (now, before) => `comes ${apart(now)} after the letter before it instead of ${apart(before)}`,
  years: (now, before) => `lasts ${span(now, 'year')} instead of ${span(before, 'year')}`,
  months: (now, before) => `lasts ${span(now, 'month')} instead of ${span(before, 'month')}`,
  forever: (now) => (now === true ? 'is for ever' : 'is for ever no more'),
  opens: (now, before) => `opens on ${openings(now)} instead of ${openings(before)}`,
  title: (now, before) => `is called “${text(now)}” instead of “${text(before)}”`,
  name: (now, before) => `is called “${text(now)}” instead of “${text(before)}”`,
  approver: (now, before) => `is approved by ${text(now)} instead of ${text(before)}`,
  needs: (now, before) =>
    `comes after ${now === undefined ? 'nothing' : text(now)} instead of ${before === undefined ? 'nothing' : text(before)}`,
  reminders: (now, before) => `reminds ${reminded(now)} instead of ${reminded(before)}`,
  'policy.reminders': (now, before) => `reminds of every task ${reminded(now ?? [])} instead of ${reminded(before ?? [])}`,
  unavailable: (now) => (now === true ? 'may be recorded as not available, with a reason' : 'can no longer be recorded as not available'),
};

/**
 * What is different in a policy, in sentences: what was added, what was taken away, and what changed with its old value. Nothing that
 * differs is left out; the order in which entries stand decides nothing and is not told.
 * @param before the document in force, say, and `after` the draft of the next version
 */
export function differences(before: PolicyDocument, after: PolicyDocument): Difference[] {
  return compare(before, after, '', 'The policy');
}

function compare(before: Value, after: Value, path: string, subject: string): Difference[] {
  const keyed = KEYED[path];
  if (keyed && Array.isArray(before) && Array.isArray(after)) return compareEntries(before as Entry[], after as Entry[], path, keyed);
  if (isEntry(before) && isEntry(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const [old, now] = [before[name], after[name]];
      if (same(old, now)) return [];
      const place = path === '' ? name : `${path}.${name}`;
      const reads = (path === '' ? READS[`policy.${name}`] : undefined) ?? READS[name];
      if (reads && (name === 'waitsFor' || (!isEntry(old) && !isEntry(now))))
        return [{ path: place, sentence: `${subject} ${reads(now, old)}.` }];
      return compare(old, now, place, path === '' ? `The policy’s ${spaced(name)}` : `${subject}: ${spaced(name)}`);
    });
  }
  if (before === undefined) return [{ path, sentence: `${subject} is new: ${text(after)}.` }];
  if (after === undefined) return [{ path, sentence: `${subject} is gone; it was ${text(before)}.` }];
  return [{ path, sentence: `${subject} is ${text(after)} instead of ${text(before)}.` }];
}

function compareEntries(before: Entry[], after: Entry[], path: string, { key, called }: (typeof KEYED)[string]): Difference[] {
  const old = new Map(before.map((entry) => [key(entry), entry]));
  const now = new Map(after.map((entry) => [key(entry), entry]));
  const gone = before.filter((entry) => !now.has(key(entry)));
  const fresh = after.filter((entry) => !old.has(key(entry)));
  return [
    ...gone.map((entry) => ({ path: `${path}.${key(entry)}`, sentence: `${called(entry)} is gone.` })),
    ...fresh.map((entry) => ({ path: `${path}.${key(entry)}`, sentence: `${called(entry)} is new${about(entry)}.` })),
    ...after.flatMap((entry) => {
      const known = old.get(key(entry));
      return known ? compare(known, entry, `${path}.${key(entry)}`, called(known)) : [];
    }),
  ];
}

/** What a policy owner wants to know first of something new. */
function about(entry: Entry): string {
  const { owner, due } = entry;
  return typeof owner === 'string' && typeof due === 'number' ? `: it belongs to the ${words(owner)} and is due after ${days(due)}` : '';
}

/** The same value, whatever the order of its keys. */
function same(one: Value, other: Value): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, index) => same(value, other[index]));
  if (isEntry(one) && isEntry(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return names.every((name) => same(one[name], other[name]));
  }
  return Object.is(one, other);
}

function isEntry(value: Value): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: Value): string {
  if (Array.isArray(value)) return value.map(text).join(', ') || 'none';
  if (isEntry(value)) {
    return Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${spaced(name)} ${text(one)}`)
      .join(', ');
  }
  if (value === undefined) return 'not said';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function words(value: Value): string {
  return text(value).replaceAll('_', ' ');
}

function days(value: Value): string {
  return `${text(value)} school day${value === 1 ? '' : 's'}`;
}

/** What a task opens on, each opening in a few words. */
function openings(value: Value): string {
  return Array.isArray(value) ? value.map((one: Entry) => opening(one)).join(' or ') : text(value);
}

function opening({ on, ...more }: Entry): string {
  if (on === 'no_improvement') {
    const line = more['rate'] === undefined ? `${days(more['absences'])}` : `${Number((100 * Number(more['rate'])).toFixed(1))} %`;
    return `${line} or more missed ${days(more['schoolDays'])} after ${text(more['after'])}`;
  }
  return [words(on), ...Object.entries(more).map(([name, value]) => `${name === on ? '' : `${spaced(name)} `}${text(value)}`)].join(' ');
}

function reminded(value: Value): string {
  return value === undefined ? 'whom the policy says for all tasks' : remindersText(value as Reminder[]);
}

function outreach(value: Value): string {
  return isEntry(value) ? `${text(value['tasks'])}, ${days(value['schoolDays'])} at most` : 'nothing';
}

function span(value: Value, unit: string): string {
  return value === undefined ? `no number of ${unit}s` : `${text(value)} ${unit}${value === 1 ? '' : 's'}`;
}

function apart(value: Value): string {
  return value === undefined ? 'at any time' : days(value);
}

function reports(value: Value): string {
  return value === undefined ? 'no report' : `${text(value)} standing report${value === 1 ? '' : 's'}`;
}

function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('_', ' ');
}
