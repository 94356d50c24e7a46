import type { Database, Transaction } from './database.ts';

/**
 * Files of deliveries, of any size: their bytes lie in parts, and no more than a few parts are in memory at once. An upload is one
 * attempt to send a file; a file is there when an upload of it came to its end.
 */

/** Bytes of a part; the last one of a file may be shorter. */
export const PART_BYTES = 4 * 1024 * 1024;

/** Cuts a stream of bytes into parts. */
export async function* inParts(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (let piece of bytes) {
    while (size + piece.length >= PART_BYTES) {
      const room = PART_BYTES - size;
      yield Buffer.concat([...pieces, piece.subarray(0, room)], PART_BYTES);
      piece = piece.subarray(room);
      pieces = [];
      size = 0;
    }
    if (piece.length === 0) continue;
    pieces.push(piece);
    size += piece.length;
  }
  if (size > 0) yield Buffer.concat(pieces, size);
}

/** Opens what the database is read through: a transaction of its caller, or the pool itself. */
export type Reading = <T>(work: (db: Database) => Promise<T>) => Promise<T>;

/** A file as it was sent; its bytes can be read from the beginning or from an offset, as often as wanted. */
export interface StoredFile {
  name: string;
  /** In bytes. */
  size: number;
  open(): AsyncIterable<Buffer>;
  openAt(offset: number): AsyncIterable<Buffer>;
}

/**
 * The files of a delivery, in the order of their names.
 * @param reading how their bytes are read; not through the transaction that the rows are copied into: its connection is busy meanwhile
 */
export async function storedFiles(db: Database, deliveryId: string, reading: Reading = (work) => work(db)): Promise<StoredFile[]> {
  const files = await db('delivery_file')
    .where({ delivery_id: deliveryId })
    .orderBy('name')
    .select<{ name: string; size: number; upload_id: string | null }[]>('name', 'size', 'upload_id');
  const begun: Begun = { uploadId: null, part: undefined };
  return files.map(({ name, size, upload_id }) => {
    const openAt = (offset: number): AsyncIterable<Buffer> => {
      if (upload_id === null) throw new Error(`the bytes of ${name} were dropped when the delivery was cancelled`);
      return partsFrom(reading, upload_id, offset, begun);
    };
    return { name, size, open: () => openAt(0), openAt };
  });
}

interface Part {
  part: number;
  starts_at: number;
  bytes: Buffer;
}

/** The part of an upload that comes next after a number; undefined after the last one. -1 asks for the first. */
export async function nextPart(db: Database, uploadId: string, after: number): Promise<Part | undefined> {
  const query = db('delivery_part').where({ upload_id: uploadId }).andWhere('part', '>', after).orderBy('part');
  return query.first<Part | undefined>('part', 'starts_at', 'bytes');
}

/**
 * The bytes of an upload from an offset on. The next part is fetched while the last one is used; before that, only when somebody wants
 * more than the first.
 */
async function* partsFrom(reading: Reading, uploadId: string, offset: number, begun: Begun): AsyncGenerator<Buffer> {
  const fetch = (after: number): Promise<Part | undefined> => reading((db) => nextPart(db, uploadId, after));
  let found: Part | undefined;
  if (offset > 0) found = await fetch((await partAt(reading, uploadId, offset)) - 1);
  else if (begun.uploadId === uploadId) found = begun.part;
  else Object.assign(begun, { uploadId, part: (found = await fetch(-1)) });
  let ahead: Promise<Part | undefined> | null = null;
  while (found !== undefined) {
    yield offset > found.starts_at ? found.bytes.subarray(offset - found.starts_at) : found.bytes;
    found = await (ahead ?? fetch(found.part));
    ahead = found === undefined ? null : fetch(found.part);
    // Heard when it is awaited; a reader that stops early never does.
    ahead?.catch(() => undefined);
  }
}

/** The first part of the upload that was opened last: a file is looked into before it is read. */
interface Begun {
  uploadId: string | null;
  part: Part | undefined;
}

/** Number of the part in which an offset lies. */
async function partAt(reading: Reading, uploadId: string, offset: number): Promise<number> {
  const { part } = await reading((db) =>
    db('delivery_part')
      .where({ upload_id: uploadId })
      .andWhere('starts_at', '<=', offset)
      .max<{ part: number | null }>('part AS part')
      .first<{ part: number | null }>(),
  );
  return part ?? 0;
}

/** Writes one part of an upload. @returns false when the delivery takes no more files, or another part has this number already */
export async function keepPart(
  trx: Transaction,
  uploadId: string,
  part: { part: number; startsAt: number; bytes: Buffer },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `INSERT INTO delivery_part (upload_id, part, starts_at, size, bytes)
     SELECT u.upload_id, :part, :startsAt, :size, CAST(:bytes AS bytea) FROM delivery_upload u JOIN delivery d USING (delivery_id)
     WHERE u.upload_id = :uploadId AND d.status = 'receiving' ON CONFLICT DO NOTHING`,
    { uploadId, size: part.bytes.length, ...part },
  );
  return rowCount === 1;
}
