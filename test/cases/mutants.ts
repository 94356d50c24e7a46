import type { Ladder } from '../../policy/ladder.ts';

interface Mutant {
  name: string;
  ladder: Ladder;
}

/** Every gate of the ladder, broken one at a time. */
export function mutants(ladder: Ladder): Mutant[] {
  const mutate = (name: string, change: (copy: Ladder) => void): Mutant => {
    const copy = structuredClone(ladder);
    change(copy);
    return { name, ladder: copy };
  };
  const { statute } = ladder;
  return [
    ...ladder.referral.map((r, n) => mutate(`requirement ${r.requirement} removed`, (l) => void l.referral.splice(n, 1))),
    ...ladder.referral.flatMap((r, n) =>
      r.statutory ? [mutate(`${r.requirement} no longer statutory`, (l) => void delete l.referral[n]!.statutory)] : [],
    ),
    ...ladder.referral.flatMap((r, n) =>
      r.ground ? [mutate(`${r.requirement} asked on every ground`, (l) => void delete l.referral[n]!.ground)] : [],
    ),
    ...ladder.tasks.flatMap((task, n) => [
      ...task.opens.map((o, i) =>
        mutate(`${task.task} no longer opens on ${JSON.stringify(o)}`, (l) => void l.tasks[n]!.opens.splice(i, 1)),
      ),
      ...(task.opens[0]?.on === 'band'
        ? [mutate(`${task.task} opens with the case`, (l) => void (l.tasks[n]!.opens = [{ on: 'case' }]))]
        : []),
      ...(task.needs ?? []).map((need, i) => mutate(`${task.task} no longer needs ${need}`, (l) => void l.tasks[n]!.needs!.splice(i, 1))),
      ...(task.reports ? [mutate(`${task.task} rests on one report`, (l) => void (l.tasks[n]!.reports = 9))] : []),
    ]),
    ...ladder.bands
      .slice(1)
      .flatMap((b, n) => [
        mutate(`band ${b.band} one earlier`, (l) => void (l.bands[n + 1]!.from! -= 1)),
        mutate(`band ${b.band} one later`, (l) => void (l.bands[n + 1]!.from! += 1)),
      ]),
    ...(['firstReportEvents', 'furtherReportEvents', 'habitualReports', 'ageFrom', 'ageUntil'] as const).map((key) =>
      mutate(`${key} is ${statute[key]! + 1}`, (l) => void (l.statute[key] = statute[key]! + 1)),
    ),
    mutate('firstReportEvents is 2', (l) => void (l.statute.firstReportEvents = 2)),
    mutate('habitualReports is 2', (l) => void (l.statute.habitualReports = 2)),
    mutate('ageFrom is 5', (l) => void (l.statute.ageFrom = 5)),
    mutate('ageUntil is 17', (l) => void (l.statute.ageUntil = 17)),
    mutate('chronicRate is 9 %', (l) => void (l.statute.chronicRate = 0.09)),
    mutate('chronicRate is 30 %', (l) => void (l.statute.chronicRate = 0.3)),
    mutate('a conference counts after report 1 only', (l) => void (l.statute.conferenceAfterReports = [1])),
    mutate('a conference counts after report 2 only', (l) => void (l.statute.conferenceAfterReports = [2])),
    ...(ladder.paths ?? []).flatMap((path, n) => [
      mutate(`no path ${path.path}`, (l) => void l.paths!.splice(n, 1)),
      ...(path.flags ?? []).map((flag, i) => mutate(`${flag} is not on ${path.path}`, (l) => void l.paths![n]!.flags!.splice(i, 1))),
      ...(['first', 'drops', 'notices', 'referral', 'age'] as const)
        // A letter that does not go out at all waits for nothing.
        .filter((key) => path[key] !== undefined && !(key === 'first' && path.notices === 'stop'))
        .map((key) => mutate(`${path.path} without ${key}`, (l) => void delete l.paths![n]![key])),
    ]),
    ...ladder.referral.flatMap((r, n) => [
      ...(r.path ? [mutate(`${r.requirement} asked of everybody`, (l) => void delete l.referral[n]!.path)] : []),
      ...(r.firm ? [mutate(`${r.requirement} may be justified`, (l) => void delete l.referral[n]!.firm)] : []),
    ]),
    ...ladder.tasks.flatMap((task, n) =>
      task.spacing === undefined
        ? []
        : [
            mutate(`${task.task} without spacing`, (l) => void delete l.tasks[n]!.spacing),
            mutate(`${task.task} after seven school days`, (l) => void (l.tasks[n]!.spacing = 7)),
          ],
    ),
    ...(['goOn', 'countOn'] as const).flatMap((how) =>
      (ladder.rollover?.[how] ?? [])
        .filter((task) => task !== 'correction-note')
        .map((task) => mutate(`${task} not in ${how}`, (l) => void (l.rollover![how] = l.rollover![how].filter((t) => t !== task)))),
    ),
    mutate('everybody may justify', (l) => void l.justifiableBy.push('clerk')),
    mutate('nobody may justify', (l) => void (l.justifiableBy = [])),
    mutate('the principal may refer', (l) => void (l.tasks.find((t) => t.task === 'sarb-referral')!.also = ['principal'])),
    ...['letter-1', 'letter-2', 'letter-3'].map((key) =>
      mutate(`the clerk may approve ${key}`, (l) => void l.tasks.find((t) => t.task === key)!.approver!.push('clerk')),
    ),
  ];
}
