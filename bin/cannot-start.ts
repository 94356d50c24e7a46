/** A reason why something cannot run, as one sentence for the person who tried, with what to do. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}
