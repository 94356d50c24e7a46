import { approveLetter } from './endpoints/cases/approve-letter.ts';
import { documentAction } from './endpoints/cases/document-action.ts';
import { fileReport } from './endpoints/cases/file-report.ts';
import { getCasePicture } from './endpoints/cases/get-case-picture.ts';
import { getPolicyPicture } from './endpoints/policy/get-policy-picture.ts';
import { proposePolicy } from './endpoints/policy/propose-policy.ts';
import { listPolicyDrafts } from './endpoints/policy/list-policy-drafts.ts';
import { getPolicyDraft } from './endpoints/policy/get-policy-draft.ts';
import { approvePolicyDraft } from './endpoints/policy/approve-policy-draft.ts';
import { cancelPolicyRehearsal } from './endpoints/policy/cancel-policy-rehearsal.ts';
import { getPolicyRehearsal } from './endpoints/policy/get-policy-rehearsal.ts';
import { listRehearsedStudents } from './endpoints/policy/list-rehearsed-students.ts';
import { listRehearsedWeeks } from './endpoints/policy/list-rehearsed-weeks.ts';
import { rehearsePolicy } from './endpoints/policy/rehearse-policy.ts';
import { rejectPolicyDraft } from './endpoints/policy/reject-policy-draft.ts';
import { withdrawPolicyDraft } from './endpoints/policy/withdraw-policy-draft.ts';
import { listPolicyVersions } from './endpoints/policy/list-policy-versions.ts';
import { getPolicyVersion } from './endpoints/policy/get-policy-version.ts';
import { previewPolicyMigration } from './endpoints/policy/preview-policy-migration.ts';
import { migratePolicy } from './endpoints/policy/migrate-policy.ts';
import { listLetterTexts } from './endpoints/letter-texts/list-letter-texts.ts';
import { getLetterText } from './endpoints/letter-texts/get-letter-text.ts';
import { previewLetterText } from './endpoints/letter-texts/preview-letter-text.ts';
import { proposeLetterText } from './endpoints/letter-texts/propose-letter-text.ts';
import { approveLetterText } from './endpoints/letter-texts/approve-letter-text.ts';
import { rejectLetterText } from './endpoints/letter-texts/reject-letter-text.ts';
import { withdrawLetterText } from './endpoints/letter-texts/withdraw-letter-text.ts';
import { listPeople } from './endpoints/staff/list-people.ts';
import { listDesignees } from './endpoints/staff/list-designees.ts';
import { nameDesignee } from './endpoints/staff/name-designee.ts';
import { endDesignee } from './endpoints/staff/end-designee.ts';
import { listVacancies } from './endpoints/staff/list-vacancies.ts';
import { listMessages } from './endpoints/staff/list-messages.ts';
import { listPosts } from './endpoints/staff/list-posts.ts';
import { requirePost } from './endpoints/staff/require-post.ts';
import { dropPost } from './endpoints/staff/drop-post.ts';
import { getPolicyMigration } from './endpoints/policy/get-policy-migration.ts';
import { getCase } from './endpoints/cases/get-case.ts';
import { getHistory } from './endpoints/cases/get-history.ts';
import { getLetter } from './endpoints/cases/get-letter.ts';
import { getRows } from './endpoints/cases/get-rows.ts';
import { getPacket } from './endpoints/cases/get-packet.ts';
import { justifyRequirement } from './endpoints/cases/justify-requirement.ts';
import { listCases } from './endpoints/cases/list-cases.ts';
import { openCase } from './endpoints/cases/open-case.ts';
import { recordUnavailable } from './endpoints/cases/record-unavailable.ts';
import { referCase } from './endpoints/cases/refer-case.ts';
import { supersedeAction } from './endpoints/cases/supersede-action.ts';
import { withdrawReport } from './endpoints/cases/withdraw-report.ts';
import { getCodes } from './endpoints/attendance/get-codes.ts';
import { mapCode } from './endpoints/attendance/map-code.ts';
import { advanceClock } from './endpoints/clock/advance-clock.ts';
import { getClock } from './endpoints/clock/get-clock.ts';
import { getCommand } from './endpoints/commands/get-command.ts';
import { cancelDelivery } from './endpoints/deliveries/cancel-delivery.ts';
import { commitDelivery } from './endpoints/deliveries/commit-delivery.ts';
import { dryRunDelivery } from './endpoints/deliveries/dry-run-delivery.ts';
import { getDelivery } from './endpoints/deliveries/get-delivery.ts';
import { getFile } from './endpoints/deliveries/get-file.ts';
import { listRetractions } from './endpoints/deliveries/list-retractions.ts';
import { getRejectedRows } from './endpoints/deliveries/get-rejected-rows.ts';
import { listDeliveries } from './endpoints/deliveries/list-deliveries.ts';
import { listMappings } from './endpoints/deliveries/list-mappings.ts';
import { openDelivery } from './endpoints/deliveries/open-delivery.ts';
import { putFile } from './endpoints/deliveries/put-file.ts';
import { saveMapping } from './endpoints/deliveries/save-mapping.ts';
import { settleRetractions } from './endpoints/deliveries/settle-retractions.ts';
import { addFeed } from './endpoints/feeds/add-feed.ts';
import { listFeeds } from './endpoints/feeds/list-feeds.ts';
import { cancelFeedDryRun } from './endpoints/feeds/cancel-feed-dry-run.ts';
import { dryRunFeed } from './endpoints/feeds/dry-run-feed.ts';
import { getFeedDryRun } from './endpoints/feeds/get-feed-dry-run.ts';
import { changeFeed } from './endpoints/feeds/change-feed.ts';
import { pauseFeed } from './endpoints/feeds/pause-feed.ts';
import { pullFeed } from './endpoints/feeds/pull-feed.ts';
import { removeFeed } from './endpoints/feeds/remove-feed.ts';
import { resumeFeed } from './endpoints/feeds/resume-feed.ts';
import { getHealth } from './endpoints/district/get-health.ts';
import { getMe } from './endpoints/district/get-me.ts';
import { getAbsenceList } from './endpoints/schools/get-absence-list.ts';
import { getYearReport } from './endpoints/reports/get-year-report.ts';
import { listYearRecords } from './endpoints/reports/list-year-records.ts';
import { getRates } from './endpoints/rates/get-rates.ts';
import { listYearlyRates } from './endpoints/rates/list-yearly-rates.ts';
import { recordYearlyRates } from './endpoints/rates/record-yearly-rates.ts';
import { getReviewTeam } from './endpoints/schools/get-review-team.ts';
import { listRateStudents } from './endpoints/rates/list-rate-students.ts';
import { getSchoolAttendanceByMode } from './endpoints/schools/get-school-attendance-by-mode.ts';
import { getSchoolStatus } from './endpoints/schools/get-school-status.ts';
import { getSisDifferences } from './endpoints/schools/get-sis-differences.ts';
import { listSchoolRecords } from './endpoints/schools/list-school-records.ts';
import { listSchools } from './endpoints/schools/list-schools.ts';
import { changeCalendar } from './endpoints/schools/change-calendar.ts';
import { getCalendar } from './endpoints/schools/get-calendar.ts';
import { declareTaken } from './endpoints/schools/declare-taken.ts';
import { getSubmissions } from './endpoints/schools/get-submissions.ts';
import { getRelease } from './endpoints/schools/get-release.ts';
import { listOverdueTasks } from './endpoints/schools/list-overdue-tasks.ts';
import { listOverdueDuties } from './endpoints/schools/list-overdue-duties.ts';
import { listSchoolTasks } from './endpoints/schools/list-school-tasks.ts';
import { recordSchoolTask } from './endpoints/schools/record-school-task.ts';
import { releaseSchool } from './endpoints/schools/release-school.ts';
import { recordEarlierStep } from './endpoints/students/record-earlier-step.ts';
import { getSaidByHand } from './endpoints/deliveries/get-said-by-hand.ts';
import { correctContact } from './endpoints/students/correct-contact.ts';
import { correctDay } from './endpoints/students/correct-day.ts';
import { mergeStudents } from './endpoints/students/merge-students.ts';
import { unmergeStudents } from './endpoints/students/unmerge-students.ts';
import { getStudent } from './endpoints/students/get-student.ts';
import { findStudents } from './endpoints/students/find-students.ts';
import { getStudentAttendance } from './endpoints/students/get-student-attendance.ts';
import { getStudentPatterns } from './endpoints/students/get-student-patterns.ts';
import { listPartners } from './endpoints/partners/list-partners.ts';
import { addPartner } from './endpoints/partners/add-partner.ts';
import { signPartnerAgreement } from './endpoints/partners/sign-partner-agreement.ts';
import { endPartnerAgreement } from './endpoints/partners/end-partner-agreement.ts';
import { listPartnerTasks } from './endpoints/partners/list-partner-tasks.ts';
import { listPastRetention } from './endpoints/retention/list-past-retention.ts';
import type { Endpoint } from './endpoint.ts';

/** Every endpoint there is, in the order of the reference. What is not here is not served. */
export const endpoints: readonly Endpoint[] = [
  getHealth,
  getMe,
  getClock,
  advanceClock,
  listSchools,
  getSchoolStatus,
  getAbsenceList,
  listSchoolRecords,
  listSchoolTasks,
  listOverdueDuties,
  recordSchoolTask,
  listOverdueTasks,
  getSchoolAttendanceByMode,
  getRates,
  listRateStudents,
  listYearlyRates,
  recordYearlyRates,
  getReviewTeam,
  getYearReport,
  listYearRecords,
  getSisDifferences,
  getSubmissions,
  getCalendar,
  changeCalendar,
  declareTaken,
  getRelease,
  releaseSchool,
  findStudents,
  getStudent,
  mergeStudents,
  unmergeStudents,
  recordEarlierStep,
  correctContact,
  getStudentAttendance,
  getStudentPatterns,
  correctDay,
  getCodes,
  mapCode,
  listCases,
  openCase,
  getCase,
  getCasePicture,
  getPolicyPicture,
  proposePolicy,
  listPolicyDrafts,
  getPolicyDraft,
  approvePolicyDraft,
  rejectPolicyDraft,
  withdrawPolicyDraft,
  listPolicyVersions,
  getPolicyVersion,
  rehearsePolicy,
  getPolicyRehearsal,
  listRehearsedWeeks,
  listRehearsedStudents,
  cancelPolicyRehearsal,
  previewPolicyMigration,
  migratePolicy,
  getPolicyMigration,
  listLetterTexts,
  getLetterText,
  previewLetterText,
  proposeLetterText,
  approveLetterText,
  rejectLetterText,
  withdrawLetterText,
  listPeople,
  listDesignees,
  nameDesignee,
  endDesignee,
  listVacancies,
  listMessages,
  listPosts,
  requirePost,
  dropPost,
  listPartners,
  addPartner,
  signPartnerAgreement,
  endPartnerAgreement,
  listPartnerTasks,
  listPastRetention,
  getHistory,
  getRows,
  documentAction,
  supersedeAction,
  recordUnavailable,
  fileReport,
  withdrawReport,
  approveLetter,
  justifyRequirement,
  referCase,
  getLetter,
  getPacket,
  getCommand,
  listDeliveries,
  openDelivery,
  putFile,
  getFile,
  dryRunDelivery,
  commitDelivery,
  cancelDelivery,
  getDelivery,
  getSaidByHand,
  listRetractions,
  listMappings,
  saveMapping,
  settleRetractions,
  getRejectedRows,
  listFeeds,
  addFeed,
  pullFeed,
  dryRunFeed,
  getFeedDryRun,
  cancelFeedDryRun,
  changeFeed,
  pauseFeed,
  resumeFeed,
  removeFeed,
];
