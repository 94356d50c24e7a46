import type { z } from 'zod';
import {
  explain,
  groundsOf,
  holdsOf,
  holdSentence,
  letterStands,
  pathLines,
  phaseOf,
  queued,
  readiness,
  schoolYearBegins,
  soundReports,
} from '../../cases/index.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder, PolicyPin } from '../../policy/ladder.ts';
import { readPinnedLadder } from '../../store/case-record.ts';
import { districtTime } from '../../store/clock.ts';
import { readTermInForce } from '../../store/read/policies.ts';
import type { Transaction } from '../../store/database.ts';
import { readAttendanceRows } from '../../store/read/attendance-rows.ts';
import { readCaseHead, readCaseLadder } from '../../store/read/case-record.ts';
import { staleFeeds } from '../../store/read/feeds.ts';
import { documentsOf } from '../../store/read/documents.ts';
import { peopleOfTasks } from '../../store/read/duties.ts';
import { readElsewhere } from '../../store/read/earlier-records.ts';
import { readStudent } from '../../store/read/students.ts';
import type { Subject } from '../../store/read/subjects.ts';
import type { casePage } from '../contracts/case.ts';
import type { Person } from '../signin.ts';
import { readCaseNow } from './case-state.ts';
import { viewContacts } from './contacts.ts';
import { viewStanding } from './standing.ts';
import { viewPossible, viewSteps } from './tasks.ts';

/**
 * One case as a page shows it: everything is a fold of its events under its own ladder, or a row that the page names.
 * @returns null when the case has not begun
 */
export async function viewCase(trx: Transaction, person: Person, subject: Subject): Promise<z.input<typeof casePage> | null> {
  const { caseId, studentId } = subject;
  const [head, ladder, student] = [await readCaseHead(trx, caseId), await readCaseLadder(trx, caseId), await readStudent(trx, studentId)];
  if (head === null || ladder === null || student === null) return null;
  const { state, judged } = await readCaseNow(trx, caseId);
  const { day } = await districtTime(trx);
  const { standing } = state;
  const rows = standing ? await readAttendanceRows(trx, studentId, schoolYearBegins(standing.schoolYear), standing.asOf) : [];
  const sound = soundReports(state, ladder);
  const elsewhere = await readElsewhere(trx, caseId);
  const { absences: _absences, unexcused: _unexcused, ...who } = student;
  return {
    caseId,
    seq: judged.seq,
    clockDay: day,
    openedOn: head.openedOn,
    openedWhy: head.openedWhy,
    policy: ladder.policy,
    policyInForce: await otherInForce(trx, ladder.policy),
    phase: phaseOf(state),
    episode: state.episode,
    needsAttention: head.needsAttention,
    feeds: await staleFeeds(trx, [student.school]),
    holds: holdsOf(state).map((hold) => ({ ...hold, text: holdSentence(hold) })),
    why: explain(state, ladder, new Map(rows.flatMap(({ date, code }) => (code === null ? [] : [[date, code] as const])))),
    paths: pathLines(state, ladder),
    waiting: queued(state, ladder),
    student: who,
    contacts: (await viewContacts(trx, [studentId])).get(studentId) ?? [],
    standing: standing ? viewStanding(state, standing, ladder, rows, standing.version === judged.standing?.version) : null,
    steps: viewSteps(
      state,
      ladder,
      day,
      await peopleOfTasks(trx, { caseId, school: judged.school ?? student.school }, day),
      await formerLadders(trx, state),
    ),
    reports: state.reports.map((report) => ({
      ...report,
      sound: sound.includes(report),
      elsewhere: elsewhere.get(report.elsewhere?.record ?? '') ?? null,
    })),
    letters: state.letters.map((letter) => ({
      ...letter,
      stands: letterStands(state, ladder, letter),
      elsewhere: elsewhere.get(letter.document) ?? null,
    })),
    actions: state.actions.map((action) => ({ ...action, details: { ...action.details }, elsewhere: elsewhere.get(action.id) ?? null })),
    justifications: state.justifications,
    referrals: state.referrals,
    documents: await documentsOf(trx, caseId),
    readiness: groundsOf(ladder).map((ground) => readiness(state, ladder, ground, day)),
    possible: viewPossible(state, ladder, person),
  };
}

/** The ladders from which a case was moved, latest first. */
async function formerLadders(trx: Transaction, { migrations = [] }: CaseState): Promise<Ladder[]> {
  const ladders: Ladder[] = [];
  for (const { from } of migrations.toReversed()) ladders.push(await readPinnedLadder(trx, from));
  return ladders;
}

/** The version in force, where a case is on another one. */
async function otherInForce(trx: Transaction, pin: PolicyPin): Promise<z.input<typeof casePage>['policyInForce']> {
  const term = await readTermInForce(trx);
  if (term === null || term.digest === pin.digest) return null;
  const { id, version, digest, from } = term;
  return { id, version, digest, since: from };
}
