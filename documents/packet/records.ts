import { shortDate } from '../dates.ts';
import type { Block, Row } from './blocks.ts';
import { recordedAs } from './attendance.ts';
import type { CaseRecord } from './record.ts';
import { words } from './words.ts';

const SHORT = 16;

/** Every record that a line of the packet names, with what proves it: a hash of the chain, a file and line, or an id. */
export function indexOfRecords(view: CaseRecord, version: number, sha256: string): Block[] {
  const { contacts, schoolRecords, policy, chronicle, student } = view.source;
  const row = (tag: string, record: string, proof: string, struck = false): Row => ({
    cells: [tag, record, proof],
    cites: [tag],
    struck,
  });
  const rows = [
    row('D', `This document’s data, version ${version}`, sha256.slice(0, SHORT)),
    row('P', `Policy ${policy.id}, version ${policy.version}`, policy.digest.slice(0, SHORT)),
    row('R', 'The student’s entry in the district’s roster', `student ${student.localId}`),
    ...contacts.map((c, n) => row(`C-${n + 1}`, `Contact ${c.name}`, c.id.slice(-SHORT), c.superseded)),
    ...schoolRecords.map((r, n) => row(`S-${n + 1}`, `${shortDate(r.on)}: ${words(r.task)}`, r.id.slice(-SHORT))),
    ...view.days.map((a, n) => row(`A-${n + 1}`, `${shortDate(a.date)}: ${recordedAs(a)}`, `${a.file}, line ${a.line}`)),
    ...chronicle.map(({ event, hash }) => row(`E-${event.seq}`, `${shortDate(event.day)}: ${words(event.type)}`, hash.slice(0, SHORT))),
  ];
  return [
    {
      kind: 'note',
      text: `Hashes are the first ${SHORT} digits, ids the last ${SHORT}. An entry’s hash covers the entry and the hash before it, so that none can be changed or left out unseen.`,
    },
    { kind: 'table', columns: ['Record', 'What it is', 'Hash, file or id'], widths: [0.62, 2.75, 1.75], rows, index: true },
  ];
}
