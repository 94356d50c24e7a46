/**
 * What stands in the way of a pull, as a sentence for whoever looks after the feed. `again`: trying again later may help by itself; if
 * not, somebody has to change something first. It never holds a secret, a token or a student's data.
 */
export class FeedProblem extends Error {
  override name = 'FeedProblem';
  constructor(
    sentence: string,
    readonly again: boolean,
  ) {
    super(sentence);
  }
}

/** The changes alone do not tell what has to be known: everything has to be read. */
export class NeedsReconcile extends Error {
  override name = 'NeedsReconcile';
}

/** Nothing is kept of this file, since its list would not stand still while it was read; the rest of the pull goes on without it. */
export class FileLeftOut extends Error {
  override name = 'FileLeftOut';
}
