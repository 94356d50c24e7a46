/**
 * A file that cannot be read as a whole: it is damaged, an archive of a kind that is not opened, or one that grows past all measure.
 * It is thrown while the file is being read, also in the middle of its rows, so that the transaction that was filled from it is
 * rolled back and nothing half-done stays. `message` is a sentence for the person who sent the file: what is wrong and what to do.
 */
export class FileRefused extends Error {
  override name = 'FileRefused';

  /** @param file name of the file, with its entry if it is an archive's */
  constructor(
    readonly file: string,
    sentence: string,
  ) {
    super(`${file}: ${sentence}`);
  }
}

/** The refusal of a file whose bytes contradict themselves or end too early. */
export function damaged(file: string): FileRefused {
  return new FileRefused(file, 'this file is damaged or incomplete; make the export again, or send it again if it was cut off on the way.');
}
