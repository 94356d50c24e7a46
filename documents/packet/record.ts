import type { CaseEvent, EventType } from '../../cases/events.ts';
import type { PacketSource } from '../../cases/documents.ts';
import { dateWithWeekday } from '../dates.ts';
import { quotable } from '../plain-text.ts';
import type { Block, Row, Statement } from './blocks.ts';
import { sentence, words } from './words.ts';

type Of<T extends EventType> = Extract<CaseEvent, { type: T }>;

/** The frozen source as the packet's sections read it: each method is the content of one section. */
export class CaseRecord {
  readonly #events: CaseEvent[];

  constructor(readonly source: PacketSource) {
    this.#events = source.chronicle.map((c) => c.event);
  }

  all<T extends EventType>(type: T): Of<T>[] {
    return this.#events.filter((e): e is Of<T> => e.type === type);
  }

  first<T extends EventType>(type: T): Of<T> | undefined {
    return this.all(type)[0];
  }

  tagOf(type: EventType): string | undefined {
    const event = this.all(type).at(-1);
    return event && `E-${event.seq}`;
  }

  standingTag(): string {
    return this.tagOf('standing_noted') ?? 'E-1';
  }

  contacts(): Block[] {
    const { contacts } = this.source;
    if (!contacts.length) return [{ kind: 'note', text: 'No contacts are on file.' }];
    return [
      {
        kind: 'table',
        columns: ['Name', 'Relation', 'Telephone, e-mail', 'Address', 'Language'],
        widths: [3, 2, 3, 4, 1],
        rows: contacts.map((c, n) => ({
          cells: [
            c.name,
            `${c.relationship}${c.primary ? ', primary' : ''}${c.livesWith ? ', lives with' : ''}`,
            [c.phone ? `${c.phone} (${c.phoneType ?? 'phone'})` : '', c.email ?? ''].filter(Boolean).join(', ') || 'none on file',
            c.address || 'none on file',
            c.language ?? 'not recorded',
          ],
          cites: [`C-${n + 1}`],
          struck: c.superseded,
        })),
      },
    ];
  }

  standing(): Block[] {
    const { standing: s, statute, bands } = this.source;
    const band = bands.findLast((b) => s.absences >= b.from);
    const days = this.source.attendance.filter((a) => a.status === 'absent').map((a) => `A-${a.date}`);
    const cites = [this.standingTag(), ...(days.length ? [`${days[0]} to ${days.at(-1)}`] : [])];
    const reports = this.all('report_filed').filter((r) => !this.all('report_withdrawn').some((w) => w.body.ordinal === r.body.ordinal));
    const rate = s.daysEnrolled ? ((100 * s.absences) / s.daysEnrolled).toFixed(1) : '0.0';
    return [
      { kind: 'heading', text: 'Absence ladder: all absences, as of ' + s.asOf },
      {
        kind: 'statements',
        items: [
          {
            text: `${s.absences} days absent of ${s.daysEnrolled} enrolled school days (${rate} %): ${s.excused} excused, ${s.unexcused} unexcused, ${s.unverified} unverified.`,
            cites,
            struck: false,
          },
          {
            text: `Band: ${band ? `${band.name}, ${band.from} to ${band.to ?? 'more'} absences` : 'none'}. Bands open support and nothing else.`,
            cites: [this.standingTag(), 'P'],
            struck: false,
          },
          {
            text: `Chronic absence begins at ${statute.chronicRate * 100} % of the enrolled days (EC 60901).`,
            cites: ['P'],
            struck: false,
          },
        ],
      },
      { kind: 'heading', text: 'Truancy track: unexcused events whose clearing window has ended, as of ' + s.asOf },
      {
        kind: 'statements',
        items: [
          {
            text: `${s.truancy.length} unexcused days at compulsory age count${s.truancy.length ? `: ${s.truancy.join(', ')}` : ''}. ${s.pending.length} more can still be cleared.`,
            cites: [this.standingTag(), ...s.truancy.map((d) => `A-${d}`)],
            struck: false,
          },
          {
            text: `${reports.length} truancy reports stand; ${statute.habitualReports}, with a conference effort, make a habitual truant (EC 48262).`,
            cites: reports.length ? reports.map((r) => `E-${r.seq}`) : ['P'],
            struck: false,
          },
        ],
      },
    ];
  }

  attendance(): Block[] {
    const rows = this.source.attendance.map((a): Row => ({
      cells: [dateWithWeekday(a.date), a.status, a.excuse, a.code ?? '', `${a.file}, line ${a.line}`],
      cites: [`A-${a.date}`],
      struck: false,
    }));
    if (!rows.length) return [{ kind: 'note', text: 'No absence or tardiness is on file.' }];
    return [
      { kind: 'note', text: 'School days not listed were attended.' },
      { kind: 'table', columns: ['Day', 'Status', 'Excuse', 'Code', 'Source'], widths: [0, 1, 1, 1, 4], rows },
    ];
  }

  reports(): Block[] {
    const filed = this.all('report_filed');
    if (!filed.length) return [{ kind: 'note', text: this.notAsked('No truancy report was filed.') }];
    const withdrawn = new Map(this.all('report_withdrawn').map((w) => [w.body.ordinal, w]));
    const lost = this.all('basis_lost').filter((b) => b.body.what === 'report');
    return [
      {
        kind: 'table',
        columns: ['Report', 'Filed', 'With', 'By', 'On the events of'],
        widths: [1, 1, 2, 2, 4],
        rows: filed.map((r) => {
          const gone = withdrawn.get(r.body.ordinal);
          const fallen = lost.filter((l) => l.body.ref === String(r.body.ordinal));
          const note = [
            gone ? ` Withdrawn on ${gone.day}; it keeps its number.` : '',
            fallen.length ? ` No longer standing: ${fallen.flatMap((l) => l.body.days).join(', ')}.` : '',
          ].join('');
          return {
            cells: [String(r.body.ordinal), r.body.on, words(r.body.filedWith), this.who(r), r.body.events.join(', ') + note],
            cites: [`E-${r.seq}`, ...(gone ? [`E-${gone.seq}`] : []), ...fallen.map((l) => `E-${l.seq}`)],
            struck: gone !== undefined,
          };
        }),
      },
    ];
  }

  letters(): Block[] {
    const approved = this.all('letter_approved');
    if (!approved.length) return [{ kind: 'note', text: this.notAsked('No letter was issued.') }];
    const mailed = this.all('action_documented').filter((a) => a.body.kind === 'letter_mailed');
    return [
      {
        kind: 'table',
        columns: ['Letter', 'Read and approved', 'Frozen basis', 'Sent'],
        widths: [1, 2, 4, 3],
        rows: approved.map((l) => {
          const sent = mailed.filter((m) => m.body.kind === 'letter_mailed' && m.body.details.letter === l.body.letter && m.seq > l.seq);
          const lost = this.all('basis_lost').filter((b) => b.body.ref === l.body.document);
          return {
            cells: [
              words(l.body.letter),
              `${l.day} by ${this.who(l)}`,
              `Reports ${l.body.reports.join(', ')}; days ${l.body.events.join(', ')}${lost.length ? `. Basis no longer met: ${lost.flatMap((b) => b.body.days).join(', ')}` : ''}`,
              sent.map((m) => `${m.body.on}: ${this.told(m)}`).join(' ') || 'not sent',
            ],
            cites: [`E-${l.seq}`, ...sent.map((m) => `E-${m.seq}`), ...lost.map((b) => `E-${b.seq}`)],
            struck: false,
          };
        }),
      },
    ];
  }

  actions(kinds: string[], none: string): Block[] {
    const found = this.all('action_documented').filter((a) => kinds.includes(a.body.kind));
    if (!found.length) return [{ kind: 'note', text: none }];
    return [{ kind: 'table', columns: ['Day', 'By', 'What was done'], widths: [0, 2, 7], rows: found.map((a) => this.actionRow(a)) }];
  }

  actionRow(event: Of<'action_documented'>): Row {
    const superseded = this.all('action_superseded').find((s) => s.body.action === event.body.action);
    const note = this.textOf(event.seq);
    return {
      cells: [
        `${event.body.on}${event.body.time ? ` ${event.body.time}` : ''}`,
        this.who(event),
        `${this.told(event)}${note ? ` “${note}”` : ''}${superseded ? ` Superseded on ${superseded.day}.` : ''}`,
      ],
      cites: [`E-${event.seq}`, ...(superseded ? [`E-${superseded.seq}`] : [])],
      struck: superseded !== undefined,
    };
  }

  schoolRecords(): Block[] {
    const { schoolRecords } = this.source;
    if (!schoolRecords.length) return [{ kind: 'note', text: 'No work of the school is cited yet.' }];
    return [
      {
        kind: 'statements',
        items: schoolRecords.map((r, n) => ({
          text: `${r.on}, ${this.person(r.by.id)} (${words(r.by.role)}): ${this.title(r.task)}. “${r.text}”`,
          cites: [`S-${n + 1}`],
          struck: false,
        })),
      },
    ];
  }

  exceptions(): Block[] {
    const unavailable = this.all('task_unavailable').map((u): Statement => ({
      text: `${u.day}, ${this.who(u)}: “${this.title(u.body.task)}” was not available, because: “${this.textOf(u.seq) ?? 'text destroyed'}”`,
      cites: [`E-${u.seq}`],
      struck: false,
    }));
    const justified = this.all('requirement_justified').map((j): Statement => ({
      text: `${j.day}, ${this.who(j)}, justified for the ground ${words(j.body.ground)} that “${this.title(j.body.requirement)}” is not met: “${this.textOf(j.seq) ?? 'text destroyed'}”`,
      cites: [`E-${j.seq}`],
      struck: false,
    }));
    if (!unavailable.length && !justified.length)
      return [{ kind: 'note', text: 'Nothing was recorded as not available, and nothing was justified.' }];
    return [{ kind: 'statements', items: [...unavailable, ...justified] }];
  }

  chronicle(): Block[] {
    const rows = this.#events.flatMap((event): Row[] => {
      if (event.type === 'action_documented') return [this.actionRow(event)];
      const text = this.eventText(event);
      return text === null ? [] : [{ cells: [event.day, this.who(event), text], cites: [`E-${event.seq}`], struck: false }];
    });
    return [{ kind: 'table', columns: ['Day', 'By', 'What happened'], widths: [0, 2, 7], rows }];
  }

  eventText(event: CaseEvent): string | null {
    switch (event.type) {
      case 'case_opened':
        return `The case was opened (${words(event.body.why)}).`;
      case 'standing_noted':
        return `Attendance noted: ${event.body.standing.absences} absences, ${event.body.standing.truancy.length} truancy events as of ${event.body.standing.asOf}.`;
      case 'task_opened':
        return `Opened: ${this.title(event.body.task)}${event.body.round > 1 ? ` (round ${event.body.round})` : ''}, due ${event.body.due.on ?? 'when school resumes'}.`;
      case 'task_completed':
        return `Completed: ${this.title(event.body.task)}.`;
      case 'task_unavailable':
        return `Not available: ${this.title(event.body.task)}. “${this.textOf(event.seq) ?? ''}”`;
      case 'task_withdrawn':
        return `No longer asked: ${this.title(event.body.task)}.`;
      case 'task_reopened':
        return `Opened again: ${this.title(event.body.task)}, due ${event.body.due.on ?? 'when school resumes'}.`;
      case 'deadline_passed':
        return `Due date passed: ${this.title(event.body.task)}.`;
      case 'action_superseded':
        return `An entry was superseded: “${this.textOf(event.seq) ?? ''}”`;
      case 'report_filed':
        return `Truancy report ${event.body.ordinal} filed with the ${words(event.body.filedWith)} on ${event.body.events.join(', ')}.`;
      case 'report_withdrawn':
        return `Truancy report ${event.body.ordinal} withdrawn. “${this.textOf(event.seq) ?? ''}”`;
      case 'basis_lost':
        return `Basis no longer met: ${event.body.what} rests on ${event.body.days.join(', ')}.`;
      case 'letter_approved':
        return `${words(event.body.letter)} read and approved.`;
      case 'requirement_justified':
        return `Justified: ${this.title(event.body.requirement)}. “${this.textOf(event.seq) ?? ''}”`;
      case 'referred':
        return `Referred to SARB as ${words(event.body.ground)}.`;
      case 'action_documented':
        return null;
    }
  }

  readiness(): Block[] {
    const grounds = this.source.readiness.filter((r) => this.source.ground === null || r.ground === this.source.ground);
    return grounds.flatMap((answer): Block[] => [
      {
        kind: 'heading',
        text: `${words(answer.ground).replace(/^./, (c) => c.toUpperCase())}: ${answer.ready ? 'complete' : 'not complete'}`,
      },
      {
        kind: 'table',
        columns: ['Requirement', 'Source', 'State', 'Why'],
        widths: [4, 3, 2, 4],
        rows: answer.requirements.map((r) => ({
          cells: [r.title, r.clause, words(r.status), r.why],
          cites: r.records.length ? r.records.map((record) => this.tagOfRecord(record)) : ['P'],
          struck: false,
        })),
      },
    ]);
  }

  index(): Block[] {
    const { contacts, schoolRecords, policy, attendance } = this.source;
    const rows: Row[] = [
      {
        cells: ['P', `Policy ${policy.id} version ${policy.version} and the student’s entry in the roster`, policy.digest.slice(0, 16)],
        cites: ['P'],
        struck: false,
      },
      ...this.source.chronicle.map(({ event, hash }): Row => ({
        cells: [`E-${event.seq}`, `${event.day}: ${words(event.type)}`, hash.slice(0, 16)],
        cites: [`E-${event.seq}`],
        struck: false,
      })),
      ...attendance.map((a): Row => ({
        cells: [`A-${a.date}`, `${a.status}, ${a.excuse}`, `${a.file}, line ${a.line}`],
        cites: [`A-${a.date}`],
        struck: false,
      })),
      ...contacts.map((c, n): Row => ({ cells: [`C-${n + 1}`, c.name, c.id], cites: [`C-${n + 1}`], struck: c.superseded })),
      ...schoolRecords.map((r, n): Row => ({
        cells: [`S-${n + 1}`, `${r.on}: ${words(r.task)}`, r.id],
        cites: [`S-${n + 1}`],
        struck: false,
      })),
    ];
    return [{ kind: 'table', columns: ['Tag', 'Record', 'Hash, file or id'], widths: [1, 4, 4], rows }];
  }

  /** The tag of a record that readiness names: an action's id, `report:n`, `seq:n`, `standing:n`, a school record, a letter. */
  tagOfRecord(record: string): string {
    const [kind, rest] = record.split(':');
    if (kind === 'seq') return `E-${rest}`;
    if (kind === 'standing') return this.standingTag();
    if (kind === 'report') return `E-${this.all('report_filed').find((r) => String(r.body.ordinal) === rest)?.seq ?? 1}`;
    const school = this.source.schoolRecords.findIndex((r) => r.id === record);
    if (school >= 0) return `S-${school + 1}`;
    const event = this.#events.find((e) => (e.type === 'action_documented' && e.body.action === record) || e.cause === record);
    return event ? `E-${event.seq}` : 'P';
  }

  told(event: Of<'action_documented'>): string {
    return sentence(event.body, (id) => {
      const contact = this.source.contacts.find((c) => c.id === id);
      return contact ? `${contact.name} (${contact.relationship.toLowerCase()})` : 'a contact no longer on file';
    });
  }

  who(event: CaseEvent): string {
    return event.actor.role === 'system' ? 'Rollbook' : `${this.person(event.actor.id)}, ${words(event.actor.role)}`;
  }

  person(id: string): string {
    return this.source.people[id] ?? id;
  }

  title(key: string): string {
    return this.source.wording[key]?.title ?? words(key);
  }

  textOf(seq: number): string | null {
    const text = this.source.chronicle.find((c) => c.event.seq === seq)?.text ?? null;
    return text === null ? null : quotable(text);
  }

  notAsked(none: string): string {
    return this.source.ground === 'chronic_absentee'
      ? `${none} Not applicable: a referral as chronic absentee rests on all absences and asks for no truancy report or letter.`
      : none;
  }
}
