import type { z } from 'zod';
import type { RateCell } from '../../store/read/rates.ts';
import type { rates } from '../contracts/rates.ts';

type Point = z.input<typeof rates>['points'][number];
type Cell = Point['all'];

const share = (part: number, of: number): number | null => (of > 0 ? part / of : null);
const attended = (days: number, absences: number) => ({ days, absences, attendance: share(days - absences, days) });

/** A point of the year with its cells. @param schools names by id; `smallest`: see \`hideSmall\`, null where nothing is hidden */
export function viewPoint(upTo: string, all: RateCell, cells: RateCell[], schools: Map<string, string>, smallest: number | null): Point {
  const hidden = smallest === null ? new Set<RateCell>() : hideSmall(all, cells, smallest);
  const view = (cell: RateCell): Cell => ({
    by: cell.by,
    value: cell.value,
    name: nameOf(cell, schools),
    figures: hidden.has(cell) ? null : figuresOf(cell),
  });
  return { upTo, all: view(all), cells: cells.map(view) };
}

function figuresOf(cell: RateCell): NonNullable<Cell['figures']> {
  const { enrolled, left, students, chronic, severe, days, absences, remote, remoteAbsences } = cell;
  return {
    enrolled,
    left,
    students,
    chronic,
    severe,
    chronicRate: share(chronic, students),
    severeRate: share(severe, students),
    ...attended(days, absences),
    byMode: [
      { mode: 'in_person', ...attended(days - remote, absences - remoteAbsences) },
      { mode: 'remote', ...attended(remote, remoteAbsences) },
    ],
    month: attended(cell.monthDays, cell.monthAbsences),
  };
}

function nameOf({ by, value }: RateCell, schools: Map<string, string>): string {
  if (value === null) return 'All';
  if (by === 'school') return schools.get(value) ?? value;
  return value === '' ? 'not said' : value;
}

/**
 * The cells that are not shown outside the schools: those of fewer students than the smallest group, and so many more of the same kind, the
 * smallest first, that what is hidden cannot be told by subtracting what is shown from all. Where nothing is left to hide, all is hidden.
 */
export function hideSmall(all: RateCell, cells: readonly RateCell[], smallest: number): Set<RateCell> {
  const hidden = new Set<RateCell>(size(all) < smallest ? [all] : []);
  for (const by of new Set(cells.map((cell) => cell.by))) {
    const kind = cells.filter((cell) => cell.by === by).sort((a, b) => size(a) - size(b));
    const shown = kind.filter((cell) => size(cell) >= smallest);
    const gone = kind.filter((cell) => size(cell) < smallest);
    if (gone.length === 0) continue;
    const tellable = (): boolean => gone.length < 2 || gone.reduce((sum, cell) => sum + size(cell), 0) < smallest;
    while (tellable() && shown.length > 0) gone.push(shown.shift()!);
    for (const cell of tellable() ? [...gone, all] : gone) hidden.add(cell);
  }
  return hidden;
}

/** The students whom a cell tells of: those in its rates, and before anybody is, those enrolled. */
function size({ students, enrolled }: RateCell): number {
  return students > 0 ? students : enrolled;
}
