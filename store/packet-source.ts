import type { Day } from '../cases/actions.ts';
import type { AttendanceFact, PacketSource } from '../cases/documents.ts';
import type { Actor, CaseEvent } from '../cases/events.ts';
import type { Readiness } from '../cases/readiness.ts';
import type { Ground } from '../policy/vocabulary.ts';
import type { Database } from './database.ts';
import { readCaseLadder, readChronicle } from './read/case-record.ts';
import { readPinnedLadder } from './case-record.ts';
import { readElsewhere } from './read/earlier-records.ts';
import { staleFeeds } from './read/feeds.ts';
import { readStanding } from './standing.ts';

/** Everything that a packet is made of, as it stands. @throws if the case has not begun */
export async function readPacketSource(
  db: Database,
  input: { caseId: string; ground: Ground | null; readiness: Readiness[]; why?: PacketSource['why'] },
): Promise<PacketSource> {
  const { caseId, ground, readiness, why } = input;
  const about = await db('attendance_case as c')
    .join('student as s', 's.student_id', 'c.student_id')
    .join('school as h', 'h.school_id', 'c.school_id')
    .where('c.case_id', caseId)
    .first<Record<string, string | null> | undefined>(
      's.*',
      'c.band',
      'h.name as school_name',
      db('district').select('name').as('district'),
    );
  // One after the other: a transaction has one connection.
  const ladder = await readCaseLadder(db, caseId);
  const standing = await readStanding(db, caseId);
  const chronicle = await readChronicle(db, caseId, { after: 0, limit: 100_000 });
  if (!about || !ladder || !standing) throw new Error('the case has not begun, so there is nothing to print');
  const studentId = String(about['student_id']);
  const attendance = await db('counted_day')
    .where({ student_id: studentId })
    .andWhere('date', '<=', standing.asOf)
    .orderBy('date')
    .select<AttendanceFact[]>('date', 'status', 'excuse', 'code_raw as code', 'file', 'line');
  const contacts = await db('contact')
    .where({ student_id: studentId })
    .orderBy('contact_id')
    .select<Record<string, string | boolean | null>[]>();
  const records = await db('school_record')
    .whereIn(
      'record_id',
      chronicle.flatMap((c) => (c.event.type === 'task_completed' ? c.event.body.evidence : [])).filter((id) => /^[0-9a-f-]{36}$/.test(id)),
    )
    .orderBy('on_day')
    .select<{ record_id: string; task: string; on_day: Day; actor: Actor; text: string }[]>();
  const elsewhere = await readElsewhere(db, caseId);
  const entered = [...elsewhere.values()].map((one) => one.enteredBy);
  const actors = [...new Set([...chronicle.map((c) => c.event.actor.id), ...records.map((r) => r.actor.id), ...entered])];
  const people = await db('person')
    .whereIn('person_id', actors)
    .orderBy('person_id')
    .select<{ person_id: string; name: string }[]>('person_id', 'name');
  const stale = (await staleFeeds(db, [String(about['school_id'])])).map(({ feed, numbersOf }) => ({ feed, numbersOf }));
  const { earlier: _untold, ...told } = standing;
  const last = chronicle.at(-1)?.event.day ?? standing.asOf;
  return {
    kind: 'packet',
    ground,
    day: last > standing.asOf ? last : standing.asOf,
    district: String(about['district']),
    school: { id: String(about['school_id']), name: String(about['school_name']) },
    student: {
      name: [about['first_name'], about['middle_name'], about['last_name']].filter(Boolean).join(' '),
      localId: String(about['local_id']),
      grade: about['grade'] ?? null,
      birthdate: about['birthdate'] ?? null,
      entryDate: String(about['entry_date']),
    },
    policy: ladder.policy,
    wording: {
      ...(await earlierWording(
        db,
        chronicle.map(({ event }) => event),
      )),
      ...ladder.wording,
    },
    statute: ladder.statute,
    bands: ladder.bands,
    band: about['band'] ?? null,
    caseId,
    standing: told,
    attendance,
    contacts: contacts.map((c) => ({
      id: String(c['contact_id']),
      name: `${c['first_name']} ${c['last_name']}`,
      relationship: String(c['relationship']),
      primary: c['is_primary'] === true,
      livesWith: c['lives_with'] === true,
      phone: text(c['phone']),
      phoneType: text(c['phone_type']),
      email: text(c['email']),
      address: [c['street'], c['city'], c['state'], c['zip']].filter(Boolean).join(', '),
      language: text(c['language']),
      superseded: c['superseded_by'] !== null,
    })),
    people: Object.fromEntries(people.map((p) => [p.person_id, p.name])),
    schoolRecords: records.map((r) => ({ id: r.record_id, task: r.task, on: r.on_day, by: r.actor, text: r.text })),
    chronicle: chronicle.map(({ event, hash, text: words }) => ({ event, hash, text: words })),
    ...(elsewhere.size
      ? { elsewhere: Object.fromEntries([...elsewhere].map(([id, { record: _id, deliveryId: _delivery, ...fact }]) => [id, fact])) }
      : {}),
    ...(why ? { why } : {}),
    ...(stale.length > 0 ? { staleFeeds: stale } : {}),
    readiness,
  };
}

function text(value: string | boolean | null | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What tasks and requirements were called in the versions of the policy from which the case was moved. */
async function earlierWording(db: Database, events: CaseEvent[]): Promise<PacketSource['wording']> {
  const all: PacketSource['wording'] = {};
  for (const event of events)
    if (event.type === 'policy_migrated') Object.assign(all, (await readPinnedLadder(db, event.body.from)).wording);
  return all;
}
