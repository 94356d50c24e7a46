import { actionDetails, actionKind } from '../../bin/cli/action-fields.ts';
import { choosePeople } from '../../bin/cli/choose.ts';
import { taskReference } from '../../bin/cli/parse.ts';
import { standingText } from '../../bin/cli/standing-text.ts';
import { table, wrap } from '../../bin/cli/table.ts';
import { tokenDigest, type PersonWithToken } from '../../bin/people.ts';
import { firstNotPrinted } from './page.ts';

const MOTHER = '0d0f2c5e-3a52-4a0e-9d52-0d8f6f7f1a11';
const contactId = (written: string): Promise<string | null> => Promise.resolve(written === 'mother' ? MOTHER : null);

describe('the fields of an action', () => {
  test('are read by their type', async () => {
    expect(await actionDetails('contact', ['channel=phone', 'outcome=reached', 'contact=mother', 'interpreter=no'], contactId)).toEqual({
      channel: 'phone',
      outcome: 'reached',
      contact: MOTHER,
      interpreter: false,
    });
    expect(await actionDetails('conference', ['invited=parent, pupil', 'present='], contactId)).toEqual({
      invited: ['parent', 'pupil'],
      present: [],
    });
    expect(await actionDetails('monitoring', ['attended=4', 'absent=1'], contactId)).toEqual({ attended: 4, absent: 1 });
  });

  test('that the kind does not have are refused with those it has', async () => {
    await expect(actionDetails('plan', ['colour=red'], contactId)).rejects.toThrow('no field "colour"; its fields are about, review');
    await expect(actionDetails('plan', ['about'], contactId)).rejects.toThrow('not of the form field=value');
    await expect(actionDetails('monitoring', ['absent=many'], contactId)).rejects.toThrow('absent is a number');
    expect(() => actionKind('smile')).toThrow('no kind of action');
    expect(actionKind('letter-mailed')).toBe('letter_mailed');
  });

  test('name a task with or without its round', () => {
    expect(taskReference('monitoring#3')).toEqual({ task: 'monitoring', round: 3 });
    expect(taskReference('sst')).toEqual({ task: 'sst', round: undefined });
    expect(() => taskReference('#2')).toThrow('is no task');
  });
});

describe('--as', () => {
  const people: PersonWithToken[] = [
    { id: 'clerk.high', name: 'Rosa Delgado', role: 'clerk', schools: ['1'], certificated: false, token: 'a' },
    { id: 'clerk.middle', name: 'Linh Pham', role: 'clerk', schools: ['2'], certificated: false, token: 'b' },
    { id: 'sarb', name: 'Naomi Feldman', role: 'sarb_member', schools: null, certificated: false, token: 'c' },
  ];
  const ids = (who: string): string[] => choosePeople(people, who).map(({ id }) => id);

  test('takes an id, a name, a piece of a name, a role, or a role at a school', () => {
    expect(ids('clerk.high')).toEqual(['clerk.high']);
    expect(ids('naomi feldman')).toEqual(['sarb']);
    expect(ids('pham')).toEqual(['clerk.middle']);
    expect(ids('SARB member')).toEqual(['sarb']);
    expect(ids('clerk')).toEqual(['clerk.high', 'clerk.middle']);
    expect(ids('clerk@middle')).toEqual(['clerk.middle']);
    expect(ids('clerk@1')).toEqual(['clerk.high']);
  });

  test('lists who there is when nobody fits', () => {
    expect(() => ids('janitor')).toThrow('nobody here is called "janitor"');
    expect(() => ids('el')).toThrow('fits more than one person');
  });

  test('keeps of a token only its digest in the database', () => {
    expect(tokenDigest('a')).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb');
  });
});

describe('the standing of a district', () => {
  const school = (name: string, students: number[]) => ({
    schoolId: name,
    name,
    day: '2022-05-27',
    bands: [
      { band: null, from: 0, to: 0, students: students[0]!, open: 0 },
      { band: 'first', from: 1, to: 7, students: students[1]!, open: 0 },
      { band: 'last', from: 8, to: null, students: students[2]!, open: 0 },
    ],
    unexcused: { days: 3, students: students[3]! },
    tasks: [],
    people: [],
    vacancies: [],
    reportsDue: 2,
    cases: 5,
    referred: 0,
    casesNeedingAttention: [],
    attendanceCoveredUpTo: null,
    daysWithoutAttendance: [],
    release: null,
    feeds: [],
  });
  const clock = { day: '2022-05-27', lastDayTurned: '2022-05-27' } as Parameters<typeof standingText>[1];

  test('names each band by its ends, also one in which nobody is, and adds the schools up', () => {
    const text = standingText([school('Low', [3, 4, 0, 1]), school('High', [1, 9, 0, 6])], clock, 100);
    expect(
      firstNotPrinted(['Never absent 4 3 1', '1 to 7 days 13 4 9', '8 and more days 0 0 0', '3+ unexcused days 7 1 6'], text),
    ).toBeNull();
  });
});

describe('a table', () => {
  test('is aligned, with numbers to the right', () => {
    expect(
      table(
        ['Band', 'Students'],
        [
          ['1 to 7', 96],
          ['Never absent', 5],
        ],
        80,
      ),
    ).toBe(['Band          Students', '------------  --------', '1 to 7              96', 'Never absent         5'].join('\n'));
  });

  test('wraps its widest column to fit', () => {
    const text = table(['A', 'B'], [['x', 'one two three four five six seven eight nine ten']], 30);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30);
    expect(text).toContain('ten');
  });

  test('wraps headings that stand above narrow columns', () => {
    const text = table(['', 'Grand Bend High School'], [['a long label of a row', 5]], 30);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(30);
    const [rule, number] = ['--', '5'].map((end) => text.split('\n').find((row) => row.endsWith(end))!.length);
    expect(number).toBe(rule);
  });

  test('leaves a sentence on lines of the width', () => {
    expect(wrap('aaa bbb ccc', 7, '  ')).toBe('aaa bbb\n  ccc');
  });
});
