import type { PacketSource } from '../../cases/documents.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { climb, refer } from '../cases/climb.ts';
import { days, PaperCase } from '../cases/paper-case.ts';

const read = readPolicy(shippedPolicyText('lausd'));
if (!read.ok) throw new Error('the shipped policy is refused');
const LADDER = compile(read.document);

/** A whole climb as a packet's source: 26 absences, every step, three letters, notes on each entry. */
export function packetSource(
  ground: 'habitual_truant' | 'chronic_absentee',
  change: (paper: PaperCase) => void = () => undefined,
  without: string[] = [],
): PacketSource {
  const paper = climb(new PaperCase(LADDER), { ground, without });
  change(paper);
  refer(paper, ground);
  const truant = ground === 'habitual_truant';
  return {
    kind: 'packet',
    ground,
    day: paper.day,
    district: 'Grand Bend',
    school: { id: '255901044', name: 'Grand Bend Middle School' },
    student: { name: 'Ana María O’Neill-Dvořák', localId: '604900', grade: '08', birthdate: '2008-03-01', entryDate: '2021-08-23' },
    policy: LADDER.policy,
    wording: LADDER.wording ?? {},
    statute: LADDER.statute,
    bands: LADDER.bands,
    caseId: 'case-1',
    standing: paper.standing,
    attendance: days(26).map((date, n) => ({
      date,
      status: 'absent',
      excuse: truant && n < 6 ? 'unexcused' : 'excused',
      code: null,
      file: 'attendance.csv',
      line: n + 2,
    })),
    contacts: [
      {
        id: 'mother',
        name: 'Elena O’Neill',
        relationship: 'Mother',
        primary: true,
        livesWith: true,
        phone: '(950) 555 0100',
        phoneType: 'Mobile',
        email: null,
        address: '54 Rocky Clarendon Avenue, Grand Bend, TX 78834',
        language: 'es',
        superseded: false,
      },
      {
        id: 'father',
        name: 'Jiří Dvořák',
        relationship: 'Father',
        primary: false,
        livesWith: false,
        phone: null,
        phoneType: null,
        email: 'jiri@example.org',
        address: '',
        language: 'en',
        superseded: true,
      },
    ],
    people: {
      'case_manager-1': 'Samuel Ortega',
      'clerk-1': 'Linh Pham',
      'principal-1': 'Joyce Lindqvist',
      'teacher-1': 'Grace Adeyemi',
      'attendance_supervisor-1': 'Beatriz Montoya',
      'resource_panel_member-1': 'Calvin Brooks',
    },
    schoolRecords: paper.standing.schoolRecords.map(({ task, record, on }) => ({
      id: record,
      task,
      on,
      by: { id: 'principal-1', role: 'principal', place: '255901044' },
      text: 'Held in the library with all staff; minutes are on file.',
    })),
    chronicle: paper.events.map((event) => ({
      event,
      hash: `${String(event.seq).padStart(4, '0')}5feceb66ffc86f38d952786c6d696c79`,
      text:
        event.type === 'action_documented' || ('textDigest' in event.body && event.body.textDigest)
          ? 'Spoke with the mother for ten minutes; she asked for a bus pass and will call back on Monday.'
          : null,
    })),
    readiness: [paper.ready(ground)],
  };
}

/** The same student a day after the case was opened, not referred: nothing documented, asked on both grounds. */
export function asIfUnfinished(source: PacketSource): PacketSource {
  const chronicle = source.chronicle.slice(
    0,
    source.chronicle.findIndex(({ event }) => event.type === 'action_documented'),
  );
  const [asked] = source.readiness;
  const missing = (asked?.requirements ?? []).map((r, n) => ({
    ...r,
    status: n === 0 ? ('met' as const) : ('missing' as const),
    records: n === 0 ? r.records : [],
    why: 'Open since 2021-12-09, not documented yet.',
  }));
  return {
    ...source,
    ground: null,
    chronicle,
    schoolRecords: [],
    readiness: (['habitual_truant', 'chronic_absentee'] as const).map((ground) => ({ ground, ready: false, requirements: missing })),
  };
}
