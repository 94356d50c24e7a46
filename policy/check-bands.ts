import type { PolicyDocument } from './document.ts';
import type { PolicyProblem, Text } from './problems.ts';

type Bands = PolicyDocument['bands'];

/** Every number of absences, and every attendance, has exactly one band: no gap, no overlap, whichever of the two decides. */
export function checkBands(document: PolicyDocument, text: Text): PolicyProblem[] {
  const { bands, bandsBy } = document;
  const found = repeats(bands, text);
  if (bandsBy === 'rate') {
    bands.forEach((band, index) => {
      if (band.from !== undefined || band.to !== undefined)
        found.push(
          text.problem(['bands', index], `band “${band.name}” has counts of absences, but bands go by rate`, 'leave out “from” and “to”'),
        );
    });
  } else found.push(...counts(bands, text));
  if (bandsBy !== 'count' || bands.some((band) => band.attendance !== undefined)) found.push(...rates(bands, text));
  return found;
}

function repeats(bands: Bands, text: Text): PolicyProblem[] {
  return bands.flatMap(({ band }, index) =>
    bands.findIndex((other) => other.band === band) < index
      ? [text.problem(['bands', index, 'band'], `band “${band}” is there twice`, 'give each its own key')]
      : [],
  );
}

function counts(bands: Bands, text: Text): PolicyProblem[] {
  const found: PolicyProblem[] = [];
  bands.forEach((band, index) => {
    const next = bands[index + 1];
    const at = ['bands', index];
    const from = [...at.slice(0, 1), index + 1, 'from'];
    if (band.from === undefined) {
      found.push(text.problem(at, `band “${band.name}” does not say from which absence on it holds`, 'state it in “from”'));
      return;
    }
    if (band.to !== undefined && band.to < band.from) {
      const reason = `band “${band.name}” ends at ${band.to} before it begins at ${band.from}`;
      found.push(text.problem([...at, 'to'], reason, 'let it end at or after its beginning'));
    }
    if (!next) {
      if (band.to !== undefined)
        found.push(text.problem([...at, 'to'], `nobody with more than ${band.to} absences has a band`, 'leave out “to” in the last band'));
    } else if (next.from !== undefined && band.to === undefined) {
      found.push(text.problem(at, `band “${band.name}” has no end, so it overlaps “${next.name}”`, `end it at ${next.from - 1}`));
    } else if (next.from !== undefined && band.to !== undefined && next.from <= band.to) {
      const reason = `bands “${band.name}” and “${next.name}” overlap: ${next.from} to ${band.to} absences are in both`;
      found.push(text.problem(from, reason, `begin “${next.name}” at ${band.to + 1}`));
    } else if (next.from !== undefined && band.to !== undefined && next.from > band.to + 1) {
      const reason = `between “${band.name}” and “${next.name}” is a gap: ${band.to + 1} to ${next.from - 1} absences are in none`;
      found.push(text.problem(from, reason, `begin “${next.name}” at ${band.to + 1}`));
    }
  });
  const first = bands[0]?.from;
  if (first !== undefined && first !== 1)
    found.push(text.problem(['bands', 0, 'from'], `the first band begins at ${first}; the first absence has none`, 'begin it at 1'));
  return found;
}

/** An end of a range of attendance, as the document says it. */
interface End {
  word: 'atLeast' | 'above' | 'atMost' | 'below';
  share: number;
  included: boolean;
}

function rates(bands: Bands, text: Text): PolicyProblem[] {
  const found: PolicyProblem[] = [];
  bands.forEach((band, index) => {
    const at = ['bands', index, 'attendance'];
    const next = bands[index + 1];
    if (!band.attendance) {
      found.push(
        text.problem(
          ['bands', index],
          `band “${band.name}” does not say which attendance it covers`,
          'state it, as { atLeast: 0.92, below: 0.96 }',
        ),
      );
      return;
    }
    const [lower, upper] = [end(band, 'atLeast', 'above'), end(band, 'atMost', 'below')];
    for (const [side, both] of [
      ['lower', lower === 'both'],
      ['upper', upper === 'both'],
    ] as const) {
      if (both) found.push(text.problem(at, `band “${band.name}” has two ${side} ends of its attendance`, 'keep one of the two'));
    }
    if (lower === 'both' || upper === 'both') return;
    if (lower && upper && (lower.share > upper.share || (lower.share === upper.share && !(lower.included && upper.included))))
      found.push(
        text.problem(
          at,
          `no attendance is in band “${band.name}”: it lies between ${percent(upper)} and ${percent(lower)}`,
          'put its lower end below its upper end',
        ),
      );
    if (index === 0 && upper) {
      found.push(text.problem(at, `attendance ${beyond(upper)} has no band`, `leave out “${upper.word}” in the first band`));
    }
    if (!next) {
      if (lower) found.push(text.problem(at, last(band.name, bands[index - 1], lower), lastRemedy(bands[index - 1], lower)));
      return;
    }
    if (!lower) {
      found.push(text.problem(at, `band “${band.name}” has no lower end, so it overlaps “${next.name}”`, 'give it “atLeast” or “above”'));
      return;
    }
    const begins = next.attendance ? end(next, 'atMost', 'below') : null;
    if (next.attendance && begins !== 'both') found.push(...seam(band.name, lower, next.name, begins, index + 1, text));
  });
  return found;
}

/** Where one band ends and the next begins: the same share, in exactly one of the two. */
function seam(upperBand: string, lower: End, name: string, begins: End | null, index: number, text: Text): PolicyProblem[] {
  const at = ['bands', index, 'attendance'];
  const remedy = `let “${name}” say ${lower.included ? 'below' : 'atMost'}: ${lower.share}`;
  if (!begins)
    return [text.problem(at, `bands “${upperBand}” and “${name}” overlap: attendance ${beyond(lower, true)} is in both`, remedy)];
  if (begins.share > lower.share || (begins.share === lower.share && begins.included && lower.included)) {
    const reason = `bands “${upperBand}” and “${name}” overlap: attendance from ${percent(lower)} to ${percent(begins)} is in both`;
    return [text.problem(at, reason, remedy)];
  }
  if (begins.share < lower.share || (!begins.included && !lower.included)) {
    const reason = `between “${upperBand}” and “${name}” is a gap: attendance from ${percent(begins)} to ${percent(lower)} is in none`;
    return [text.problem(at, reason, remedy)];
  }
  return [];
}

/** A last band that begins at a share instead of ending below one: the protocol's own “87 %+” is read as it stands, and refused. */
function last(name: string, before: Bands[number] | undefined, lower: End): string {
  const whole = `attendance ${lower.word === 'atLeast' ? 'below' : 'at or below'} ${percent(lower)} has no band`;
  return before?.attendance === undefined
    ? whole
    : `the last band “${name}” covers ${percent(lower)} and more, which earlier bands cover already, and ${whole}`;
}

function lastRemedy(before: Bands[number] | undefined, { word, share }: End): string {
  const ends = before === undefined ? null : end(before, 'atLeast', 'above');
  const line = ends === null || ends === 'both' ? share : ends.share;
  return `leave out “${word}”, and let it say ${ends !== null && ends !== 'both' && !ends.included ? 'atMost' : 'below'}: ${line}`;
}

function end(band: Bands[number], included: 'atLeast' | 'atMost', excluded: 'above' | 'below'): End | 'both' | null {
  const [inside, outside] = [band.attendance?.[included], band.attendance?.[excluded]];
  if (inside !== undefined && outside !== undefined) return 'both';
  if (inside !== undefined) return { word: included, share: inside, included: true };
  return outside === undefined ? null : { word: excluded, share: outside, included: false };
}

const percent = ({ share }: End): string => `${Number((share * 100).toFixed(1))} %`;

function beyond(limit: End, lower = false): string {
  if (lower) return limit.included ? `of ${percent(limit)} and more` : `above ${percent(limit)}`;
  return limit.included ? `above ${percent(limit)}` : `of ${percent(limit)} and more`;
}

/** School days of an ordinary year (EC 46208): what percentages are held against counts on. */
const YEAR = 180;

/** Where the document's percentages and counts put the same student in different bands. Which of the two decides, `bandsBy` says. */
export function bandWarnings({ bands, bandsBy }: PolicyDocument, text: Text): PolicyProblem[] {
  if (bandsBy === 'rate' || bands.some((band) => band.from === undefined || band.attendance === undefined)) return [];
  const byCount = (count: number): number => bands.findLastIndex((band) => (band.from ?? 0) <= count);
  const byRate = (count: number): number => bands.findIndex((band) => covers(band, (YEAR - count) / YEAR));
  const apart = Array.from({ length: YEAR }, (_, n) => n + 1).filter((count) => byRate(count) >= 0 && byRate(count) !== byCount(count));
  const places = [...new Set(apart.map(byCount))];
  return places.map((place) => {
    const counts = apart.filter((count) => byCount(count) === place);
    const other = bands[byRate(counts[0] ?? 0)]?.name ?? '';
    const share = `${Number((((YEAR - (counts[0] ?? 0)) / YEAR) * 100).toFixed(1))} %`;
    return text.problem(
      ['bands', place],
      `counts and percentages disagree: of ${YEAR} school days, ${counts.join(', ')} absences are “${bands[place]?.name}” by count, and “${other}” by attendance (${share})`,
      bandsBy === 'count' ? 'the count decides; change one of the two if that is not meant' : 'the stricter of the two decides',
    );
  });
}

function covers({ attendance }: Bands[number], share: number): boolean {
  const { atLeast, above, atMost, below } = attendance ?? {};
  return (
    (atLeast === undefined || share >= atLeast) &&
    (above === undefined || share > above) &&
    (atMost === undefined || share <= atMost) &&
    (below === undefined || share < below)
  );
}
