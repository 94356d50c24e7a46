import { parse, stringify } from 'yaml';
import { readPolicy, shippedPolicyText, type PolicyProblem } from '../../policy/index.ts';

const lausd = shippedPolicyText('lausd');

export type Entry = Record<string, unknown>;
export interface Loose {
  bands: Entry[];
  tasks: Entry[];
  paths: Entry[];
  referral: { requirements: Entry[] };
  days: { occasion: Entry };
  [key: string]: unknown;
}

export const task = (draft: Loose, key: string): Entry => draft.tasks.find((one) => one['task'] === key)!;

/** The problems of the shipped policy after a change, and the text they speak of. */
export function after(change: (draft: Loose) => void): { problems: PolicyProblem[]; text: string; warnings: PolicyProblem[] } {
  const draft = parse(lausd) as Loose;
  change(draft);
  const text = stringify(draft);
  const read = readPolicy(text);
  return read.ok ? { problems: [], warnings: read.warnings, text } : { problems: read.problems, warnings: [], text };
}

/** One fault each: what is wrong, where it is told, and what is said. */
export const FAULTS: [name: string, change: (draft: Loose) => void, path: string, reason: string][] = [
  [
    'a band’s step without any task',
    (d) => {
      d.bands[3]!['to'] = 40;
      (d.bands[3]!['attendance'] as Entry) = { atLeast: 0.8, below: 0.87 };
      d.bands.push({ band: 'lost', name: 'Lost', from: 41, attendance: { below: 0.8 } });
    },
    'bands.4',
    'nothing happens in band “Lost”',
  ],
  [
    'a task that opens on a recovery the policy does not know',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'recovered' }]),
    'tasks.16.opens.0',
    'never opens on recovered: this policy knows no recovery',
  ],
  [
    'a task on a path that drops it',
    (d) => (d.paths[0]!['drops'] = ['foster-informed']),
    'tasks.31.opens.0',
    'the path “foster” itself drops it',
  ],
  [
    'letters without truancy reports',
    (d) => {
      d.tasks = d.tasks.filter((one) => !['truancy-report', 'report-review'].includes(one['task'] as string));
    },
    'tasks.9.opens.0',
    'no task of this policy files a truancy report',
  ],
  [
    'two tasks that mail the same letter',
    (d) => (task(d, 'letter-3')['evidence'] = { letter: 'letter-2' }),
    'tasks.42.evidence',
    '“letter-3” mails letter-2, and so does “letter-2”',
  ],
  [
    'evidence by a role that may not document it',
    (d) => (task(d, 'psa-consult')['evidence'] = { action: 'consultation', by: ['teacher'] }),
    'tasks.7.evidence.by',
    'asks for what the teacher did, and only the case manager or principal may document it',
  ],
  [
    'a need that opens later than the work that needs it',
    (d) => (task(d, 'teacher-call')['needs'] = ['pattern-review']),
    'tasks.5.needs.0',
    'can be open (band “basic”) while “pattern-review”, which it needs, is not (band “far-below-basic”)',
  ],
  [
    'a need that is asked on a path alone',
    (d) => (task(d, 'sst')['needs'] = ['health-track']),
    'tasks.19.needs.0',
    'while “health-track”, which it needs, is not (the path “medical”)',
  ],
  [
    'work that needs a letter which a path stops',
    (d) => {
      task(d, 'contract')['needs'] = ['letter-1'];
      task(d, 'contract')['opens'] = [{ on: 'reports', count: 2 }];
    },
    'tasks.14.needs.0',
    'does not go out on the path “medical”',
  ],
  [
    'letters that wait for a letter',
    (d) => (task(d, 'notice-by-hand')['needs'] = ['letter-1']),
    'paths.4.first.0',
    'letters wait for “notice-by-hand”, which waits for a letter',
  ],
  [
    'letters that wait for what another path drops',
    (d) => (d.paths[1]!['drops'] = ['foster-informed']),
    'paths.0.first.0',
    'letters wait for “foster-informed”, which the path “homeless” drops',
  ],
  [
    'more differences than records',
    (d) => (task(d, 'next-attempt')['evidence'] = { action: 'contact', count: 2, distinct: { contacts: 3 } }),
    'tasks.2.evidence.distinct',
    '3 different ones cannot be among 2 records',
  ],
  [
    'different contact persons of what names none',
    (d) => (task(d, 'monitoring')['evidence'] = { action: 'monitoring', count: 2, distinct: { contacts: 2 } }),
    'tasks.17.evidence.distinct.contacts',
    'a monitoring names no contact person',
  ],
  [
    'a record that is to tell what it has no field for',
    (d) => (task(d, 'case-management-plan')['evidence'] = { action: 'plan', tells: ['causes', 'colour'] }),
    'tasks.12.evidence.tells.1',
    '“plan” has no coded field “colour”',
  ],
  [
    'a first notice that needs what can stay undone',
    (d) => (task(d, 'letter-1')['needs'] = ['not-evaluation-list', 'teacher-call']),
    'tasks.40.needs.1',
    '“letter-1”, the notice that EC 48260.5 asks for, needs “teacher-call”: as long as nobody does that, it would be withheld',
  ],
  [
    'a first notice that needs it in a roundabout way',
    (d) => (task(d, 'not-evaluation-list')['needs'] = ['agency-referral-1']),
    'tasks.40.needs.0',
    'needs “agency-referral-1”: as long as nobody does that, it would be withheld',
  ],
  [
    'a first notice that waits for longer than a school year',
    (d) => (task(d, 'letter-1')['waitsFor'] = { tasks: ['teacher-call'], schoolDays: 180 }),
    'tasks.40.waitsFor.schoolDays',
    'would wait 180 school days, and no school year has more than 180: it would be withheld',
  ],
  [
    'a first notice for full days alone',
    (d) => (task(d, 'letter-1')['fullDays'] = 3),
    'tasks.40.fullDays',
    'a pupil who is only late would never be told',
  ],
  [
    'a letter that waits for what is no task',
    (d) => (task(d, 'letter-2')['waitsFor'] = { tasks: ['sst', 'walk'], schoolDays: 5 }),
    'tasks.41.waitsFor.tasks.1',
    'waits for “walk”, which is no task',
  ],
  [
    'a letter that waits for a letter as if it were outreach',
    (d) => (task(d, 'letter-2')['waitsFor'] = { tasks: ['letter-1'], schoolDays: 5 }),
    'tasks.41.waitsFor.tasks.0',
    'waits for the letter “letter-1”',
  ],
  [
    'work that waits as only a letter does',
    (d) => (task(d, 'sst')['fullDays'] = 6),
    'tasks.19.fullDays',
    '“sst” is no letter, and “fullDays” makes letters wait',
  ],
  [
    'a task on early absences in a policy that counts none',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'first_months' }]),
    'tasks.16.opens.0',
    'never opens on first months: this policy says in no “firstMonths”',
  ],
  [
    'a task on no improvement after what is no task',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'no_improvement', after: 'walk', schoolDays: 20, rate: 0.1 }]),
    'tasks.16.opens.0',
    'never opens on no improvement after “walk”: “walk” is no task of this policy',
  ],
  [
    'a task on no improvement after what is done on no day of its own',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'no_improvement', after: 'truancy-report', schoolDays: 20, rate: 0.1 }]),
    'tasks.16.opens.0',
    '“truancy-report” documents no action and no letter, so it is done on no day of its own',
  ],
  [
    'a task on no improvement by a count and by a rate',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'no_improvement', after: 'sst', schoolDays: 20, absences: 4, rate: 0.1 }]),
    'tasks.16.opens.0',
    'says neither how many absences nor which rate, or both',
  ],
  [
    'a task on no improvement after more days than a school year has',
    (d) => (task(d, 'pattern-review')['opens'] = [{ on: 'no_improvement', after: 'sst', schoolDays: 190, rate: 0.1 }]),
    'tasks.16.opens.0',
    'no school year has so many school days',
  ],
  [
    'a task on no improvement after what itself comes after it',
    (d) => {
      task(d, 'pattern-review')['opens'] = [{ on: 'no_improvement', after: 'sst', schoolDays: 20, rate: 0.1 }];
      task(d, 'sst')['opens'] = [{ on: 'no_improvement', after: 'pattern-review', schoolDays: 20, rate: 0.1 }];
    },
    'tasks.16.opens.0',
    '“sst” itself waits for “pattern-review”',
  ],
  [
    'a partner whose task rests on the record of the student',
    (d) => (task(d, 'pattern-review')['owner'] = 'partner'),
    'tasks.16.evidence',
    '“pattern-review” belongs to a partner and rests on the student’s record, which a partner does not read',
  ],
  [
    'a partner who alone may do what must be done',
    (d) => Object.assign(task(d, 'teacher-call'), { owner: 'partner', also: [] }),
    'tasks.5.also',
    'partners alone may document “teacher-call”, and of a student of whom no partner may be told nobody could',
  ],
  [
    'a partner who approves letters',
    (d) => (task(d, 'letter-1')['approver'] = ['partner']),
    'tasks.40.approver',
    'a partner is named for work that takes the records of the school’s students',
  ],
  [
    'friends who are asked without words to say',
    (d) => (task(d, 'next-attempt')['evidence'] = { action: 'contact', where: { whom: ['friend'], outcome: ['reached'] } }),
    'tasks.2',
    'asks friends of the student and says in no “script” what they are told',
  ],
  [
    'a friend who is told too much',
    (d) => {
      task(d, 'next-attempt')['evidence'] = { action: 'contact', where: { whom: ['friend'], outcome: ['reached'] } };
      task(d, 'next-attempt')['script'] = 'Hello, {student} was absent today.';
    },
    'tasks.2.script',
    'says “absent” to a friend of the student, who may learn nothing',
  ],
  [
    'an evening before the afternoon',
    (d) => (d['timesOfDay'] = { afternoon: '17:00', evening: '12:00' }),
    'timesOfDay.evening',
    'the evening begins at 12:00, before the afternoon',
  ],
  [
    'an intervention that nobody can document',
    (d) => (task(d, 'letter-2')['interventionBetween'] = ['recognition']),
    'tasks.41.interventionBetween',
    'waits for recognition, and no task of this policy documents one',
  ],
  [
    'a requirement without exception whose task a path drops',
    (d) => {
      d.paths[0]!['drops'] = ['sst'];
      d.referral.requirements.find((one) => one['task'] === 'sst')!['firm'] = true;
    },
    'referral.requirements.24',
    'asks for “sst” without exception, and the path “foster” drops it',
  ],
  [
    'a requirement of every case whose task a path alone opens',
    (d) => delete d.referral.requirements.find((one) => one['task'] === 'foster-informed')!['path'],
    'referral.requirements.20',
    'asks every case for “foster-informed”, which opens only on the path “foster”',
  ],
  [
    'a requirement whose task may never open',
    (d) => d.referral.requirements.push({ task: 'contact-correction' }),
    'referral.requirements.34',
    'which may never open on a case (contact data wrong)',
  ],
  [
    'a letter asked of a referral on absence alone',
    (d) => delete d.referral.requirements.find((one) => one['task'] === 'letter-2')!['ground'],
    'referral.requirements.13',
    'opens only where truancy reports are filed',
  ],
  [
    'a requirement of records that nobody may make',
    (d) => {
      const test = { evidence: { action: 'recognition' } };
      d.referral.requirements.push({ requirement: 'praise', title: 'Praise', clause: 'ours', test });
    },
    'referral.requirements.34.test',
    'asks for a recognition, and no task of this policy lets anybody document one',
  ],
  [
    'a referral without the notice that the state asks for',
    (d) => (d.tasks = d.tasks.filter((one) => one['task'] !== 'referral-notice')),
    'tasks.28',
    'nobody can refer: the state asks “Pupil and parent were told of the referral in writing” (EC 48263)',
  ],
  [
    'a path that drops what the state asks of a referral',
    (d) => (d.paths[0]!['drops'] = ['referral-notice']),
    'paths.0.drops',
    'drops “referral-notice”, which the state asks for',
  ],
  [
    'a condition of the statute said again as the policy’s own',
    (d) => {
      const test = { reports: 2 };
      d.referral.requirements.push({ requirement: 'truancy-reports', title: 'Two reports', clause: 'ours', test });
    },
    'referral.requirements.34',
    '“truancy-reports” is a condition of the statute (EC 48262), and a policy cannot override it',
  ],
  ['a statute of one’s own', (d) => (d['statute'] = { firstReportEvents: 2 }), 'statute', 'a policy cannot override it'],
  [
    'a statutory notice that may be left out',
    (d) => (task(d, 'referral-notice')['unavailable'] = true),
    'tasks.28.unavailable',
    'is a condition of the statute (EC 48263), and nobody can record it as not available',
  ],
  [
    'a path that drops truancy reports',
    (d) => (d.paths[1]!['drops'] = ['truancy-report']),
    'paths.1.drops.0',
    'the statute asks for truancy reports',
  ],
  [
    'occasions that count earlier than the statute',
    (d) => (d.days.occasion['minutes'] = 15),
    'days.occasion.minutes',
    'before the statute allows it (EC 48260(a): more than 30 minutes)',
  ],
  [
    'truancy without a letter that says so',
    (d) => {
      d.tasks = d.tasks.filter((one) => !['letter-1', 'letter-2', 'letter-3', 'correction-note'].includes(one['task'] as string));
      d.referral.requirements = d.referral.requirements.filter((one) => !String(one['task']).startsWith('letter-'));
      (d['rollover'] as Entry)['goOn'] = ['contact-correction'];
    },
    'tasks',
    'no letter of this policy tells the family that the pupil is truant (EC 48260.5)',
  ],
  [
    'a letter that there is no text of',
    (d) => (task(d, 'letter-3')['evidence'] = { letter: 'letter-9' }),
    'tasks.42.evidence.letter',
    'there is no text of a letter “letter-9”',
  ],
  [
    'a merge field that is none',
    (d) => (task(d, 'teacher-call')['script'] = 'Good day, this is {caller} about {gpa}.'),
    'tasks.5.script',
    'has the merge field “{gpa}”, which is none',
  ],
  [
    'a reminder before its task opens',
    (d) => (task(d, 'sst')['reminders'] = [{ to: 'owner', before: 10 }]),
    'tasks.19.reminders.0.before',
    '“sst” is due 10 school days after it opens, so 10 school days before that it is not there yet',
  ],
  [
    'the same reminder twice, the owner under two names',
    (d) =>
      (task(d, 'sst')['reminders'] = [
        { to: 'owner', after: 1 },
        { to: task(d, 'sst')['owner'], after: 1 },
      ]),
    'tasks.19.reminders.1',
    'is reminded twice at the same moment',
  ],
  [
    'a reminder to a role that there is none of',
    (d) => (d['reminders'] = [{ to: 'janitor', after: 1 }]),
    'reminders.0.to',
    '“janitor” is no word of “to”',
  ],
  ['a task without an owner', (d) => delete task(d, 'sst')['owner'], 'tasks.19.owner', '“sst” has no owner'],
  ['a task without a due time', (d) => delete task(d, 'sst')['due'], 'tasks.19.due', '“sst” lacks “due”'],
  [
    'a word that is not in the vocabulary of evidence',
    (d) => (task(d, 'sst')['evidence'] = { action: 'meeting', mood: 'good' }),
    'tasks.19.evidence.mood',
    '“mood” is no key here',
  ],
];
