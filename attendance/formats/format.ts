import { CONTACT, IMPORT_COLUMNS, STAY, WHO } from '../../policy/import-columns.ts';
import type { ReasonCode } from '../reasons.ts';

/**
 * What every format of a student information system is read into. A new format is one file beside this one: it recognises its files
 * by their header row and maps each row to the canonical columns; nothing after it knows where a row came from.
 */

/** The kinds of row a delivery can hold, in the order in which they are merged. */
export const KINDS = [
  'school',
  'calendar',
  'section',
  'student',
  'enrollment',
  'section_enrollment',
  'demographics',
  'contact',
  'suspension',
  'submission',
  'recovery',
  'attendance',
  'earlier',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * The canonical columns of each kind. Values are text as PostgreSQL reads it, or null. Dates are `YYYY-MM-DD`, times `HH:MM`; what a
 * reader cannot turn into that it passes on as it stands, to be rejected with the row. Wherever a row names a student it may do so by
 * `student` (the local id that schools use), `ssid` (the state's) or `sis_id` (the system's own key); each stays what it is.
 */
export const COLUMNS = {
  school: IMPORT_COLUMNS.school.columns,
  /** `instructional`: 'true', 'false', or null when the event is not known. `track`: null speaks of all tracks. */
  calendar: IMPORT_COLUMNS.calendar.columns,
  section: ['school', 'section', 'course', 'period', 'teacher', 'teacher_email', 'homeroom'],
  student: [...WHO, 'first_name', 'middle_name', 'last_name', 'birthdate', ...STAY],
  enrollment: IMPORT_COLUMNS.enrollment.columns,
  section_enrollment: [...WHO, 'school', 'section', 'since', 'until'],
  /**
   * Groups as the source names them; flags are 'true', 'false' or null when the source does not say. `since`: null means not said.
   * `birthdate`: of a source that keeps it here and not with the student.
   */
  demographics: [
    ...WHO,
    'since',
    'birthdate',
    'gender',
    'race_ethnicity',
    'home_language',
    'lunch',
    'disability',
    'iep',
    'section_504',
    'english_learner',
    'foster',
    'homeless',
    'medical',
    'juvenile_justice',
    'graduation_status',
  ],
  /**
   * The flags: 'true', 'false' or null. `legal_role`: parent, education_rights_holder, caregiver, social_worker, emergency_contact, conservator, or
   * null when not said. `court_order`: text of an order that limits this person's rights, with `court_order_date`. `withdrawn`: 'true' when the
   * source takes the contact back; then it is named and nothing else.
   */
  contact: [...WHO, 'contact', 'first_name', 'last_name', ...CONTACT, 'withdrawn'],
  /** `suspension`: OSS (out of school) or ISS (in school). */
  suspension: IMPORT_COLUMNS.suspension.columns,
  /**
   * Attendance was due, and was taken when `submitted_at` says when: of the whole school day when section and period are null. Both times
   * are instants, or times of day where the district is.
   */
  submission: ['school', 'date', 'section', 'period', 'starts_at', 'submitted_at'],
  /** Attendance-recovery credit (EC 46211): a ledger of its own. `portion`: days credited. */
  recovery: [...WHO, 'school', 'date', 'portion'],
  /**
   * `scope`: 'day' or 'period'. `code`: what the district's table of codes is asked for, under the format's code set; an empty code is ''.
   * `periods`: of a row that speaks of a whole day by periods, `period=code` pairs joined by commas. `minutes` missed; `portion` of the day
   * missed, 0 to 1. `mode`: in_person, remote or null. `withdrawn`: 'true' when the source takes the row back.
   */
  attendance: [
    ...WHO,
    'school',
    'date',
    'scope',
    'period',
    'section',
    'code',
    'periods',
    'reason_raw',
    'minutes',
    'portion',
    'arrived_at',
    'left_at',
    'mode',
    'withdrawn',
    'submitted_at',
  ],
  /**
   * A step that was taken before Rollbook knew the school: a truancy report, a letter, a contact, a meeting. `record` says which; what each
   * has to say stands in `policy/earlier-records.ts`. Lists are parted by commas.
   */
  earlier: IMPORT_COLUMNS.earlier.columns,
} as const satisfies Record<Kind, readonly string[]>;

/** One row in canonical columns. `reason`: why the reader itself does not take the row. */
export type CanonicalRow<K extends Kind> = Partial<Record<(typeof COLUMNS)[K][number], string | null>> & { reason?: ReasonCode };

/**
 * Reads the rows of one file. `paths`: of a file of records (JSON, XML) the values that `read` takes, in order; a CSV's `read` takes the
 * fields of its header row.
 */
export type FileReader = {
  [K in Kind]: { kind: K; paths?: readonly string[]; read(fields: readonly string[]): CanonicalRow<K> };
}[Kind];

/** What is known of a file before its rows are read. */
export interface FileHead {
  name: string;
  /** Column names of a CSV; of a file of records, the paths of the values in its first records. */
  header: readonly string[];
  /** True of a JSON or XML file, whose rows are the values under a reader's `paths`. */
  records?: boolean;
  /** Of an XML file: the name of its records. */
  element?: string;
}

export interface Format {
  /** Stable name, kept with the delivery; also the name of the format's code set. */
  name: string;
  /** Names of the elements that are records, where the format comes as XML. */
  elements?: readonly string[];
  /**
   * The readers of a file, or null when it is not of this format. Several when one row speaks of several things, as a row of students
   * also does of their demographics; the first is the one that the file is about.
   */
  recognise(file: FileHead): FileReader | readonly FileReader[] | null;
}
