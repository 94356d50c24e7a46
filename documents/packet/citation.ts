import type { Block, PacketModel } from './blocks.ts';

/** Fewer than so many neighbours are written one by one. */
const RUN = 3;

/** Tags as they are printed: each once, and neighbours as a run, `A-2 to A-9, E-12`. */
export function citation(tags: readonly string[]): string {
  const runs: string[][] = [];
  for (const tag of new Set(tags)) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && follows(last, tag)) runs.at(-1)?.push(tag);
    else runs.push([tag]);
  }
  return runs.map((run) => (run.length < RUN ? run.join(', ') : `${run[0]} to ${run.at(-1)}`)).join(', ');
}

function follows(one: string, next: string): boolean {
  const [kind, number] = one.split('-');
  return number !== undefined && next === `${kind}-${Number(number) + 1}`;
}

type Printed<T> = T extends { cites: string[] } ? Omit<T, 'cites'> & { cites: string } : T;

/** The model as the template takes it, with each list of tags as one text. */
export function withCitations(model: PacketModel): unknown {
  const set = <T extends { cites: string[] }>(line: T): Printed<T> => ({ ...line, cites: citation(line.cites) }) as Printed<T>;
  const block = (one: Block): unknown => {
    if (one.kind === 'statements') return { ...one, items: one.items.map(set) };
    return one.kind === 'table' ? { ...one, rows: one.rows.map(set) } : one;
  };
  return {
    ...model,
    verdicts: model.verdicts.map(set),
    cover: model.cover.map(set),
    sections: model.sections.map((section) => ({ ...section, blocks: section.blocks.map(block) })),
  };
}
