import { createHash, randomUUID } from 'node:crypto';
import type { Day } from '../cases/actions.ts';
import type { DocumentSource, LetterSource, LetterText, PacketSource } from '../cases/documents.ts';
import type { Actor } from '../cases/events.ts';
import type { Readiness } from '../cases/readiness.ts';
import type { Ground } from '../policy/vocabulary.ts';
import { canonicalize } from './canonical.ts';
import type { Database, Transaction } from './database.ts';
import type { ContactRow } from './read/contacts.ts';
import { readPacketSource } from './packet-source.ts';

/** Templates in use for new documents; what was frozen with an older one keeps it. */
const TEMPLATE = { letter: 'letter/1', packet: 'packet/1' } as const;

/** Whom a letter is addressed to. */
export type Recipient = Pick<ContactRow, 'firstName' | 'lastName' | 'street' | 'city' | 'state' | 'zip'> & { contactId: string | null };

/** A student as the addressee of the own letters, at the address of whom the student lives with. */
export async function studentAsRecipient(db: Database, studentId: string, at: ContactRow | undefined): Promise<Recipient> {
  const student = await db('student')
    .where({ student_id: studentId })
    .first<{ first_name: string; last_name: string }>('first_name', 'last_name');
  const { street = null, city = null, state = null, zip = null } = at ?? {};
  return { contactId: null, firstName: student.first_name, lastName: student.last_name, street, city, state, zip };
}

interface LetterToFreeze {
  kind: 'letter';
  caseId: string;
  documentId: string;
  ref: string;
  day: Day;
  letter: string;
  reports: number[];
  events: Day[];
  approvedBy: Actor;
  /** The texts as they are now. */
  text: LetterText;
  /** Of the district's own text. */
  textVersion?: LetterSource['textVersion'];
  /** Those who hold educational rights, as the case's rules say: the student, who is of age, is one without a contact's id. */
  recipients: Recipient[];
}

interface ReferralToFreeze {
  kind: 'referral';
  caseId: string;
  documentId: string;
  ref: Ground;
  day: Day;
  readiness: Readiness[];
  why?: PacketSource['why'];
}

/**
 * Freezes what a letter or referral rests on, inside the transition that makes it: the attendance rows, the policy's and the
 * template's version, and every name that will be printed (house rule 5).
 */
export async function freezeDocument(trx: Transaction, what: LetterToFreeze | ReferralToFreeze): Promise<void> {
  const source =
    what.kind === 'letter'
      ? await letterSource(trx, what)
      : await readPacketSource(trx, {
          caseId: what.caseId,
          ground: what.ref,
          readiness: what.readiness,
          ...(what.why ? { why: what.why } : {}),
        });
  await insert(trx, { ...what, version: 1, template: what.kind === 'letter' ? TEMPLATE.letter : TEMPLATE.packet, source });
}

/**
 * The packet of a case as the record stands: a new version when anything in it has changed since the last, else that last one.
 * @returns its id, version and the SHA-256 of its source
 */
export async function makePacket(
  trx: Transaction,
  input: { caseId: string; readiness: Readiness[]; why: PacketSource['why'] },
): Promise<{ documentId: string; version: number; sourceSha256: string }> {
  const source = await readPacketSource(trx, { ...input, ground: null });
  const sourceSha256 = digest(source);
  const last = await trx('document')
    .where({ case_id: input.caseId, kind: 'packet', ref: 'packet' })
    .orderBy('version', 'desc')
    .first<{ document_id: string; version: number; source_sha256: string } | undefined>('document_id', 'version', 'source_sha256');
  if (last?.source_sha256 === sourceSha256) return { documentId: last.document_id, version: last.version, sourceSha256 };
  const version = (last?.version ?? 0) + 1;
  const documentId = randomUUID();
  await insert(trx, { kind: 'packet', caseId: input.caseId, documentId, ref: 'packet', version, template: TEMPLATE.packet, source });
  return { documentId, version, sourceSha256 };
}

async function insert(
  trx: Transaction,
  row: { kind: string; caseId: string; documentId: string; ref: string; version: number; template: string; source: DocumentSource },
): Promise<void> {
  await trx('document').insert({
    document_id: row.documentId,
    case_id: row.caseId,
    school_id: row.source.school.id,
    kind: row.kind,
    ref: row.ref,
    version: row.version,
    template: row.template,
    source: JSON.stringify(row.source),
    source_sha256: digest(row.source),
  });
}

/** SHA-256 of the RFC 8785 bytes of a source. */
export function digest(source: DocumentSource): string {
  return createHash('sha256').update(canonicalize(source)).digest('hex');
}

async function letterSource(db: Database, what: LetterToFreeze): Promise<LetterSource> {
  const about = await db('attendance_case as c')
    .join('student as s', 's.student_id', 'c.student_id')
    .join('school as h', 'h.school_id', 'c.school_id')
    .join('policy_version as v', (on) => on.on('v.policy_id', 'c.policy_id').andOn('v.version', 'c.policy_version'))
    .where('c.case_id', what.caseId)
    .first<Record<string, string | number>>(
      's.student_id',
      's.first_name',
      's.last_name',
      's.local_id',
      'h.school_id',
      'h.name',
      'v.policy_id',
      'v.version',
      'v.digest',
      db('district').select('name').as('district'),
    );
  const reports = await db('truancy_report')
    .where({ case_id: what.caseId, withdrawn: false })
    .whereIn('ordinal', what.reports)
    .orderBy('ordinal')
    .select<{ ordinal: number; filed_on: Day }[]>();
  const events = await db('truancy_report_event')
    .where({ case_id: what.caseId })
    .whereIn('ordinal', what.reports)
    .orderBy('date')
    .select<
      { date: Day; ordinal: number; basis: { status: string; excuse: string; code_raw: string | null; file: string; line: number } }[]
    >();
  const person = await db('person').where({ person_id: what.approvedBy.id }).first<{ name: string } | undefined>('name');
  return {
    kind: 'letter',
    language: 'en',
    letter: what.letter,
    text: what.text,
    ...(what.textVersion ? { textVersion: what.textVersion } : {}),
    district: String(about['district']),
    day: what.day,
    school: { id: String(about['school_id']), name: String(about['name']) },
    student: { name: `${about['first_name']} ${about['last_name']}`, localId: String(about['local_id']) },
    recipients: what.recipients.map((c) => ({
      contact: c.contactId,
      name: `${c.firstName} ${c.lastName}`,
      address: [c.street, [c.city, c.state].filter(Boolean).join(', ') + (c.zip ? ` ${c.zip}` : '')].filter(
        (line): line is string => line !== null && line !== '',
      ),
    })),
    policy: { id: String(about['policy_id']), version: Number(about['version']), digest: String(about['digest']) },
    reports: reports.map((r) => ({ ordinal: r.ordinal, filedOn: r.filed_on })),
    events: events.map((e) => ({
      day: e.date,
      report: e.ordinal,
      status: e.basis.status,
      excuse: e.basis.excuse,
      code: e.basis.code_raw,
      file: e.basis.file,
      line: e.basis.line,
    })),
    approvedBy: { id: what.approvedBy.id, name: person?.name ?? what.approvedBy.id, role: what.approvedBy.role },
  };
}

/** A frozen document, and its first print if it has been printed. */
export interface FrozenDocument {
  template: string;
  version: number;
  source: DocumentSource;
  sourceSha256: string;
  file: { bytes: Buffer; sha256: string } | null;
}

/** @throws if there is no such document, or its source is not what was frozen */
export async function readFrozen(db: Database, documentId: string): Promise<FrozenDocument> {
  const row = await db('document')
    .where({ document_id: documentId })
    .first<{ template: string; version: number; source: DocumentSource; source_sha256: string } | undefined>(
      'template',
      'version',
      'source',
      'source_sha256',
    );
  if (!row) throw new Error(`there is no document ${documentId}`);
  if (digest(row.source) !== row.source_sha256)
    throw new Error(`document ${documentId} is not what was frozen: its source has another SHA-256`);
  const file = await db('document_file')
    .where({ document_id: documentId })
    .first<{ bytes: Buffer; sha256: string } | undefined>('bytes', 'sha256');
  return { template: row.template, version: row.version, source: row.source, sourceSha256: row.source_sha256, file: file ?? null };
}

/** Keeps the first print of a document. */
export async function keepPrint(db: Database, documentId: string, file: { bytes: Buffer; sha256: string }): Promise<void> {
  await db('document_file')
    .insert({ document_id: documentId, ...file })
    .onConflict('document_id')
    .ignore();
}
