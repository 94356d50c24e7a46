import type { Ladder, TaskRule } from '../policy/ladder.ts';
import type { LETTER_WAITS } from '../policy/vocabulary.ts';
import type { Drafting } from './draft.ts';
import { fits, finished, ruleOf } from './evidence.ts';
import { droppedBy, needsOf } from './paths.ts';
import type { CaseState, DocumentedAction, LetterState, Wait } from './state.ts';
import { fullDays, letterStands, mailedOn, soundReports } from './truancy.ts';
import { titleOf } from './wording.ts';

/**
 * Letters are spaced: they are queued, never sent in a burst, however many events come in one delivery (some SARBs take no case whose
 * letters went back to back). A policy may ask for full days among the events, for outreach first, which delays a letter by so many school days
 * at most, and for school days, new events and an intervention between one letter and the next.
 */
export interface LetterWait {
  why: (typeof LETTER_WAITS)[number];
  text: string;
}

/** What a letter still waits for though its reports stand; empty when it may open. */
export function letterWaits(state: CaseState, ladder: Ladder, rule: TaskRule): LetterWait[] {
  if (!mayWait(rule) || wentElsewhere(state, ladder, rule)) return [];
  const waits: LetterWait[] = [];
  for (const need of needsOf(state, ladder, rule)) {
    const before = ruleOf(ladder, need);
    if (before && 'letter' in before.evidence && !finished(state, ladder, need))
      waits.push({ why: 'letter_before', text: `“${titleOf(ladder, need)}” has to be mailed first.` });
  }
  if (rule.fullDays !== undefined) {
    const days = fullDays(state);
    if (days.length < rule.fullDays)
      waits.push({ why: 'full_days', text: `${rule.fullDays} full days among the truancy events are asked; ${days.length} stand.` });
  }
  const outreach = rule.waitsFor && outreachWait(state, rule);
  if (outreach && !outreach.ended) {
    const open = unfinished(state, ladder, rule);
    if (open.length)
      waits.push({
        why: 'outreach',
        text: `It waits for ${open.map((task) => `“${titleOf(ladder, task)}”`).join(', ')}, though no longer than until ${outreach.until.on ?? 'school resumes'} has passed.`,
      });
  }
  const last = lastMailed(state, ladder);
  if (!last || waits.some(({ why }) => why === 'letter_before')) return waits;
  const { letter, on, action } = last;
  if (rule.spacing !== undefined) {
    const wait = state.waits.find((w) => w.what === rule.task && w.after === letter.document);
    if (wait && !wait.ended)
      waits.push({
        why: 'spacing',
        text: `${rule.spacing} school days lie between letters; the last went on ${on}, so not before ${wait.until.on ?? 'school resumes'} has passed.`,
      });
  }
  if (rule.newEvents !== undefined) {
    const events = soundReports(state, ladder).flatMap((r) => r.events.filter((day) => !letter.events.includes(day)));
    if (events.length < rule.newEvents)
      waits.push({ why: 'new_events', text: `${rule.newEvents} new events since the last letter are asked; ${events.length} stand.` });
  }
  if (rule.interventionBetween) {
    const kinds = rule.interventionBetween;
    if (
      !state.actions.some(
        (a) => isIntervention(a, kinds) && (a.elsewhere || action.elsewhere ? a.on > on : a.on >= on && a.seq > action.seq),
      )
    )
      waits.push({
        why: 'intervention',
        text: `An intervention after the letter of ${on} is asked first: ${kinds.map(plain).join(', ')}.`,
      });
  }
  return waits;
}

/** Whether the letter itself was sent before Rollbook knew the school, and may be relied upon: then it waits for nothing. */
function wentElsewhere(state: CaseState, ladder: Ladder, { evidence }: TaskRule): boolean {
  return state.letters.some(
    (one) =>
      one.elsewhere &&
      'letter' in evidence &&
      one.letter === evidence.letter &&
      letterStands(state, ladder, one) &&
      mailedOn(state, one) !== null,
  );
}

/** Letters whose reports stand and that wait, each with its reasons. */
export function waitingLetters(
  state: CaseState,
  ladder: Ladder,
  asked: (rule: TaskRule) => boolean,
): { rule: TaskRule; waits: LetterWait[] }[] {
  return ladder.tasks
    .filter((rule) => 'letter' in rule.evidence && asked(rule))
    .map((rule) => ({ rule, waits: letterWaits(state, ladder, rule) }))
    .filter(({ waits }) => waits.length > 0);
}

/** A letter was mailed: from now on the letters after it wait for their school days. */
export function beginWaits(work: Drafting, mailing: DocumentedAction): void {
  if (mailing.kind !== 'letter_mailed') return;
  const letter = work.state.letters.findLast((l) => l.letter === mailing.details.letter);
  if (!letter) return;
  for (const rule of work.ladder.tasks) {
    if (rule.spacing === undefined || !('letter' in rule.evidence) || rule.evidence.letter === letter.letter) continue;
    if (work.state.waits.some((w) => w.what === rule.task && w.after === letter.document)) continue;
    const until = { schoolDays: rule.spacing, from: mailing.on, on: null, at: null };
    work.emit({ type: 'wait_began', body: { what: rule.task, after: letter.document, until } });
  }
}

/** Ends every wait whose instant has come. */
export function endWaits(work: Drafting, at: string): void {
  for (const { what, after } of work.state.waits.filter((wait) => isOver(wait, at)))
    work.emit({ type: 'wait_ended', body: { what, after } });
}

function isOver(wait: Wait, at: string): boolean {
  return !wait.ended && wait.until.at !== null && wait.until.at <= at;
}

/** What the wait of a letter for outreach comes after. */
const OUTREACH = 'outreach';

function outreachWait(state: CaseState, rule: TaskRule): Wait | undefined {
  return state.waits.find((w) => w.what === rule.task && w.after === OUTREACH);
}

/** The tasks for which a letter waits and that are not done; one that a path drops is not waited for. */
function unfinished(state: CaseState, ladder: Ladder, { waitsFor }: TaskRule): string[] {
  return (waitsFor?.tasks ?? []).filter((task) => {
    const rule = ruleOf(ladder, task);
    return rule !== undefined && !droppedBy(state, ladder, rule) && !finished(state, ladder, task);
  });
}

/** A letter could go out but for the outreach before it: from now on the school days run after which it goes out all the same. */
export function beginOutreachWait(work: Drafting, rule: TaskRule): void {
  if (!rule.waitsFor || outreachWait(work.state, rule) || unfinished(work.state, work.ladder, rule).length === 0) return;
  work.emit({ type: 'wait_began', body: { what: rule.task, after: OUTREACH, until: work.due(rule.waitsFor.schoolDays) } });
}

function mayWait(rule: TaskRule): boolean {
  if (rule.fullDays !== undefined || rule.waitsFor !== undefined) return true;
  return rule.spacing !== undefined || rule.newEvents !== undefined || rule.interventionBetween !== undefined;
}

/** The last letter of this year that was mailed and may be relied upon. */
function lastMailed(state: CaseState, ladder: Ladder): { letter: LetterState; on: string; action: DocumentedAction } | null {
  const mailed = state.letters.flatMap((letter) => {
    const on = letterStands(state, ladder, letter) ? mailedOn(state, letter) : null;
    const action = state.actions.findLast(
      (a) => a.kind === 'letter_mailed' && !a.superseded && a.details.letter === letter.letter && a.on === on,
    );
    return on !== null && action ? [{ letter, on, action }] : [];
  });
  // What was recorded elsewhere may have been brought in after a letter of here: among these the day decides.
  const later = (a: (typeof mailed)[number], b: (typeof mailed)[number]): boolean =>
    (a.action.elsewhere ?? b.action.elsewhere) && a.on !== b.on ? b.on > a.on : b.action.seq > a.action.seq;
  return mailed.length ? mailed.reduce((a, b) => (later(a, b) ? b : a)) : null;
}

function isIntervention(action: DocumentedAction, kinds: string[]): boolean {
  if (action.superseded || !kinds.includes(action.kind)) return false;
  if (action.kind === 'contact') return action.details.outcome === 'reached' || action.details.outcome === 'reached_no_resolution';
  if (action.kind === 'meeting') return fits({ action: 'meeting', where: { outcome: ['held'] } }, action);
  return action.kind !== 'conference' || action.details.outcome !== 'cancelled';
}

function plain(code: string): string {
  return code.replaceAll('_', ' ');
}
