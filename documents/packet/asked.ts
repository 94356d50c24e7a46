import type { Readiness, RequirementAnswer } from '../../cases/readiness.ts';
import { withPlainDates } from '../dates.ts';
import { lawOf } from '../law.ts';
import type { Block, PacketModel, Row } from './blocks.ts';
import type { CaseRecord } from './record.ts';
import { capital, counted, words } from './words.ts';

/** How a requirement stands, as the packet tells it. */
type State = 'missing' | 'not available' | 'justified' | 'met' | 'not applicable';

const ORDER: State[] = ['missing', 'not available', 'justified', 'met', 'not applicable'];
const COUNTED: State[] = ['missing', 'met', 'not available', 'justified', 'not applicable'];
/** So many missing requirements stand on the cover, on all grounds together. */
const ON_COVER = 24;

/** The answers that the packet gives: on the ground of the referral, or on every ground while there is none. */
function answers(view: CaseRecord): Readiness[] {
  const ground = view.ground();
  return view.source.readiness.filter((answer) => ground === null || answer.ground === ground);
}

/** Whether the record is complete, for the cover. */
export function verdicts(view: CaseRecord): PacketModel['verdicts'] {
  const all = answers(view);
  const most = ON_COVER / Math.max(all.length, 1);
  return all.map((answer) => {
    const missing = answer.requirements.filter((r) => r.status === 'missing').map((r) => r.title);
    const shown = missing.length > most ? missing.slice(0, most - 1) : missing;
    return {
      complete: answer.ready,
      title: `For a referral as ${words(answer.ground)}, this record is ${answer.ready ? 'complete' : 'not complete'}`,
      text: `${counts(view, answer)}${missing.length ? ' Missing:' : ''}`,
      items: [...shown, ...(shown.length < missing.length ? [`and ${missing.length - shown.length} more, see section 3`] : [])],
      cites: ['P', view.standingTag()],
    };
  });
}

function counts(view: CaseRecord, { requirements }: Readiness): string {
  const states = requirements.map((r) => stateOf(view, r));
  const parts = COUNTED.map((state) => ({ state, count: states.filter((one) => one === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state === 'not available' ? 'not available (with the reason)' : state}`);
  return `${counted(requirements.length, 'requirement')} of law and policy: ${parts.join(', ')}.`;
}

/** What a range of absences before a colon means, where the policy cites its steps so. */
function rangeNote(all: Readiness[]): string {
  const [range] = all.flatMap(({ requirements }) => requirements.flatMap(({ clause }) => clause.match(/^\d+(-\d+|\+):/)?.[0] ?? []));
  return range === undefined ? '' : `“${range}” names the step of the district’s policy, by its range of absences. `;
}

/** Each requirement with its state. What two grounds answer alike is told once. */
export function asked(view: CaseRecord): Block[] {
  const all = answers(view);
  const note: Block = {
    kind: 'note',
    text: `${lawOf(view.source, 'code')} ${rangeNote(all)}“Not available”: the step depends on what a school has, and somebody recorded with a reason that it has not. “Justified”: somebody wrote why it could not be met. “Not applicable”: it is not asked on this ground.`,
  };
  const summary: Block = {
    kind: 'statements',
    items: all.map((answer) => ({
      text: `As ${words(answer.ground)}: ${answer.ready ? 'complete' : 'not complete'}. ${counts(view, answer)}`,
      cites: ['P', view.standingTag()],
      struck: false,
    })),
  };
  const [one, ...others] = all;
  if (!one) return [{ kind: 'note', text: 'Requirements of a referral were not evaluated.' }];
  if (!others.length) return [summary, note, table(view, one.requirements)];
  const alike = one.requirements.filter((r) => others.every((other) => other.requirements.some((o) => same(o, r))));
  return [
    summary,
    note,
    ...all.flatMap((answer): Block[] => [
      { kind: 'heading', text: `Only as ${words(answer.ground)}` },
      table(
        view,
        answer.requirements.filter((r) => !alike.some((a) => same(a, r))),
      ),
    ]),
    { kind: 'heading', text: 'On either ground' },
    table(view, alike),
  ];
}

function same(a: RequirementAnswer, b: RequirementAnswer): boolean {
  return a.requirement === b.requirement && a.status === b.status && a.why === b.why;
}

function table(view: CaseRecord, requirements: RequirementAnswer[]): Block {
  const rows = requirements.map((r) => ({ r, state: stateOf(view, r) }));
  if (!rows.length) return { kind: 'note', text: 'Nothing.' };
  return {
    kind: 'table',
    columns: ['Requirement', 'Asked by', 'State', 'Why'],
    widths: [2.4, 2.7, 1.15, 2.3],
    rows: ORDER.flatMap((state) => rows.filter((row) => row.state === state)).map(({ r, state }): Row => ({
      cells: [r.title, r.clause, state, why(view, r, state)],
      cites: r.records.length ? r.records.map((record) => view.tagOfRecord(record)) : ['P'],
      struck: false,
      ...(state === 'missing' ? { marked: true } : {}),
    })),
  };
}

function stateOf(view: CaseRecord, r: RequirementAnswer): State {
  if (r.status === 'met' && unavailable(view, r)) return 'not available';
  return r.status === 'not_applicable' ? 'not applicable' : r.status;
}

function why(view: CaseRecord, r: RequirementAnswer, state: State): string {
  if (state !== 'not available') return capital(withPlainDates(r.why));
  const entry = unavailable(view, r);
  return `Not available, because: “${(entry && view.textOf(entry.seq)) ?? 'text destroyed'}”`;
}

function unavailable(view: CaseRecord, r: RequirementAnswer): { seq: number } | undefined {
  const tags = r.records.map((record) => view.tagOfRecord(record));
  return view.all('task_unavailable').find((u) => tags.includes(`E-${u.seq}`));
}
