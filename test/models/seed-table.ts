import type { PolicyDocument } from '../../policy/index.ts';

/** One demand of the text that a model was made from, and the elements of the policy that carry it. */
export interface Bullet {
  /** Where in the text it stands. */
  part: string;
  bullet: string;
  /**
   * Keys of tasks, of school tasks and of requirements of the referral; `absenceList`; or, where a rule of the policy carries it, the key of
   * that rule, as `rollover`.
   */
  elements: string[];
}

/** What a model was made from, demand by demand. */
export interface SeedTable {
  bullets: Bullet[];
  /** Tasks that come from the statute or a student's situation, and from no demand of the text. */
  beside: string[];
}

type Task = PolicyDocument['tasks'][number];

/** The table of a model as its page in `docs/` has it, head first: each bullet with the elements that carry it. */
export function tableOf(document: PolicyDocument, { bullets }: SeedTable): string[][] {
  return [
    ['part', 'bullet', 'element', 'owner', 'due (school days)', 'opens on', 'completed by'],
    ...bullets.flatMap(({ part, bullet, elements }) =>
      elements.map((element, n) => [n === 0 ? part : '', n === 0 ? bullet : '', ...cellsOf(document, element)]),
    ),
  ];
}

/** @throws if the policy has no such element */
function cellsOf(document: PolicyDocument, element: string): string[] {
  const task = document.tasks.find((one) => one.task === element);
  if (task)
    return [
      `\`${element}\` (${task.kind})`,
      words(task.owner),
      String(task.due),
      [...new Set(task.opens.map(opened))].join(' or '),
      `${completed(task)}${task.unavailable ? ', or _not available, because …_' : ''}`,
    ];
  const school = document.schoolTasks.find((one) => one.task === element);
  if (school) return [`\`${element}\` (school task)`, words(school.owner), school.cadence, '-', 'the school’s record'];
  if (element === 'absenceList') {
    const { owner, callDue, clearing } = document.absenceList;
    const by = `a documented call; clearing window of ${clearing} school days from the return`;
    return ['`absenceList` (daily list)', words(owner), String(callDue), 'each new spell', by];
  }
  const requirement = document.referral.requirements.find((one) => 'requirement' in one && one.requirement === element);
  if (requirement) return [`\`${element}\` (requirement)`, '-', '-', '-', 'asked of the referral'];
  if (ruleOf(document, element) === undefined) throw new Error(`${document.policy} has no element “${element}”`);
  return [`\`${element}\` (rule)`, '-', '-', '-', '-'];
}

/** What stands at a dotted path of a document, where a list is looked through by its first key: `paths.foster`. */
function ruleOf(document: PolicyDocument, element: string): unknown {
  return element.split('.').reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at.find((one) => Object.values(one as object)[0] === key);
    return (at as Record<string, unknown> | undefined)?.[key];
  }, document);
}

function opened(opening: Task['opens'][number]): string {
  if (opening.on === 'reports') return `${opening.count} standing report${opening.count === 1 ? '' : 's'}`;
  if (opening.on === 'band') return `band ${opening.band}`;
  if (opening.on === 'path') return `path ${opening.path}`;
  if (opening.on === 'no_improvement') return `no improvement after ${opening.after}`;
  return words(opening.on);
}

function completed({ evidence }: Task): string {
  if ('action' in evidence) return words(evidence.action);
  if ('schoolRecord' in evidence) return 'the school’s record, cited';
  if ('letter' in evidence) return 'its approval and mailing';
  if ('referral' in evidence) return 'the referral';
  return 'report' in evidence ? 'the filed report' : 'the withdrawal of the report';
}

function words(key: string): string {
  return key.replaceAll('_', ' ');
}

/** The rows of the first table of a Markdown page, without what only lines it up. */
export function tableIn(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|-]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
