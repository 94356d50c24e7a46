import type { Ladder } from '../policy/ladder.ts';
import type { Ground } from '../policy/vocabulary.ts';

/** What a task or requirement is called; its key where the wording does not travel along (inside the workflow). */
export function titleOf(ladder: Ladder, key: string): string {
  return ladder.wording?.[key]?.title ?? key;
}

/** A matter of law that the reasons of a case cite. */
type Matter = 'truancy' | 'again' | 'habitual' | 'chronicTruancy';

/** The sections that ladders cite which were made when there was no other state than California. */
const CALIFORNIA: Record<Matter, string> = {
  truancy: 'EC 48260',
  again: 'EC 48261',
  habitual: 'EC 48262',
  chronicTruancy: 'EC 48263.6',
};

/** The section of the state's law on a matter. */
export function lawOf(ladder: Pick<Ladder, 'wording'>, matter: Matter): string {
  return ladder.wording?.[`law:${matter}`]?.clause ?? CALIFORNIA[matter];
}

/** The grounds of a ladder that names none: those of California (EC 48263). */
const CALIFORNIAN_GROUNDS: readonly Ground[] = ['habitual_truant', 'chronic_absentee'];

/** On what grounds a case can be referred. */
export function groundsOf({ statute }: Pick<Ladder, 'statute'>): readonly Ground[] {
  return statute.grounds ?? CALIFORNIAN_GROUNDS;
}
