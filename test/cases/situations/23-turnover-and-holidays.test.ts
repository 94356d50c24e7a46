import { decide, nextDeadline } from '../../../cases/index.ts';
import { PaperCase } from '../paper-case.ts';

/** Hard situation 23: people leave, and deadlines fall on school days only. */
test('work belongs to a role: whoever comes after goes on with it, and the record keeps who did what', () => {
  const paper = new PaperCase();
  paper.hears({ absences: 16 });
  paper.must(paper.does('case_manager', { kind: 'consultation', details: { with: 'psa_counselor', about: 'case' } }, 'psa-consult'));
  const open = paper.open();
  const after = decide(paper.state, paper.ladder, {
    kind: 'command',
    id: 'after',
    time: paper.time(),
    standing: paper.standing,
    actor: { id: 'another-case-manager', role: 'case_manager', place: 'school-1' },
    command: {
      kind: 'document_action',
      on: paper.day,
      time: null,
      task: { task: 'case-management-plan', round: 1 },
      action: { kind: 'plan', details: { about: 'case_management', review: '2022-01-14' } },
    },
    textDigest: 'digest',
    ifSeq: null,
  });
  expect(after.kind).toBe('events');
  expect(paper.open()).toEqual(open);
  expect(paper.state.actions[0]?.by).toBe('case_manager-1');
});

test('a deadline is so many school days: set on a Friday, one school day ends on Monday', () => {
  const paper = new PaperCase();
  paper.day = '2021-09-03';
  paper.hears({ absences: 8 });
  expect(paper.task('mass-notification')?.due).toMatchObject({ schoolDays: 1, from: '2021-09-03', on: '2021-09-06' });
  expect(nextDeadline(paper.state)).toBe('2021-09-06T23:59:59.999Z');
});
