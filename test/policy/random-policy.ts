import fc from 'fast-check';
import { stringify } from 'yaml';
import { CODED_FIELDS } from '../../policy/coded-fields.ts';
import type { PolicyDocument } from '../../policy/document.ts';
import type { Evidence, Opening } from '../../policy/ladder.ts';
import {
  ACTION_KINDS,
  CALIFORNIAN_GROUNDS,
  ROLES,
  STUDENT_FLAGS,
  TEAMS,
  type ActionKind,
  type Ground,
  type Role,
  type StudentFlag,
} from '../../policy/vocabulary.ts';

/** A policy as a district might write it, in the shape of its document. */
export type Draft = Omit<PolicyDocument, 'days' | 'submissions' | 'midYear' | 'yearEnd'>;
type Task = Draft['tasks'][number];
type Band = Draft['bands'][number];

/** Kinds that support work asks for by itself; the others belong to letters, corrections and the referral, which the frame has. */
const SUPPORT = ACTION_KINDS.filter((kind) => !['letter_mailed', 'correction_note', 'notice_of_referral', 'directive'].includes(kind));

const clause = 'ours';

/** Something chosen from a list by a number, so that a smaller number shrinks to the first. */
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length]!;

interface Given {
  bands: number;
  by: 'count' | 'rate' | 'stricter';
  widths: number[];
  work: WorkGiven[];
  paths: { flags: StudentFlag[]; age: boolean; first: boolean; drops: number[]; stops: number }[];
  letters: { spacing: number | null; newEvents: number | null; between: boolean; fullDays: number | null; waitsFor: number | null }[];
  required: number[];
  rest: number;
}

interface WorkGiven {
  kind: ActionKind;
  pin: number;
  opens: number;
  second: number | null;
  owner: number;
  also: boolean;
  by: boolean;
  count: number;
  differ: boolean;
  due: number;
  recurs: boolean;
  unavailable: boolean;
  need: number | null;
}

const work: fc.Arbitrary<WorkGiven> = fc.record({
  kind: fc.constantFrom(...SUPPORT),
  pin: fc.nat(50),
  opens: fc.nat(50),
  second: fc.option(fc.nat(50), { freq: 3 }),
  owner: fc.nat(8),
  also: fc.boolean(),
  by: fc.boolean(),
  count: fc.integer({ min: 1, max: 3 }),
  differ: fc.boolean(),
  due: fc.integer({ min: 1, max: 30 }),
  recurs: fc.boolean(),
  unavailable: fc.boolean(),
  need: fc.option(fc.nat(20)),
});

const given: fc.Arbitrary<Given> = fc.record({
  bands: fc.integer({ min: 1, max: 5 }),
  by: fc.constantFrom('count', 'rate', 'stricter'),
  widths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 5, maxLength: 5 }),
  work: fc.array(work, { minLength: 1, maxLength: 14 }),
  paths: fc.array(
    fc.record({
      flags: fc.uniqueArray(fc.constantFrom(...STUDENT_FLAGS), { minLength: 1, maxLength: 2 }),
      age: fc.boolean(),
      first: fc.boolean(),
      drops: fc.array(fc.nat(20), { maxLength: 2 }),
      stops: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  letters: fc.array(
    fc.record({
      spacing: fc.option(fc.integer({ min: 1, max: 15 })),
      newEvents: fc.option(fc.integer({ min: 1, max: 3 })),
      between: fc.boolean(),
      fullDays: fc.option(fc.integer({ min: 1, max: 6 })),
      waitsFor: fc.option(fc.integer({ min: 1, max: 15 })),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  required: fc.array(fc.nat(30), { maxLength: 12 }),
  rest: fc.nat(1_000),
});

/**
 * Any policy that a district might write: bands by count, rate or both; support of every kind of evidence; needs, recurrence, paths,
 * spaced letters, recovery, rollover, and what a referral asks. Around it stands what California's statute asks of each. The validator
 * has the last word on it: some are refused, as a district's would be.
 */
export const randomPolicy: fc.Arbitrary<Draft> = given.map((from) => {
  const bands = bandsOf(from);
  const tasks: Task[] = [];
  from.work.forEach((one, n) => tasks.push(supportOf(one, n, bands, from, tasks)));
  // Every band is there for something.
  for (const { band } of bands) if (band === 'band-1' || !tasks.some((task) => task.step === band)) tasks.push(talk(band));
  const situations = from.paths.map((_path, n) => situationOf(n));
  const letters = from.letters.map((letter, n) => letterOf(letter, n, tasks));
  const all = [...tasks, ...situations, ...frame(bands), ...letters, corrections];
  return {
    policy: 'random',
    version: 1,
    title: 'A random policy',
    state: 'california',
    bands,
    bandsBy: from.by,
    minimumDays: 30,
    firstMonths: { clause, absences: [2, 4, 6] },
    absenceList: { clause, owner: 'clerk', callDue: 1, clearing: 10, unverified: pick(['unexcused', 'not_counted'], from.rest) },
    schoolTasks: [{ task: 'assembly', title: 'Assembly', clause, owner: 'principal', cadence: 'term' }],
    paths: from.paths.map((path, n) => pathOf(path, n, tasks)),
    ...(from.rest % 3 === 0 ? { recovery: recoveryOf(bands, from.rest) } : {}),
    ...(from.rest % 2 === 0 ? { rollover: { clause, goOn: [tasks[0]!.task], countOn: [tasks.at(-1)!.task] } } : {}),
    tasks: all,
    referral: { justifiableBy: ['principal'], requirements: requirementsOf(from, tasks, situations, letters) },
  };
});

/** The document's text, as a person would hand it in. */
export const policyText = (draft: unknown): string => stringify(JSON.parse(JSON.stringify(draft)));

function bandsOf({ bands: count, by, widths }: Given): Band[] {
  let from = 1;
  return Array.from({ length: count }, (_none, n): Band => {
    const to = n === count - 1 ? undefined : from + widths[n]!;
    const upper = 0.98 - n * 0.05;
    const band: Band = {
      band: `band-${n + 1}`,
      name: `Band ${n + 1}`,
      ...(by === 'rate' ? {} : { from, ...(to === undefined ? {} : { to }) }),
      ...(by === 'count'
        ? {}
        : {
            attendance: {
              ...(n === 0 ? {} : { below: round(upper) }),
              ...(n === count - 1 ? {} : { atLeast: round(upper - 0.05) }),
            },
          }),
    };
    from = (to ?? from) + 1;
    return band;
  });
}

const round = (share: number): number => Math.round(share * 1000) / 1000;

/** Evidence of a kind, with some of its coded fields asked for. */
function evidenceOf({ kind, pin, count, by, differ }: WorkGiven, owner: Role): Evidence {
  const told = Object.keys(CODED_FIELDS[kind]);
  const long = told.filter((field) => CODED_FIELDS[kind][field]?.list && (CODED_FIELDS[kind][field].words?.length ?? 0) > 3);
  const distinct = kind === 'contact' ? { timesOfDay: count, contacts: count, days: count } : { days: count };
  const fields = Object.entries(CODED_FIELDS[kind]).filter(([, { words }]) => words !== null);
  const chosen = fields.filter((_field, n) => (pin >> n) % 2 === 1);
  const asked = (list: boolean): Record<string, string[]> =>
    Object.fromEntries(
      chosen
        .filter(([, spec]) => (spec.list === true) === list)
        .map(([field, { words }]) => [field, list ? [pick(words!, pin)] : [pick(words!, pin), pick(words!, pin + 3)]]),
    );
  const [where, includes] = [asked(false), asked(true)];
  return {
    action: kind,
    ...(Object.keys(where).length ? { where } : {}),
    ...(Object.keys(includes).length ? { includes } : {}),
    ...(by ? { by: [owner] } : {}),
    ...(count > 1 ? { count } : {}),
    ...(differ && pin % 2 && told.length ? { tells: [pick(told, pin)] } : {}),
    ...(differ && count > 1 ? { distinct } : {}),
    ...(differ && long.length ? { atLeast: { [pick(long, pin)]: count + 1 } } : {}),
  };
}

function supportOf(given: WorkGiven, n: number, bands: Band[], { paths }: Given, before: Task[]): Task {
  const band = pick(bands, given.opens).band;
  const openings: Opening[] = [
    { on: 'band', band },
    { on: 'case' },
    { on: 'reports', count: (given.opens % 3) + 1 },
    { on: 'habitual' },
    { on: 'attempt_failed' },
    { on: 'contact_data_wrong' },
    { on: 'referral_fallen' },
    { on: 'first_months' },
    ...before.map(({ task }): Opening => ({
      on: 'no_improvement',
      after: task,
      schoolDays: given.due,
      ...(given.pin % 2 ? { absences: given.count } : { rate: given.count / 10 }),
    })),
    ...paths.map((_path, p): Opening => ({ on: 'path', path: `path-${p + 1}`, ...(given.opens % 2 ? { band } : { reports: 1 }) })),
  ];
  // Mostly bands and the case itself, as in any real policy.
  const first = given.opens % 3 === 0 ? pick(openings, given.opens) : pick(openings.slice(0, 2), given.opens);
  const owner = pick(ROLES, given.owner);
  const opens = [first, ...(given.second === null ? [] : [pick(openings, given.second)])];
  // Mostly what is there as soon as this is; sometimes anything at all, which the validator may have to refuse.
  const there = before.filter((task) => given.need === 0 || opens.every((one) => isThere(task, one)));
  const need = given.need === null || there.length === 0 ? undefined : pick(there, given.need).task;
  return {
    task: `work-${n + 1}`,
    kind: given.kind === 'meeting' || given.kind === 'conference' ? 'meeting' : 'task',
    step: first.on === 'band' ? band : pick(bands, given.opens + 1).band,
    title: `Work ${n + 1}`,
    clause,
    opens,
    owner,
    ...(given.also ? { also: [pick(ROLES, given.owner + 1)] } : {}),
    due: given.due,
    evidence: given.pin % 17 === 16 ? { schoolRecord: 'assembly' } : evidenceOf(given, owner),
    ...(given.recurs && given.pin % 4 === 0 ? { recurs: given.due } : {}),
    ...(given.unavailable ? { unavailable: true as const } : {}),
    ...(need ? { needs: [need] } : {}),
  };
}

const isThere = ({ opens }: Task, opening: Opening): boolean =>
  opens.some((one) => one.on === 'case' || JSON.stringify(one) === JSON.stringify(opening));

const talk = (band: string): Task => ({
  task: `talk-${band}`,
  kind: 'task',
  step: band,
  title: 'Talk with the family',
  clause,
  opens: [{ on: 'band', band }],
  owner: 'case_manager',
  due: 5,
  evidence: { action: 'contact', where: { outcome: ['reached', 'reached_no_resolution'] } },
});

const situationOf = (n: number): Task => ({
  task: `situation-${n + 1}`,
  kind: 'task',
  step: 'situation',
  title: `What situation ${n + 1} asks for`,
  clause,
  opens: [{ on: 'path', path: `path-${n + 1}` }],
  owner: 'case_manager',
  due: 5,
  evidence: { action: 'coordination', where: { result: ['informed', 'agreed'] } },
});

function pathOf(given: Given['paths'][number], n: number, tasks: Task[]): NonNullable<Draft['paths']>[number] {
  const own = `path-${n + 1}`;
  const others = tasks.filter(({ opens }) => !opens.some((one) => one.on === 'path' && one.path === own));
  const drops = [...new Set(given.drops.map((d) => pick(others, d).task))];
  return {
    path: own,
    title: `Path ${n + 1}`,
    clause,
    flags: given.flags,
    ...(given.age ? { age: 17 } : {}),
    ...(given.first ? { first: [`situation-${n + 1}`] } : {}),
    ...(drops.length ? { drops } : {}),
    ...(given.stops & 1 ? { notices: 'stop' as const } : {}),
    ...(given.stops & 2 ? { referral: 'stop' as const } : {}),
  };
}

/** What the statute asks of every policy: reports and their withdrawal, the conference, the notice, the referral. */
const frame = (bands: Band[]): Task[] => {
  const last = bands.at(-1)!.band;
  const base = { kind: 'task' as const, step: 'truancy', clause, due: 5 };
  return [
    { ...base, task: 'truancy-report', title: 'Report', opens: [{ on: 'report_due' }], owner: 'clerk', evidence: { report: true } },
    { ...base, task: 'report-review', title: 'Withdraw', opens: [{ on: 'report_fallen' }], owner: 'clerk', evidence: { withdrawal: true } },
    {
      ...base,
      task: 'conference',
      kind: 'meeting',
      title: 'Conference',
      opens: [
        { on: 'band', band: last },
        { on: 'reports', count: 1 },
      ],
      owner: 'principal',
      evidence: { action: 'conference', where: { outcome: ['held', 'no_show', 'refused'] }, includes: { invited: ['parent', 'pupil'] } },
    },
    {
      ...base,
      task: 'referral-notice',
      kind: 'notice',
      step: last,
      title: 'Notice of referral',
      opens: [{ on: 'band', band: last }],
      owner: 'attendance_supervisor',
      evidence: { action: 'notice_of_referral', includes: { to: ['pupil', 'parent'] } },
    },
    {
      ...base,
      task: 'sarb-referral',
      kind: 'referral',
      step: last,
      title: 'Referral',
      opens: [{ on: 'band', band: last }],
      owner: 'attendance_supervisor',
      evidence: { referral: 'sarb' },
    },
  ];
};

const corrections: Task = {
  task: 'correction-note',
  kind: 'task',
  step: 'truancy',
  title: 'Tell the family that a letter no longer stands',
  clause,
  opens: [{ on: 'letter_fallen' }],
  owner: 'case_manager',
  due: 5,
  evidence: { action: 'correction_note' },
};

function letterOf(given: Given['letters'][number], n: number, tasks: Task[]): Task {
  const kinds = tasks.flatMap(({ evidence, opens, unavailable }) =>
    'action' in evidence && opens.some(({ on }) => on === 'case') && !unavailable ? [evidence.action] : [],
  );
  return {
    task: `notice-${n + 1}`,
    kind: 'notice',
    step: 'truancy',
    title: `Letter ${n + 1}`,
    clause,
    opens: [n === 2 ? { on: 'habitual' } : { on: 'reports', count: n + 1 }],
    owner: 'clerk',
    due: 5,
    evidence: { letter: `letter-${n + 1}` },
    approver: ['principal'],
    reports: n + 1,
    ...(n > 0 ? { needs: [`notice-${n}`] } : {}),
    ...(n > 0 && given.spacing !== null ? { spacing: given.spacing } : {}),
    ...(n > 0 && given.fullDays !== null ? { fullDays: given.fullDays } : {}),
    ...(given.waitsFor !== null ? { waitsFor: { tasks: [pick(tasks, given.waitsFor).task], schoolDays: given.waitsFor } } : {}),
    ...(n > 0 && given.newEvents !== null ? { newEvents: given.newEvents } : {}),
    ...(n > 0 && given.between && kinds.length ? { interventionBetween: kinds.slice(0, 2) } : {}),
  };
}

const recoveryOf = (bands: Band[], rest: number): NonNullable<Draft['recovery']> => ({
  clause,
  from: pick(bands, rest).band,
  schoolDays: 20,
  attendance: 0.95,
  monitor: 20,
  open: pick(['withdraw', 'pause'], rest),
  keep: ['truancy-report', 'report-review', 'correction-note'],
});

function requirementsOf({ required, rest }: Given, tasks: Task[], situations: Task[], letters: Task[]): Draft['referral']['requirements'] {
  const truancy = ({ opens }: Task): boolean => opens.every(({ on }) => on === 'reports' || on === 'habitual');
  const ofTask = (task: Task): Draft['referral']['requirements'][number] => {
    const path = task.opens.every(({ on }) => on === 'path') ? task.opens.find((one) => one.on === 'path') : undefined;
    return {
      task: task.task,
      ...(truancy(task) ? { ground: 'habitual_truant' as Ground } : {}),
      ...(path?.on === 'path' ? { path: path.path } : {}),
    };
  };
  const asked = [...new Set(required.map((n) => pick([...tasks, ...situations, ...letters], n)))].map(ofTask);
  const ground = rest % 5 === 0 ? { ground: pick(CALIFORNIAN_GROUNDS, rest) } : {};
  const panel = tasks.find(({ evidence }) => 'action' in evidence && evidence.action === 'meeting');
  const contact = tasks.find(({ evidence }) => 'action' in evidence && evidence.action === 'contact');
  return [
    { task: 'conference' },
    ...asked,
    ...(contact
      ? [{ requirement: 'calls', title: 'Calls', clause, ...ground, test: { evidence: { action: 'contact' as const, count: 2 } } }]
      : []),
    ...(panel && rest % 7 === 0
      ? [
          {
            requirement: 'decided',
            title: 'Decided',
            clause,
            test: { decision: { team: pick(TEAMS, rest), decision: 'refer_to_sarb' as const } },
          },
        ]
      : []),
  ];
}
