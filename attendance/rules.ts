import { parse } from 'yaml';
import type { Ladder } from '../policy/ladder.ts';
import type { Database } from '../store/database.ts';

/** The numbers that standings and crossings depend on. None is written into SQL: they come from the policy and the state's profile. */
export interface StandingRules {
  /** Bands of absences, lowest first; a case is woken when it passes a line into or out of the second band or a later one. */
  bands: { position: number; from: number }[];
  /** Unexcused events that make the first report due (EC 48260), and each further one (EC 48261). */
  firstReportEvents: number;
  furtherReportEvents: number;
  /** Compulsory ages on the day of the absence: from this birthday, until before that one (EC 48200). */
  ageFrom: number;
  ageUntil: number;
  /** School days after the return in which an absence can still be excused (the policy's absence list). */
  clearingSchoolDays: number;
}

/**
 * The numbers of the policy in force. The clearing window is a matter of attendance, not of a case: it is the same for all students
 * of the district, also those whose case is pinned to an earlier version.
 * @throws if no policy is in force, or its document does not say how long the clearing window is
 */
export async function rulesInForce(db: Database): Promise<StandingRules> {
  const row = await db('policy_version')
    .where({ in_force: true })
    .first<{ policy_id: string; version: number; document: string; ladder: Ladder } | undefined>(
      'policy_id',
      'version',
      'document',
      'ladder',
    );
  if (!row) throw new Error('no policy is in force in this district: load one before attendance is counted');
  const { ladder } = row;
  return {
    bands: ladder.bands.map((band, index) => ({
      position: index + 1,
      from: band.from,
    })),
    firstReportEvents: ladder.statute.firstReportEvents,
    furtherReportEvents: ladder.statute.furtherReportEvents,
    ageFrom: ladder.statute.ageFrom,
    ageUntil: ladder.statute.ageUntil,
    clearingSchoolDays: clearingOf(row),
  };
}

function clearingOf(policy: { policy_id: string; version: number; document: string }): number {
  const document = parse(policy.document) as {
    absenceList?: { clearing?: unknown };
  } | null;
  const clearing = document?.absenceList?.clearing;
  if (typeof clearing === 'number') return clearing;
  throw new Error(
    `policy ${policy.policy_id} version ${policy.version} does not say after how many school days an absence can no longer be cleared (absenceList.clearing)`,
  );
}
