import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attendanceRules } from '../../attendance/rules.ts';
import { recompute } from '../../attendance/standing.ts';
import { turn } from '../../attendance/turn.ts';
import { run } from '../../bin/cli/run.ts';
import { at, writePeople } from '../../bin/people.ts';
import { days } from '../cases/paper-case.ts';
import { secondVersionText } from '../policy/second-version.ts';
import { addPerson, startEngineApi, type ApiWorld } from '../world/api.ts';
import { openWorld, TODAY, type TestStudent, type TestWorld } from '../world/world.ts';
import { firstNotPrinted, stepsOf } from './page.ts';

const PAGE = fileURLToPath(new URL('../../docs/policy.md', import.meta.url));

/** docs/policy.md typed as it stands, in a district with two open cases. */
let world: TestWorld;
let api: ApiWorld;
let folder: string;
let high: TestStudent;

beforeAll(async () => {
  world = await openWorld();
  api = await startEngineApi(world.db.apiUrl, world.client);
  folder = await mkdtemp(join(tmpdir(), 'rollbook-policy-'));
  await writeFile(join(folder, 'new-policy.yaml'), secondVersionText());
  const people = [at(null, 'ann', 'Ann Attwood', 'attendance_supervisor'), at(null, 'ben', 'Ben Baker', 'administrator')];
  people.push(at(null, 'cleo', 'Cleo Cole', 'attendance_supervisor'));
  const withToken = [];
  for (const one of people) withToken.push({ ...one, token: await addPerson(world.db.owner, one.role, null, one.id) });
  await writePeople(folder, withToken);
  await absent(9);
  high = await absent(26);
});
afterAll(async () => {
  await api.close();
  await world.close();
  await rm(folder, { recursive: true });
});

/** A student with so many excused absences, and the case that began on them. */
async function absent(count: number): Promise<TestStudent> {
  const student = await world.enroll();
  await world.rowsFor(student, days(count));
  await world.db.owner('attendance_day').where({ student_id: student.studentId }).update({ excuse: 'excused', absent: true });
  await world.db.worker.transaction(async (trx) => {
    const { standing: rules } = await attendanceRules(trx);
    await recompute(trx, { day: TODAY, students: [student.studentId], rules });
  });
  await world.quiet();
  return student;
}

async function rollbook(line: string): Promise<{ code: number; output: string }> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(2);
  let output = '';
  const write = (text: string): void => void (output += text);
  const env = { ROLLBOOK_URL: api.url, ROLLBOOK_DATA: folder };
  const code = await run(words, { env, streams: { out: write, err: write, columns: 110 } });
  return { code, output };
}

test('the page of the policy’s owner: every command does what it says, and prints what the page shows', async () => {
  const steps = stepsOf(await readFile(PAGE, 'utf8'));
  expect(steps.length).toBeGreaterThan(9);
  let mark = '';
  for (const { line, commands, refused, printed } of steps) {
    if (commands.includes('policy versions')) {
      await world.setClock('2021-10-18T17:00:00Z');
      await turn(world.db.worker, '2021-10-18');
    }
    const typed = commands.replace('MARK', mark).replace('CASE', high.caseId).replace('new-policy.yaml', join(folder, 'new-policy.yaml'));
    const { code, output } = await rollbook(typed);
    expect([line, code, code === (refused ? 1 : 0) ? '' : output]).toEqual([line, refused ? 1 : 0, '']);
    expect([line, firstNotPrinted(printed, output), firstNotPrinted(printed, output) === null ? '' : output]).toEqual([line, null, '']);
    mark = /--seen ([0-9a-f]{32})/.exec(output)?.[1] ?? mark;
  }
});
