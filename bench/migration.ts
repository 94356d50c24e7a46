import { performance } from 'node:perf_hooks';
import { previewMigration } from '../api/policy-migration.ts';
import type { Person } from '../api/signin.ts';
import { shippedPolicyText } from '../policy/index.ts';
import { recordPolicy } from '../store/policy-store.ts';
import { readCaseEvents } from '../store/read/case-record.ts';
import { readStanding } from '../store/standing.ts';
import type { Database } from '../store/database.ts';
import { climb } from '../test/cases/climb.ts';
import { PaperCase } from '../test/cases/paper-case.ts';
import { policyOf, secondVersionText } from '../test/policy/second-version.ts';
import { makeDistrict } from './attendance/district.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { say, type Line } from './report.ts';

/** Cases on a page, and how long a person waits for it, in milliseconds. */
const PAGE = 200;
const PATIENCE_MS = 1_000;
const PERSON: Person = { id: 'bench', role: 'attendance_supervisor', name: 'bench', schools: null, certificated: false };

/**
 * So many open cases, of four lives from one that has just begun to the eve of a referral, are previewed page by page for a move to
 * another version; beside it the reading of the same cases one by one.
 */
export function measureMigrationPreview(cases: number): Promise<Line[]> {
  return onOwnPostgres(async ({ owner }) => {
    say(`Making ${cases} open cases …`);
    await makeDistrict(owner, cases);
    const second = policyOf(secondVersionText()).ladder;
    await recordPolicy(owner, { document: secondVersionText(), ladder: second });
    const events = await beginCases(owner);
    say('Previewing their move …');
    const pages: number[] = [];
    const statements: number[] = [];
    let seen = 0;
    for (let after: string | null = null, first = true; first || after !== null; first = false) {
      let asked = 0;
      const began = performance.now();
      const page: Awaited<ReturnType<typeof previewMigration>> = await owner.transaction(async (trx) => {
        trx.on('query', () => (asked += 1));
        return previewMigration(trx, PERSON, { to: second.policy, scope: { all: true }, after, limit: PAGE });
      });
      if (page.cases.length > 0) pages.push(performance.now() - began);
      statements.push(asked);
      seen += page.cases.length;
      after = page.next;
    }
    if (seen !== cases) throw new Error(`${seen} of ${cases} cases were previewed`);
    const reading = await oneByOne(owner);
    const slowest = Math.max(...pages);
    return [
      {
        measure: `preview of moving ${cases} open cases, a page of ${PAGE}`,
        figure: `${slowest.toFixed(0)} ms`,
        goal: `≤ ${PATIENCE_MS} ms`,
        met: slowest <= PATIENCE_MS,
        detail: `slowest of ${pages.length} pages; ${(pages.reduce((sum, ms) => sum + ms, 0) / cases).toFixed(1)} ms a case of ${Math.round(events / cases)} events, ${Math.max(...statements)} statements a page; reading ${PAGE} cases one by one ${reading.toFixed(0)} ms`,
      },
    ];
  });
}

/** A case for every student, each with the events of one of four lives. @returns how many events there are */
async function beginCases(owner: Database): Promise<number> {
  const { ladder } = policyOf(shippedPolicyText('lausd'));
  const lives = [new PaperCase(), new PaperCase(), new PaperCase(), new PaperCase()] as const;
  lives[0].hears({ absences: 9, excused: 9 });
  lives[1].hears({ absences: 26, excused: 26 });
  climb(lives[2], { ground: 'habitual_truant' });
  climb(lives[3], { ground: 'chronic_absentee' });
  await owner.raw(
    `INSERT INTO attendance_case (case_id, student_id, school_id, school_year, policy_id, policy_version, opened_on, opened_why, seq, last_hash, last_at, standing_version)
     SELECT case_id, student_id, school_id, '2025-2026', ?, ?, entry_date, 'attendance', 1, '', entry_date, 1 FROM student`,
    [ladder.policy.id, ladder.policy.version],
  );
  await owner.raw(
    `INSERT INTO standing (student_id, case_id, school_id, version, as_of, school_year, age, absences, excused, unexcused, unverified, days_enrolled, truancy, pending)
     SELECT student_id, case_id, school_id, 1000, entry_date, '2021-2022', 14, 26, 26, 0, 0, 100, '{}', '[]' FROM student`,
  );
  for (const [life, { events }] of lives.entries()) {
    const rows = JSON.stringify(events).replaceAll(lives[0].ladder.policy.digest, ladder.policy.digest);
    await owner.raw(
      `INSERT INTO case_event (case_id, seq, type, schema, at, day, actor, cause, source, body, salt, body_digest, prev_hash, hash)
       SELECT s.case_id, e.seq, e.type, e.schema, e.at, e.day, e.actor, e.cause, 'attendance', e.body, '', '', '', ''
       FROM student s CROSS JOIN jsonb_to_recordset(CAST(? AS jsonb)) AS e(seq integer, type text, schema integer, at timestamptz, day date, actor jsonb, cause text, body jsonb)
       WHERE CAST(s.local_id AS bigint) % ? = ?`,
      [rows, lives.length, life],
    );
  }
  await owner.raw('VACUUM ANALYZE case_event, attendance_case, standing');
  const { rows } = await owner.raw<{ rows: [{ n: number }] }>('SELECT count(*) AS n FROM case_event');
  return rows[0].n;
}

/** How long it takes to read a page of cases one after the other, in milliseconds. */
async function oneByOne(owner: Database): Promise<number> {
  const ids = await owner('attendance_case').orderBy('case_id').limit(PAGE).pluck<string[]>('case_id');
  const began = performance.now();
  await owner.transaction(async (trx) => {
    for (const id of ids) {
      await readCaseEvents(trx, id);
      await readStanding(trx, id);
    }
  });
  return performance.now() - began;
}
