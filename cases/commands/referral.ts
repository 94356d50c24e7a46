import type { Body, Ground } from '../../policy/vocabulary.ts';
import { refuse, type Drafting } from '../draft.ts';
import { JUSTIFICATION, readiness } from '../readiness.ts';
import { complete } from '../follow.ts';
import { allow, allowRoles } from '../permission.ts';
import { groundsOf, titleOf } from '../wording.ts';

/** A requirement that cannot be met is justified by a named person in an allowed role. The statute's conditions never are. */
export function justifyRequirement(work: Drafting, command: { requirement: string; ground: Ground }, textDigest: string | null): void {
  const requirement = work.ladder.referral.find((r) => r.requirement === command.requirement);
  if (!requirement || (requirement.ground !== undefined && requirement.ground !== command.ground)) {
    refuse('unknown-requirement', `A referral on the ground ${command.ground} has no requirement “${command.requirement}”.`);
  }
  if (requirement.firm)
    refuse(
      'requirement-not-justifiable',
      `“${titleOf(work.ladder, command.requirement)}” is asked by the policy without exception; nobody can set it aside.`,
    );
  if (requirement.statutory)
    refuse(
      'requirement-not-justifiable',
      `“${titleOf(work.ladder, command.requirement)}” is a condition of the statute; nobody can set it aside.`,
    );
  allowRoles(work, work.ladder.justifiableBy, `justifying “${titleOf(work.ladder, command.requirement)}”`);
  if (!textDigest) refuse('bad-command', 'Say why the requirement could not be met.');
  work.emit({ type: 'requirement_justified', body: { requirement: command.requirement, ground: command.ground, textDigest } });
  const { justificationsLast } = work.ladder;
  if (justificationsLast)
    work.emit({ type: 'wait_began', body: { what: JUSTIFICATION, after: String(work.state.seq), until: work.due(justificationsLast) } });
}

/** The referral to the last rung: refused, with the list of what is missing, until every requirement is met or justified. */
export function refer(work: Drafting, id: string, command: { to: Body; ground: Ground }): void {
  const rule = work.ladder.tasks.find((r) => 'referral' in r.evidence);
  if (!rule || !('referral' in rule.evidence)) refuse('bad-command', 'The policy of this case has no referral.');
  allow(work, rule);
  const to = rule.evidence.referral;
  if (command.to !== to) refuse('bad-command', `The last rung of this case is the ${plain(to)}, not the ${plain(command.to)}.`);
  const grounds = groundsOf(work.ladder);
  if (!grounds.includes(command.ground))
    refuse(
      'bad-command',
      `There is no referral as ${plain(command.ground)} in this state; there is one as ${grounds.map(plain).join(' or as ')}.`,
    );
  const already = work.state.referrals.find((r) => r.year === work.state.schoolYear);
  if (already) refuse('already-referred', `The case was referred on ${already.on}.`);
  const answer = readiness(work.state, work.ladder, command.ground, work.time.day);
  const missing = answer.requirements.filter((r) => r.status === 'missing');
  if (missing.length) {
    refuse(
      'requirements-missing',
      `The referral is not ready: ${missing.length} requirement${missing.length === 1 ? ' is' : 's are'} missing.`,
      missing.map(({ requirement, title, why }) => ({ requirement, title, why })),
    );
  }
  work.emit({ type: 'referred', body: { to, ground: command.ground, document: id } });
  const task = work.state.tasks.find((t) => t.task === rule.task && t.status === 'open');
  if (task) complete(work, rule, task, [id]);
}

function plain(code: string): string {
  return code === 'sarb' ? 'SARB' : code.replaceAll('_', ' ');
}
