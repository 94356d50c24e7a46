import { chronicTruancy, explain } from '../../cases/index.ts';
import { compile, readPolicy, shippedPolicyText } from '../../policy/index.ts';
import { climb } from './climb.ts';
import { days, PaperCase, recoveringLadder } from './paper-case.ts';
import { file, mail, reported } from './situations/ground.ts';

/** The ladder with its wording, as the API explains with. */
function worded() {
  const read = readPolicy(shippedPolicyText('lausd'));
  if (!read.ok) throw new Error('refused');
  return compile(read.document);
}

const told = (paper: PaperCase, codes?: Map<string, string>) => explain(paper.state, worded(), codes);
const about = (paper: PaperCase, what: string) => told(paper).filter((reason) => reason.about === what);

describe('why is this case here?', () => {
  test('opening, band and events are told with dates, codes and section of law', () => {
    const paper = new PaperCase();
    paper.pass(20).hears({ absences: 9, excused: 5, unexcused: 4, daysEnrolled: 40, truancy: days(3) });
    const reasons = told(paper, new Map([[days(3)[0]!, 'A/U']]));
    expect(reasons[0]?.text).toBe(`The case was opened on ${paper.day}: attendance passed a line of the policy.`);
    const band = reasons.find((r) => r.about === 'band');
    expect(band?.text).toContain('9 of 40 school days absent (5 excused, 4 unexcused, 0 unverified): the band Basic (8 to 15)');
    expect(band?.numbers.find((n) => n.number === 'absences')).toEqual({ number: 'absences', value: 9 });
    const events = reasons.find((r) => r.about === 'truancy');
    expect(events).toMatchObject({ clause: 'EC 48260', text: expect.stringContaining(`${days(3)[0]} (A/U), ${days(3)[1]}`) as string });
    expect(reasons.find((r) => r.about === 'report:1')?.text).toContain('Report 1 is due');
  });

  test('every open task says since when, because of what, until when, and by which bullet', () => {
    const paper = climb(new PaperCase(), { ground: 'habitual_truant', without: ['sst', 'letter-3'] });
    paper.does('clerk', { kind: 'contact', details: { channel: 'phone', outcome: 'wrong_number', contact: 'mother' } });
    const open = paper.state.tasks.filter((t) => t.status === 'open');
    expect(open.length).toBeGreaterThan(3);
    for (const task of open) {
      const [reason, ...others] = about(paper, `task:${task.task}#${task.round}`);
      expect(others).toEqual([]);
      expect(reason?.text).toMatch(new RegExp(`is open since ${task.openedOn}, since .+; due ${task.due.on}`));
      expect(reason?.clause).toBe(worded().wording?.[task.task]?.clause);
    }
    expect(about(paper, 'task:sst#1')[0]?.text).toContain('since absences had reached the band Far Below Basic (25 and more)');
  });

  test('a report says when it was filed, with whom, on which events, and whether it may be relied upon', () => {
    const paper = reported();
    expect(about(paper, 'report:1')[0]?.text).toBe(
      `Report 1 was filed on ${paper.day} with the attendance supervisor, on 3 events: ${days(3).join(', ')}.`,
    );
    paper.hears({ truancy: days(2) });
    expect(about(paper, 'report:1')[0]?.text).toContain(`No longer standing: ${days(3)[2]}. It may no longer be relied upon`);
  });

  test('holds, paths, queued letters and recovery are among the reasons', () => {
    const paper = reported(['foster']);
    paper.must(
      paper.does('case_manager', {
        kind: 'coordination',
        details: { with: ['education_rights_holder', 'county_worker'], result: 'informed' },
      }),
    );
    mail(paper, 'letter-1');
    paper.hears({ truancy: days(4), flags: ['foster'] });
    file(paper, days(4).slice(3));
    paper.hears({ holds: [{ why: 'code_not_mapped', since: '2021-09-01' }] });
    expect(about(paper, 'path:foster')[0]?.text).toContain('Before any letter');
    expect(about(paper, 'letter:letter-2')[0]?.text).toContain('5 school days lie between letters');
    expect(about(paper, 'hold')[0]?.text).toContain('2021-09-01');
    const better = new PaperCase(recoveringLadder());
    better.hears({ absences: 9 });
    better.hears({ recoveredOn: better.day });
    expect(about(better, 'phase')[0]?.text).toContain('monitoring');
  });
});

describe('chronic truant (EC 48263.6)', () => {
  const standing = { absences: 12, unexcused: 12, daysEnrolled: 100, truancy: days(12) };

  test('the rate alone makes nobody one: the district’s own part is listed, and what it lacks', () => {
    const paper = new PaperCase();
    paper.pass(40).hears(standing);
    const answer = chronicTruancy(paper.state, paper.ladder);
    expect(answer).toMatchObject({ unexcusedDays: 12, reached: true, stands: false });
    expect(answer.duties.map((d) => [d.clause, d.status])).toEqual([
      ['EC 48260', 'missing'],
      ['EC 48260.5', 'missing'],
      ['EC 48261', 'missing'],
      ['EC 48262', 'missing'],
      ['EC 48263', 'not_applicable'],
      ['EC 48291', 'not_applicable'],
    ]);
    expect(about(paper, 'truancy').at(-1)).toMatchObject({
      clause: 'EC 48263.6',
      text: expect.stringContaining('Not a chronic truant, since the district has not done its part') as string,
    });
  });

  test('with report, notice, further reports and conference effort it stands; an unreported event takes it back', () => {
    const paper = reported();
    mail(paper, 'letter-1');
    paper.hears(standing);
    file(paper, days(12).slice(3));
    paper.pass(1).must(
      paper.does('case_manager', {
        kind: 'conference',
        details: { outcome: 'no_show', invited: ['parent', 'pupil'], present: [], channel: 'phone' },
      }),
    );
    expect(chronicTruancy(paper.state, paper.ladder).stands).toBe(true);
    paper.hears({ truancy: days(13) });
    expect(chronicTruancy(paper.state, paper.ladder)).toMatchObject({ reached: true, stands: false });
  });

  test('occasions of more than 30 minutes are no days', () => {
    const paper = new PaperCase();
    paper.pass(40).hears({ ...standing, occasions: days(12).slice(0, 3) });
    expect(chronicTruancy(paper.state, paper.ladder)).toMatchObject({ unexcusedDays: 9, reached: false });
  });
});
