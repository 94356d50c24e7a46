import { findSubject, type Reach, type Subject } from '../store/read/subjects.ts';
import { readCommandCaller } from '../store/read/commands.ts';
import { schoolExists } from '../store/read/schools.ts';
import type { Transaction } from '../store/database.ts';
import { ROLES, type Role } from '../policy/vocabulary.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

/**
 * Who may do what, and where: the one place that says so. A permission is coarse (which roles may use an endpoint at all); which
 * role may document which task, approve or justify is judged by the case under its policy.
 */

/** The district's own people and its boards: everybody but partners, who see their tasks and nothing else. */
const STAFF: readonly Role[] = ROLES.filter((role) => role !== 'partner');
const AT_SCHOOLS: readonly Role[] = ['clerk', 'teacher', 'case_manager', 'principal', 'attendance_supervisor', 'administrator'];
const CASE_WORK: readonly Role[] = ['clerk', 'teacher', 'case_manager', 'principal', 'attendance_supervisor', 'resource_panel_member'];
const LEADS: readonly Role[] = ['case_manager', 'principal', 'attendance_supervisor'];

/** Named permissions and the roles that hold them. */
export const PERMISSIONS = {
  anyone: 'everybody',
  see_self: ROLES,
  see_clock: ROLES,
  see_own_commands: ROLES,
  see_schools: AT_SCHOOLS,
  see_absence_list: AT_SCHOOLS,
  find_students: AT_SCHOOLS,
  merge_students: ['principal', 'attendance_supervisor', 'administrator'],
  list_cases: STAFF,
  read_case: STAFF,
  read_letters: ['clerk', ...LEADS, 'resource_panel_member', 'sarb_member'],
  read_packet: [...LEADS, 'resource_panel_member', 'sarb_member'],
  open_case: ['clerk', ...LEADS],
  document_action: [...CASE_WORK, 'partner'],
  see_retention: ['attendance_supervisor', 'administrator'],
  see_partner_tasks: ['partner'],
  see_partners: [...LEADS, 'clerk', 'administrator'],
  manage_partners: ['attendance_supervisor', 'administrator'],
  correct_contacts: ['clerk', 'teacher', ...LEADS],
  file_report: ['clerk', ...LEADS],
  withdraw_report: ['clerk', ...LEADS],
  approve_letter: LEADS,
  justify_requirement: [...LEADS, 'resource_panel_member'],
  refer: [...LEADS, 'resource_panel_member'],
  record_school_task: ['clerk', ...LEADS],
  see_codes: AT_SCHOOLS,
  map_codes: ['attendance_supervisor', 'administrator'],
  see_attendance: AT_SCHOOLS,
  see_rates: [...AT_SCHOOLS, 'resource_panel_member', 'sarb_member'],
  see_year_report: ['principal', 'attendance_supervisor', 'administrator'],
  enter_yearly_rates: ['attendance_supervisor', 'administrator'],
  see_rate_students: ['clerk', ...LEADS, 'administrator'],
  record_elsewhere: ['clerk', ...LEADS],
  correct_attendance: ['clerk', ...LEADS],
  settle_retractions: ['attendance_supervisor', 'administrator'],
  declare_taken: ['clerk', 'teacher', ...LEADS],
  see_policy: STAFF,
  propose_policy: ['attendance_supervisor', 'administrator'],
  rehearse_policy: ['attendance_supervisor', 'administrator'],
  approve_policy: ['attendance_supervisor', 'administrator'],
  migrate_cases: ['attendance_supervisor', 'administrator'],
  see_letter_texts: ['clerk', ...LEADS, 'administrator'],
  propose_letter_text: ['attendance_supervisor', 'administrator'],
  approve_letter_text: ['attendance_supervisor', 'administrator'],
  see_staff: ['case_manager', 'principal', 'attendance_supervisor', 'administrator'],
  name_designees: ['principal', 'attendance_supervisor', 'administrator'],
  require_posts: ['attendance_supervisor', 'administrator'],
  release_school: ['attendance_supervisor', 'administrator'],
  change_calendar: ['principal', 'attendance_supervisor', 'administrator'],
  deliver_attendance: ['administrator'],
  see_feeds: ['attendance_supervisor', 'administrator'],
  manage_feeds: ['administrator'],
  move_clock: ['administrator'],
} as const satisfies Record<string, readonly Role[] | 'everybody'>;

export type Permission = keyof typeof PERMISSIONS;

/** Who may read the words people wrote (notes and reasons), beyond codes and dates. */
const READS_TEXTS: readonly Role[] = CASE_WORK.concat('sarb_member');

/** Where an endpoint acts: which of its path parameters says so. */
export type PlaceKind = 'none' | 'district' | 'school' | 'case' | 'student' | 'command';
export interface Place {
  kind: PlaceKind;
  /** Id from the path; absent for `none` and `district`. */
  id?: string;
}

function permits(person: Person, permission: Permission): boolean {
  const roles: readonly string[] | 'everybody' = PERMISSIONS[permission];
  return roles === 'everybody' || roles.includes(person.role);
}

/** The names of all that a person's role permits. */
export function permissionsOf(person: Person): Permission[] {
  return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => permits(person, permission));
}

/**
 * Which cases a person can see at all. SARB sees what was referred to it, the resource panel what has come as far as the panel, a partner what
 * was referred to its organisation as long as the law lets the district tell it.
 */
export function reachOf(person: Person): Reach {
  return { schools: person.schools, only: onlyOf(person) };
}

function onlyOf({ role, partner = '' }: Person): Reach['only'] {
  if (role === 'partner') return { partner };
  return role === 'sarb_member' ? 'referred' : role === 'resource_panel_member' ? 'panel' : 'all';
}

/**
 * Whether groups of a few students are shown to a person: to people of the schools that are asked about, who know the students. Null asks
 * about the whole district.
 */
export function seesSmallGroups({ role, schools }: Person, school: string | null): boolean {
  return AT_SCHOOLS.some((one) => one === role) && (schools === null || (school !== null && schools.includes(school)));
}

export function readsTexts(person: Person): boolean {
  return READS_TEXTS.some((role) => role === person.role);
}

/**
 * The case team: people whose role holds at the student's present school. Whoever else reads is a disclosure (house rule 12).
 */
export function onCaseTeam(person: Person, school: string): boolean {
  return (
    person.schools !== null && person.schools.includes(school) && !['sarb_member', 'resource_panel_member', 'partner'].includes(person.role)
  );
}

/**
 * Lets a person through or refuses: by role first, then by place.
 * @returns the student and case it is about, for places `case` and `student`
 * @throws Problem 403 for a wrong role or another school's page, 404 for a case, student or command out of reach, as if there were none
 */
export async function admit(trx: Transaction, person: Person, permission: Permission, place: Place): Promise<Subject | null> {
  if (!permits(person, permission)) {
    throw new Problem('role-not-allowed', `${roleName(person.role)} may not do this; it takes ${rolesOf(permission)}.`);
  }
  const id = place.id ?? '';
  switch (place.kind) {
    case 'none':
      return null;
    case 'district':
      if (person.schools !== null)
        throw new Problem('place-not-allowed', 'This is done for the whole district, and your role holds at a school.');
      return null;
    case 'school':
      if (person.schools !== null && !person.schools.includes(id)) {
        throw new Problem('place-not-allowed', `Your role does not hold at the school ${id}.`);
      }
      if (!(await schoolExists(trx, id))) throw new Problem('not-found', `There is no school ${id}.`);
      return null;
    case 'command':
      if ((await readCommandCaller(trx, id)) !== person.id) throw new Problem('not-found', 'You have given no such command.');
      return null;
    case 'case':
    case 'student': {
      const subject = await findSubject(trx, reachOf(person), place.kind === 'case' ? { caseId: id } : { studentId: id });
      if (subject === null) throw new Problem('not-found', `There is no such ${place.kind} among those you can see.`);
      return subject;
    }
  }
}

function rolesOf(permission: Permission): string {
  const roles: readonly string[] | 'everybody' = PERMISSIONS[permission];
  return roles === 'everybody' ? 'nothing' : roles.map((role) => role.replaceAll('_', ' ')).join(', ');
}

function roleName(role: string): string {
  return `A person with the role ${role.replaceAll('_', ' ')}`;
}
