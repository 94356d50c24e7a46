/** What a generated district says about itself, in `index.json`. */
export interface SampleIndex {
  /** The name under which `rollbook start --sample` knows it. */
  sample: string;
  name: string;
  timeZone: string;
  policy: string;
  seed: number;
  students: number;
  firstDay: string;
  lastDay: string;
  schools: { id: string; name: string; level: string; calendar: string; system: string; students: number }[];
  /** Each planted situation, and the students who show it. */
  situations: { key: string; what: string; students: { id: string; school: string; grade: string }[] }[];
  /** Situations for which the district is too small. */
  missing: string[];
  /** Days over the whole year, by what was said of each day last; `chronic`: students who miss a tenth or more, `severe`: a fifth or more. */
  missed: { enrolledDays: number; absentDays: number; chronic: number; severe: number };
  /** School-days that came late, or never (`came` null), and how many sections were not taken on their day. */
  notSubmitted: { schoolDays: { school: string; date: string; came: string | null }[]; sections: number };
  files: number;
  rows: number;
}

/** The same for people, as the folder's `README.md`. */
export function readmeOf(index: SampleIndex): string {
  const { missed } = index;
  const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  const schools = index.schools.map(({ id, name, level, calendar, system, students }) =>
    row([id, name, level.replaceAll('_', ' '), calendar, system, String(students)]),
  );
  const situations = index.situations.map(({ key, what, students }) =>
    row([key, what, students.map(({ id, school, grade }) => `${id} (school ${school}, grade ${grade})`).join('; ')]),
  );
  const schoolDays = index.notSubmitted.schoolDays.map(({ school, date, came }) => row([school, date, came ?? 'never']));
  return `# ${index.name}: a generated district

${index.students} student records and the school year 2025-26, made by \`rollbook sample --students ${index.students} --seed ${index.seed}\`. Every person, number and
address in it is invented; the same size and seed make the same files, byte for byte.

- \`roster/\`: schools, calendars, students and contacts as they stood on ${index.firstDay}.
- \`nightly/DATE/\`: what arrived that evening. \`1-day\` is the day itself, with whatever changed in the roster; \`2-changes\` are rows about
  earlier days that say something else now; \`3-late-DATE\` is a day that a school sends late. \`delivery.json\` beside the files says which
  schools and days they cover, and whether they say everything about them.

Of ${missed.enrolledDays} days of enrollment ${percent(missed.absentDays, missed.enrolledDays)} are absences; ${percent(missed.chronic, index.students)} of the students miss a tenth of their days or more, ${percent(missed.severe, index.students)} a fifth or more.

## Schools

| id | name | level | calendar | system | students |
| --- | --- | --- | --- | --- | ---: |
${schools.join('\n')}

## What nobody submitted in time

${index.notSubmitted.sections} sections (\`submission.csv\` of their nights), and whole school-days:

| school | day | came |
| --- | --- | --- |
${schoolDays.join('\n')}

## Who shows what

| situation | what there is to see | students |
| --- | --- | --- |
${situations.join('\n')}
${index.missing.length ? `\nThe district is too small for: ${index.missing.join(', ')}.\n` : ''}`;
}

const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;
