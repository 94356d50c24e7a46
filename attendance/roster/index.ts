import type { Transaction } from '../../store/database.ts';
import { refreshHouseholds } from '../../store/households.ts';
import type { Kind } from '../formats/format.ts';
import { mergeCalendar } from './calendar.ts';
import { mergeContacts } from './contacts.ts';
import type { Retracted, RosterDelivery } from './delivery.ts';
import { mergeProfiles } from './profiles.ts';
import { mergeSchools } from './schools.ts';
import { mergeSectionEnrollments, mergeSections } from './sections.ts';
import { mergeEnrollments } from './stays.ts';
import { mergeStudents } from './students.ts';
import { mergeSuspensions, placeSuspensions } from './suspensions.ts';

export interface RosterChange {
  /** Students whose standing may be another now. */
  students: string[];
  /** Schools whose calendar changed. */
  schools: string[];
  /** What complete files left out, by kind: rows taken back, and kinds of which that waits for a person. */
  retracted: number;
  held: Kind[];
}

/** What moves the days of suspensions. */
const PLACING: Kind[] = ['calendar', 'student', 'enrollment', 'suspension'];

/** Merges all that a delivery says of schools, calendars, students and families, in the order in which one builds on the other. */
export async function mergeRoster(trx: Transaction, kinds: ReadonlySet<string>, delivery: RosterDelivery): Promise<RosterChange> {
  const change: RosterChange = { students: [], schools: [], retracted: 0, held: [] };
  // One by one: a first roster brings more students than a call takes arguments.
  const touched = (students: readonly string[]): void => students.forEach((student) => change.students.push(student));
  const note = (kind: Kind, { students = [], retracted }: { students?: string[]; retracted: Retracted }): void => {
    touched(students);
    change.retracted += retracted.rows;
    if (retracted.held) change.held.push(kind);
  };
  if (kinds.has('school')) await mergeSchools(trx);
  if (kinds.has('calendar')) change.schools = await mergeCalendar(trx);
  if (kinds.has('section')) await mergeSections(trx, delivery);
  if (kinds.has('student')) touched(await mergeStudents(trx, delivery));
  if (kinds.has('enrollment')) note('enrollment', await mergeEnrollments(trx, delivery));
  if (kinds.has('section_enrollment')) note('section_enrollment', { retracted: await mergeSectionEnrollments(trx, delivery) });
  if (kinds.has('demographics')) touched(await mergeProfiles(trx, delivery));
  if (kinds.has('contact')) {
    const { students, retracted } = await mergeContacts(trx, delivery);
    await refreshHouseholds(trx, students);
    note('contact', { retracted });
  }
  if (kinds.has('suspension')) note('suspension', await mergeSuspensions(trx, delivery));
  if (PLACING.some((kind) => kinds.has(kind))) await placeSuspensions(trx);
  return change;
}
