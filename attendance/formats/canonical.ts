import { COLUMNS, KINDS, type CanonicalRow, type FileReader, type Format, type Kind } from './format.ts';

/**
 * Rollbook's own layout: a file named after a kind (`submission.csv`, `calendar.csv`) whose header row holds canonical columns of that kind
 * and nothing else. What people say by hand comes in this way, and whoever writes an export anew may use it. Attendance itself comes
 * in a format whose codes mean something.
 */
const REQUIRED: Partial<Record<Kind, readonly string[]>> = {
  school: ['school', 'name'],
  calendar: ['school', 'date', 'event', 'instructional'],
  section: ['school', 'section'],
  enrollment: ['school', 'entry_date'],
  section_enrollment: ['school', 'section'],
  suspension: ['school', 'first_day', 'last_day', 'suspension'],
  submission: ['school', 'date', 'submitted_at'],
  recovery: ['school', 'date'],
  earlier: ['student', 'record', 'on_date', 'done_by'],
};

export const canonical: Format = {
  name: 'rollbook',
  recognise({ name, header }) {
    const plain = name.split('/').at(-1)?.replace(/\.gz$/, '');
    const kind = KINDS.find((one) => plain === `${one}.csv`);
    const required = kind && REQUIRED[kind];
    if (!required?.every((column) => header.includes(column))) return null;
    const columns: readonly string[] = COLUMNS[kind!];
    if (!header.every((column) => columns.includes(column))) return null;
    const read = (fields: readonly string[]): CanonicalRow<Kind> =>
      Object.fromEntries(header.map((column, index) => [column, fields[index]?.trim() || null]));
    return { kind, read } as FileReader;
  },
};
