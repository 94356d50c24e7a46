/** A delivery that cannot be taken as a whole: the sentence says what is wrong and what to do. Trying again changes nothing. */
export class CannotTake extends Error {
  override name = 'CannotTake';
}
