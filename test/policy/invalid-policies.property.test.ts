import fc from 'fast-check';
import { parse } from 'yaml';
import { readPolicy } from '../../policy/index.ts';
import { runs } from '../world/runs.ts';
import { policyText, randomPolicy } from './random-policy.ts';

const SEED = 20261125;

type Loose = Record<string, unknown>;
interface Draft extends Loose {
  bands: Loose[];
  bandsBy: string;
  tasks: (Loose & { task: string; opens: Loose[]; evidence: Loose; needs?: string[] })[];
  paths: (Loose & { path: string })[];
  referral: { justifiableBy: string[]; requirements: Loose[] };
}

/** Where the fault is and which words its message must have; null where this policy has no place for it. */
type Fault = (draft: Draft, n: number) => { path: string; says: string[] } | null;

const at = <T>(list: readonly T[], n: number): [T, number] => [list[n % list.length]!, n % list.length];
const find = (draft: Draft, holds: (task: Draft['tasks'][number]) => boolean): number => draft.tasks.findIndex(holds);

const FAULTS: Record<string, Fault> = {
  'a gap between two bands': ({ bands, bandsBy }, n) => {
    if (bandsBy === 'rate' || bands.length < 2) return null;
    const [band, index] = at(bands.slice(1), n);
    band['from'] = Number(band['from']) + 2;
    if (band['to'] !== undefined) band['to'] = Number(band['to']) + 2;
    return { path: `bands.${index + 1}.from`, says: ['gap', String(band['name'])] };
  },
  'two bands that overlap': ({ bands, bandsBy }, n) => {
    if (bandsBy === 'rate' || bands.length < 2) return null;
    const [band, index] = at(bands.slice(1), n);
    band['from'] = Number(band['from']) - 1;
    return { path: `bands.${index + 1}.from`, says: ['overlap', String(band['name'])] };
  },
  'a last band with an end': ({ bands, bandsBy }) => {
    if (bandsBy === 'rate') return null;
    const last = bands.at(-1)!;
    last['to'] = Number(last['from']) + 50;
    return { path: `bands.${bands.length - 1}.to`, says: ['nobody with more than'] };
  },
  'an attendance in two bands': ({ bands, bandsBy }) => {
    if (bandsBy === 'count' || bands.length < 2) return null;
    bands.at(-1)!['attendance'] = { atLeast: 0.1 };
    return { path: `bands.${bands.length - 1}.attendance`, says: [String(bands.at(-1)!['name'])] };
  },
  'a band that is there twice': ({ bands }, n) => {
    if (bands.length < 2) return null;
    const [band, index] = at(bands.slice(1), n);
    band['band'] = bands[0]!['band'];
    return { path: `bands.${index + 1}.band`, says: ['twice', 'band-1'] };
  },
  'an opening on a band that is none': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    if ('letter' in task.evidence || 'report' in task.evidence) return null;
    task.opens.push({ on: 'band', band: 'beyond' });
    return { path: `tasks.${index}.opens.${task.opens.length - 1}`, says: ['beyond', 'no band'] };
  },
  'an opening on a path that is none': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    if ('letter' in task.evidence || 'report' in task.evidence) return null;
    task.opens.push({ on: 'path', path: 'nowhere' });
    return { path: `tasks.${index}.opens.${task.opens.length - 1}`, says: ['nowhere', 'no path'] };
  },
  'a task without an owner': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    delete task['owner'];
    return { path: `tasks.${index}.owner`, says: [task.task, 'owner'] };
  },
  'an owner that is no role': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    task['owner'] = 'wizard';
    return { path: `tasks.${index}.owner`, says: ['wizard'] };
  },
  'a task without a due time': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    delete task['due'];
    return { path: `tasks.${index}.due`, says: [task.task, 'due'] };
  },
  'a task that is there twice': (draft, n) => {
    const [task, index] = at(draft.tasks.slice(1), n);
    task.task = draft.tasks[0]!.task;
    return { path: `tasks.${index + 1}.task`, says: ['twice', task.task] };
  },
  'a need that is no task': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    task.needs = [...(task.needs ?? []), 'magic'];
    return { path: `tasks.${index}.needs.${task.needs.length - 1}`, says: ['magic', 'no task'] };
  },
  'two tasks that need each other': (draft) => {
    const one = find(draft, ({ task }) => task === 'conference');
    const other = find(draft, ({ task }) => task === 'referral-notice');
    draft.tasks[one]!.needs = ['referral-notice'];
    draft.tasks[other]!.needs = ['conference'];
    return { path: `tasks.${one}.needs.0`, says: ['conference', 'referral-notice', 'need each other'] };
  },
  'a word that is not of its field': (draft, n) => {
    const index = find(draft, ({ task }) => task.startsWith('talk-'));
    draft.tasks[index]!.evidence = { action: 'contact', where: { outcome: ['reached', `mood-${n}`] } };
    return { path: `tasks.${index}.evidence.where.outcome`, says: [`mood-${n}`, 'outcome'] };
  },
  'a field that its kind of action has not': (draft) => {
    const index = find(draft, ({ task }) => task === 'conference');
    draft.tasks[index]!.evidence = { action: 'conference', where: { weather: ['fair'] } };
    return { path: `tasks.${index}.evidence.where.weather`, says: ['weather', 'conference'] };
  },
  'a school task that is none': (draft, n) => {
    const index = find(draft, ({ task }) => task.startsWith('talk-'));
    draft.tasks[index]!.evidence = { schoolRecord: `feast-${n}` };
    return { path: `tasks.${index}.evidence`, says: [`feast-${n}`] };
  },
  'a letter that nobody approves': (draft) => {
    const index = find(draft, ({ evidence }) => 'letter' in evidence);
    delete draft.tasks[index]!['approver'];
    return { path: `tasks.${index}`, says: ['letter-1', 'approver'] };
  },
  'a letter on a band': (draft) => {
    const index = find(draft, ({ evidence }) => 'letter' in evidence);
    draft.tasks[index]!.opens = [{ on: 'band', band: 'band-1' }];
    return { path: `tasks.${index}.opens`, says: ['letter-1'] };
  },
  'a letter before its reports': (draft) => {
    const index = find(draft, ({ evidence }) => 'letter' in evidence);
    draft.tasks[index]!['reports'] = 2;
    return { path: `tasks.${index}.reports`, says: ['letter-1', '2 reports'] };
  },
  'a truancy report before the statute allows it': (draft) => {
    const index = find(draft, ({ evidence }) => 'report' in evidence);
    draft.tasks[index]!.opens = [{ on: 'case' }];
    return { path: `tasks.${index}.opens`, says: ['statute'] };
  },
  'truancy reports that a path drops': (draft, n) => {
    if (draft.paths.length === 0) return null;
    const [path, index] = at(draft.paths, n);
    path['drops'] = ['truancy-report'];
    return { path: `paths.${index}.drops.0`, says: [path.path, 'truancy-report', 'statute'] };
  },
  'a condition of the statute said again': (draft) => {
    draft.referral.requirements.push({ requirement: 'age', title: 'Any age', clause: 'ours', test: { evidence: { action: 'contact' } } });
    return { path: `referral.requirements.${draft.referral.requirements.length - 1}`, says: ['age', 'statute', 'override'] };
  },
  'a notice of referral that may be left out': (draft) => {
    const index = find(draft, ({ task }) => task === 'referral-notice');
    draft.tasks[index]!['unavailable'] = true;
    return { path: `tasks.${index}.unavailable`, says: ['referral-notice', 'EC 48263'] };
  },
  'a referral without its notice': (draft) => {
    draft.tasks = draft.tasks.filter(({ task }) => task !== 'referral-notice');
    const index = find(draft, ({ evidence }) => 'referral' in evidence);
    return { path: `tasks.${index}`, says: ['nobody can refer', 'EC 48263'] };
  },
  'a requirement that is no task': (draft, n) => {
    draft.referral.requirements.push({ task: `wish-${n}` });
    return { path: `referral.requirements.${draft.referral.requirements.length - 1}`, says: [`wish-${n}`, 'no task'] };
  },
  'a requirement that is there twice': (draft, n) => {
    const [one] = at(draft.referral.requirements, n);
    draft.referral.requirements.push({ ...one });
    const name = String(one['task'] ?? one['requirement']);
    return { path: `referral.requirements.${draft.referral.requirements.length - 1}`, says: ['twice', name] };
  },
  'a requirement of records that nobody makes': (draft) => {
    const test = { evidence: { action: 'directive' } };
    draft.referral.requirements.push({ requirement: 'told', title: 'Told', clause: 'ours', test });
    return { path: `referral.requirements.${draft.referral.requirements.length - 1}.test`, says: ['told', 'directive'] };
  },
  'a merge field that is none': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    task['script'] = `Good day, {student} has {grade-${n}}.`;
    return { path: `tasks.${index}.script`, says: [`{grade-${n}}`, task.task] };
  },
  'an occasion shorter than the statute’s': (draft, n) => {
    draft['days'] = { occasion: { minutes: 1 + (n % 29), operator: 'over' } };
    return { path: 'days.occasion.minutes', says: ['EC 48260(a)', `${1 + (n % 29)} minutes`] };
  },
  'a task that opens itself again': (draft, n) => {
    const index = find(draft, ({ task }) => task.startsWith('talk-'));
    const [outcome] = at(['no_answer', 'left_message', 'wrong_number'], n);
    Object.assign(draft.tasks[index]!, {
      opens: [{ on: 'attempt_failed' }],
      evidence: { action: 'contact', where: { outcome: [outcome] } },
    });
    return { path: `tasks.${index}.evidence.where.outcome`, says: [draft.tasks[index]!.task, 'without end'] };
  },
  'a referral that a failed attempt undoes': (draft) => {
    const index = find(draft, ({ task }) => task.startsWith('talk-'));
    const task = draft.tasks[index]!;
    task.opens.push({ on: 'attempt_failed' });
    draft.referral.requirements = [...draft.referral.requirements.filter((one) => one['task'] !== task.task), { task: task.task }];
    return { path: `referral.requirements.${draft.referral.requirements.length - 1}`, says: [task.task, 'attempt failed'] };
  },
  'a key that means nothing': (draft, n) => {
    const [task, index] = at(draft.tasks, n);
    task['colour'] = 'blue';
    return { path: `tasks.${index}.colour`, says: ['colour'] };
  },
  'a state that is none': (draft) => {
    draft['state'] = 'atlantis';
    return { path: 'state', says: ['atlantis'] };
  },
};

const valid = randomPolicy.map(policyText).filter((text) => readPolicy(text).ok);

test.each(Object.entries(FAULTS))('a random policy with %s is refused, with place, reason and remedy', (_name, fault) => {
  let tried = 0;
  fc.assert(
    fc.property(valid, fc.nat(100), (text, n) => {
      const draft = parse(text) as Draft;
      const wanted = fault(draft, n);
      fc.pre(wanted !== null);
      tried += 1;
      const read = readPolicy(policyText(draft));
      const problems = read.ok ? [] : read.problems;
      const told = problems.find(({ path, reason }) => path === wanted.path && wanted.says.every((word) => reason.includes(word)));
      if (!told) throw new Error(`wanted ${JSON.stringify(wanted)}, told ${JSON.stringify(problems)}`);
      expect(told.line).toEqual(expect.any(Number));
      expect(told.remedy).toMatch(/\S/);
    }),
    { seed: SEED, numRuns: runs(3, 40), maxSkipsPerRun: 50 },
  );
  expect(tried).toBeGreaterThan(0);
});
