import type { Actor } from '../../cases/events.ts';
import type { Database } from '../database.ts';

/** A school task that was done once for a school. */
export interface SchoolRecordRow {
  recordId: string;
  task: string;
  on: string;
  actor: Actor;
  text: string;
  recordedAt: Date;
}

/** Records of one task of a school, the latest first. */
export async function readSchoolRecords(db: Database, school: string, task: string, limit: number): Promise<SchoolRecordRow[]> {
  return db('school_record')
    .where({ school_id: school, task })
    .orderBy([
      { column: 'on_day', order: 'desc' },
      { column: 'record_id', order: 'desc' },
    ])
    .limit(limit)
    .select<SchoolRecordRow[]>({
      recordId: 'record_id',
      task: 'task',
      on: 'on_day',
      actor: 'actor',
      text: 'text',
      recordedAt: 'recorded_at',
    });
}

/** When each school task of a school was last done, up to a day. */
export async function readLatestSchoolRecords(db: Database, school: string, upTo: string): Promise<{ task: string; on: string }[]> {
  return db('school_record').where({ school_id: school }).where('on_day', '<=', upTo).groupBy('task').select('task').max('on_day AS on');
}
