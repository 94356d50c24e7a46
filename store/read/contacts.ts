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
}

/** The standing contacts of students, primary ones first. */
export async function contactsOf(db: Database, studentIds: string[]): Promise<Map<string, ContactRow[]>> {
  const rows = await db('contact')
    .whereIn('student_id', studentIds)
    .whereNull('superseded_by')
    .orderBy([
      { column: 'is_primary', order: 'desc' },
      { column: 'is_emergency', order: 'desc' },
      { column: 'contact_id', order: 'asc' },
    ])
    .select<Row[]>('*');
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
  const rows = await db('contact').where({ student_id: studentId }).select<{ contact_id: string }[]>('contact_id');
  return new Set(rows.map((row) => row.contact_id));
}

/** One standing contact of a student; null if there is none or it has been superseded. */
export async function readContact(db: Database, studentId: string, contactId: string): Promise<ContactRow | null> {
  const row = await db('contact')
    .where({ student_id: studentId, contact_id: contactId })
    .whereNull('superseded_by')
    .first<Row | undefined>('*');
  return row ? fromRow(row) : null;
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
  };
}

/** The contact that stands where this one did: itself while nothing superseded it, null once it was removed. */
export async function readSuccessor(db: Database, contactId: string): Promise<string | null> {
  const row = await db('contact').where({ contact_id: contactId }).first<{ superseded_by: string | null } | undefined>('superseded_by');
  if (!row || row.superseded_by === contactId) return null;
  return row.superseded_by ?? contactId;
}
