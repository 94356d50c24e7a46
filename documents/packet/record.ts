import type { Ground } from '../../policy/vocabulary.ts';
import type { Day } from '../../cases/actions.ts';
import type { AttendanceFact, PacketSource } from '../../cases/documents.ts';
import type { CaseEvent, EventType } from '../../cases/events.ts';
import { quotable } from '../plain-text.ts';
import { shortDate } from '../dates.ts';
import { sentence, words } from './words.ts';

export type Of<T extends EventType> = Extract<CaseEvent, { type: T }>;
export type ReportEvent = Of<'report_filed' | 'report_recorded_elsewhere'>;
export type ActionEvent = Of<'action_documented' | 'action_recorded_elsewhere'>;

/** The frozen source as the packet's sections read it: who is who, and by which tag each record is cited. */
export class CaseRecord {
  readonly events: CaseEvent[];
  /** Days on which the student was not simply present, in order; the n-th is cited as `A-n`. */
  readonly days: AttendanceFact[];
  readonly #dayTags: Map<Day, string>;

  constructor(readonly source: PacketSource) {
    this.events = source.chronicle.map((c) => c.event);
    this.days = source.attendance.filter((day) => day.status !== 'present');
    this.#dayTags = new Map(this.days.map(({ date }, n) => [date, `A-${n + 1}`]));
  }

  all<T extends EventType>(type: T): Of<T>[] {
    return this.events.filter((e): e is Of<T> => e.type === type);
  }

  first<T extends EventType>(type: T): Of<T> | undefined {
    return this.all(type)[0];
  }

  last<T extends EventType>(type: T): Of<T> | undefined {
    return this.all(type).at(-1);
  }

  /** Truancy reports, filed here or elsewhere, in the order of the record. */
  reports(): ReportEvent[] {
    return this.events.filter((e): e is ReportEvent => e.type === 'report_filed' || e.type === 'report_recorded_elsewhere');
  }

  /** What people did, documented here or recorded elsewhere, in the order of the record; letters sent elsewhere are with the letters. */
  actions(): ActionEvent[] {
    return this.events.filter((e): e is ActionEvent => e.type === 'action_documented' || e.type === 'action_recorded_elsewhere');
  }

  /** Where a step comes from that Rollbook has not witnessed, in a sentence; empty of what was documented here. */
  origin({ body }: CaseEvent): string {
    if (!('record' in body)) return '';
    const fact = this.source.elsewhere?.[body.record];
    if (!fact) return ' Recorded elsewhere.';
    const reference = fact.reference === null ? '' : `, number ${quotable(fact.reference)} there`;
    const reached = fact.reached === null ? '' : `, reaching ${quotable(fact.reached)}`;
    return ` Recorded elsewhere: done by ${quotable(fact.doneBy)}${reached}${reference}; ${fact.file}, line ${fact.line}, entered by ${this.person(fact.enteredBy)} on ${shortDate(fact.enteredOn)}.`;
  }

  /** The ground on which the student was referred: what was asked for, or what the record says. */
  ground(): Ground | null {
    return this.source.ground ?? this.last('referred')?.body.ground ?? null;
  }

  standingTag(): string {
    const noted = this.last('standing_noted');
    return noted ? `E-${noted.seq}` : 'E-1';
  }

  /** Tags of days; a day that is no longer absent has none. */
  dayTags(days: readonly Day[]): string[] {
    return days.flatMap((day) => this.#dayTags.get(day) ?? []);
  }

  /** The tag of a record that readiness names: an action's id, `report:n`, `seq:n`, `standing:n`, a school record, a letter. */
  tagOfRecord(record: string): string {
    const [kind, rest] = record.split(':');
    if (kind === 'seq') return `E-${rest}`;
    if (kind === 'standing') return this.standingTag();
    if (kind === 'report') return `E-${this.reports().find((r) => String(r.body.ordinal) === rest)?.seq ?? 1}`;
    const school = this.source.schoolRecords.findIndex((r) => r.id === record);
    if (school >= 0) return `S-${school + 1}`;
    const event = this.events.find(
      (e) =>
        (e.type === 'action_documented' && e.body.action === record) ||
        ('record' in e.body && e.body.record === record) ||
        e.cause === record,
    );
    return event ? `E-${event.seq}` : 'P';
  }

  told(event: ActionEvent): string {
    return sentence(event.body, (id) => {
      const contact = this.source.contacts.find((c) => c.id === id);
      return contact ? `${contact.name} (${contact.relationship.toLowerCase()})` : 'a contact no longer on file';
    });
  }

  who(event: CaseEvent): string {
    if (event.type !== 'record_declined' && 'record' in event.body)
      return `${quotable(this.source.elsewhere?.[event.body.record]?.doneBy ?? 'somebody')}, elsewhere`;
    return event.actor.role === 'system' ? 'Rollbook' : `${this.person(event.actor.id)}, ${words(event.actor.role)}`;
  }

  person(id: string): string {
    return this.source.people[id] ?? id;
  }

  title(key: string): string {
    return this.source.wording[key]?.title ?? words(key);
  }

  /** What somebody wrote with an event, in quotation marks; empty when nothing was written or the text was destroyed. */
  quoted(seq: number): string {
    const text = this.textOf(seq);
    return text ? ` “${text}”` : '';
  }

  textOf(seq: number): string | null {
    const text = this.source.chronicle.find((c) => c.event.seq === seq)?.text ?? null;
    return text === null ? null : quotable(text);
  }
}
