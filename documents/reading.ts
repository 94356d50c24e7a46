/**
 * The school grade in which English of this kind is read with ease, after Flesch and Kincaid (1975), from sentences, words and syllables.
 * Syllables are counted by groups of vowels, so the number is good to about half a grade. Null without words.
 */
export function readingGrade(sentences: readonly string[]): number | null {
  const words = sentences.join(' ').match(/[A-Za-z][A-Za-z’']*/g) ?? [];
  if (words.length === 0) return null;
  const ends = sentences.reduce((sum, one) => sum + Math.max(1, one.match(/[.!?](?=\s|$)/g)?.length ?? 0), 0);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word.toLowerCase()), 0);
  return Math.round((0.39 * (words.length / ends) + 11.8 * (syllables / words.length) - 15.59) * 10) / 10;
}

function syllablesOf(word: string): number {
  const groups = word.replace(/(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$/, (end) => end[0]!).match(/[aeiouy]+/g);
  return Math.max(1, groups?.length ?? 0);
}
