import { createHash } from 'node:crypto';
import type { DocumentSource, LetterSource } from '../../cases/documents.ts';
import { letterText } from '../../documents/index.ts';
import { canonicalize } from '../../policy/canonical.ts';

/** SHA-256 of the RFC 8785 bytes of a source, as it is frozen. */
export function sourceHash(source: DocumentSource): string {
  return createHash('sha256').update(canonicalize(source)).digest('hex');
}

const REPORTS: Record<string, number> = { 'letter-1': 1, 'letter-2': 2, 'letter-3': 3 };
const EVENTS = [
  { day: '2021-08-31', report: 1 },
  { day: '2021-09-14', report: 1 },
  { day: '2021-09-15', report: 1 },
  { day: '2021-10-04', report: 2 },
  { day: '2021-11-09', report: 3 },
];

/** A letter as the record freezes it. */
export function letterSource(letter: string, change: Partial<LetterSource> = {}): LetterSource {
  const reports = REPORTS[letter] ?? 1;
  return {
    kind: 'letter',
    language: 'en',
    letter,
    text: letterText(letter),
    district: 'Grand Bend',
    day: '2021-11-16',
    school: { id: '255901001', name: 'Grand Bend High School' },
    student: { name: 'Sofía Núñez', localId: '604822' },
    recipients: [
      { contact: 'mother', name: 'Carmen Núñez', address: ['263 New Street', 'Grand Bend, TX 78834'] },
      { contact: 'father', name: 'Manuel Núñez', address: ['263 New Street', 'Grand Bend, TX 78834'] },
    ],
    policy: { id: 'lausd', version: 1, digest: 'd'.repeat(64) },
    reports: Array.from({ length: reports }, (_, n) => ({ ordinal: n + 1, filedOn: `2021-1${n}-05` })),
    events: EVENTS.filter((event) => event.report <= reports).map((event, n) => ({
      ...event,
      status: 'absent',
      excuse: 'unexcused',
      code: 'U',
      file: 'attendance.csv',
      line: 100 + n,
    })),
    approvedBy: { id: 'case-manager.high', name: 'Denise Whitaker', role: 'case_manager' },
    ...change,
  };
}
