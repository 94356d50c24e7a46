/** The closed word lists that a policy document, a case and the API share. Adding a word here is a change of contract. */

/**
 * Roles of the field. A person holds one role at a place (a school, or the district). A partner is of an organisation outside the district and
 * sees nothing but the tasks that partners have on cases referred to that organisation.
 */
export const ROLES = [
  'clerk',
  'teacher',
  'case_manager',
  'principal',
  'attendance_supervisor',
  'resource_panel_member',
  'sarb_member',
  'administrator',
  'partner',
] as const;
export type Role = (typeof ROLES)[number];

/** What a task is: work of one person, a letter, a meeting of a team, or a referral onwards. */
export const TASK_KINDS = ['task', 'notice', 'meeting', 'referral'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** On what ground a student can be referred to the last rung. Which of them a state knows, its profile says. */
export const GROUNDS = ['habitual_truant', 'chronic_absentee', 'truant'] as const;
export type Ground = (typeof GROUNDS)[number];

/** The grounds of a ladder that names none: those of California (EC 48263). */
export const CALIFORNIAN_GROUNDS: readonly Ground[] = ['habitual_truant', 'chronic_absentee'];

/** The last rung: to whom a case is referred. A state has one of them. */
export const REFERRED_TO_BODIES = ['sarb', 'attendance_review_team'] as const;
export type Body = (typeof REFERRED_TO_BODIES)[number];

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
  'consent',
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

/** Outcomes that show the contact data to be wrong: they open what corrects them, and the next attempt. */
export const WRONG_DATA: readonly ContactOutcome[] = ['wrong_number', 'disconnected', 'bounced', 'returned_mail'];

/** Outcomes of an attempt that reached nobody: they open the next attempt. */
export const FAILED_ATTEMPTS: readonly ContactOutcome[] = [...WRONG_DATA, 'no_answer', 'left_message', 'third_party'];

/** Whom an attempt was meant for. A friend of the student is told nothing of the student (34 CFR 99.30). */
export const CONTACTED = [
  'parent',
  'education_rights_holder',
  'caregiver',
  'pupil',
  'sibling_contact',
  'emergency_contact',
  'friend',
  'other',
] as const;
export type Contacted = (typeof CONTACTED)[number];

/** What a talk was about, beyond the absence. */
export const TOPICS = [
  'importance_of_attendance',
  'reasons_explored',
  'resources_offered',
  'concern',
  'support_offered',
  'positive_remark',
  'expectations',
  'hopes_and_dreams',
] as const;
export type Topic = (typeof TOPICS)[number];

/** Where a meeting or conference was. */
export const LOCATIONS = ['school', 'home', 'community', 'virtual'] as const;
export type Location = (typeof LOCATIONS)[number];

/** A meeting that was planned anyway, which a talk about attendance joined. */
export const PLANNED_MEETINGS = [
  'iep',
  'section_504',
  'sst',
  'child_and_family_team',
  'multidisciplinary_team',
  'parent_teacher_conference',
  'back_to_school_night',
  'other',
] as const;
export type PlannedMeeting = (typeof PLANNED_MEETINGS)[number];

/** Who is consulted, and about what. */
export const CONSULTED = ['psa_counselor', 'attorney', 'prior_staff', 'prior_school', 'community_partner'] as const;
export const CONSULTED_ABOUT = [
  'case',
  'home_visit',
  'case_management',
  'prosecution_options',
  'best_way_to_connect',
  'what_worked',
  'coordination',
] as const;

export const PLANS = ['case_management', 'attendance_success', 'problem_solving'] as const;

/** Root causes that a plan answers. */
export const CAUSES = [
  'health',
  'mental_health',
  'transport',
  'housing',
  'family',
  'work_or_care',
  'safety',
  'school_climate',
  'academic',
  'disengagement',
  'technology',
  'misconceptions',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

/** What a team has looked at before it decides. */
export const CONSIDERED = ['circumstances', 'earlier_outreach', 'attendance_trends'] as const;
export type Considered = (typeof CONSIDERED)[number];

export const REFERRED_TO = ['agency', 'community_partner', 'school_service'] as const;

/** Who consents to a disclosure of a student's record: a parent, the holder of the education rights, or a student of age (34 CFR 99.30, 99.5). */
export const CONSENTING = ['parent', 'education_rights_holder', 'pupil'] as const;

/** A consent is given, refused, or, once given, withdrawn. */
export const CONSENTS = ['given', 'refused', 'withdrawn'] as const;

/**
 * What a partner can document: what it does with the family itself. Everything else rests on the student's record, of which a partner reads
 * nothing beyond its task (34 CFR 99.33(a), EC 49076).
 */
export const PARTNER_KINDS: readonly ActionKind[] = [
  'contact',
  'agency_referral',
  'conference',
  'meeting',
  'plan',
  'coordination',
  'recognition',
];

/**
 * Classes of records, by how long they are kept. `identity`: who the student is, and the days of entry and exit; `attendance`: day records and
 * what they were delivered in; `case`: events, tasks, actions, notes; `letters`: letters, truancy reports and packets; `access_log`: who was shown what.
 */
export const RECORD_CLASSES = ['identity', 'attendance', 'case', 'letters', 'access_log'] as const;
export type RecordClass = (typeof RECORD_CLASSES)[number];

/** From when on the time of a class counts: the day on which the student left, or the end (30 June) of the school year in which that was. */
export const RETENTION_FROM = ['left', 'school_year'] as const;

/** What is recognised. */
export const RECOGNISED = ['recovery', 'improvement', 'good_attendance'] as const;

export const TEAMS = [
  'sst',
  'cost',
  'act',
  'sart',
  'resource_panel',
  'iep',
  'section_504',
  'student_well_being_team',
  'attendance_team',
  'child_and_family_team',
  'attendance_review_team',
] as const;
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
  'peace_officer',
  'pupil_personnel_worker',
  'social_worker',
  'community_partner',
  'interpreter',
  'other',
] as const;
export type Party = (typeof PARTIES)[number];

/** How often something is done for a school. */
export const CADENCES = ['daily', 'weekly', 'monthly', 'quarterly', 'term', 'year'] as const;

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
export const LETTERS = ['letter-1', 'letter-2', 'letter-3', 'habitual-notice', 'ct-truancy-meeting'] as const;

/** The state whose law each of them cites. A policy sends the letters of its own state alone. */
export const LAW_OF_LETTER: Record<(typeof LETTERS)[number], string> = {
  'letter-1': 'california',
  'letter-2': 'california',
  'letter-3': 'california',
  'habitual-notice': 'california',
  'ct-truancy-meeting': 'connecticut',
};

/** What a letter whose reports stand can still wait for. */
export const LETTER_WAITS = ['letter_before', 'full_days', 'outreach', 'spacing', 'new_events', 'intervention'] as const;

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
  'chronic_last_year',
  'severe_last_year',
] as const;
export type StudentFlag = (typeof STUDENT_FLAGS)[number];

/** What is told of a student at the beginning of a school year from the attendance of the last. */
export const PRIOR_YEAR_FLAGS = ['chronic_last_year', 'severe_last_year'] as const satisfies readonly StudentFlag[];

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
