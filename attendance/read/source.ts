/** A file as it was sent: its name, and its raw bytes in order. The name is a label for people and is never used as a path. */
export interface SourceFile {
  name: string;
  /**
   * The bytes from the beginning. May be called more than once; each call begins anew. It is read while rows are copied into staging,
   * so it must not use the connection of the import's transaction.
   */
  open(): AsyncIterable<Buffer>;
  /** The bytes from an offset on, where a source can do that cheaply; an archive is then read without passing over what lies before. */
  openAt?(offset: number): AsyncIterable<Buffer>;
}
