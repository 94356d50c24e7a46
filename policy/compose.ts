import { isMap, isSeq, parseDocument, type Document, type YAMLMap, type YAMLSeq } from 'yaml';
import type { PolicyDocument, StateProfile } from './document.ts';
import { LAYER_BANDS, layerDocument, type LayerDocument } from './layer.ts';
import { Text, type PolicyProblem } from './problems.ts';
import { shapeProblems } from './shape.ts';

/** A policy with a layer laid over it, as a document of its own; or what keeps the two apart, by the lines of the layer. */
export type Composed = { ok: true; text: string } | { ok: false; problems: PolicyProblem[] };

/** What the composed document is called. */
export interface Named {
  policy: string;
  /** Left out: the title of the policy below, with the layer's. */
  title?: string;
}

/**
 * Lays a layer over a policy. What comes out is one plain document, with the comments of both, that is read, checked, approved and pinned
 * as any other: nothing but this knows of layers. A layer adds and delays; it changes nothing of the policy below, and names that are
 * there already are refused rather than guessed at.
 * @param base the text of a policy that the validator has accepted, and `document` what it says
 * @param layer the text of a layer
 */
export function compose(base: string, document: PolicyDocument, state: StateProfile, layer: string, named: Named): Composed {
  const text = new Text(layer);
  if (text.faults.length) return { ok: false, problems: text.faults };
  const parsed = layerDocument.safeParse(text.value);
  if (!parsed.success) return { ok: false, problems: shapeProblems(parsed.error.issues, text.value, text) };
  const laid = parsed.data;
  const problems = [...conflicts(document, laid, text), ...bands(laid, text), ...letters(document, state, laid, text)];
  return problems.length ? { ok: false, problems } : { ok: true, text: laidOver(base, document, layer, laid, named) };
}

/** What both have under one name. */
function conflicts(
  { policy, tasks, schoolTasks, referral, timesOfDay, reminders }: PolicyDocument,
  laid: LayerDocument,
  text: Text,
): PolicyProblem[] {
  const there: [list: 'tasks' | 'schoolTasks' | 'requirements', what: string, keys: string[], of: string[]][] = [
    ['tasks', 'task', tasks.map(({ task }) => task), (laid.tasks ?? []).map(({ task }) => task)],
    ['schoolTasks', 'school task', schoolTasks.map(({ task }) => task), (laid.schoolTasks ?? []).map(({ task }) => task)],
    ['requirements', 'requirement', referral.requirements.map(nameOf), (laid.requirements ?? []).map(nameOf)],
  ];
  const found = there.flatMap(([list, what, keys, of]) =>
    of.flatMap((key, n) =>
      keys.includes(key)
        ? [
            text.problem(
              [list, n],
              `“${policy}” and the layer “${laid.layer}” both have a ${what} “${key}”, and nobody could tell which was meant`,
              'give it another name in one of the two',
            ),
          ]
        : [],
    ),
  );
  if (laid.timesOfDay && timesOfDay && JSON.stringify(laid.timesOfDay) !== JSON.stringify(timesOfDay))
    found.push(
      text.problem(
        ['timesOfDay'],
        `“${policy}” and the layer “${laid.layer}” say differently when afternoon and evening begin`,
        'let one of the two stand',
      ),
    );
  if (laid.reminders && reminders)
    found.push(
      text.problem(
        ['reminders'],
        `“${policy}” and the layer “${laid.layer}” both say who is reminded of tasks`,
        'let one of the two stand',
      ),
    );
  return found;
}

function nameOf(requirement: PolicyDocument['referral']['requirements'][number]): string {
  return 'task' in requirement ? requirement.task : requirement.requirement;
}

/** A layer names bands by their place; `truancy` and `situation` are steps everywhere. */
function bands(laid: LayerDocument, text: Text): PolicyProblem[] {
  const known: readonly string[] = LAYER_BANDS;
  const remedy = `use one of ${known.join(', ')}: a layer does not know what the bands below it are called`;
  return (laid.tasks ?? []).flatMap((task, index) => [
    ...([...known, 'truancy', 'situation'].includes(task.step)
      ? []
      : [text.problem(['tasks', index, 'step'], `“${task.step}” is no band of every policy`, remedy)]),
    ...task.opens.flatMap((one, n) =>
      'band' in one && one.band !== undefined && !known.includes(one.band)
        ? [text.problem(['tasks', index, 'opens', n], `“${one.band}” is no band of every policy`, remedy)]
        : [],
    ),
  ]);
}

/** A layer delays letters; the first notice it delays by a stated number of school days and never withholds. */
function letters(document: PolicyDocument, { notice }: StateProfile, laid: LayerDocument, text: Text): PolicyProblem[] {
  return (laid.letters ?? []).flatMap((letter, n) => {
    const at = ['letters', n];
    const below = lettersOf(document, letter.reports);
    const found: PolicyProblem[] = [];
    if (below.length === 0)
      found.push(
        text.problem(
          at,
          `no letter of “${document.policy}” rests on ${letter.reports} reports`,
          'name a number that one of its letters rests on',
        ),
      );
    if (notice && letter.needs && letter.reports <= firstOf(document))
      found.push(
        text.problem(
          [...at, 'needs'],
          `the first notice (${notice.clause}) would need ${letter.needs.map((one) => `“${one}”`).join(', ')}, and be withheld as long as nobody does that`,
          'say it under “waitsFor”, with the school days after which the notice goes out all the same',
        ),
      );
    for (const key of ['waitsFor', 'interventionBetween'] as const) {
      const both = below.find((one) => letter[key] !== undefined && one[key] !== undefined);
      if (both)
        found.push(
          text.problem(
            [...at, key],
            `“${document.policy}” already says in “${key}” what “${both.task}” waits for, and the layer “${laid.layer}” says it again`,
            'decide in one of the two',
          ),
        );
    }
    return found;
  });
}

function lettersOf({ tasks }: PolicyDocument, reports: number): PolicyDocument['tasks'] {
  return tasks.filter((one) => 'letter' in one.evidence && (one.reports ?? 1) === reports);
}

function firstOf({ tasks }: PolicyDocument): number {
  return Math.min(...tasks.flatMap((one) => ('letter' in one.evidence ? [one.reports ?? 1] : [])));
}

function laidOver(base: string, document: PolicyDocument, layer: string, laid: LayerDocument, { policy, title }: Named): string {
  const below = parseDocument(base);
  const above = parseDocument(layer);
  below.set('policy', policy);
  below.set('version', 1);
  below.set('title', title ?? `${document.title}; ${laid.title}`);
  renameBands(above, document);
  if (laid.timesOfDay && !document.timesOfDay) below.set('timesOfDay', above.get('timesOfDay'));
  if (laid.reminders) below.set('reminders', above.get('reminders'));
  append(below, ['schoolTasks'], above.get('schoolTasks'));
  append(below, ['tasks'], above.get('tasks'));
  append(below, ['referral', 'requirements'], above.get('requirements'));
  for (const letter of laid.letters ?? []) delay(below, document, letter);
  const note = ` Laid over ${document.policy}, version ${document.version}: the layer ${laid.layer}, version ${laid.version} (${laid.title}).`;
  if (below.contents) below.contents.commentBefore = [below.contents.commentBefore, note].filter(Boolean).join('\n');
  return below.toString({ lineWidth: 140, flowCollectionPadding: true });
}

/** Gives the bands that a layer names by their place the names that they have below. */
function renameBands(above: Document, { bands: all }: PolicyDocument): void {
  const keys: Record<string, string | undefined> = { first: all[0]?.band, second: all[1]?.band ?? all[0]?.band, last: all.at(-1)?.band };
  const named = (map: YAMLMap, field: string): void => {
    const own = keys[String(map.get(field))];
    if (own !== undefined) map.set(field, own);
  };
  const tasks = above.get('tasks');
  for (const task of isSeq<YAMLMap>(tasks) ? tasks.items : []) {
    named(task, 'step');
    const opens = task.get('opens');
    for (const one of isSeq<YAMLMap>(opens) ? opens.items : []) named(one, 'band');
  }
}

function append(below: Document, path: string[], more: unknown): void {
  const list = below.getIn(path);
  if (isSeq(list) && isSeq(more)) list.items.push(...more.items);
}

function delay(below: Document, document: PolicyDocument, { reports, waitsFor, needs, interventionBetween }: LetterWaits): void {
  const tasks = below.get('tasks') as YAMLSeq<YAMLMap>;
  for (const { task, needs: before = [] } of lettersOf(document, reports)) {
    const letter = tasks.items.find((one) => isMap(one) && one.get('task') === task);
    const flow = (value: unknown) => below.createNode(value, { flow: true });
    if (waitsFor) letter?.set('waitsFor', flow(waitsFor));
    if (interventionBetween) letter?.set('interventionBetween', flow(interventionBetween));
    if (needs) letter?.set('needs', flow([...new Set([...before, ...needs])]));
  }
}

type LetterWaits = NonNullable<LayerDocument['letters']>[number];
