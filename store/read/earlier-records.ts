import type { Day } from '../../cases/actions.ts';
import type { Database } from '../database.ts';

/** Where a step comes from that was taken before Rollbook knew the school, and what its file says of it beyond codes and dates. */
export interface RecordedElsewhere {
  record: string;
  deliveryId: string;
  file: string;
  line: number;
  enteredBy: string;
  enteredOn: Day;
  doneBy: string;
  reached: string | null;
  reference: string | null;
}

/** All that stands on a case, by the ids of the records. */
export async function readElsewhere(db: Database, caseId: string): Promise<Map<string, RecordedElsewhere>> {
  const rows = await db('earlier_record AS e')
    .join('student AS s', 's.student_id', 'e.student_id')
    .where('s.case_id', caseId)
    .orderBy(['e.on_day', 'e.record_id'])
    .select<RecordedElsewhere[]>({
      record: 'e.record_id',
      deliveryId: 'e.delivery_id',
      file: 'e.file',
      line: 'e.line',
      enteredBy: 'e.entered_by',
      enteredOn: 'e.entered_on',
      doneBy: 'e.done_by',
      reached: 'e.reached',
      reference: 'e.reference',
    });
  return new Map(rows.map((row) => [row.record, row]));
}
