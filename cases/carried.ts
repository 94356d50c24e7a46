import type { Ladder, Opening, TaskRule } from '../policy/ladder.ts';
import type { Role } from '../policy/vocabulary.ts';
import type { CarriedLadder, Packed } from './carried-ladder.ts';
import { openingKey } from './openings.ts';

/** The ladder, written short. */
export function pack({ wording: _wording, ...ladder }: Ladder): CarriedLadder {
  const by: Role[][] = [];
  const index = (roles: Role[]): number => {
    const known = by.findIndex((one) => one.join() === roles.join());
    return known >= 0 ? known : by.push(roles) - 1;
  };
  return {
    ...ladder,
    tasks: ladder.tasks.map(({ task, kind, opens, owner, also, due, evidence, ...rest }) => {
      const more: Partial<TaskRule> = kind === 'task' ? rest : { kind, ...rest };
      const packed: Packed = [task, opens.map(openingKey).join(' '), index([owner, ...(also ?? [])]), due, evidence];
      return Object.keys(more).length ? [...packed, more] : packed;
    }) as Packed[],
    referral: ladder.referral.map((one) => (Object.keys(one).length === 1 ? one.requirement : one)),
    by,
  };
}

/** The ladder itself again, without its wording. One that an older release carried in full is taken as it is. */
export function unpack(carried: CarriedLadder | Ladder): Ladder {
  if (!('by' in carried)) return carried;
  const { by, tasks, referral, ...rest } = carried;
  return {
    ...rest,
    tasks: tasks.map(([task, opens, who, due, evidence, more]) => {
      const [owner, ...also] = by[who] ?? [];
      if (!owner) throw new Error(`the carried ladder names nobody for ${task}`);
      const rule: TaskRule = { task, kind: 'task', opens: opens.split(' ').map(openingOf), owner, due, evidence, ...more };
      return also.length ? { ...rule, also } : rule;
    }),
    referral: referral.map((one) => (typeof one === 'string' ? { requirement: one } : one)),
  };
}

/** The opening that a key tells of. */
export function openingOf(key: string): Opening {
  const [on = '', of = ''] = key.split(':');
  if (on === 'band') return { on, band: of };
  if (on === 'reports') return { on, count: Number(of) };
  if (on === 'path') {
    const more = Object.fromEntries(
      key
        .split(':')
        .slice(2)
        .map((pair) => pair.split('=')),
    ) as { band?: string; reports?: string };
    return { on, path: of, ...(more.band ? { band: more.band } : {}), ...(more.reports ? { reports: Number(more.reports) } : {}) };
  }
  if (on === 'no_improvement') {
    const [, , schoolDays, least = ''] = key.split(':');
    const [what = '', value] = least.split('=');
    return { on, after: of, schoolDays: Number(schoolDays), [what]: Number(value) };
  }
  return { on } as Opening;
}
