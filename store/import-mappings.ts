import type { ImportKind } from '../policy/import-columns.ts';
import type { Database, Transaction } from './database.ts';

/** What the district has said about a file of its own making. */
export interface ImportMapping {
  name: string;
  kind: ImportKind;
  /** Canonical column → column of the file. */
  columns: Record<string, string>;
  savedBy: string;
  /** Instant, ISO 8601. */
  savedAt: string;
}

/** The mappings in force, by name. */
export async function readMappings(db: Database | Transaction): Promise<ImportMapping[]> {
  const rows = await db('import_mapping')
    .whereNull('superseded_by')
    .orderBy('name')
    .select<{ name: string; kind: ImportKind; columns: Record<string, string>; saved_by: string; saved_at: Date }[]>(
      'name',
      'kind',
      'columns',
      'saved_by',
      'saved_at',
    );
  return rows.map(({ name, kind, columns, saved_by, saved_at }) => ({
    name,
    kind,
    columns,
    savedBy: saved_by,
    savedAt: new Date(saved_at).toISOString(),
  }));
}

/** Saves a mapping. One of the same name is superseded by it and stays on record. */
export async function saveMapping(
  trx: Transaction,
  mapping: { name: string; kind: ImportKind; columns: Record<string, string>; savedBy: string },
): Promise<void> {
  // The old one first gives up the name: one mapping of a name is in force.
  await trx.raw(
    `WITH fresh AS (SELECT uuidv7() AS id), old AS (
       UPDATE import_mapping SET superseded_by = fresh.id FROM fresh WHERE name = :name AND superseded_by IS NULL RETURNING mapping_id
     )
     INSERT INTO import_mapping (mapping_id, name, kind, columns, saved_by)
     SELECT fresh.id, :name, :kind, CAST(:columns AS jsonb), :savedBy FROM fresh WHERE (SELECT count(*) FROM old) >= 0`,
    { ...mapping, columns: JSON.stringify(mapping.columns) },
  );
}
