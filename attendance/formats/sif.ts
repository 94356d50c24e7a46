import type { Format } from './format.ts';
import { layout, readersOf, type AnyLayout, type Row } from './layout.ts';
import { dateText, gradeText, timeText } from './values.ts';

/**
 * SIF objects as XML: StudentDailyAttendance, StudentPersonal, StudentSchoolEnrollment and SchoolInfo, in the shapes of the North
 * American and the Australian specification. RefIds are the system's own keys. Layout: docs/import/sif.md.
 */

const LAYOUTS: Record<string, { paths: readonly string[]; layout: AnyLayout }> = {
  StudentDailyAttendance: {
    paths: [
      'StudentPersonalRefId',
      'SchoolInfoRefId',
      'Date',
      'DayValue',
      'AttendanceCode',
      'AttendanceCode.Code',
      'AttendanceStatus',
      'AbsenceValue',
      'TimeIn',
      'TimeOut',
      'AttendanceNote',
    ],
    layout: layout({
      kind: 'attendance',
      required: [],
      read: (row) => {
        const code = row.value('AttendanceCode.Code', 'AttendanceCode');
        const status = row.value('AttendanceStatus');
        return {
          sis_id: row.value('StudentPersonalRefId'),
          school: row.value('SchoolInfoRefId'),
          date: dateText(row.value('Date')),
          scope: 'day',
          // The status in words says what the day was; a number is the district's own, and so is the code.
          code: (status !== null && /^[A-Za-z]{3}/.test(status) ? status : (code ?? status))?.toLowerCase() ?? '',
          reason_raw: code,
          portion: row.value('AbsenceValue'),
          arrived_at: timeText(row.value('TimeIn')),
          left_at: timeText(row.value('TimeOut')),
        };
      },
    }),
  },
  StudentPersonal: {
    paths: [
      'RefId',
      'LocalId',
      'StateProvinceId',
      'Name.LastName',
      'Name.FirstName',
      'Name.MiddleName',
      'Demographics.BirthDate',
      'PersonInfo.Name.FamilyName',
      'PersonInfo.Name.GivenName',
      'PersonInfo.Name.MiddleName',
      'PersonInfo.Demographics.BirthDate',
    ],
    layout: layout({
      kind: 'student',
      required: [],
      read: (row) => ({
        student: row.value('LocalId'),
        ssid: row.value('StateProvinceId'),
        sis_id: row.value('RefId'),
        first_name: row.word('PersonInfo.Name.GivenName') ?? row.word('Name.FirstName'),
        middle_name: row.value('PersonInfo.Name.MiddleName', 'Name.MiddleName'),
        last_name: row.word('PersonInfo.Name.FamilyName') ?? row.word('Name.LastName'),
        birthdate: dateText(row.value('PersonInfo.Demographics.BirthDate', 'Demographics.BirthDate')),
      }),
    }),
  },
  StudentSchoolEnrollment: {
    paths: [
      'StudentPersonalRefId',
      'SchoolInfoRefId',
      'EntryDate',
      'ExitDate',
      'YearLevel.Code',
      'GradeLevel.Code',
      'GradeLevel',
      'ExitStatus.Code',
      'ExitType.Code',
    ],
    layout: layout({
      kind: 'enrollment',
      required: [],
      read: (row: Row) => ({
        sis_id: row.value('StudentPersonalRefId'),
        school: row.value('SchoolInfoRefId'),
        grade: gradeText(row.value('YearLevel.Code', 'GradeLevel.Code', 'GradeLevel')),
        entry_date: dateText(row.value('EntryDate')),
        exit_date: dateText(row.value('ExitDate')),
        exit_reason: row.value('ExitType.Code', 'ExitStatus.Code'),
      }),
    }),
  },
  SchoolInfo: {
    paths: ['RefId', 'SchoolName'],
    layout: layout({ kind: 'school', required: [], read: (row) => ({ school: row.value('RefId'), name: row.value('SchoolName') }) }),
  },
};

export const sif: Format = {
  name: 'sif-xml',
  elements: Object.keys(LAYOUTS),
  recognise({ header, element }) {
    // Rejected records come back as CSV with paths for columns, in whatever order.
    if (element === undefined) {
      const layouts = Object.values(LAYOUTS).map(({ paths, layout: of }) => ({ ...of, required: paths }));
      return readersOf(header, layouts, { normal: (path) => path });
    }
    const found = LAYOUTS[element];
    if (!found) return null;
    const [reader] = readersOf(found.paths, [found.layout], { normal: (path) => path })!;
    return { ...reader!, paths: found.paths };
  },
};
