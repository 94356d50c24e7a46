import type { z } from 'zod';
import { fold, foresee, pack } from '../cases/index.ts';
import type { Message } from '../cases/messages.ts';
import type { CaseState } from '../cases/state.ts';
import type { Ladder, PolicyPin } from '../policy/ladder.ts';
import { readPinnedLadder } from '../store/case-record.ts';
import { districtTime } from '../store/clock.ts';
import type { Transaction } from '../store/database.ts';
import { readEventsOfCases } from '../store/read/case-record.ts';
import { readStandings } from '../store/standing.ts';
import { readPolicyVersion } from '../store/read/policies.ts';
import { readCasesInScope, type MigrationScope } from '../store/read/policy-migrations.ts';
import type { migrationPreview } from './contracts/policy.ts';
import { actorAt } from './give-command.ts';
import { Problem } from './problems.ts';
import type { Person } from './signin.ts';

type Preview = z.input<typeof migrationPreview>['cases'][number];

/** The pin of a version by its name. @throws Problem 404 when no such version was ever approved */
export async function versionNamed(trx: Transaction, name: { id: string; version: number }): Promise<PolicyPin> {
  const found = await readPolicyVersion(trx, name);
  if (!found) throw new Problem('not-found', `There is no version ${name.version} of ${name.id} that has been approved.`);
  return { id: found.id, version: found.version, digest: found.digest };
}

/**
 * Who gains or loses which tasks if open cases are moved to a version: each is judged by the very rules of a case, on the message that
 * the move would be, and nothing is written. A page takes the same few statements however many cases are on it.
 */
export async function previewMigration(
  trx: Transaction,
  person: Person,
  asked: { to: PolicyPin; scope: MigrationScope; after: string | null; limit: number },
): Promise<{ cases: Preview[]; next: string | null }> {
  const { to, scope, after, limit } = asked;
  const ladders = new Map<string, Ladder>();
  const ladderOf = async (pin: PolicyPin): Promise<Ladder> => {
    const ladder = ladders.get(pin.digest) ?? (await readPinnedLadder(trx, pin));
    ladders.set(pin.digest, ladder);
    return ladder;
  };
  const target = await ladderOf(to);
  const carried = pack(target);
  const time = await districtTime(trx);
  const found = await readCasesInScope(trx, scope, to, { after, limit });
  const ids = found.map(({ caseId }) => caseId);
  const [events, standings] = [await readEventsOfCases(trx, ids), await readStandings(trx, ids)];
  const cases: Preview[] = [];
  for (const { caseId, localId, school } of found) {
    const state = fold(caseId, events.get(caseId) ?? []);
    const from = state.policy;
    if (from === null) continue;
    const message: Message = {
      kind: 'command',
      id: 'preview',
      time,
      standing: standings.get(caseId) ?? null,
      actor: actorAt(person, school),
      command: { kind: 'migrate_policy', to },
      textDigest: 'preview',
      ifSeq: null,
      ladder: carried,
    };
    const ladder = await ladderOf(from);
    const base = { caseId, localId, school, from: { id: from.id, version: from.version } };
    cases.push({ ...base, ...touchedOf(state, ladder, target, message) });
  }
  return { cases, next: found.length === limit ? (found.at(-1)?.caseId ?? null) : null };
}

function touchedOf(
  state: CaseState,
  ladder: Ladder,
  target: Ladder,
  message: Message,
): Pick<Preview, 'gains' | 'loses' | 'completes' | 'refused'> {
  const seen = foresee(state, ladder, message);
  if ('refusal' in seen) return { gains: [], loses: [], completes: [], refused: seen.refusal.detail };
  const titled = (list: { task: string; round: number }[], by: Ladder): Preview['gains'] =>
    list.map(({ task, round }) => ({ task, round, title: by.wording?.[task]?.title ?? task }));
  return { gains: titled(seen.gains, target), loses: titled(seen.loses, ladder), completes: titled(seen.completes, ladder), refused: null };
}
