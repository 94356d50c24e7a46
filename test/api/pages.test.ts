import { expectOk, type PersonAtApi } from '../world/api.ts';
import {
  beginCase,
  HIGH,
  MIDDLE,
  openSampleDistrict,
  someStudent,
  TODAY,
  type SampleDistrict,
  type SampleStudent,
} from './sample-district.ts';

describe('what people read', () => {
  let district: SampleDistrict;
  let clerk: PersonAtApi;
  let student: SampleStudent;

  beforeAll(async () => {
    district = await openSampleDistrict();
    clerk = await district.person('clerk', [HIGH]);
    student = await someStudent(district, HIGH);
  });
  afterAll(() => district.close());

  test('health needs no sign-in and shows counts alone', async () => {
    const reply = await district.api.as(null).get<Record<string, unknown>>('/v1/health');
    expect(reply.body).toMatchObject({ database: 'reachable', engine: 'unreachable', status: 'degraded', clockDay: TODAY });
  });

  test('the front page, the reference and the document are there, under a policy that lets nothing foreign in', async () => {
    const anyone = district.api.as(null);
    const front = await anyone.get('/');
    expect(front.bytes.toString()).toContain('href="/docs/"');
    expect(front.headers.get('content-security-policy')).toContain("default-src 'none'");
    const docs = await anyone.get('/docs/');
    expect(docs.bytes.toString()).toContain('swagger-ui-bundle.js');
    expect(docs.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const path of ['/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/docs/open.js', '/landing.css', '/v1/openapi.json']) {
      expect([path, (await anyone.get(path)).status]).toEqual([path, 200]);
    }
  });

  test('the absence list has each spell that begins on the day and each earlier one that nobody called about, while its window is open', async () => {
    const { rows } = await district.db.owner.raw<{ rows: { first_day: string; case_id: string }[] }>(
      `SELECT p.first_day, s.case_id FROM spell p JOIN student s USING (student_id)
       WHERE p.school_id = ? AND p.first_day <= ? AND (p.first_day = ? OR p.window_ends IS NULL OR p.window_ends >= ?)`,
      [HIGH, TODAY, TODAY, TODAY],
    );
    const list = expectOk(await clerk.absenceList(HIGH));
    const line = ({ firstDay, caseId }: { firstDay: string; caseId: string }) => `${firstDay} ${caseId}`;
    expect(list.spells.map(line).sort()).toEqual(rows.map((row) => line({ firstDay: row.first_day, caseId: row.case_id })).sort());
    expect(list.newSpells).toBe(rows.filter((row) => row.first_day === TODAY).length);
    // A call is due one school day after the spell began: Thursday's is still in time on Friday.
    expect(list.overdueCalls).toBe(rows.filter((row) => row.first_day < '2021-10-14').length);
    expect(list.spells.every(({ contacts }) => contacts.length > 0)).toBe(true);
  });

  test('a documented call takes an earlier spell off the list, and an attempt that reached nobody counts as a call tried', async () => {
    const before = expectOk(await clerk.absenceList(HIGH)).spells.filter(({ firstDay }) => firstDay < TODAY);
    const [line] = before;
    if (!line) throw new Error('the sample has no open call');
    await beginCase(district, { ...student, caseId: line.caseId, studentId: line.studentId, school: HIGH });
    const action = { case_id: line.caseId, school_id: HIGH, kind: 'contact', on_day: TODAY, actor: '{}', spell: line.firstDay };
    const details = JSON.stringify({ outcome: 'no_answer' });
    await district.db.owner('case_action').insert({ ...action, action_id: '018f0000-0000-7000-8000-000000000001', seq: 2, details });
    const after = expectOk(await clerk.absenceList(HIGH));
    expect(after.spells.some(({ caseId, firstDay }) => caseId === line.caseId && firstDay === line.firstDay)).toBe(false);
    const then = expectOk(await clerk.absenceList(HIGH, line.firstDay));
    expect(then.spells.find(({ caseId, firstDay }) => caseId === line.caseId && firstDay === line.firstDay)?.call).toMatchObject({
      status: 'attempted',
      attempts: 1,
      lastOutcome: 'no_answer',
    });
    await district.db.owner('case_action').update({ superseded_by_event: 3 });
    expect(expectOk(await clerk.absenceList(HIGH)).spells.some(({ caseId }) => caseId === line.caseId)).toBe(true);
  });

  test('a student is found by pieces of the name in any order, by number, and by a caller’s phone however it is written', async () => {
    const row = await district.db
      .owner('student AS s')
      .join('contact AS c', 'c.student_id', 's.student_id')
      .where('s.student_id', student.studentId)
      .whereNotNull('c.phone')
      .first<{ local_id: string; first_name: string; last_name: string; phone: string; phone_digits: string }>(
        's.*',
        'c.phone',
        'c.phone_digits',
      );
    const queries: Record<string, string>[] = [
      { q: `${row.first_name.slice(0, 3)} ${row.last_name}` },
      { q: `${row.last_name.toUpperCase()}, ${row.first_name}` },
      { id: row.local_id },
      { phone: row.phone },
      { phone: `+1 ${row.phone}` },
      { phone: row.phone_digits.slice(-7) },
    ];
    for (const query of queries) {
      const { students } = expectOk(await clerk.findStudents(query));
      expect([query, students.map(({ studentId }) => studentId)]).toEqual([query, expect.arrayContaining([student.studentId])]);
    }
    expect(expectOk(await clerk.findStudents({ q: '%' + row.last_name })).students).toEqual([]);
    expect((await clerk.findStudents({})).status).toBe(422);
  });

  test('pages of cases follow one another in the order of what is due, without a gap', async () => {
    const principal = await district.person('principal', [MIDDLE]);
    const rows = await district.db
      .owner('student')
      .where({ school_id: MIDDLE })
      .orderBy('student_id')
      .limit(9)
      .select<{ student_id: string; case_id: string }[]>('*');
    const dues = ['2021-10-20', '2021-10-18', null, '2021-10-18', '2021-10-12', null, '2021-11-01', '2021-10-18', '2021-10-19'];
    for (const [index, row] of rows.entries()) {
      await beginCase(district, { ...student, studentId: row.student_id, caseId: row.case_id, school: MIDDLE });
      const due_on = dues[index] ?? null;
      const task = {
        case_id: row.case_id,
        round: 1,
        school_id: MIDDLE,
        kind: 'task',
        title: 'x',
        status: 'open',
        opened_on: TODAY,
        due_on,
      };
      await district.db
        .owner('case_task')
        .insert({ ...task, task: 'sst', step: 'far-below-basic', owner: index % 2 ? 'clerk' : 'principal' });
    }
    const seen: (string | null)[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: { cases: { nextDue: string | null; caseId: string }[]; next: string | null } = expectOk(
        await principal.cases(`?limit=2${next === '' ? '' : `&cursor=${next}`}`),
      );
      seen.push(...page.cases.map(({ nextDue }) => nextDue));
      next = page.next;
    }
    expect(seen).toEqual([...dues].sort((a, b) => (a ?? '9').localeCompare(b ?? '9')));
    const due = expectOk(await principal.cases('?dueBefore=2021-10-19')).cases.map(({ nextDue }) => nextDue);
    expect(due).toEqual(['2021-10-12', '2021-10-18', '2021-10-18', '2021-10-18']);
    const owned = expectOk(await principal.cases('?owner=clerk'));
    expect(owned.cases).toHaveLength(4);
    expect(owned.cases.every(({ openTasks }) => openTasks === 1)).toBe(true);
    expect(expectOk(await principal.cases('?band=basic')).cases).toEqual([]);
    expect(expectOk(await principal.cases('?step=far-below-basic&owner=principal')).cases).toHaveLength(5);
    expect(expectOk(await principal.cases('?dueBefore=2021-10-15')).cases[0]).toMatchObject({ overdueTasks: 1 });
  });

  test('a school’s status counts every student once', async () => {
    const status = expectOk(
      await clerk.get<{
        bands: { band: string | null; from: number; to: number | null; students: number }[];
        unexcused: { days: number; students: number };
        attendanceCoveredUpTo: string;
        daysWithoutAttendance: string[];
        reportsDue: number;
      }>(`/v1/schools/${HIGH}/status`),
    );
    const all = await district.db.owner('student').where({ school_id: HIGH }).count<{ n: number }[]>('* AS n');
    expect(status.bands.reduce((sum, { students }) => sum + students, 0)).toBe(all[0]?.n);
    // Every band is there, also one that nobody has reached, with its ends.
    expect(status.bands.map(({ band, from, to }) => [band, from, to])).toEqual([
      [null, 0, 0],
      ['advanced', 1, 7],
      ['basic', 8, 15],
      ['below-basic', 16, 24],
      ['far-below-basic', 25, null],
    ]);
    const { rows } = await district.db.owner.raw<{ rows: { n: number }[] }>(
      'SELECT count(*) AS n FROM standing WHERE school_id = ? AND unexcused >= 3',
      [HIGH],
    );
    expect(status.unexcused).toEqual({ days: 3, students: rows[0]?.n });
    expect(status).toMatchObject({ attendanceCoveredUpTo: TODAY, daysWithoutAttendance: [] });
    await district.db.owner('covered_day').where({ school_id: HIGH, date: '2021-10-13' }).delete();
    const gap = expectOk(await clerk.get<typeof status>(`/v1/schools/${HIGH}/status`));
    expect(gap).toMatchObject({ attendanceCoveredUpTo: '2021-10-12', daysWithoutAttendance: ['2021-10-13'] });
  });
});
