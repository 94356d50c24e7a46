import type { LegalRole, OrderLimit } from '../../cases/rights.ts';
import type { Database } from '../database.ts';

/** A person who can be reached about a student, as the district knows them now. */
export interface ContactRow {
  contactId: string;
  firstName: string;
  lastName: string;
  relationship: string;
  primary: boolean;
  emergency: boolean;
  livesWith: boolean;
  phone: string | null;
  phoneType: string | null;
  email: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  language: string | null;
  /** As a source or a person said it; null while nobody did. */
  legalRole: LegalRole | null;
  /** The order of a court that limits the person's rights; null days mean from ever, or for ever. */
  courtOrder: { text: string; on: string | null; until: string | null; limits: OrderLimit[] } | null;
}

interface Row {
  contact_id: string;
  student_id: string;
  first_name: string;
  last_name: string;
  relationship: string;
  is_primary: boolean;
  is_emergency: boolean;
  lives_with: boolean;
  phone: string | null;
  phone_type: string | null;
  email: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  language: string | null;
  legal_role: LegalRole | null;
  court_order: string | null;
  court_order_date: string | null;
  court_order_until: string | null;
  court_order_limits: OrderLimit[];
}

/** The standing contacts of students, of all their records, primary ones first. */
export async function contactsOf(db: Database, studentIds: string[]): Promise<Map<string, ContactRow[]>> {
  const rows = await db('contact AS c')
    .join('student AS k', 'k.student_id', 'c.student_id')
    .where((of) => void of.whereIn('k.student_id', studentIds).orWhereIn('k.merged_into', studentIds))
    .whereNull('c.superseded_by')
    .orderBy([
      { column: 'c.is_primary', order: 'desc' },
      { column: 'c.is_emergency', order: 'desc' },
      { column: 'c.contact_id', order: 'asc' },
    ])
    .select<Row[]>('c.*', db.raw('coalesce(k.merged_into, k.student_id) AS student_id'));
  const found = new Map<string, ContactRow[]>();
  for (const row of rows) {
    const list = found.get(row.student_id) ?? [];
    list.push(fromRow(row));
    found.set(row.student_id, list);
  }
  return found;
}

/** Which of these ids have ever been contacts of the student, superseded ones too: an old call may be documented late. */
export async function contactIdsOf(db: Database, studentId: string): Promise<Set<string>> {
  const rows = await db('contact').whereIn('student_id', ownRecords(db, studentId)).select<{ contact_id: string }[]>('contact_id');
  return new Set(rows.map((row) => row.contact_id));
}

/** One standing contact of a student; null if there is none or it has been superseded. */
export async function readContact(db: Database, studentId: string, contactId: string): Promise<ContactRow | null> {
  const row = await db('contact')
    .where({ contact_id: contactId })
    .whereIn('student_id', ownRecords(db, studentId))
    .whereNull('superseded_by')
    .first<Row | undefined>('*');
  return row ? fromRow(row) : null;
}

/** The records of a student: its own, and those merged into it. */
function ownRecords(db: Database, studentId: string) {
  return db('student').where({ student_id: studentId }).orWhere({ merged_into: studentId }).select('student_id');
}

function fromRow(row: Row): ContactRow {
  return {
    contactId: row.contact_id,
    firstName: row.first_name,
    lastName: row.last_name,
    relationship: row.relationship,
    primary: row.is_primary,
    emergency: row.is_emergency,
    livesWith: row.lives_with,
    phone: row.phone,
    phoneType: row.phone_type,
    email: row.email,
    street: row.street,
    city: row.city,
    state: row.state,
    zip: row.zip,
    language: row.language,
    legalRole: row.legal_role,
    courtOrder:
      row.court_order === null
        ? null
        : { text: row.court_order, on: row.court_order_date, until: row.court_order_until, limits: row.court_order_limits },
  };
}

/** The contact that stands where this one did: itself while nothing superseded it, null once it was removed. */
export async function readSuccessor(db: Database, contactId: string): Promise<string | null> {
  const row = await db('contact').where({ contact_id: contactId }).first<{ superseded_by: string | null } | undefined>('superseded_by');
  if (!row || row.superseded_by === contactId) return null;
  return row.superseded_by ?? contactId;
}
