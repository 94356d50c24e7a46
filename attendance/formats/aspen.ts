import type { Format } from './format.ts';
import { layout, readersOf, type Row } from './layout.ts';
import { dateText, flagText, gradeText, nameParts, timeText, truthText } from './values.ts';

/**
 * CSV of Aspen (X2): attendance with the names of its table (`ATT_DATE`), or as its export definitions rename them (`event_date`), and
 * students. Names may stand in apostrophes, and nothing is written as NULL. Layout: docs/import/aspen.md.
 */

const studentOf = (row: Row) => ({ student: row.value('stdidlocal', 'localid'), ssid: row.value('stdidstate', 'stateid') });

/** The day's letters as Aspen joins them, from its marks where the joined code is not sent. */
function codeOf(row: Row): string {
  const view = row.value('attcodeview');
  if (view !== null) return view.toLowerCase().replaceAll(/\s+/g, '-');
  const marks: [string, string[]][] = [
    ['a', ['attabsentind', 'absence']],
    ['t', ['atttardyind', 'tardy']],
    ['d', ['attdismissedind', 'attdismissind', 'dismissed']],
  ];
  const letter = marks.find(([, columns]) => flagText(row.value(...columns)) === 'true')?.[0] ?? '';
  const excused = flagText(row.value('attexcusedind', 'excused')) === 'true';
  return letter !== '' && excused ? `${letter}-e` : letter;
}

const LAYOUTS = [
  layout({
    kind: 'attendance',
    required: [
      ['stdidlocal', 'localid', 'stdidstate', 'stateid'],
      ['attdate', 'eventdate'],
      ['attcodeview', 'attabsentind', 'absence'],
      ['sklschoolid', 'schoollocalid'],
    ],
    read: (row) => ({
      ...studentOf(row),
      school: row.value('sklschoolid', 'schoollocalid'),
      date: dateText(row.value('attdate', 'eventdate')),
      scope: 'day',
      code: codeOf(row),
      portion: row.value('attportionabsent'),
      arrived_at: timeText(row.value('atttimeview')),
      reason_raw: row.value('attreasoncode', 'reason'),
    }),
  }),
  layout({
    kind: 'student',
    required: [
      ['stdidlocal', 'localid'],
      ['stdviewname', 'fullname', 'lastname'],
      ['psndob', 'dateofbirth'],
      ['sklschoolid', 'schoollocalid'],
    ],
    read: (row) => ({
      ...studentOf(row),
      ...(row.has('lastname')
        ? { first_name: row.value('firstname'), middle_name: row.value('middlename'), last_name: row.value('lastname') }
        : nameParts(row.value('stdviewname', 'fullname'))),
      birthdate: dateText(row.value('psndob', 'dateofbirth')),
      grade: gradeText(row.value('stdgradelevel', 'grade')),
      school: row.value('sklschoolid', 'schoollocalid'),
      entry_date: dateText(row.value('registrationdate', 'entrydate')),
      exit_date: dateText(row.value('withdrawaldate', 'exitdate')),
    }),
    also: [
      {
        columns: ['homelanguage', 'freereducedlunch', 'disability', 'plan504', 'race', 'gender'],
        layout: layout({
          kind: 'demographics',
          required: [],
          read: (row) => ({
            ...studentOf(row),
            gender: row.value('gender'),
            race_ethnicity:
              [row.value('race'), truthText(row.value('hispaniclatino')) === 'true' ? 'Hispanic or Latino' : null]
                .filter(Boolean)
                .join('|') || null,
            home_language: row.value('homelanguage'),
            lunch: row.value('freereducedlunch'),
            disability: row.value('disability'),
            section_504: row.has('plan504')
              ? String(['active', 'y', 'yes', '1'].includes(row.value('plan504')?.toLowerCase() ?? ''))
              : null,
          }),
        }),
      },
    ],
  }),
];

export const aspen: Format = {
  name: 'aspen-csv',
  recognise: ({ header }) => readersOf(header, LAYOUTS),
};
