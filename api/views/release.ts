import type { z } from 'zod';
import { bandOf, decide, emptyCase, reportDue } from '../../cases/index.ts';
import type { Draft, Standing } from '../../cases/events.ts';
import type { DistrictTime } from '../../cases/messages.ts';
import type { CaseState } from '../../cases/state.ts';
import type { Ladder } from '../../policy/ladder.ts';
import { districtTime } from '../../store/clock.ts';
import type { Transaction } from '../../store/database.ts';
import { readLadderInForce, readCaseLadder } from '../../store/read/case-record.ts';
import { casesAtSchool, countAtSchool, countWouldBegin, readSchoolStarts } from '../../store/read/school-start.ts';
import { readStanding } from '../../store/standing.ts';
import type { schoolRelease, schoolStart } from '../contracts/school.ts';
import { readCaseState } from './case-state.ts';

type Release = z.input<typeof schoolRelease>;

/** How a school came to Rollbook; while it waits to be released, how much that would begin. Null without a calendar or students. */
export async function viewStart(trx: Transaction, schoolId: string): Promise<z.input<typeof schoolStart> | null> {
  const start = (await readSchoolStarts(trx, [schoolId])).get(schoolId);
  if (start === undefined) return null;
  const { students, records, recordsOf } = await countAtSchool(trx, schoolId);
  const { state, knownOn, schoolDays, releasedOn, releasedBy, note } = start;
  return {
    school: schoolId,
    state,
    knownOn,
    schoolDays,
    students,
    earlier: { records, students: recordsOf },
    released: releasedOn === null ? null : { on: releasedOn, by: releasedBy, note: note ?? '' },
    would: state === 'waits' ? await countWouldBegin(trx, schoolId) : null,
  };
}

/** The same for one school with what would begin task by task: every case of it is told in advance, by the rules that will judge it then. */
export async function viewRelease(trx: Transaction, schoolId: string): Promise<Release | null> {
  const start = await viewStart(trx, schoolId);
  return start && { ...start, would: start.state === 'waits' ? await wouldBegin(trx, schoolId) : null };
}

async function wouldBegin(trx: Transaction, schoolId: string): Promise<NonNullable<Release['would']>> {
  const inForce = await readLadderInForce(trx);
  const { at, day, offset } = await districtTime(trx);
  const would = { begin: 0, goOn: 0, reportsDue: 0 };
  const tasks = new Map<string, NonNullable<Release['would']>['tasks'][number]>();
  for (const { caseId, open } of await casesAtSchool(trx, schoolId)) {
    const ladder = open ? await readCaseLadder(trx, caseId) : inForce;
    const held = await readStanding(trx, caseId);
    if (ladder === null || held === null) continue;
    const state = open ? await readCaseState(trx, caseId) : emptyCase(caseId);
    const standing = released(held);
    if (!open && !crosses(state, ladder, standing)) continue;
    const opened = openedBy(state, ladder, standing, { at, day, offset });
    if (open) would.goOn += 1;
    else would.begin += 1;
    if (reportDue({ ...state, standing, schoolYear: standing.schoolYear }, ladder).due) would.reportsDue += 1;
    for (const task of opened) {
      const rule = ladder.tasks.find((one) => one.task === task);
      const title = ladder.wording?.[task]?.title ?? task;
      const line = tasks.get(task) ?? { task, title, owner: rule?.owner ?? 'case_manager', due: rule?.due ?? 0, students: 0 };
      tasks.set(task, { ...line, students: line.students + 1 });
    }
  }
  return { ...would, tasks: [...tasks.values()] };
}

/** The standing as it will be told when the school is released. */
function released(standing: Standing): Standing {
  const holds = (standing.holds ?? []).filter(({ why }) => why !== 'school_not_released');
  return { ...standing, holds, version: standing.version + 1 };
}

/** Whether a student without a case gets one: what wakes a case, and what else holds it back, are told in decision 15. */
function crosses(state: CaseState, ladder: Ladder, standing: Standing): boolean {
  if ((standing.holds ?? []).length > 0) return false;
  const band = bandOf(ladder, standing);
  const second = band !== null && ladder.bands.indexOf(band) >= 1;
  return second || reportDue({ ...state, standing }, ladder).due;
}

/** The tasks that stay open of those that the release would open. */
function openedBy(state: CaseState, ladder: Ladder, standing: Standing, time: DistrictTime): string[] {
  const decision = decide(state, ladder, { kind: 'standing', id: `standing:${standing.version}`, time, standing });
  if (decision.kind === 'refused') return [];
  const closed = (task: string, round: number): boolean =>
    decision.events.some((event: Draft) => event.type === 'task_completed' && event.body.task === task && event.body.round === round);
  return decision.events.flatMap((event) =>
    event.type === 'task_opened' && !closed(event.body.task, event.body.round) ? [event.body.task] : [],
  );
}
