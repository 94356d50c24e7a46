import type { PolicyDocument } from './document.ts';
import type { Evidence } from './ladder.ts';
import type { PolicyProblem, Text } from './problems.ts';
import type { TeamPolicy } from './teams.ts';

/** The one team whose meeting a task asks for, as the policy's `teams` has it; undefined where it asks for none of these. */
export function teamOf(
  { teams }: Pick<PolicyDocument, 'teams'>,
  evidence: PolicyDocument['tasks'][number]['evidence'],
): TeamPolicy | undefined {
  if (!('action' in evidence) || evidence.action !== 'meeting') return undefined;
  const asked = evidence.where?.['team'] ?? [];
  return asked.length === 1 ? teams?.find(({ team }) => team === asked[0]) : undefined;
}

/** Evidence of a team's meeting with what the team asks of each of its meetings. */
export function meetingOf(evidence: Evidence, team: TeamPolicy | undefined): Evidence {
  if (!team) return evidence;
  const { chair, quorum } = team;
  return {
    ...evidence,
    ...(chair ? { includes: { ...evidence.includes, ledBy: [...new Set([...(evidence.includes?.['ledBy'] ?? []), chair])] } } : {}),
    ...(quorum ? { atLeast: { ...evidence.atLeast, present: Math.max(quorum, evidence.atLeast?.['present'] ?? 0) } } : {}),
  };
}

/** School tasks that record the meeting of a team that the policy does not have, or one that meets in another rhythm than the team. */
function teamTasks({ teams = [], schoolTasks }: PolicyDocument, text: Text): PolicyProblem[] {
  return schoolTasks.flatMap(({ team: named, cadence, title }, index) => {
    if (named === undefined) return [];
    const team = teams.find(({ team: one }) => one === named);
    const at = ['schoolTasks', index];
    if (!team)
      return [
        text.problem([...at, 'team'], `“${title}” records meetings of the team “${named}”, which is not there`, 'add it under teams'),
      ];
    if (team.cadence === undefined || team.cadence === cadence) return [];
    const says = `“${title}” is ${cadence}, and the team whose meetings it records meets ${team.cadence}`;
    return [text.problem([...at, 'cadence'], says, `write ${team.cadence}, or another cadence of the team`)];
  });
}

/** Teams that nobody asks for, that stand there twice, or that can never be quorate. */
export function checkTeams(document: PolicyDocument, text: Text): PolicyProblem[] {
  const all = document.teams ?? [];
  return teamTasks(document, text).concat(
    all.flatMap(({ team, title, invite, chair, quorum }, index) => {
      const at = ['teams', index];
      const found: PolicyProblem[] = [];
      if (all.findIndex((one) => one.team === team) < index)
        found.push(text.problem([...at, 'team'], `team “${title}” is there twice`, 'state it once'));
      if (!document.tasks.some(({ evidence }) => teamOf(document, evidence)?.team === team))
        found.push(
          text.problem(
            [...at, 'team'],
            `no task asks for a meeting of the team “${team}” (${title}), so nothing of it counts`,
            'add such a task, or take it out',
          ),
        );
      const most = new Set([...invite, ...(chair ? [chair] : [])]).size;
      if (quorum !== undefined && quorum > most)
        found.push(
          text.problem(
            [...at, 'quorum'],
            `a quorum of ${quorum} cannot be met by the ${most} who are to come`,
            `invite more, or ask for ${most} at most`,
          ),
        );
      return found;
    }),
  );
}
