import { codeMeaning } from '../../policy/codes.ts';
import type { MappedCode } from '../../store/attendance-codes.ts';
import { textOf, type JsonObject } from '../read/record.ts';

/** What Aeries' types of absence codes say (table ABS, column TY). */
const TYPES: Record<string, { status: 'absent' | 'tardy' | 'present'; excuse?: 'unverified' | 'excused' | 'unexcused' }> = {
  1: { status: 'absent', excuse: 'unverified' },
  2: { status: 'absent', excuse: 'excused' },
  3: { status: 'absent', excuse: 'unexcused' },
  4: { status: 'present' },
  5: { status: 'tardy', excuse: 'unverified' },
  6: { status: 'present' },
  8: { status: 'tardy', excuse: 'excused' },
  9: { status: 'tardy', excuse: 'unexcused' },
};
/** The fewest whole minutes that are more than thirty (EC 48260). */
const MORE_THAN_THIRTY = 31;

/**
 * What a district's own absence codes mean, as far as Aeries says so without doubt. A suspension may be in school or out of it, and
 * independent study complete or not; a code of which two schools say different things means neither: all these are left to a person.
 * @param records of `/AbsenceCodes`, of all schools
 */
export function aeriesCodes(records: readonly JsonObject[]): MappedCode[] {
  const said = new Map<string, MappedCode | null>();
  for (const record of records) {
    const code = textOf(record['AbsenceCode']).toLowerCase();
    if (code === '') continue;
    const mapped = mappedBy(code, record);
    const before = said.get(code);
    const same = before === undefined || JSON.stringify(before?.meaning) === JSON.stringify(mapped?.meaning);
    said.set(code, same ? mapped : null);
  }
  return [...said.values()].filter((mapped) => mapped !== null);
}

function mappedBy(code: string, record: JsonObject): MappedCode | null {
  const type = TYPES[textOf(record['TypeCode'])];
  const special =
    isSet(record, 'IsSuspension') || isSet(record, 'IsTemporarilyNotEnrolled') || textOf(record['IndependentStudyCode']) !== '';
  if (type === undefined || special) return null;
  const truant = isSet(record, 'IsPartialDayTruant') && type.status === 'tardy';
  const meaning = codeMeaning.parse(truant ? { ...type, excuse: 'unexcused', minutes: MORE_THAN_THIRTY } : type);
  return { codeSet: 'aeries', code, label: textOf(record['Title']) || null, meaning };
}

const isSet = (record: JsonObject, name: string): boolean => /^(true|y|1)$/i.test(textOf(record[name]));
