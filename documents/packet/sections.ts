import { lawOf } from '../law.ts';
import type { ActionKind } from '../../policy/vocabulary.ts';
import { clockTime, dayGroups, shortDate, withPlainDates } from '../dates.ts';
import { quotable } from '../plain-text.ts';
import type { Block, Row, Statement } from './blocks.ts';
import type { ActionEvent, CaseRecord, Of, ReportEvent } from './record.ts';
import { capital, counted, languageName, words } from './words.ts';

export function contacts(view: CaseRecord): Block[] {
  const { contacts: people } = view.source;
  if (!people.length) return [{ kind: 'note', text: 'No contacts are on file.' }];
  return [
    {
      kind: 'table',
      columns: ['Name', 'Relation', 'Telephone, e-mail', 'Address', 'Language'],
      widths: [1.7, 2.1, 2, 2.2, 1.05],
      rows: people.map((c, n) => ({
        cells: [
          c.name,
          [c.relationship, c.primary ? 'primary contact' : '', c.livesWith ? 'lives with the student' : ''].filter(Boolean).join(', '),
          [c.phone ? `${c.phone}${c.phoneType ? ` (${c.phoneType.toLowerCase()})` : ''}` : '', c.email ?? ''].filter(Boolean).join(', ') ||
            'none on file',
          c.address || 'none on file',
          c.language ? languageName(c.language) : 'not recorded',
        ],
        cites: [`C-${n + 1}`],
        struck: c.superseded,
      })),
    },
  ];
}

export function standing(view: CaseRecord): Block[] {
  const { standing: s, statute, bands } = view.source;
  // Sources of before bands by rate do not name the band.
  const key = view.source.band;
  const band = key === undefined ? bands.findLast((b) => b.from !== null && s.absences >= b.from) : bands.find((b) => b.band === key);
  const absent = view.dayTags(view.days.filter((day) => day.status === 'absent').map((day) => day.date));
  const reports = standingReports(view);
  const why = view.source.why ?? [];
  const plain = (text: string, cites: string[]): Statement => ({ text, cites, struck: false });
  const stale = (view.source.staleFeeds ?? []).map(({ feed, numbersOf }): Block => ({
    kind: 'note',
    text: `Attendance had come from the school’s system (feed ${feed}) ${numbersOf === null ? 'for no day yet' : `up to ${shortDate(numbersOf)} only`}; what happened since is not in these numbers.`,
  }));
  return [
    ...stale,
    { kind: 'heading', text: `Absence ladder: all absences, as of ${shortDate(s.asOf)}` },
    {
      kind: 'statements',
      items: [
        plain(`${absences(view)}: ${s.excused} excused, ${s.unexcused} unexcused, ${s.unverified} not verified yet.`, [
          view.standingTag(),
          ...absent,
        ]),
        plain(`Band: ${band ? `${band.name}, ${reach(band)}` : 'none'}. Bands open support and nothing else.`, [view.standingTag(), 'P']),
        plain(`Chronic absence begins at ${statute.chronicRate * 100} % of the enrolled days (${lawOf(view.source, 'chronicAbsence')}).`, [
          'P',
        ]),
      ],
    },
    {
      kind: 'heading',
      text: `Truancy track: unexcused events whose clearing window has ended, as of ${shortDate(s.asOf)}`,
    },
    {
      kind: 'statements',
      items: [
        plain(
          s.truancy.length
            ? `${counted(s.truancy.length, 'unexcused day')} at compulsory age ${s.truancy.length === 1 ? 'counts' : 'count'}: ${dayGroups(s.truancy)}.`
            : 'No unexcused day counts.',
          [view.standingTag(), ...view.dayTags(s.truancy)],
        ),
        ...(s.pending.length
          ? [
              plain(`${counted(s.pending.length, 'more day')} can still be cleared: ${dayGroups(s.pending.map((p) => p.day))}.`, [
                view.standingTag(),
                ...view.dayTags(s.pending.map((p) => p.day)),
              ]),
            ]
          : []),
        plain(
          `${reports.length ? counted(reports.length, 'truancy report') : 'No truancy report'} ${reports.length > 1 ? 'stand' : 'stands'}. ${classified(view)}`,
          reports.length ? reports.map((r) => `E-${r.seq}`) : ['P'],
        ),
      ],
    },
    ...(why.length
      ? [
          { kind: 'heading' as const, text: 'Why this case is here' },
          {
            kind: 'statements' as const,
            items: why.map(({ text, clause }) =>
              plain(`${withPlainDates(text)}${clause === null ? '' : ` (${clause})`}`, [view.standingTag(), 'P']),
            ),
          },
        ]
      : []),
  ];
}

/** What the state calls a pupil of whom so many reports stand. */
function classified(view: CaseRecord): string {
  const { habitualReports } = view.source.statute;
  if (habitualReports === null) return `A pupil of whom one stands is a truant (${lawOf(view.source, 'truancy')}).`;
  return `${counted(habitualReports, 'report')} in one school year, with a conference effort, make a habitual truant (${lawOf(view.source, 'habitual')}).`;
}

/** `26 of 169 enrolled school days absent (15.4 %)`. */
export function absences({ source: { standing: s } }: CaseRecord): string {
  const rate = s.daysEnrolled ? ((100 * s.absences) / s.daysEnrolled).toFixed(1) : '0.0';
  return `${s.absences} of ${s.daysEnrolled} enrolled school days absent (${rate} %)`;
}

/** Reports that were not withdrawn. */
export function standingReports(view: CaseRecord): ReportEvent[] {
  const withdrawn = new Set(view.all('report_withdrawn').map((w) => w.body.ordinal));
  return view.reports().filter((r) => !withdrawn.has(r.body.ordinal));
}

export function reports(view: CaseRecord): Block[] {
  const filed = view.reports();
  if (!filed.length) return [{ kind: 'note', text: notAsked(view, 'No truancy report was filed.') }];
  const withdrawn = new Map(view.all('report_withdrawn').map((w) => [w.body.ordinal, w]));
  const lost = view.all('basis_lost').filter((b) => b.body.what === 'report');
  return [
    {
      kind: 'table',
      columns: ['No.', 'Filed', 'By', 'With the', 'On the unexcused days'],
      widths: [0.5, 1.3, 1.9, 1.6, 3.2],
      rows: filed.map((r) => {
        const gone = withdrawn.get(r.body.ordinal);
        const fallen = lost.filter((l) => l.body.ref === String(r.body.ordinal));
        const note = [
          gone ? ` Withdrawn on ${shortDate(gone.day)}; it keeps its number.` : '',
          fallen.length ? ` No longer standing: ${dayGroups(fallen.flatMap((l) => l.body.days))}.` : '',
          view.origin(r),
        ].join('');
        return {
          cells: [String(r.body.ordinal), shortDate(r.body.on), view.who(r), words(r.body.filedWith), dayGroups(r.body.events) + note],
          cites: [`E-${r.seq}`, ...(gone ? [`E-${gone.seq}`] : []), ...fallen.map((l) => `E-${l.seq}`)],
          struck: gone !== undefined,
        };
      }),
    },
  ];
}

export function letters(view: CaseRecord): Block[] {
  const approved = view.all('letter_approved');
  const elsewhere = view.all('letter_recorded_elsewhere');
  if (!approved.length && !elsewhere.length) return [{ kind: 'note', text: notAsked(view, 'No letter was issued.') }];
  const mailed = view.all('action_documented').filter((a) => a.body.kind === 'letter_mailed');
  return [
    {
      kind: 'table',
      columns: ['Letter', 'Read and approved', 'Rests on', 'Sent'],
      widths: [1.9, 1.9, 2.4, 2.2],
      rows: [
        ...elsewhere.map((l) => sentElsewhere(view, l)),
        ...approved.map((l): Row => {
          const sent = mailed.filter((m) => m.body.kind === 'letter_mailed' && m.body.details.letter === l.body.letter && m.seq > l.seq);
          const lost = view.all('basis_lost').filter((b) => b.body.ref === l.body.document);
          const basis = `Report${l.body.reports.length > 1 ? 's' : ''} ${l.body.reports.join(', ')}: ${dayGroups(l.body.events)}.`;
          return {
            cells: [
              words(l.body.letter),
              `${shortDate(l.day)}, ${view.who(l)}`,
              `${basis}${lost.length ? ` No longer standing: ${dayGroups(lost.flatMap((b) => b.body.days))}.` : ''}`,
              sent.map((m) => mailing(view, m)).join(' ') || 'Not sent',
            ],
            cites: [`E-${l.seq}`, ...sent.map((m) => `E-${m.seq}`), ...lost.map((b) => `E-${b.seq}`)],
            struck: false,
          };
        }),
      ],
    },
  ];
}

/** A letter that went before Rollbook knew the school: nobody approved it here. */
function sentElsewhere(view: CaseRecord, event: Of<'letter_recorded_elsewhere'>): Row {
  const { letter, reports: on, events, channel } = event.body;
  const superseded = view.all('action_superseded').find((s) => s.body.action === event.body.record);
  const lost = view.all('basis_lost').filter((b) => b.body.ref === event.body.record);
  const basis = on.length ? `Report${on.length > 1 ? 's' : ''} ${on.join(', ')}: ${dayGroups(events)}.` : 'No report on record.';
  return {
    cells: [
      words(letter),
      `${view.who(event)}`,
      `${basis}${lost.length ? ` No longer standing: ${dayGroups(lost.flatMap((b) => b.body.days))}.` : ''}`,
      `${shortDate(event.body.on)}, ${channel === 'in_person' ? 'in person' : `by ${words(channel)}`}.${view.origin(event)}${superseded ? ` Superseded on ${shortDate(superseded.day)}.` : ''}`,
    ],
    cites: [`E-${event.seq}`, ...(superseded ? [`E-${superseded.seq}`] : []), ...lost.map((b) => `E-${b.seq}`)],
    struck: superseded !== undefined,
  };
}

function mailing(view: CaseRecord, mailed: Of<'action_documented'>): string {
  if (mailed.body.kind !== 'letter_mailed') return view.told(mailed);
  const { contact, channel } = mailed.body.details;
  const to = view.source.contacts.find((c) => c.id === contact)?.name ?? 'a contact no longer on file';
  const how = channel === 'in_person' ? 'in person' : `by ${words(channel)}`;
  const gone = view.all('action_superseded').find((s) => s.body.action === mailed.body.action);
  return `${shortDate(mailed.body.on)}, to ${to} ${how}.${gone ? ` Superseded on ${shortDate(gone.day)}.` : ''}`;
}

/** Documented actions of some kinds, or a sentence that there are none. */
export function actions(view: CaseRecord, kinds: ActionKind[], none: string): Block[] {
  const rows = view
    .actions()
    .filter((a) => kinds.includes(a.body.kind))
    .map((a) => actionRow(view, a));
  return rows.length
    ? [{ kind: 'table', columns: ['Day', 'By', 'What was done'], widths: [1.35, 1.7, 5], rows }]
    : [{ kind: 'note', text: none }];
}

export function actionRow(view: CaseRecord, event: ActionEvent): Row {
  const id = event.type === 'action_documented' ? event.body.action : event.body.record;
  const superseded = view.all('action_superseded').find((s) => s.body.action === id);
  const { on, time } = event.body;
  return {
    cells: [
      `${shortDate(on)}${time ? `, ${clockTime(time)}` : ''}`,
      view.who(event),
      `${view.told(event)}${view.quoted(event.seq)}${view.origin(event)}${superseded ? ` Superseded on ${shortDate(superseded.day)}.` : ''}`,
    ],
    cites: [`E-${event.seq}`, ...(superseded ? [`E-${superseded.seq}`] : [])],
    struck: superseded !== undefined,
  };
}

export function schoolRecords(view: CaseRecord): Block[] {
  const { schoolRecords: records } = view.source;
  if (!records.length) return [{ kind: 'note', text: 'No work of the school is cited on this case.' }];
  const rows = records.map((r, n): Row => ({
    cells: [shortDate(r.on), `${view.person(r.by.id)}, ${words(r.by.role)}`, `${capital(view.title(r.task))}. “${quotable(r.text)}”`],
    cites: [`S-${n + 1}`],
    struck: false,
  }));
  return [{ kind: 'table', columns: ['Day', 'By', 'What the school did'], widths: [1.35, 1.7, 5], rows }];
}

export function exceptions(view: CaseRecord): Block[] {
  const unavailable = view.all('task_unavailable').map((u): Row => ({
    cells: [
      shortDate(u.day),
      view.who(u),
      `${view.title(u.body.task)}: not available, because: “${view.textOf(u.seq) ?? 'text destroyed'}”`,
    ],
    cites: [`E-${u.seq}`],
    struck: false,
  }));
  const justified = view.all('requirement_justified').map((j): Row => ({
    cells: [
      shortDate(j.day),
      view.who(j),
      `${view.title(j.body.requirement)}: justified for the ground ${words(j.body.ground)}: “${view.textOf(j.seq) ?? 'text destroyed'}”`,
    ],
    cites: [`E-${j.seq}`],
    struck: false,
  }));
  const rows = [...unavailable, ...justified];
  if (!rows.length) return [{ kind: 'note', text: 'Nothing was recorded as not available, and nothing was justified.' }];
  return [{ kind: 'table', columns: ['Day', 'By', 'What, and why'], widths: [1.35, 1.7, 5], rows }];
}

function notAsked(view: CaseRecord, none: string): string {
  return view.ground() === 'chronic_absentee'
    ? `${none} Not applicable: a referral as chronic absentee rests on all absences and asks for no truancy report or letter.`
    : none;
}

/** What a band covers. */
function reach({ from, to, limit }: CaseRecord['source']['bands'][number]): string {
  const counted = from === null ? '' : `${to === null ? `${from} or more` : `${from} to ${to}`} absences`;
  const rate = limit ? `attendance ${limit.inclusive ? 'of' : 'below'} ${limit.perMille / 10} %${limit.inclusive ? ' or less' : ''}` : '';
  return [counted, rate].filter(Boolean).join(', or ') || 'any absence';
}
