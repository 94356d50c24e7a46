/** The closed word lists that a policy document, a case and the API share. Adding a word here is a change of contract. */

/** Roles of the field. A person holds one role at a place (a school, or the district). */
export const ROLES = [
  'clerk',
  'teacher',
  'case_manager',
  'principal',
  'attendance_supervisor',
  'resource_panel_member',
  'sarb_member',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/** What a task is: work of one person, a letter, a meeting of a team, or a referral onwards. */
export const TASK_KINDS = ['task', 'notice', 'meeting', 'referral'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** On what ground a student can be referred to SARB (EC 48263). */
export const GROUNDS = ['habitual_truant', 'chronic_absentee'] as const;
export type Ground = (typeof GROUNDS)[number];

/** What a person can have done, as it is documented. Each kind has its own fields, see `cases/actions.ts`. */
export const ACTION_KINDS = [
  'contact',
  'contact_correction',
  'agency_referral',
  'consultation',
  'absence_review',
  'evaluation_list',
  'conference',
  'contract',
  'plan',
  'pattern_review',
  'monitoring',
  'follow_up',
  'meeting',
  'letter_mailed',
  'notice_of_referral',
  'correction_note',
  'coordination',
  'recognition',
  'directive',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

export const CHANNELS = ['phone', 'text', 'email', 'letter', 'home_visit', 'in_person', 'virtual_meeting', 'automated_call'] as const;
export type Channel = (typeof CHANNELS)[number];

/** How an attempt to reach somebody ended. Only the first two are a contact; the rest are attempts (domain.md 5.1). */
export const CONTACT_OUTCOMES = [
  'reached',
  'reached_no_resolution',
  'left_message',
  'no_answer',
  'wrong_number',
  'disconnected',
  'sent',
  'third_party',
  'refused',
  'returned_mail',
  'bounced',
] as const;
export type ContactOutcome = (typeof CONTACT_OUTCOMES)[number];

export const TEAMS = ['sst', 'cost', 'act', 'sart', 'resource_panel', 'iep', 'section_504'] as const;
export type Team = (typeof TEAMS)[number];

export const MEETING_OUTCOMES = ['held', 'no_show', 'postponed', 'cancelled'] as const;
export type MeetingOutcome = (typeof MEETING_OUTCOMES)[number];

export const PANEL_DECISIONS = ['continue_support', 'refer_to_sarb'] as const;
export type PanelDecision = (typeof PANEL_DECISIONS)[number];

/** Who may sit at a meeting or be invited to a conference. */
export const PARTIES = [
  'parent',
  'pupil',
  'education_rights_holder',
  'caregiver',
  'teacher',
  'counselor',
  'psa_counselor',
  'nurse',
  'case_manager',
  'principal',
  'attendance_supervisor',
  'district_attorney',
  'city_attorney',
  'agency',
  'homeless_liaison',
  'foster_liaison',
  'county_worker',
  'probation_officer',
  'interpreter',
  'other',
] as const;
export type Party = (typeof PARTIES)[number];

/** Reasons a family gives for an absence; free text goes to the note. */
export const ABSENCE_REASONS = [
  'illness',
  'mental_health',
  'medical_appointment',
  'bereavement',
  'family_emergency',
  'transport',
  'housing',
  'safety',
  'school_climate',
  'work_or_care',
  'travel',
  'religious',
  'court',
  'unknown',
  'other',
] as const;
export type AbsenceReason = (typeof ABSENCE_REASONS)[number];

/** The letters there is a text of. What each must say, `documents/clauses.ts` holds. */
export const LETTERS = ['letter-1', 'letter-2', 'letter-3'] as const;

/** What the script of a task may have filled in, as `{caller}`. */
export const MERGE_FIELDS = ['student', 'school', 'district', 'caller', 'callback'] as const;

/** What a student is, from one day until another, as far as it changes the path of a case. */
export const STUDENT_FLAGS = [
  'iep',
  'section_504',
  'english_learner',
  'foster',
  'homeless',
  'medical',
  'juvenile_justice',
  'independent_study',
  'continuation',
] as const;
export type StudentFlag = (typeof STUDENT_FLAGS)[number];

/**
 * Why a standing cannot carry an escalation: a school day or section that nobody submitted, a code nobody has mapped, many retractions
 * that wait for a person, or a school whose year under way nobody has released yet.
 */
export const HOLDS = ['day_not_submitted', 'code_not_mapped', 'retractions_waiting', 'school_not_released'] as const;

/** How the reason of an absence was verified (EC 48205; 5 CCR 421). */
export const VERIFICATION_METHODS = ['written', 'digital', 'audio_message', 'conversation', 'home_visit', 'physician', 'record'] as const;
export type VerificationMethod = (typeof VERIFICATION_METHODS)[number];

/** Why a day is corrected that is no matter of an excuse: the record was wrong, or the day was looked into and no excuse was found. */
export const RECORD_REASONS = ['record_error', 'no_valid_excuse'] as const;

/** What a person can say a day was. */
export const DAY_SAYINGS = ['excused', 'unexcused', 'present', 'tardy'] as const;
export type DaySaying = (typeof DAY_SAYINGS)[number];
