import type { Refusal } from '../cases/messages.ts';

/** A problem as it is sent: RFC 9457, `application/problem+json`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request it happened in, as the log names it. */
  instance?: string;
  /** What is wrong in the request, place by place. */
  errors?: { path: string; message: string }[];
  /** What must be done or documented first. */
  missing?: { requirement: string; title: string; why: string }[];
  [member: string]: unknown;
}

/** Every kind of problem that the API itself finds: its status and its title. The refusals of a case are in `REFUSALS`. */
const KINDS = {
  'not-signed-in': [401, 'You are not signed in'],
  'role-not-allowed': [403, 'Your role may not do this'],
  'place-not-allowed': [403, 'This belongs to another school'],
  'not-found': [404, 'Not found'],
  'bad-request': [400, 'The request cannot be read'],
  'invalid-request': [422, 'The request does not fit'],
  'too-large': [413, 'Too large'],
  'media-type': [415, 'Unexpected content type'],
  'idempotency-key-required': [400, 'An Idempotency-Key is required'],
  'idempotency-key-reused': [422, 'This Idempotency-Key was used for something else'],
  'if-match-required': [428, 'Say what you have seen'],
  'unknown-reason': [422, 'This reason is not on the list'],
  'approval-missing': [422, 'The reason needs an approval'],
  'written-request-missing': [422, 'The reason needs a written request'],
  'incident-missing': [422, 'Say which incident it belongs to'],
  'cap-reached': [409, 'The cap of this reason is reached'],
  'nothing-to-correct': [409, 'There is nothing to correct'],
  'suspended-day': [409, 'This day is a suspension'],
  'future-day': [422, 'The date lies in the future'],
  'year-closed': [409, 'The school year is closed'],
  'not-enrolled': [422, 'The student was not enrolled'],
  'not-a-school-day': [422, 'There was no school on this day'],
  'cannot-merge': [409, 'These records cannot be merged or parted'],
  'nothing-waits': [409, 'Nothing waits for a decision'],
  'delivery-closed': [409, 'The delivery is closed'],
  'delivery-done': [409, 'The delivery is done'],
  'upload-offset': [409, 'The upload does not go on where it broke off'],
  'file-differs': [409, 'A file of this name has already come with other content'],
  'feed-exists': [409, 'There is such a feed already'],
  'feed-unchanged': [409, 'Nothing would be different'],
  'feed-busy': [409, 'The feed is being pulled'],
  'policy-invalid': [422, 'The document is not a valid policy'],
  'policy-unchanged': [409, 'The policy says nothing new'],
  'policy-not-ahead': [409, 'The day does not lie ahead'],
  'policy-draft-open': [409, 'Another draft is open'],
  'policy-draft-closed': [409, 'The draft is closed'],
  'policy-moved-on': [412, 'It has changed since you read it'],
  'policy-not-in-force': [409, 'The version is not in force yet'],
  'text-invalid': [422, 'The text may not be used'],
  'text-unchanged': [409, 'The text says nothing new'],
  'text-not-ahead': [409, 'The day does not lie ahead'],
  'text-draft-open': [409, 'Another version is open'],
  'text-draft-closed': [409, 'The version is closed'],
  'text-moved-on': [412, 'It has changed since you read it'],
  'rehearsal-ended': [409, 'The rehearsal has ended'],
  'approver-proposed': [403, 'You proposed it yourself'],
  'already-approved': [409, 'You have approved it already'],
  'partner-exists': [409, 'This partner is there already'],
  'agreement-unfit': [422, 'This agreement cannot be written down'],
  'designee-unfit': [422, 'This person cannot be designated'],
  'designee-exists': [409, 'Designated already'],
  'designee-ended': [409, 'The designation has ended'],
  'live-district': [409, 'The clock of a live district cannot be moved'],
  'advance-running': [409, 'The clock is already being advanced'],
  'no-district': [409, 'No district has been set up'],
  unavailable: [503, 'Not available at the moment'],
  internal: [500, 'Something went wrong on our side'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof KINDS;

/** The refusals of a case: their status and their title. */
const REFUSALS: Record<Refusal['type'], readonly [number, string]> = {
  'case-not-open': [409, 'No case is open for this student'],
  'case-already-open': [409, 'A case is already open for this student'],
  'case-closed': [409, 'The case is closed'],
  'role-not-allowed': [403, 'Your role may not do this'],
  'future-date': [422, 'The date lies in the future'],
  'unknown-task': [422, 'The ladder has no such task'],
  'task-not-open': [409, 'The task is not open'],
  'evidence-does-not-fit': [422, 'This does not complete the task'],
  'evidence-predates': [422, 'This happened before what it must follow'],
  'needs-other-tasks': [409, 'Other tasks come first'],
  'not-optional': [422, 'This task cannot be recorded as not available'],
  'unknown-action': [422, 'The case has no such action'],
  'already-superseded': [409, 'This action has already been superseded'],
  held: [409, 'The case is held'],
  merged: [409, 'The record counts as another student'],
  'report-not-due': [409, 'No truancy report is due'],
  'report-events': [422, 'A truancy report cannot rest on these days'],
  'unknown-report': [422, 'The case has no such report'],
  'letter-not-due': [409, 'This letter is not due'],
  'letter-not-approved': [409, 'The letter has not been approved'],
  'basis-lost': [409, 'What it rested on no longer stands'],
  'requirement-not-justifiable': [403, 'The absence of this requirement cannot be justified'],
  'unknown-requirement': [422, 'The referral has no such requirement'],
  'requirements-missing': [409, 'Requirements are missing'],
  'already-referred': [409, 'The case has already been referred'],
  'already-migrated': [409, 'The case is on this version already'],
  stale: [412, 'The case has moved on'],
  'bad-command': [422, 'The case cannot read this command'],
};

/** The stable name of a kind of problem. */
function problemType(kind: string): string {
  return `urn:rollbook:problem:${kind}`;
}

/** Thrown anywhere below the binder; it is sent as a problem response. */
export class Problem extends Error {
  override name = 'Problem';
  readonly body: ProblemBody;

  /**
   * @param kind which kind
   * @param detail one or two sentences for the person: what is wrong, where, what to do
   * @param more further members
   * @param headers to be sent along
   */
  constructor(
    kind: ProblemKind,
    detail: string,
    more: Partial<Pick<ProblemBody, 'errors' | 'missing'>> & Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
    const [status, title] = KINDS[kind];
    this.body = { type: problemType(kind), title, status, detail, ...more };
  }
}

/** A refusal of the case as a problem. */
export function refusalProblem(refusal: Refusal): ProblemBody {
  const [status, title] = REFUSALS[refusal.type];
  return {
    type: problemType(refusal.type),
    title,
    status,
    detail: refusal.detail,
    ...(refusal.missing ? { missing: refusal.missing } : {}),
  };
}
