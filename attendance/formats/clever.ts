import type { CanonicalRow, FileReader, Format, Kind } from './format.ts';

/**
 * CSV with the columns of Clever's SFTP files, as the Ed-Fi sample district "Grand Bend" is exported: one header row, UTF-8, dates
 * `YYYY-MM-DD`. Columns may come in any order and letter case; columns that are not named here are passed over.
 */

/** The value of a column in the row at hand: trimmed, null when empty or when the file lacks the column. */
type Get = (column: string) => string | null;

interface Layout<K extends Kind> {
  kind: K;
  /** A file with all of these columns is of this kind. */
  required: string[];
  read(get: Get): CanonicalRow<K>;
}

/** Ed-Fi's calendar events, as the sample names them: is school taught on such a day? */
const EVENTS: Record<string, boolean> = {
  'instructional day': true,
  'make-up day': true,
  'student late arrival/early dismissal': true,
  holiday: false,
  'non-instructional day': false,
  'teacher only day': false,
  'weather day': false,
  'emergency day': false,
  strike: false,
};

function flag(value: string | null): string {
  return ['true', 't', 'yes', 'y', '1'].includes(value?.toLowerCase() ?? '') ? 'true' : 'false';
}

const LAYOUTS: { [K in Kind]?: Layout<K> } = {
  attendance: {
    kind: 'attendance',
    required: ['student_id', 'school_id', 'attendance_date', 'attendance_type', 'attendance_status', 'excuse_code'],
    read: (get) => {
      const type = get('attendance_type')?.toLowerCase();
      const code = ['attendance_status', 'excuse_code'].map((column) => get(column)?.toLowerCase() ?? '').join('/');
      return {
        student: get('student_id'),
        school: get('school_id'),
        date: get('attendance_date'),
        scope: type === 'daily' ? 'day' : type === 'section' ? 'period' : null,
        section: get('section_id'),
        code,
      };
    },
  },
  calendar: {
    kind: 'calendar',
    required: ['school_id', 'date', 'calendar_event'],
    read: (get) => {
      const instructional = EVENTS[get('calendar_event')?.toLowerCase() ?? ''];
      return {
        school: get('school_id'),
        date: get('date'),
        event: get('calendar_event'),
        instructional: instructional === undefined ? null : String(instructional),
        session: get('session'),
      };
    },
  },
  contact: {
    kind: 'contact',
    required: ['student_id', 'contact_id', 'first_name', 'last_name', 'relationship'],
    read: (get) => ({
      student: get('student_id'),
      contact: get('contact_id'),
      first_name: get('first_name'),
      last_name: get('last_name'),
      relationship: get('relationship'),
      is_primary: flag(get('primary')),
      is_emergency: flag(get('emergency')),
      lives_with: flag(get('lives_with')),
      phone: get('phone'),
      phone_type: get('phone_type'),
      email: get('email'),
      street: get('street'),
      city: get('city'),
      state: get('state'),
      zip: get('zip'),
      language: get('language'),
    }),
  },
  student: {
    kind: 'student',
    required: ['student_id', 'first_name', 'last_name', 'birthdate', 'school_id', 'entry_date'],
    read: (get) => ({
      student: get('student_id'),
      first_name: get('first_name'),
      middle_name: get('middle_name'),
      last_name: get('last_name'),
      birthdate: get('birthdate'),
      grade: get('grade'),
      school: get('school_id'),
      entry_date: get('entry_date'),
      exit_date: get('exit_date'),
    }),
  },
  school: {
    kind: 'school',
    required: ['school_id', 'school_name'],
    read: (get) => ({ school: get('school_id'), name: get('school_name') }),
  },
};

export const clever: Format = {
  name: 'clever-csv',
  recognise({ header }) {
    const place = new Map(header.map((column, index) => [column.trim().toLowerCase(), index]));
    const layout = Object.values(LAYOUTS).find(({ required }) => required.every((column) => place.has(column)));
    if (!layout) return null;
    const read = (fields: readonly string[]) =>
      layout.read((column) => {
        const index = place.get(column);
        return index === undefined ? null : fields[index]?.trim() || null;
      });
    // The kind and its row type belong together in LAYOUTS; a union of layouts loses that tie.
    return { kind: layout.kind, read } as FileReader;
  },
};
