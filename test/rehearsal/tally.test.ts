import { Tally, type Forecast } from '../../activities/rehearsal/tally.ts';
import { table } from '../../bin/cli/table.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { ASSUMED } from '../../policy/rehearsal.ts';

/** More than a call takes arguments. */
const STUDENTS = 140_000;

test('parts of a large district are added up and printed, however many students they have', () => {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('the shipped policy is not valid');
  const whole = new Tally(compile(read.document), ASSUMED);
  for (const part of [1_000, STUDENTS]) whole.merge(partOf(whole, part));
  const { students, atStep } = whole.forecast();
  expect(students).toBe(STUDENTS + 1_000);
  expect(atStep).toHaveLength(STUDENTS + 1_000);
  const lines = table(
    ['student', 'step'],
    atStep.map((one) => [one.student, one.step]),
    80,
  ).split('\n');
  expect(lines).toHaveLength(STUDENTS + 1_002);
  expect(lines.at(-1)).toBe('student 140000 139999  basic');
});

function partOf({ ladder }: Tally, students: number): Forecast {
  const nothing = { phase: 'open', openTasks: 0, reports: 0, letters: 0, referred: false };
  const atStep = Array.from({ length: students }, (_, n) => ({
    ...nothing,
    student: `student ${students} ${String(n).padStart(6, '0')}`,
    school: '1',
    step: 'basic',
  }));
  return { policy: ladder.policy, students, cases: 0, weeks: [], tasks: [], atStep };
}
