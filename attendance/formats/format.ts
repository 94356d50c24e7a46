/**
 * What every format of a student information system is read into. A new format is one file beside this one: it recognises its files
 * by their header row and maps each row to the canonical columns; nothing after it knows where a row came from.
 */

/** The kinds of file a delivery can hold, in the order in which they are merged. */
export const KINDS = ['school', 'calendar', 'student', 'contact', 'attendance'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * The canonical columns of each kind. Values are text as PostgreSQL reads it, or null. Dates are `YYYY-MM-DD`; what a reader cannot
 * turn into that it passes on as it stands, to be rejected with the row.
 */
export const COLUMNS = {
  school: ['school', 'name'],
  /** `instructional`: 'true', 'false', or null when the event is not known. */
  calendar: ['school', 'date', 'event', 'instructional', 'session'],
  student: ['student', 'first_name', 'middle_name', 'last_name', 'birthdate', 'grade', 'school', 'entry_date', 'exit_date'],
  /** The three flags: 'true' or 'false'. */
  contact: [
    'student',
    'contact',
    'first_name',
    'last_name',
    'relationship',
    'is_primary',
    'is_emergency',
    'lives_with',
    'phone',
    'phone_type',
    'email',
    'street',
    'city',
    'state',
    'zip',
    'language',
  ],
  /**
   * `scope`: 'day' or 'period'. `status`: absent, tardy, present, or null when the word is not known (`status_raw` keeps it).
   * `excuse`: excused, unexcused, unverified, unknown, or null when the code is not mapped (`code_raw` keeps it).
   */
  attendance: ['student', 'school', 'date', 'scope', 'status', 'status_raw', 'excuse', 'code_raw', 'minutes'],
} as const satisfies Record<Kind, readonly string[]>;

/** One row in canonical columns. */
export type CanonicalRow<K extends Kind> = Record<(typeof COLUMNS)[K][number], string | null>;

/** Reads the rows of one file. */
export type FileReader = {
  [K in Kind]: { kind: K; read(fields: readonly string[]): CanonicalRow<K> };
}[Kind];

export interface Format {
  /** Stable name, kept with the delivery. */
  name: string;
  /** A reader for a file with this header row, or null when the file is not of this format. */
  recognise(file: { name: string; header: readonly string[] }): FileReader | null;
}
