/** The columns of a yearly report in the order in which a reader wants them; of the others, by what stands before the colon. */
const ORDER = [
  'students', 'chronic', 'severe', 'band', 'truants', 'truancy_reports', 'habitual_truants', 'letter', 'home_visits', 'agency_referrals',
  'conference', 'meeting', 'contract', 'referred', 'referral', 'directive', 'referred_now',
]; // prettier-ignore

const TITLES: Record<string, string> = {
  students: 'Students',
  chronic: 'Chronically absent',
  severe: 'Severely absent',
  band: 'Students in band',
  truants: 'Truants',
  truancy_reports: 'Truancy reports',
  habitual_truants: 'Habitual truants',
  letter: 'Letters mailed',
  home_visits: 'Home visits',
  agency_referrals: 'Referrals to services',
  conference: 'Conferences',
  meeting: 'Meetings held',
  contract: 'Contracts',
  referred: 'Students referred to the last rung',
  referral: 'Referrals to the last rung',
  directive: 'Directives',
  referred_now: 'Students referred, whose case is now',
};

/** Keys in the order of the report. */
export function inOrder(keys: Iterable<string>): string[] {
  const place = (key: string): number => ORDER.indexOf(key.split(':')[0]!);
  return [...new Set(keys)].sort((a, b) => place(a) - place(b));
}

export function titleOf(key: string): string {
  const [what = '', which] = key.split(':');
  const title = TITLES[what] ?? what.replaceAll('_', ' ');
  return which === undefined ? title : `${title}: ${which === '' ? 'none' : which.replaceAll('_', ' ')}`;
}

/**
 * Which numbers of one column are not shown outside the schools: those below the smallest, zero excepted, and so many more, the smallest first, that what is
 * hidden cannot be told by subtracting what is shown from the district's.
 */
export function hiddenNumbers(numbers: readonly number[], smallest: number): boolean[] {
  const bySize = numbers.map((_, index) => index).sort((a, b) => numbers[a]! - numbers[b]!);
  const gone = bySize.filter((index) => numbers[index]! > 0 && numbers[index]! < smallest);
  const shown = bySize.filter((index) => numbers[index]! >= smallest);
  const tellable = (): boolean => gone.length === 1 || gone.reduce((sum, index) => sum + numbers[index]!, 0) < smallest;
  while (gone.length > 0 && tellable() && shown.length > 0) gone.push(shown.shift()!);
  return numbers.map((_, index) => gone.includes(index));
}
