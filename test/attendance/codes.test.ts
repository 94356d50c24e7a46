import { randomUUID } from 'node:crypto';
import { codeSetOf, shippedCodes, shippedCodeSets } from '../../attendance/codes/index.ts';
import { mapAttendanceCode } from '../../attendance/days/map-code.ts';
import { codeMeaning } from '../../policy/codes.ts';
import { readCodes, readUnmappedCodes } from '../../store/attendance-codes.ts';
import { createDatabase, type TestDatabase } from '../world/database.ts';
import { attendanceCsv, deliver, rosterCsv, RULES, setUpDistrict, standingOf } from './world.ts';

describe('the shipped maps of codes', () => {
  test.each(shippedCodeSets())('%s is sound, says each code once, and calls nothing unexcused that only says "not known"', (set) => {
    const codes = shippedCodes(set);
    expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
    for (const { code, meaning } of codes) {
      expect(code).toBe(code.toLowerCase());
      if (/unknown|\/$|^$/.test(code)) expect(meaning.excuse).not.toBe('unexcused');
    }
  });

  test('a set is shared by all formats of one system, and a format without a map is a set of its own', () => {
    expect(codeSetOf('clever-csv')).toBe('clever');
    expect(codeSetOf('aeries')).toBe('aeries');
    expect(codeSetOf('lakeside-export')).toBe('lakeside-export');
  });
});

describe('what a code can mean', () => {
  test('an out-of-school suspension is absent and never a truancy event; one in school is attended', () => {
    expect(codeMeaning.parse({ status: 'absent', excuse: 'excused', suspension: 'OSS' })).toMatchObject({ inRate: true, truancy: 'none' });
    expect(codeMeaning.parse({ status: 'absent', suspension: 'ISS' })).toMatchObject({ inRate: false, truancy: 'none' });
    const faults = (given: object) => codeMeaning.safeParse(given).error?.issues.map(({ message }) => message) ?? [];
    expect(faults({ status: 'absent', excuse: 'unexcused', suspension: 'OSS' })).toEqual([expect.stringContaining('never unexcused')]);
    expect(faults({ status: 'absent', suspension: 'ISS', inRate: true })).toEqual([expect.stringContaining('counts as attended')]);
  });

  test('incomplete independent study is absent and complete is present', () => {
    expect(codeMeaning.parse({ status: 'absent', excuse: 'excused', independentStudy: 'incomplete' }).inRate).toBe(true);
    expect(codeMeaning.parse({ status: 'present', independentStudy: 'complete' }).inRate).toBe(false);
    expect(codeMeaning.safeParse({ status: 'present', independentStudy: 'incomplete' }).success).toBe(false);
  });
});

describe('a district’s table of codes', () => {
  let world: TestDatabase;
  beforeEach(async () => {
    world = await createDatabase();
    await setUpDistrict(world.owner, '2021-10-01');
    await deliver(
      world.worker,
      rosterCsv({
        school: 'S1',
        from: '2021-09-06',
        to: '2021-12-31',
        students: { '1': { born: '2010-01-01' }, '2': { born: '2010-01-01' } },
      }),
    );
  });
  afterEach(() => world.close());

  test('begins with the shipped map, and keeps what the district has said', async () => {
    await deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Unexcused']]) });
    const first = await world.worker('attendance_code').where({ code_set: 'clever' }).select('code', 'mapped_by');
    expect(first).toHaveLength(shippedCodes('clever').length);
    expect(first.every(({ mapped_by }) => mapped_by === 'shipped')).toBe(true);
    await deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['2', '2021-09-07', 'absent', 'Unexcused']]) });
    expect(await world.worker('attendance_code')).toHaveLength(first.length);
  });

  test('does not let the service change or delete what a code meant', async () => {
    await deliver(world.worker, { 'a.csv': attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Excused']]) });
    await expect(world.worker('attendance_code').update({ excuse: 'unexcused' })).rejects.toThrow(/permission denied/);
    await expect(world.worker('attendance_code').delete()).rejects.toThrow(/permission denied/);
  });

  test('an unknown code is held whole, with its place in the file, and counts nowhere', async () => {
    const { deliveryId, counts } = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [
        ['1', '2021-09-07', 'absent', 'Unexcused'],
        ['1', '2021-09-08', 'absent', 'Z'],
      ]),
    });
    expect(counts).toMatchObject({ read: 2, accepted: 1, rejected: 1, reasons: { 'unknown-code': 1 } });
    expect(await world.worker('held_row').select('delivery_id', 'file', 'line', 'code_set', 'code', 'date', 'held_on', 'settled')).toEqual([
      {
        delivery_id: deliveryId,
        file: 'a.csv',
        line: 3,
        code_set: 'clever',
        code: 'absent/z',
        date: '2021-09-08',
        held_on: '2021-10-01',
        settled: null,
      },
    ]);
    expect(await world.worker('held_day').select('date', 'why')).toEqual([{ date: '2021-09-08', why: 'code_not_mapped' }]);
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 1, unexcused: 1 });
  });

  test('mapping the code makes days of the held rows, once, each with the file and line it came from', async () => {
    const { deliveryId } = await deliver(
      world.worker,
      {
        'a.csv': attendanceCsv('S1', [
          ['1', '2021-09-07', 'absent', 'Z'],
          ['2', '2021-09-08', 'absent', 'Z'],
        ]),
      },
      { from: '2021-09-06', to: '2021-10-01', complete: true },
    );
    expect(await readUnmappedCodes(world.api)).toEqual([
      {
        codeSet: 'clever',
        code: 'absent/z',
        since: '2021-10-01',
        rows: 2,
        students: 2,
        schools: ['S1'],
        firstDay: '2021-09-07',
        lastDay: '2021-09-08',
        example: { deliveryId, file: 'a.csv', line: 2 },
      },
    ]);
    const command = randomUUID();
    const code = {
      codeSet: 'clever',
      code: 'absent/z',
      label: 'Truancy',
      meaning: codeMeaning.parse({ status: 'absent', excuse: 'unexcused' }),
    };
    const mapped = await world.worker.transaction((trx) => mapAttendanceCode(trx, { code, by: 'registrar', command, rules: RULES }));
    expect(mapped).toMatchObject({ released: 2, standing: { changed: 2 } });
    expect(await world.worker('attendance_day').orderBy('line').select('date', 'excuse', 'truancy', 'delivery_id', 'file', 'line')).toEqual(
      [
        { date: '2021-09-07', excuse: 'unexcused', truancy: 'full_day', delivery_id: deliveryId, file: 'a.csv', line: 2 },
        { date: '2021-09-08', excuse: 'unexcused', truancy: 'full_day', delivery_id: deliveryId, file: 'a.csv', line: 3 },
      ],
    );
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 1, unexcused: 1 });
    expect(await readUnmappedCodes(world.api)).toEqual([]);
    expect(await world.worker('held_day')).toEqual([]);
    expect(await readCodes(world.api, 'clever')).toContainEqual(expect.objectContaining({ code: 'absent/z', mappedBy: 'registrar' }));

    const again = await world.worker.transaction((trx) => mapAttendanceCode(trx, { code, by: 'registrar', command, rules: RULES }));
    expect(again).toMatchObject({ released: 0, standing: { changed: 0 } });
    expect(await world.worker('attendance_code').where({ code: 'absent/z' })).toHaveLength(2);
  });

  test('a row that only says "present" is taken and not stored, and takes back an absence on record', async () => {
    const covered = { from: '2021-09-06', to: '2021-10-01', complete: true };
    const absent = attendanceCsv('S1', [['1', '2021-09-07', 'absent', 'Unexcused']]);
    await deliver(world.worker, { 'a.csv': absent }, covered);
    const { counts } = await deliver(world.worker, {
      'a.csv': attendanceCsv('S1', [
        ['1', '2021-09-07', 'present', ''],
        ['2', '2021-09-07', 'present', ''],
      ]),
    });
    expect(counts).toMatchObject({ read: 2, accepted: 2, days: { added: 0, changed: 1, withdrawn: 0 } });
    expect(await world.worker('attendance_day')).toEqual([]);
    expect(await world.worker('attendance_correction').select('reason', 'old', 'new')).toMatchObject([
      { reason: 'changed', old: { status: 'absent', line: 2 }, new: { status: 'present', line: 2 } },
    ]);
    expect(await standingOf(world.worker, '1')).toMatchObject({ absences: 0 });
  });
});
