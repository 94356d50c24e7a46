import { z } from 'zod';
import { EARLIER_COLUMNS, EARLIER_RECORDS, type EarlierField } from '../../../policy/earlier-records.ts';
import { readStudent } from '../../../store/read/students.ts';
import { commandHeaders, nothing, uuid } from '../../contracts/common.ts';
import { deliveryOpened } from '../../contracts/delivery.ts';
import { recordEarlierStep as contract } from '../../contracts/earlier.ts';
import { deliverByHand } from '../../deliver-by-hand.ts';
import { endpoint } from '../../endpoint.ts';
import { Problem } from '../../problems.ts';

export const recordEarlierStep = endpoint({
  method: 'post',
  path: '/v1/students/:id/earlier-steps',
  operationId: 'recordEarlierStep',
  tag: 'students',
  summary: 'Brings in by hand one step that was taken this school year before Rollbook knew the school; it stands as recorded elsewhere',
  description:
    'It goes the way of a file of such steps, with one row: checked as each of them is, and never taken for something that Rollbook saw.',
  permission: 'record_elsewhere',
  place: 'student',
  audit: { none: 'takes a step in and shows nothing; it stands in the record with who brought it in' },
  params: z.strictObject({ id: uuid }),
  query: nothing,
  body: contract,
  headers: commandHeaders,
  responses: { 202: { description: 'Being taken in; read what came of it at the address in `location`', schema: deliveryOpened } },
  async handler({ trx, params, body, headers, person, services, subject }) {
    const student = await readStudent(trx, params.id);
    if (student === null) throw new Problem('not-found', 'There is no such student among those you can see.');
    const row = rowOf(student.localId, body);
    return deliverByHand(
      trx,
      services,
      { person, key: headers['idempotency-key'], asked: { params, body } },
      {
        kind: 'earlier',
        columns: ['student', ...EARLIER_COLUMNS],
        rows: [row],
        coverage: { schools: [subject.school], from: body.on, to: body.on, complete: false },
        note: body.reason,
      },
    );
  },
});

/** The step as a row of a file: lists with commas. */
function rowOf(localId: string, { step, on, time, doneBy, role, reached, reference, note }: z.output<typeof contract>): string[] {
  const fields: readonly EarlierField[] = EARLIER_RECORDS[step.kind];
  const said = step as Record<string, unknown>;
  const values: Record<string, string> = Object.fromEntries(
    fields.flatMap(({ column, field }) => (said[field] === undefined ? [] : [[column, [said[field]].flat().map(String).join(',')]])),
  );
  const about = { record: step.kind, on_date: on, time_of_day: time, done_by: doneBy, role, reached, reference, note };
  const all: Record<string, string | undefined> = { ...about, ...values };
  return [localId, ...EARLIER_COLUMNS.map((column) => all[column] ?? '')];
}
