import type { CodeMeaning } from '../policy/codes.ts';
import type { Database, Transaction } from './database.ts';

/** A code of a student information system and what it means in this district. */
export interface MappedCode {
  codeSet: string;
  code: string;
  label: string | null;
  meaning: CodeMeaning;
}

const RECORD = `AS given(code_set text, code text, label text, status text, excuse text, in_rate boolean, truancy text, suspension text,
  independent_study text, minutes integer, mode text)`;
const COLUMNS = 'code_set, code, label, status, excuse, in_rate, truancy, suspension, independent_study, minutes, mode';

function rowOf({ codeSet, code, label, meaning }: MappedCode) {
  const { inRate, independentStudy, ...rest } = meaning;
  return { code_set: codeSet, code, label, ...rest, in_rate: inRate, independent_study: independentStudy };
}

/** Gives codes that were never mapped their meaning; one that was is left as it is. */
export async function insertCodes(trx: Transaction, codes: readonly MappedCode[], by: string): Promise<void> {
  await trx.raw(
    `INSERT INTO attendance_code (${COLUMNS}, mapped_by)
     SELECT ${COLUMNS.replaceAll(/\w+/g, 'given.$&')}, :by FROM jsonb_to_recordset(CAST(:codes AS jsonb)) ${RECORD}
     WHERE NOT EXISTS (SELECT FROM attendance_code k WHERE k.code_set = given.code_set AND k.code = given.code)`,
    { by, codes: JSON.stringify(codes.map(rowOf)) },
  );
}

/** Maps a code, or maps it anew: what it meant before stays on record, superseded. @returns the mapping's id */
export async function mapCode(trx: Transaction, code: MappedCode, by: string): Promise<string> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `WITH next AS (SELECT uuidv7() AS id),
     old AS (
       UPDATE attendance_code k SET superseded_by = next.id FROM next
       WHERE k.code_set = :codeSet AND k.code = :code AND k.superseded_by IS NULL)
     SELECT id FROM next`,
    { codeSet: code.codeSet, code: code.code },
  );
  const { id } = rows[0]!;
  await trx('attendance_code').insert({ mapping_id: id, ...rowOf(code), mapped_by: by });
  return id;
}

/** One line of the district's table of codes. */
export interface CodeRow extends MappedCode {
  mappedBy: string;
  mappedAt: Date;
}

/** The district's table of codes as it is now, or of one code set. */
export async function readCodes(db: Database, codeSet: string | null): Promise<CodeRow[]> {
  const query = db('attendance_code').whereNull('superseded_by').orderBy(['code_set', 'code']);
  if (codeSet !== null) void query.andWhere({ code_set: codeSet });
  const rows = await query.select<
    {
      code_set: string;
      code: string;
      label: string | null;
      status: CodeMeaning['status'];
      excuse: CodeMeaning['excuse'];
      in_rate: boolean;
      truancy: CodeMeaning['truancy'];
      suspension: CodeMeaning['suspension'];
      independent_study: CodeMeaning['independentStudy'];
      minutes: number | null;
      mode: CodeMeaning['mode'];
      mapped_by: string;
      mapped_at: Date;
    }[]
  >('*');
  return rows.map((row) => ({
    codeSet: row.code_set,
    code: row.code,
    label: row.label,
    meaning: {
      status: row.status,
      excuse: row.excuse,
      inRate: row.in_rate,
      truancy: row.truancy,
      suspension: row.suspension,
      independentStudy: row.independent_study,
      minutes: row.minutes,
      mode: row.mode,
    },
    mappedBy: row.mapped_by,
    mappedAt: row.mapped_at,
  }));
}

/** A code that nobody has mapped: a task for whoever keeps the table, open until the code is mapped. */
export interface UnmappedCode {
  codeSet: string;
  code: string;
  /** District day since which rows wait for it. */
  since: string;
  rows: number;
  students: number;
  schools: string[];
  firstDay: string;
  lastDay: string;
  /** The first row that waits. */
  example: { deliveryId: string; file: string; line: number };
}

/** The codes that wait to be mapped, the one that holds most students first. */
export async function readUnmappedCodes(db: Database): Promise<UnmappedCode[]> {
  const { rows } = await db.raw<{ rows: UnmappedCode[] }>(
    `SELECT code_set AS "codeSet", code, min(held_on) AS since, count(*) AS rows, count(DISTINCT student_id) AS students,
       array_agg(DISTINCT school_id ORDER BY school_id) AS schools, min(date) AS "firstDay", max(date) AS "lastDay",
       (array_agg(json_build_object('deliveryId', delivery_id, 'file', file, 'line', line) ORDER BY delivery_id, file, line))[1] AS example
     FROM held_row WHERE settled IS NULL GROUP BY code_set, code ORDER BY students DESC, code_set, code`,
  );
  return rows;
}
