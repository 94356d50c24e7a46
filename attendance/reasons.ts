/**
 * Why a row was not taken: the stable code, whether that is a fault (rejected) or needs nothing (ignored), and the sentence for the
 * person who sent the file: what is wrong and what to do. `{a}`, `{b}`, `{c}` stand for the values at fault, never for a name.
 */
export interface Reason {
  outcome: 'rejected' | 'ignored';
  sentence: string;
}

export const REASONS = {
  'unknown-file': {
    outcome: 'rejected',
    sentence: 'No known format has the columns of this file; check its header row against the guide to import files and send it again.',
  },
  'wrong-number-of-fields': {
    outcome: 'rejected',
    sentence: 'This line does not have as many fields as the header row; look for a missing or surplus comma and send the row again.',
  },
  'bad-quoting': {
    outcome: 'rejected',
    sentence:
      'A quotation mark in this line is not closed, or stands inside a field without being doubled; mend it and send the row again.',
  },
  'bad-character': {
    outcome: 'rejected',
    sentence: 'This line holds a zero byte, which no text has; export the file again.',
  },
  'line-too-long': {
    outcome: 'rejected',
    sentence: 'This line is longer than any export writes; look for what swallowed the ends of lines, or export the file again.',
  },
  'bad-record': {
    outcome: 'rejected',
    sentence: 'This record is not well-formed JSON; mend it and send it again.',
  },
  'not-used': {
    outcome: 'ignored',
    sentence: 'Rollbook needs nothing of this row; nothing needs to be done.',
  },
  'not-a-student': {
    outcome: 'ignored',
    sentence: 'This row is about somebody who is no student; nothing needs to be done.',
  },
  'no-school': {
    outcome: 'ignored',
    sentence: 'The source marks this day as none on which the student had school; nothing needs to be done.',
  },
  'marked-deleted': {
    outcome: 'ignored',
    sentence: 'The source marks this row as deleted; what is on record stays until an exit date is sent.',
  },
  'date-out-of-range': {
    outcome: 'rejected',
    sentence: 'The {a} "{b}" lies outside the years 1900 to 2099; correct it and send the row again.',
  },
  'other-record': {
    outcome: 'rejected',
    sentence: 'This record is of another kind than the first one of the file; send each kind in a file of its own.',
  },
  'missing-field': {
    outcome: 'rejected',
    sentence: 'The field {a} is empty and this row cannot be used without it; fill it in and send the row again.',
  },
  'bad-date': {
    outcome: 'rejected',
    sentence: 'The {a} "{b}" is not a date that can be read without guessing; write it as YYYY-MM-DD and send the row again.',
  },
  'bad-time': {
    outcome: 'rejected',
    sentence: 'The field {a} holds "{b}", which is no time (HH:MM) and no date with a time; correct it and send the row again.',
  },
  'exit-before-entry': {
    outcome: 'rejected',
    sentence: 'The exit date {a} lies before the entry date {b}; correct one of them and send the row again.',
  },
  'enrollment-overlaps': {
    outcome: 'rejected',
    sentence:
      'The entry date {a} lies inside an earlier enrollment of the student; correct it, or send the enrollment that is in force now.',
  },
  'unknown-school': {
    outcome: 'rejected',
    sentence: 'School {a} is not known; send it in the schools file first.',
  },
  'unknown-student': {
    outcome: 'rejected',
    sentence: 'Student {a} is not known; send the student in the students file first.',
  },
  'two-students': {
    outcome: 'rejected',
    sentence:
      'This row names two students: {a} and {b} are on record for different ones; correct the row, or merge the two records if they are of one student.',
  },
  'other-number': {
    outcome: 'rejected',
    sentence:
      'Student {a} is on record with the number {c}, and this row says {b}; correct the row, or send the new number in the students file.',
  },
  'number-taken': {
    outcome: 'rejected',
    sentence:
      'The number {a} is given to another student in line {b} of this delivery; one number names one student, so correct one of the two rows.',
  },
  'unknown-section': {
    outcome: 'rejected',
    sentence: 'Section {a} of school {b} is not known; send it in the sections file first.',
  },
  'unknown-role': {
    outcome: 'rejected',
    sentence:
      'The legal role "{a}" is not known; use parent, education_rights_holder, caregiver, social_worker, emergency_contact or conservator, or leave it empty.',
  },
  'not-yes-or-no': {
    outcome: 'rejected',
    sentence: 'The field {a} says "{b}" and has to say true, false or nothing; correct it and send the row again.',
  },
  'nothing-said': {
    outcome: 'ignored',
    sentence: 'This row says nothing about the student; nothing needs to be done.',
  },
  'last-before-first': {
    outcome: 'rejected',
    sentence: 'The last day {a} lies before the first day {b}; correct one of them and send the row again.',
  },
  'unknown-suspension': {
    outcome: 'rejected',
    sentence: 'The suspension "{a}" is neither OSS (out of school) nor ISS (in school); correct it and send the row again.',
  },
  'unknown-event': {
    outcome: 'rejected',
    sentence: 'The calendar event "{a}" is not known to be a school day or not; use one of the listed events or have this one mapped.',
  },
  'unknown-scope': {
    outcome: 'rejected',
    sentence: 'It is not said whether this row is about a day or a period; correct the attendance type and send the row again.',
  },
  'unknown-code': {
    outcome: 'rejected',
    sentence:
      'The code "{a}" has no meaning in this district yet (code set {b}); the row is held and counts nowhere, and is taken by itself once somebody maps the code.',
  },
  'outside-coverage': {
    outcome: 'rejected',
    sentence: 'School {a} on {b} lies outside what this delivery says it covers; send it in a delivery that covers it.',
  },
  'after-today': {
    outcome: 'rejected',
    sentence: 'The day {a} lies after the district’s day {b}; send it when the day has come.',
  },
  'no-calendar': {
    outcome: 'rejected',
    sentence: 'The calendar of school {a} does not reach {b}; send the calendar first.',
  },
  'not-a-school-day': {
    outcome: 'rejected',
    sentence: 'School {a} does not teach on {b}; correct the date, or the calendar if it is wrong.',
  },
  'off-track': {
    outcome: 'rejected',
    sentence: 'The student’s track of school {a} is off on {b}; correct the date, or the track’s calendar if it is wrong.',
  },
  'before-entry': {
    outcome: 'rejected',
    sentence: 'The student entered school {a} only after {b}; correct the date or the entry date.',
  },
  'after-exit': {
    outcome: 'rejected',
    sentence: 'The student had left school {a} before {b}; correct the date or the exit date.',
  },
  'not-enrolled-there': {
    outcome: 'rejected',
    sentence: 'The student was never enrolled at school {a}; correct the school or send the enrollment.',
  },
  'duplicate-day': {
    outcome: 'ignored',
    sentence:
      'Another row of this delivery says something more certain about the same student and day (line {a}); nothing needs to be done.',
  },
  'duplicate-row': {
    outcome: 'ignored',
    sentence: 'An earlier row of this delivery is about the same thing (line {a}); the earlier one was taken.',
  },
  'corrected-by-hand': {
    outcome: 'ignored',
    sentence: 'Somebody corrected this contact by hand, and the correction stands; correct it in the student information system too.',
  },
  'bad-portion': {
    outcome: 'rejected',
    sentence: 'The portion "{a}" is not a share of a day above 0 and up to 1; correct it and send the row again.',
  },
  'day-corrected-by-hand': {
    outcome: 'ignored',
    sentence: 'Somebody corrected this day by hand, and the correction stands; enter it in the student information system too.',
  },
  'unknown-record': {
    outcome: 'rejected',
    sentence: 'The record "{a}" is none that can be brought in; the records are {b}. Correct it and send the row again.',
  },
  'missing-for-record': {
    outcome: 'rejected',
    sentence: 'The field {a} is empty, and a {b} cannot be recorded without it; fill it in and send the row again.',
  },
  'unknown-word': {
    outcome: 'rejected',
    sentence: 'The field {a} says "{b}"; it can say {c}. Correct it and send the row again.',
  },
  'not-a-code': {
    outcome: 'rejected',
    sentence: 'The field {a} says "{b}", which is no code: write small letters, digits and "_" or "-", and send the row again.',
  },
  'not-a-number': {
    outcome: 'rejected',
    sentence: 'The field {a} says "{b}", which is no number from 1 to 99; correct it and send the row again.',
  },
  'earlier-year': {
    outcome: 'rejected',
    sentence:
      'The step of {a} was taken before the school year {b} began; counts and reports begin again with each year, so it is no evidence in this one.',
  },
  'event-after-step': {
    outcome: 'rejected',
    sentence: 'The step was taken on {a} and cannot rest on {b}, a later day; correct one of the two and send the row again.',
  },
  'event-other-year': {
    outcome: 'rejected',
    sentence: 'The event of {a} lies before the school year {b} began; a report rests on days of its own school year.',
  },
  'report-known': {
    outcome: 'rejected',
    sentence:
      'Report {a} of this student is on record already, filed on {b} ({c}), and says something else; a report keeps its number. If that one is wrong, withdraw it on the case; if this one is another report, give it its own number.',
  },
  'event-served': {
    outcome: 'rejected',
    sentence: 'The day {a} serves report {b} already, and an event serves one report; correct the events and send the row again.',
  },
  'student-left': {
    outcome: 'rejected',
    sentence: 'The student is not enrolled on {a}; nothing is added to the file of a student who has left.',
  },
  unchanged: {
    outcome: 'ignored',
    sentence: 'This is already on record; nothing changed.',
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;
